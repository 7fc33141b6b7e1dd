/* SPDX-License-Identifier: Apache-2.0 */
/* A file against what a manifest says of the image of its name. */
#ifndef ROTA_COMPARE_H
#define ROTA_COMPARE_H

#include "rota.h"
#include "show.h"

/* 0 when it is that image, which is said; else an exit code after saying why
 * not. */
int rota_compare(struct rota_show *s, const struct rota_inspection *v,
                 const char *path);

#endif
