/* SPDX-License-Identifier: Apache-2.0 */
/* What people read of a release. */
#ifndef PUB_PLAN_NOTES_H
#define PUB_PLAN_NOTES_H

#include "transport/endpoints.h"

#define PUB_NOTES_MAX 125000 /* characters: the service's limit */

/* The text of file, then what the service generates for tag; each only when
 * wanted. 0 or, having said why, an exit code. */
int pub_notes_make(struct pub_api *a, const char *file, bool generate,
                   const char *tag, const char *target, struct pub_heap *out);

#endif
