/* SPDX-License-Identifier: Apache-2.0 */
#include "data.h"

#include <string.h>

#include "values.h"

static bool is_new(const struct rota_data *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->name[i], name) == 0)
            return false;
    return true;
}

/* The name in the len bytes at s, with any white space around it. */
static bool add(struct rota_data *d, const char *s, size_t len)
{
    char *name;
    const char *same;

    while (len && *s == ' ') {
        s++;
        len--;
    }
    while (len && s[len - 1] == ' ')
        len--;
    if (d->count == ROTA_DATA_MAX || len > ROTA_NAME_MAX)
        return false;
    name = d->name[d->count];
    memcpy(name, s, len);
    name[len] = '\0';
    if (!rota_value_name(&same, name) || !is_new(d, name))
        return false;
    d->count++;
    return true;
}

bool rota_data_names(struct rota_data *d, const char *names)
{
    d->count = 0;
    for (const char *p = names;; p++) {
        size_t len = strcspn(p, ",");

        if (!add(d, p, len))
            return false;
        p += len;
        if (!*p)
            return true;
    }
}

int rota_data_init(struct rota_data *d, struct rota_slots *slots,
                   const char *state)
{
    for (size_t i = 0; i < d->count; i++) {
        int err = rota_imagefile_init(&d->image[i], slots, NULL, state);

        if (err)
            return err;
        d->image[i].name = d->name[i];
        d->flash[i] = rota_imagefile_flash(&d->image[i]);
        d->list[i] = &d->flash[i];
    }
    return ROTA_OK;
}

int rota_data_open(struct rota_data *d)
{
    int err = ROTA_OK;

    for (size_t i = 0; i < d->count && !err; i++)
        err = rota_imagefile_open(&d->image[i], 0);
    return err;
}

/* From the first one on the folder holds a mixture, to which there must be no
 * way back; after a power loss the update begins anew. */
int rota_data_finish(struct rota_data *d)
{
    int err = ROTA_OK;

    for (size_t i = 0; i < d->count && !err; i++)
        err = rota_imagefile_finish(&d->image[i]);
    if (d->count && !err)
        err = rota_slots_forget_previous(d->image[0].slots);
    for (size_t i = 0; i < d->count && !err; i++)
        err = rota_imagefile_place(&d->image[i]);
    return err;
}

void rota_data_close(struct rota_data *d)
{
    for (size_t i = 0; i < d->count; i++)
        rota_imagefile_close(&d->image[i]);
}
