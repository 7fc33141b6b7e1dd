/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a client, and what can be asked of it. */

#include "update/client.h"

#include <string.h>

#include "update/trial.h"
#include "release/github.h"
#include "base/event.h"
#include "base/log.h"
#include "base/clock.h"
#include "update/poll.h"
#include "manifest/sign.h"
#include "flash/record.h"

_Static_assert(sizeof(struct rota_client) <= sizeof(struct rota),
               "ROTA_SIZE is too small for these limits");

void rota_client_tell(const struct rota_client *c, enum rota_event_type type,
                      const struct rota_release *release)
{
    struct rota_event ev = {.type = type, .release = release};
    rota_event_tell(c->config, &ev);
}

static int client_refuse(const struct rota_config *c, const char *field)
{
    rota_log_note(c, "not configured or not valid:", field);
    return ROTA_EINVAL;
}

static bool client_more_slots_fit(const struct rota_config *c)
{
    bool ok = c->more_slot_count < ROTA_IMAGES_MAX
           && (c->more_slots || !c->more_slot_count);

    for (size_t i = 0; ok && i < c->more_slot_count; i++)
        ok = rota_flash_check(c->more_slots[i]) == ROTA_OK;
    return ok;
}

/* The first field that is not what it must be, or NULL. */
static const char *client_wrong_field(const struct rota_config *c)
{
    if (!c->net || !c->sys)
        return "net, sys";
    if (rota_flash_check(c->slot) != ROTA_OK)
        return "slot";
    if (!client_more_slots_fit(c))
        return "more_slots";
    if (!c->buffer || c->buffer_size < 512)
        return "buffer";
    if (!c->anchors || !c->anchor_count)
        return "anchors";
    return NULL;
}

static const char *client_wrong_field_for_keys(const struct rota_config *c)
{
    if (c->key_threshold > c->key_count)
        return "key_threshold";
    if (c->key_count == 0)
        return NULL;
    if (!c->keys || c->key_count > 32)
        return "keys";
    if (!c->board || !*c->board)
        return "board";
    if (!c->journal)
        return "journal, with keys";
    if ((uintptr_t)c->buffer % _Alignof(int) != 0
        || c->buffer_size < ROTA_MANIFEST_WORK)
        return "buffer, for manifests";
    return NULL;
}

/* A key that is not one, or the same one twice, would be noticed when it is
 * needed, and that may be years later. */
static int client_check_key(const struct rota_config *c, size_t i)
{
    const struct rota_key *keys = c->keys;
    int err = rota_sign_key_check(&keys[i]);

    for (size_t k = 0; !err && k < i; k++)
        if (memcmp(keys[k].der, keys[i].der, keys[i].len) == 0)
            err = ROTA_EINVAL;
    return err == ROTA_EINVAL ? client_refuse(c, "keys") : err;
}

static int client_check_config(const struct rota_config *c)
{
    const char *wrong = client_wrong_field(c);
    int err = wrong ? client_refuse(c, wrong) : rota_github_check_config(c);

    if (err)
        return err;
    wrong = client_wrong_field_for_keys(c);
    if (wrong)
        return client_refuse(c, wrong);
    for (size_t i = 0; !err && i < c->key_count; i++)
        err = client_check_key(c, i);
    return err;
}

/* The first check is due at once, unless the server said when. */
static void client_plan_first(struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;
    uint64_t now = sys->unix_time(sys->ctx), then;

    rota_record_load_schedule(&c->journal, &c->schedule);
    then = c->schedule.not_before;
    c->next_ms = rota_clock_now(c->config);
    /* A limit lasts a day at most: beyond it, the clock was wrong. */
    if (now && then > now && then - now <= 2 * 86400)
        c->next_ms += 1000 * (then - now);
}

int rota_init(struct rota *r, const struct rota_config *config)
{
    struct rota_client *c = rota_client(r);
    struct rota_accepted past;

    memset(r, 0, sizeof *r);
    c->config = config;
    int err = client_check_config(config);
    if (!err && !config->key_count)
        rota_log_note(config,
                      "no keys: a digest tells integrity, not authenticity",
                      NULL);
    if (!err)
        err = rota_journal_open(&c->journal, config->journal);
    if (err)
        return err;
    rota_get_init(&c->get, config);
    c->seed = rota_poll_seed(config);
    c->start_ms = rota_clock_ms(config);
    err = rota_record_load_accepted(&c->journal, &past);
    if (err)
        return err;
    rota_tls_raise_floor(&c->get.tls, past.issued);
    client_plan_first(c);
    return rota_trial_look(c, true);
}

int rota_confirm(struct rota *r)
{
    return rota_trial_confirm(rota_client(r));
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
    uint64_t now = rota_clock_now(c->config);
    union { /* one after the other: stacks are small */
        struct rota_install install;
        struct rota_found found;
        struct rota_accepted past;
        struct rota_quarantine bad;
    } is;

    memset(s, 0, sizeof *s);
    s->boot = c->boot;
    s->last_err = c->schedule.last_err;
    s->last_check = c->schedule.last_check;
    s->next_s = c->next_ms > now ? (uint32_t)((c->next_ms - now) / 1000) : 0;
    rota_record_load_install(&c->journal, &is.install);
    s->install = is.install.release;
    s->install_state = names[is.install.phase];
    rota_record_load_found(&c->journal, &is.found);
    s->found = is.found.release;
    if (rota_record_load_quarantine(&c->journal, &is.bad) == ROTA_OK)
        s->quarantined = is.bad.count;
    if (rota_record_load_accepted(&c->journal, &is.past) == ROTA_OK) {
        s->seq = is.past.seq;
        s->security = is.past.security;
        s->issued = is.past.issued;
        s->accepted = is.past.accepted;
        s->held = is.past.held;
    }
    rota_trial_running(c, s->running);
}
