/* SPDX-License-Identifier: Apache-2.0 */
/* One value of the configuration: is it well formed, and what is it?
 *
 * Each function looks at value, stores what it means at field and says true,
 * or says false and stores nothing. Text is borrowed. Which type field points
 * to is the second word of the name: text a const char *, time an uint32_t.
 */
#ifndef ROTA_VALUES_H
#define ROTA_VALUES_H

#include <stdbool.h>

typedef bool rota_value_fn(void *field, const char *value);

/* Text. Only "any" and "suffixes" may be empty. */
rota_value_fn rota_value_any;         /* anything */
rota_value_fn rota_value_some;        /* anything but nothing */
rota_value_fn rota_value_repo;        /* owner/name */
rota_value_fn rota_value_api;         /* https://HOST[:PORT][/PATH] */
rota_value_fn rota_value_channel;     /* latest, prerelease, tag:TAG */
rota_value_fn rota_value_name;        /* of a file, without a folder */
rota_value_fn rota_value_suffixes;    /* .a,.b */
rota_value_fn rota_value_api_version; /* YYYY-MM-DD; "" is stored for none */
rota_value_fn rota_value_keys;        /* a folder; "" is stored for none */
rota_value_fn rota_value_boot;        /* link, uboot-mender, uboot-rauc */
rota_value_fn rota_value_pair;        /* two names, separated by a comma */

/* Numbers, uint32_t. */
rota_value_fn rota_value_interval;  /* seconds, 2 s to a year */
rota_value_fn rota_value_stall;     /* milliseconds, 100 ms to an hour */
rota_value_fn rota_value_starts;    /* 1..100 */
rota_value_fn rota_value_threshold; /* 1..32 */
rota_value_fn rota_value_revision;  /* any */

rota_value_fn rota_value_yes_no; /* bool */

/* The names of a pair, which differ. False: value is none. */
#define ROTA_PAIR_SIZE 16
bool rota_value_split(const char *value, char out[2][ROTA_PAIR_SIZE]);

#endif
