/* SPDX-License-Identifier: Apache-2.0 */
/* rota status: what the state says, without touching anything. */
#include <string.h>

#include "commands.h"
#include "emit.h"
#include "job.h"
#include "trust.h"

static struct rota_device device;
static struct rota_job job;

static const char *boot_name(int state)
{
    switch (state) {
    case ROTA_BOOT_CONFIRMED: return "confirmed";
    case ROTA_BOOT_TRIAL: return "trial";
    case ROTA_BOOT_ROLLED_BACK: return "rolled back";
    case ROTA_BOOT_UNDONE: return "undone";
    }
    return "unknown";
}

static const char *version_of(const struct rota_release *r)
{
    return r->tag[0] ? r->tag + r->version_at : NULL;
}

/* An image on trial runs as soon as it was started, for all that is known. A
 * version-file knows better. */
static void note_running(struct rota_status *st,
                         const struct rota_slots_view *v)
{
    const char *version = version_of(&st->install);

    if (v->state == ROTA_BOOT_TRIAL && v->starts && version
        && !device.options->version_file)
        memmove(st->running, version, strlen(version) + 1);
}

static void show_json(FILE *f, const struct rota_status *st,
                      const struct rota_slots_view *v)
{
    rota_emit_begin(f, "status");
    rota_emit_text(f, "running", st->running);
    rota_emit_text(f, "active", v->active ? "b" : "a");
    rota_emit_text(f, "boots", device.slots.path[v->active]);
    rota_emit_text(f, "boot", boot_name(st->boot));
    rota_emit_number(f, "starts", v->starts);
    rota_emit_number(f, "limit", v->limit);
    rota_emit_text(f, "found", version_of(&st->found));
    rota_emit_text(f, "installed", version_of(&st->install));
    rota_emit_text(f, "install_state", st->install_state);
    rota_emit_number(f, "last_check", st->last_check);
    rota_emit_number(f, "next_s", st->next_s);
    rota_emit_text(f, "last_error",
                   st->last_err ? rota_err_name(st->last_err) : NULL);
    rota_emit_number(f, "quarantined", st->quarantined);
    rota_trust_members(f, &job, st);
    rota_emit_end(f);
}

static void show_boot(FILE *f, const struct rota_status *st,
                      const struct rota_slots_view *v)
{
    fprintf(f, "running      %s\n", st->running);
    fprintf(f, "boots        %s (%s)\n", v->active ? "b" : "a",
            device.slots.path[v->active]);
    if (v->state == ROTA_BOOT_TRIAL)
        fprintf(f, "state        on trial, %u of %u starts used\n", v->starts,
                v->limit);
    else
        fprintf(f, "state        %s\n", boot_name(v->state));
}

/* What became of an image that is not there any more, and why. */
static void show_history(FILE *f, const struct rota_status *st,
                         const struct rota_slots_view *v)
{
    const char *version = version_of(&st->install);

    if (v->state != ROTA_BOOT_ROLLED_BACK || !version
        || strcmp(st->install_state, "rolled back") != 0)
        return;
    fprintf(f, "history      %s ", version);
    if (v->end == ROTA_END_USED_UP)
        fprintf(f, "did not confirm in %u starts", v->starts);
    else if (v->end == ROTA_END_BY_HAND)
        fputs("was rolled back by hand", f);
    else
        fputs("did not confirm, or was rolled back by hand", f);
    fprintf(f, "; returned to %s; %s is quarantined\n", st->running, version);
}

static void show_release(FILE *f, const char *what,
                         const struct rota_release *r, const char *more)
{
    char version[ROTA_TAG_MAX + 1], name[ROTA_NAME_MAX + 1];
    char size[ROTA_EMIT_SIZE];

    if (!r->tag[0]) {
        fprintf(f, "%snone\n", what);
        return;
    }
    fprintf(f, "%s%s%s (%s, %s)\n", what,
            rota_emit_plain(version, sizeof(version), version_of(r)), more,
            rota_emit_size(size, r->size),
            rota_emit_plain(name, sizeof(name), r->name));
}

static void show_lines(FILE *f, const struct rota_status *st,
                       const struct rota_slots_view *v)
{
    char text[ROTA_EMIT_SIZE], state[32];

    show_boot(f, st, v);
    show_history(f, st, v);
    show_release(f, "found        ", &st->found, "");
    snprintf(state, sizeof(state), ", %s", st->install_state);
    show_release(f, "installed    ", &st->install, state);
    fprintf(f, "last check   %s\n",
            st->last_check ? rota_emit_time(text, st->last_check) : "unknown");
    if (st->next_s)
        fprintf(f, "next check   not before %s from now\n",
                rota_emit_span(text, st->next_s));
    if (st->last_err)
        fprintf(f, "last error   %s: %s\n", rota_err_name(st->last_err),
                rota_err_text(st->last_err));
    else
        fprintf(f, "last error   none\n");
    fprintf(f, "quarantined  %u\n", (unsigned)st->quarantined);
    rota_trust_lines(f, &job, st);
}

int rota_cmd_status(struct rota_options *o, struct rota_show *s)
{
    struct rota_slots_view view;
    struct rota_status status;
    int code = rota_device_peek(&device, o, s);
    int err;

    if (code)
        return code;
    job.quiet = true;
    code = rota_job_init(&job, &device);
    if (code)
        return code;
    err = rota_slots_look(&device.slots, &view);
    if (err)
        return rota_show_error(s, "status", err, rota_device_why(&device, err));
    rota_get_status(&job.rota, &status);
    note_running(&status, &view);
    if (s->json)
        show_json(s->out, &status, &view);
    else
        show_lines(s->out, &status, &view);
    return ROTA_EXIT_OK;
}
