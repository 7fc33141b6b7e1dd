/* SPDX-License-Identifier: Apache-2.0 */
/* Images of data that a signed release has beside the program, ids 1, 2, ...:
 * files in the same folder, so that the switch of the link is that of all.
 */
#ifndef ROTA_DATA_H
#define ROTA_DATA_H

#include "image.h"
#include "rota_config.h"

#define ROTA_DATA_MAX (ROTA_IMAGES_MAX - 1)

struct rota_data {
    struct rota_imagefile image[ROTA_DATA_MAX];
    struct rota_flash flash[ROTA_DATA_MAX];
    const struct rota_flash *list[ROTA_DATA_MAX]; /* for trust.more_slots */
    char name[ROTA_DATA_MAX][ROTA_NAME_MAX + 1];
    size_t count;
};

/* Take the names apart, which are separated by commas. False when one is not
 * the name of a file or is there twice, or when there are too many. */
bool rota_data_names(struct rota_data *d, const char *names);

/* The tables for the names. Touches no file. */
int rota_data_init(struct rota_data *d, struct rota_slots *slots,
                   const char *state) ROTA_CHECKED;

/* All are about to be written. */
int rota_data_open(struct rota_data *d) ROTA_CHECKED;

/* All are complete, and so is the program: put them in place. */
int rota_data_finish(struct rota_data *d) ROTA_CHECKED;

void rota_data_close(struct rota_data *d);

#endif
