/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "show.h"

#include <string.h>
#include <unistd.h>

#include "emit.h"

void rota_show_init(struct rota_show *s, bool json)
{
    *s = (struct rota_show){.out = stdout,
                            .err = stderr,
                            .json = json,
                            .bar = !json && isatty(STDERR_FILENO)};
}

/* Lines and the bar share the terminal. */
static void clear_bar(struct rota_show *s)
{
    if (s->bar_shown)
        fputs("\r\033[K", s->err);
    s->bar_shown = false;
}

/* --- Errors --------------------------------------------------------------- */

static void failed_json(struct rota_show *s, int code, int err,
                        const char *state, const char *text,
                        const struct rota_event *e)
{
    rota_emit_begin(s->out, "failed");
    rota_emit_number(s->out, "exit", (uint64_t)code);
    rota_emit_text(s->out, "error", err ? rota_err_name(err) : NULL);
    rota_emit_text(s->out, "state", state);
    rota_emit_text(s->out, "text", text);
    if (e) {
        rota_emit_number(s->out, "status", (uint64_t)e->status);
        rota_emit_bool(s->out, "retry", e->retry);
        rota_emit_number(s->out, "wait_s", e->wait_s);
    }
    rota_emit_end(s->out);
}

static int show_failed(struct rota_show *s, const char *state, int err,
                       const char *detail, const struct rota_event *e)
{
    const char *hint = rota_exit_hint(err);
    int code = (int)rota_exit_code(err);
    char text[200], plain[200], span[ROTA_EMIT_SIZE];

    snprintf(text, sizeof(text), "%s%s%s", rota_err_text(err),
             detail && detail[0] ? ": " : "", detail ? detail : "");
    clear_bar(s);
    if (s->json)
        failed_json(s, code, err, state, text, e);
    fprintf(s->err, "rota: %s: %s", state,
            rota_emit_plain(plain, sizeof(plain), text));
    if (e && e->status >= 300)
        fprintf(s->err, " (HTTP %d)", e->status);
    if (hint)
        fprintf(s->err, "; %s", hint);
    if (e && e->wait_s && (s->daemon || err == ROTA_ELIMIT))
        fprintf(s->err, "; next check in %s", rota_emit_span(span, e->wait_s));
    fputc('\n', s->err);
    return code;
}

int rota_show_error(struct rota_show *s, const char *what, int err,
                    const char *detail)
{
    return show_failed(s, what, err, detail, NULL);
}

int rota_show_failure(struct rota_show *s, int code, const char *what,
                      const char *why)
{
    char plain[512];

    clear_bar(s);
    if (s->json)
        failed_json(s, code, 0, what, why, NULL);
    fprintf(s->err, "rota: %s%s%s\n", what, what[0] ? ": " : "",
            rota_emit_plain(plain, sizeof(plain), why));
    return code;
}

/* --- Lines ---------------------------------------------------------------- */

static void line(struct rota_show *s, const char *text)
{
    clear_bar(s);
    fprintf(s->out, "%s\n", text);
    fflush(s->out);
}

void rota_show_line(struct rota_show *s, const char *event, const char *text)
{
    if (!s->json) {
        line(s, text);
        return;
    }
    rota_emit_begin(s->out, event);
    rota_emit_text(s->out, "text", text);
    rota_emit_end(s->out);
}

void rota_show_note(struct rota_show *s, const char *text)
{
    char plain[200];

    rota_emit_plain(s->note, sizeof(s->note), text);
    if (s->json) {
        rota_show_line(s, "note", text);
        return;
    }
    clear_bar(s);
    fprintf(s->err, "rota: note: %s\n",
            rota_emit_plain(plain, sizeof(plain), text));
}

/* --- Events --------------------------------------------------------------- */

static void progress(struct rota_show *s, const struct rota_event *e,
                     uint64_t now_ms)
{
    char text[160];

    if (!rota_progress_at(&s->progress, now_ms, e->done, e->total, s->bar, text,
                          sizeof(text)))
        return;
    if (s->json) {
        rota_emit_begin(s->out, "progress");
        rota_emit_number(s->out, "done", e->done);
        rota_emit_number(s->out, "total", e->total);
        rota_emit_end(s->out);
    } else if (s->bar) {
        fprintf(s->err, "\r%s\033[K", text);
        fflush(s->err);
        s->bar_shown = true;
    } else {
        line(s, text);
    }
}

static const char *version_of(const struct rota_release *r)
{
    return r && r->version_at < sizeof(r->tag) ? r->tag + r->version_at : "?";
}

/* The image that is wanted of a release or, as long as that is not known, the
 * asset that the server named. */
static struct rota_image image_of(const struct rota_event *e)
{
    const struct rota_release *r = e->release;
    struct rota_image i = {0};

    if (e->image)
        return *e->image;
    if (!r)
        return i;
    i.size = r->size;
    i.has_digest = r->has_digest;
    memcpy(i.sha256, r->digest, sizeof(i.sha256));
    memcpy(i.name, r->name, sizeof(i.name));
    return i;
}

static void release_json(struct rota_show *s, const struct rota_event *e)
{
    const struct rota_release *r = e->release;
    const struct rota_image i = image_of(e);
    char digest[7 + 2 * sizeof(i.sha256) + 1] = "sha256:";

    for (size_t k = 0; k < sizeof(i.sha256); k++)
        snprintf(digest + 7 + 2 * k, 3, "%02x", i.sha256[k]);
    rota_emit_text(s->out, "version", version_of(r));
    rota_emit_text(s->out, "tag", r->tag);
    rota_emit_text(s->out, "asset", i.name);
    rota_emit_number(s->out, "size", i.size);
    rota_emit_bool(s->out, "prerelease", r->prerelease);
    rota_emit_text(s->out, "digest", i.has_digest ? digest : NULL);
}

static void event_json(struct rota_show *s, const struct rota_event *e)
{
    rota_emit_begin(s->out, rota_event_name(e->type));
    if (e->type == ROTA_EV_CHECKING || e->type == ROTA_EV_UP_TO_DATE)
        rota_emit_text(s->out, "running", s->running);
    if (e->release && e->release->tag[0])
        release_json(s, e);
    if (e->total) {
        rota_emit_number(s->out, "done", e->done);
        rota_emit_number(s->out, "total", e->total);
    }
    if (e->err)
        rota_emit_text(s->out, "error", rota_err_name(e->err));
    if (e->type == ROTA_EV_READY)
        rota_emit_text(s->out, "place", s->place);
    if (e->type == ROTA_EV_HELD)
        rota_emit_text(s->out, "to", e->text);
    if (e->wait_s)
        rota_emit_number(s->out, "wait_s", e->wait_s);
    rota_emit_end(s->out);
}

/* What follows product and version. */
static const char *const endings[] = {
    [ROTA_EV_QUARANTINED] = "has failed its trial before: not installed",
    [ROTA_EV_TRIAL] = "is on trial",
    [ROTA_EV_OVERDUE] = "has been on trial for too long: restart",
    [ROTA_EV_CONFIRMED] = "is confirmed",
    [ROTA_EV_ROLLED_BACK] = "failed its trial and was rolled back",
};

static const char no_digest[] = "its size is right, a digest was not given";

static void describe_ready(const struct rota_show *s, char *out, size_t size)
{
    if (s->started)
        snprintf(out, size, "runs: confirm it if it works");
    else
        snprintf(out, size, "is installed%s%s: restart to run it",
                 s->place ? " in " : "", s->place ? s->place : "");
}

static void describe_resuming(const struct rota_event *e, char *out,
                              size_t size)
{
    char a[ROTA_EMIT_SIZE], b[ROTA_EMIT_SIZE];

    if (e->done)
        snprintf(out, size, "%s; going on at %s of %s", rota_err_text(e->err),
                 rota_emit_size(a, e->done), rota_emit_size(b, e->total));
    else
        snprintf(out, size, "%s; trying again", rota_err_text(e->err));
}

static void describe_same(const struct rota_show *s, const char *released,
                          char *out, size_t size)
{
    if (strcmp(released, s->running) == 0)
        snprintf(out, size, "is up to date");
    else
        snprintf(out, size, "is up to date (released: %s)", released);
}

static void describe_available(const struct rota_event *e, char *out,
                               size_t size)
{
    const struct rota_image i = image_of(e);
    char bytes[ROTA_EMIT_SIZE], name[ROTA_NAME_MAX + 1];

    snprintf(out, size, "is available (%s, %s)", rota_emit_size(bytes, i.size),
             rota_emit_plain(name, sizeof(name), e->release ? i.name : "?"));
}

/* The line for an event but for product and version, which is v; "" when
 * there is none. */
static void describe(const struct rota_show *s, const struct rota_event *e,
                     const char *v, char *out, size_t size)
{
    const struct rota_release *r = e->release;

    out[0] = '\0';
    if (e->type == ROTA_EV_AVAILABLE)
        describe_available(e, out, size);
    else if (e->type == ROTA_EV_READY)
        describe_ready(s, out, size);
    else if (e->type == ROTA_EV_VERIFIED)
        snprintf(out, size, "is complete; %s",
                 image_of(e).has_digest ? "size and SHA-256 are right"
                                        : no_digest);
    else if (e->type == ROTA_EV_HELD)
        snprintf(out, size, "goes to %s of the devices, not to this one yet",
                 e->text);
    else if (e->type == ROTA_EV_UP_TO_DATE)
        describe_same(s, r ? v : s->running, out, size);
    else if (e->type < sizeof(endings) / sizeof(endings[0]) && endings[e->type])
        snprintf(out, size, "%s", endings[e->type]);
}

static void event_line(struct rota_show *s, const struct rota_event *e)
{
    char version[ROTA_TAG_MAX + 1], text[512], all[700];
    const char *v =
        rota_emit_plain(version, sizeof(version), version_of(e->release));

    if (e->type == ROTA_EV_RESUMING) {
        describe_resuming(e, all, sizeof(all));
        line(s, all);
        return;
    }
    describe(s, e, v, text, sizeof(text));
    if (!text[0])
        return;
    snprintf(all, sizeof(all), "%s %s %s", s->product ? s->product : "image",
             e->type == ROTA_EV_UP_TO_DATE ? s->running : v, text);
    line(s, all);
}

void rota_show_event(struct rota_show *s, const struct rota_event *e,
                     uint64_t now_ms)
{
    if (e->type == ROTA_EV_PROGRESS) {
        progress(s, e, now_ms);
        return;
    }
    if (e->type == ROTA_EV_AVAILABLE)
        memset(&s->progress, 0, sizeof(s->progress));
    if (e->type == ROTA_EV_NOTE) {
        rota_show_note(s, e->text ? e->text : "");
    } else if (e->type == ROTA_EV_FAILED) {
        show_failed(s, e->state ? e->state : "update", e->err,
                    e->why ? rota_why_text(e->why) : s->why, e);
    } else if (s->json) {
        event_json(s, e);
    } else {
        event_line(s, e);
    }
}
