/* SPDX-License-Identifier: Apache-2.0 */
#include "update/status.h"

#include <string.h>

#include "base/clock.h"
#include "update/store.h"

/* One after the other: stacks are small. */
union record {
    struct rota_install install;
    struct rota_answer answer;
    struct rota_quarantine quarantine;
    struct rota_accepted accepted;
};

/* Zero when there is none, or it cannot be read. */
static void status_load(const struct rota_client *c, union record *is,
                        enum rota_record_type type)
{
    memset(is, 0, sizeof *is);
    if (c->store->load(c->config->store, type, is))
        memset(is, 0, sizeof *is);
}

static void status_installed(const struct rota_client *c, struct rota_status *s)
{
    static const char *const names[] = {
        [ROTA_PHASE_NONE] = "none",
        [ROTA_PHASE_FETCH] = "downloading",
        [ROTA_PHASE_ARMED] = "armed",
        [ROTA_PHASE_TRIAL] = "trial",
        [ROTA_PHASE_CONFIRMED] = "confirmed",
        [ROTA_PHASE_ROLLED_BACK] = "rolled back",
    };
    union record is;

    status_load(c, &is, ROTA_RECORD_INSTALL);
    s->install = is.install.release;
    s->install_state = names[is.install.phase];
    status_load(c, &is, ROTA_RECORD_QUARANTINE);
    s->quarantined = is.quarantine.count;
    status_load(c, &is, ROTA_RECORD_ANSWER);
    s->found = c->config->store ? is.answer.release : c->answer.release;
}

/* Kept, and told, also by a program that has no keys any more. */
static void status_accepted(const struct rota_client *c, struct rota_status *s)
{
    union record is;

    status_load(c, &is, ROTA_RECORD_ACCEPTED);
    s->seq = is.accepted.seq;
    s->security = is.accepted.security;
    s->issued = is.accepted.issued;
    s->accepted = is.accepted.accepted;
    s->held = is.accepted.held;
}

void rota_get_status(struct rota *r, struct rota_status *s)
{
    const struct rota_client *c = rota_client(r);
    uint64_t now = rota_clock_now(c->config);

    memset(s, 0, sizeof *s);
    s->boot = c->boot;
    s->last_err = c->schedule.last_err;
    s->last_check = c->schedule.last_check;
    s->next_s = c->next_ms > now ? (uint32_t)((c->next_ms - now) / 1000) : 0;
    c->store->running(c, s->running);
    status_installed(c, s);
    status_accepted(c, s);
}
