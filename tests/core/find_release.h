/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a struct rota_finder over replies, in memory of exact size so that
 * sanitizers see each byte too many. */
#ifndef FIND_RELEASE_H
#define FIND_RELEASE_H

#include "release/finder.h"

#define FIND_WINDOW 1280 /* what the smallest ROTA_URL_MAX leaves */

/* What the last reply gave. */
struct found {
    struct rota_config config;
    struct rota_flash slot;
    struct rota_release best;
    int notes;
    char note[160]; /* the last one */
};
extern struct found found;

/* Begin a test: an asset pattern, a slot of 1 MiB, defaults for the rest. */
void find_configure(const char *asset);

/* Feed one page: a piece of first bytes, then pieces of step bytes. */
int find_page(struct rota_finder *f, const char *doc, size_t len, size_t first,
              size_t step, const char *tag);

/* The result of a whole reply. */
int find_by(const char *doc, size_t len, size_t first, size_t step);
int find(const char *doc);

/* The same of a reply that is put together like printf's text, with ' in place
 * of each ". find_write leaves it in buf. */
int find_json(const char *format, ...);
size_t find_write(char *buf, size_t size, const char *format, ...);

/* The text of a file in tests/data, until the next call. */
const char *find_data(const char *name);

#endif
