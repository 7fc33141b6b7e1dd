/* SPDX-License-Identifier: Apache-2.0 */
/* Versions as Semantic Versioning 2.0.0 has them. */
#ifndef ROTA_RELEASE_SEMVER_H
#define ROTA_RELEASE_SEMVER_H

#include "rota_port.h"

struct rota_semver {
    uint32_t core[3]; /* major, minor, patch */
    const char *pre;  /* in the text parsed, without its "-" */
    size_t pre_len;   /* 0: not a prerelease */
};

/* Parse all of text, which v then points into. ROTA_EVERSION when it is not a
 * version (section 2, 9, 10): a part is missing, has a leading zero or is
 * above 2^32-1, an identifier is empty, another character. Build metadata is
 * checked and dropped. */
int rota_semver_parse(struct rota_semver *v, const char *text) ROTA_CHECKED;

/* Precedence (section 11): negative, 0 or positive as a is older than, equal
 * to or newer than b. Numeric identifiers of any length compare right. */
int rota_semver_compare(const struct rota_semver *a,
                        const struct rota_semver *b);

/* The precedence of two versions, in *order. ROTA_EVERSION when either is
 * none. */
int rota_semver_order(const char *a, const char *b, int *order) ROTA_CHECKED;

/* Where in tag the version begins. prefix NULL: after one "v", if there is
 * one. Otherwise tag must begin with prefix. ROTA_EVERSION when it does not,
 * or when what follows is not a version. */
int rota_semver_in_tag(const char *tag, const char *prefix) ROTA_CHECKED;

#endif
