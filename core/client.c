/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a client, and what can be asked of it. */
#include "client.h"

#include <string.h>

#include "github.h"
#include "log.h"
#include "poll.h"
#include "sign.h"

_Static_assert(sizeof(struct rota_client) <= sizeof(struct rota),
               "ROTA_SIZE is too small for these limits");

uint64_t rota_client_now(const struct rota_client *c)
{
    return c->config->sys->now_ms(c->config->sys->ctx);
}

uint64_t rota_client_clock(const struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;
    uint64_t now = sys->unix_time(sys->ctx);

    return now >= c->config->time_floor ? now : 0;
}

void rota_client_tell(const struct rota_client *c, enum rota_event_type type,
                      const struct rota_release *release)
{
    struct rota_event ev = {.type = type, .release = release};
    rota_tell(c->config, &ev);
}

static int need(const struct rota_config *c, bool there, const char *field)
{
    if (!there)
        rota_note(c, "not configured or not valid:", field);
    return there ? ROTA_OK : ROTA_EINVAL;
}

/* A key that is not one, or the same one twice, would be noticed when it is
 * needed, and that may be years later. */
static int check_key(const struct rota_config *c, size_t i)
{
    const struct rota_key *keys = c->keys;
    int err = rota_sign_key_check(&keys[i]);

    for (size_t k = 0; !err && k < i; k++)
        if (memcmp(keys[k].der, keys[i].der, keys[i].len) == 0)
            err = ROTA_EINVAL;
    return err == ROTA_EINVAL ? need(c, false, "keys") : err;
}

static int check_keys(const struct rota_config *c)
{
    bool aligned = (uintptr_t)c->buffer % _Alignof(int) == 0;
    int err = need(c, c->key_threshold <= c->key_count, "key_threshold");

    if (err || c->key_count == 0)
        return err;
    err = need(c, c->keys && c->key_count <= 32, "keys");
    if (!err)
        err = need(c, c->board && *c->board, "board");
    if (!err)
        err = need(c, c->journal != NULL, "journal, with keys");
    if (!err)
        err = need(c, aligned && c->buffer_size >= ROTA_MANIFEST_WORK,
                   "buffer, for manifests");
    for (size_t i = 0; !err && i < c->key_count; i++)
        err = check_key(c, i);
    return err;
}

static int check_slots(const struct rota_config *c)
{
    bool ok = c->slot && rota_flash_check(c->slot) == ROTA_OK;

    if (!ok)
        return need(c, false, "slot");
    ok = c->more_slot_count < ROTA_IMAGES_MAX
      && (c->more_slots || !c->more_slot_count);
    for (size_t i = 0; ok && i < c->more_slot_count; i++)
        ok = c->more_slots[i] && rota_flash_check(c->more_slots[i]) == ROTA_OK;
    return need(c, ok, "more_slots");
}

static int check_config(const struct rota_config *c)
{
    int err = need(c, c->net && c->sys, "net, sys");
    if (!err)
        err = check_slots(c);
    if (!err)
        err = need(c, c->buffer && c->buffer_size >= 512, "buffer");
    if (!err)
        err = need(c, c->anchors && c->anchor_count, "anchors");
    if (!err)
        err = rota_github_check_config(c);
    return err ? err : check_keys(c);
}

/* The first check is due at once, unless the server said when. */
static void plan_first(struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;
    uint64_t now = sys->unix_time(sys->ctx), then;

    rota_load_schedule(&c->journal, &c->schedule);
    then = c->schedule.not_before;
    c->next_ms = rota_client_now(c);
    /* A limit lasts a day at most: beyond it, the clock was wrong. */
    if (now && then > now && then - now <= 2 * 86400)
        c->next_ms += 1000 * (then - now);
}

int rota_init(struct rota *r, const struct rota_config *config)
{
    struct rota_client *c = rota_client(r);
    struct rota_past past;

    memset(r, 0, sizeof *r);
    c->config = config;
    int err = check_config(config);
    if (!err && !config->key_count)
        rota_note(config, "no keys: a digest tells integrity, not authenticity",
                  NULL);
    if (!err)
        err = rota_journal_open(&c->journal, config->journal);
    if (err)
        return err;
    err = rota_get_init(&c->get, config);
    if (err)
        return err;
    c->seed = rota_poll_seed(config);
    c->start_ms = rota_now_ms(config);
    err = rota_load_past(&c->journal, &past);
    if (err)
        return err;
    rota_tls_raise_floor(&c->get.tls, past.issued);
    plan_first(c);
    return rota_install_look(c, true);
}

int rota_confirm(struct rota *r)
{
    return rota_install_confirm(rota_client(r));
}

void rota_get_status(struct rota *r, struct rota_status *s)
{
    static const char *const names[] = {
        [ROTA_PHASE_NONE] = "none",
        [ROTA_PHASE_FETCH] = "downloading",
        [ROTA_PHASE_ARMED] = "armed",
        [ROTA_PHASE_TRIAL] = "trial",
        [ROTA_PHASE_CONFIRMED] = "confirmed",
        [ROTA_PHASE_ROLLED_BACK] = "rolled back",
    };
    const struct rota_client *c = rota_client(r);
    uint64_t now = rota_client_now(c);
    union { /* one after the other: stacks are small */
        struct rota_install install;
        struct rota_found found;
        struct rota_past past;
        struct rota_bad bad;
    } is;

    memset(s, 0, sizeof *s);
    s->boot = c->boot;
    s->last_err = c->schedule.last_err;
    s->last_check = c->schedule.last_check;
    s->next_s = c->next_ms > now ? (uint32_t)((c->next_ms - now) / 1000) : 0;
    rota_load_install(&c->journal, &is.install);
    s->install = is.install.release;
    s->install_state = names[is.install.phase];
    rota_load_found(&c->journal, &is.found);
    s->found = is.found.release;
    if (rota_load_bad(&c->journal, &is.bad) == ROTA_OK)
        s->quarantined = is.bad.count;
    if (rota_load_past(&c->journal, &is.past) == ROTA_OK) {
        s->seq = is.past.seq;
        s->security = is.past.security;
        s->issued = is.past.issued;
        s->accepted = is.past.accepted;
        s->held = is.past.held;
    }
    rota_install_running(c, s->running);
}
