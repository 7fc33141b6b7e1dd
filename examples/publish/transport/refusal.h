/* SPDX-License-Identifier: Apache-2.0 */
/* What a reply other than 2xx means, and what to do about it. */
#ifndef PUB_TRANSPORT_REFUSAL_H
#define PUB_TRANSPORT_REFUSAL_H

#include "transport/api.h"

/* Say in one line why the last request came to nothing, and what to do about
 * it. Returns the exit code. */
int pub_refusal_explain(const struct pub_api *a, const char *what);

/* Does the reply's list of errors have this code, for this field? */
bool pub_refusal_has(const struct pub_api *a, const char *field,
                     const char *code);

#endif
