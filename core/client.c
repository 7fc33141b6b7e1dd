/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a client, and what can be asked of it. */
#include "client.h"

#include <string.h>

#include "github.h"
#include "log.h"
#include "poll.h"

_Static_assert(sizeof(struct rota_client) <= sizeof(struct rota),
               "ROTA_SIZE is too small for these limits");

uint64_t rota_client_now(const struct rota_client *c)
{
    return c->config->sys->now_ms(c->config->sys->ctx);
}

static int need(const struct rota_config *c, bool there, const char *field)
{
    if (!there)
        rota_note(c, "not configured or not valid:", field);
    return there ? ROTA_OK : ROTA_EINVAL;
}

static int check_config(const struct rota_config *c)
{
    int err = need(c, c->net && c->sys, "net, sys");
    if (!err)
        err = need(c, c->slot && rota_flash_check(c->slot) == ROTA_OK, "slot");
    if (!err)
        err = need(c, c->buffer && c->buffer_size >= 512, "buffer");
    if (!err)
        err = need(c, c->anchors && c->anchor_count, "anchors");
    return err ? err : rota_github_check_config(c);
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

    memset(r, 0, sizeof *r);
    c->config = config;
    int err = check_config(config);
    if (!err)
        err = rota_journal_open(&c->journal, config->journal);
    if (err)
        return err;
    err = rota_get_init(&c->get, config);
    if (err)
        return err;
    c->seed = rota_poll_seed(config);
    c->start_ms = rota_now_ms(config);
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
    struct rota_client *c = rota_client(r);
    struct rota_install install;
    struct rota_found found;
    struct rota_bad bad;
    uint64_t now = rota_client_now(c);

    rota_load_install(&c->journal, &install);
    rota_load_found(&c->journal, &found);
    rota_load_bad(&c->journal, &bad);
    *s = (struct rota_status){
        .found = found.release,
        .install = install.release,
        .install_state = names[install.phase],
        .boot = c->boot,
        .last_err = c->schedule.last_err,
        .last_check = c->schedule.last_check,
        .next_s = c->next_ms > now ? (uint32_t)((c->next_ms - now) / 1000) : 0,
        .quarantined = bad.count,
    };
    rota_install_running(c, s->running);
}
