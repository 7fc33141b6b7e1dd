/* SPDX-License-Identifier: Apache-2.0 */
#include "update/store.h"

#include <string.h>

#include "base/config.h"

/* to may be where version begins. */
void rota_store_copy_version(char to[ROTA_TAG_MAX + 1], const char *version)
{
    size_t len = strlen(version);

    if (len > ROTA_TAG_MAX)
        len = 0;
    memmove(to, version, len);
    to[len] = '\0';
}

static void store_running(const struct rota_client *c,
                          char version[ROTA_TAG_MAX + 1])
{
    rota_store_copy_version(version, rota_config_version(c->config));
}

static int store_nothing(struct rota_client *c)
{
    (void)c;
    return ROTA_OK;
}

static int store_look(struct rota_client *c, bool first)
{
    if (first && c->boot == ROTA_BOOT_TRIAL)
        rota_client_tell(c, ROTA_EV_TRIAL, NULL);
    return ROTA_OK;
}

static void store_planned(struct rota_client *c)
{
    (void)c;
}

static bool store_is_bad(const struct rota_client *c, const uint8_t *sha256)
{
    (void)c, (void)sha256;
    return false;
}

static int store_note(struct rota_client *c, enum rota_phase phase)
{
    (void)c, (void)phase;
    return ROTA_OK;
}

static int store_confirmed(struct rota_client *c)
{
    rota_client_tell(c, ROTA_EV_CONFIRMED, NULL);
    return ROTA_OK;
}

static uint32_t store_resume(struct rota_client *c, char etag[ROTA_ETAG_SIZE])
{
    (void)c;
    etag[0] = '\0';
    return 0;
}

static bool store_has_checkpoint(const struct rota_client *c)
{
    (void)c;
    return false;
}

/* The record stays as it is: zero. */
static int store_load(const struct rota_store *s, enum rota_record_type type,
                      void *record)
{
    (void)s, (void)type, (void)record;
    return ROTA_OK;
}

const struct rota_store_ops rota_store_none = {
    .open = store_nothing,
    .look = store_look,
    .answered = store_nothing,
    .planned = store_planned,
    .running = store_running,
    .is_bad = store_is_bad,
    .begin = store_nothing,
    .note = store_note,
    .condemn = store_nothing,
    .confirmed = store_confirmed,
    .resume = store_resume,
    .has_checkpoint = store_has_checkpoint,
    .progress = store_nothing,
    .forget = store_nothing,
    .load = store_load,
};
