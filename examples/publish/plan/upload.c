/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "plan/upload.h"

#include <string.h>

#include "emit.h"
#include "plan/report.h"
#include "plan/source.h"
#include "words/view.h"
#include "base/bytes.h"
#include "transport/refusal.h"

enum { ATTEMPTS = 6 };

/* Patience for one upload: slower than this is broken. */
#define DEADLINE_S 120u
#define BYTES_PER_S 50000u

static const struct pub_say *say(const struct pub_upload *u)
{
    return u->api->say;
}

int pub_upload_look(struct pub_upload *u)
{
    return pub_hub_assets(u->api, u->release->id, &u->have);
}

/* --- Judging ------------------------------------------------------------- */

static int compare(struct pub_upload *u, const struct pub_hub_asset *a,
                   const struct pub_plan_file *f, bool *same)
{
    uint8_t sum[ROTA_SHA256_LEN];
    int code;

    *same = a->size == f->size;
    if (!*same)
        return 0;
    memcpy(sum, a->digest, sizeof(sum));
    code = a->has_digest ? 0 : pub_hub_hash(u->api, a, sum);
    *same = !code && memcmp(sum, f->sha256, sizeof(sum)) == 0;
    return code;
}

int pub_upload_judge(struct pub_upload *u, const struct pub_plan_file *f,
                     enum pub_upload_state *state)
{
    const struct pub_hub_asset *a = pub_hub_asset_named(&u->have, f->name);
    bool same = false;
    int code;

    *state = a ? PUB_UPLOAD_BROKEN : PUB_UPLOAD_ABSENT;
    if (!a || !a->uploaded)
        return 0;
    code = compare(u, a, f, &same);
    *state = same ? PUB_UPLOAD_SAME : PUB_UPLOAD_OTHER;
    return code;
}

/* --- Sending ------------------------------------------------------------- */

static void tell(const struct pub_upload *u, const char *event,
                 const struct pub_plan_file *f)
{
    char hex[2 * ROTA_SHA256_LEN + 1], size[ROTA_EMIT_SIZE];

    pub_report_hex(hex, f->sha256);
    if (say(u)->json) {
        rota_emit_begin(say(u)->out, event);
        rota_emit_text(say(u)->out, "name", f->name);
        rota_emit_number(say(u)->out, "size", f->size);
        rota_emit_text(say(u)->out, "sha256", hex);
        rota_emit_end(say(u)->out);
        return;
    }
    pub_say_line(say(u), "%s %s, %s", event, f->name,
                 rota_emit_size(size, f->size));
}

static uint64_t deadline_ms(const struct pub_upload *u, uint64_t size)
{
    uint64_t s = u->timeout_s ? u->timeout_s : DEADLINE_S + size / BYTES_PER_S;
    return s * 1000;
}

static bool send_once(struct pub_upload *u, struct pub_source *source,
                      const struct pub_plan_file *f)
{
    return pub_upload_asset(u->api, u->release->upload_url, f->name, NULL,
                            &source->content, deadline_ms(u, f->size));
}

/* May it be over by itself, or be seen more clearly by looking again? */
static bool may_pass(const struct pub_upload *u)
{
    int status = pub_api_status(u->api);

    if (!status)
        return rota_err_passes(u->api->err) && u->api->err != ROTA_ECHANGED;
    return status >= 500
        || (status == 422 && pub_refusal_has(u->api, "name", "already_exists"));
}

/* The service has answered 201: what does it say that it has? */
static int accepted(struct pub_upload *u, const struct pub_plan_file *f)
{
    struct rota_span v = pub_heap_span(&u->api->text);
    struct pub_hub_asset a;
    bool same = false;
    int code;

    if (!pub_view_check(v) || !pub_asset_read(&a, v) || !a.uploaded
        || strcmp(a.name, f->name) != 0)
        return pub_say_failure(say(u), ROTA_EXIT_MISMATCH, f->name,
                               "the service has not stored it as it was sent; "
                               "run the same command again");
    code = compare(u, &a, f, &same);
    if (code || same)
        return code;
    return pub_say_failure(say(u), ROTA_EXIT_MISMATCH, f->name,
                           "the service has stored other bytes than were "
                           "sent; run again with --replace");
}

static int transfer(struct pub_upload *u, const struct pub_plan_file *f,
                    bool *done)
{
    struct pub_source source;
    int code = pub_source_open(say(u), &source, f, u->terminal);

    if (code)
        return code;
    *done = send_once(u, &source, f);
    pub_source_close(&source);
    if (*done)
        return accepted(u, f);
    if (u->api->err == ROTA_ECHANGED)
        return pub_say_failure(say(u), PUB_EXIT_INPUT, f->name,
                               "has changed while it was sent; build it "
                               "first, then run this again");
    return may_pass(u) ? 0 : pub_refusal_explain(u->api, f->name);
}

/* --- Making room --------------------------------------------------------- */

static int drop(struct pub_upload *u, const char *name)
{
    const struct pub_hub_asset *a = pub_hub_asset_named(&u->have, name);

    if (!a || pub_delete_asset(u->api, a->id) || pub_api_status(u->api) == 404)
        return 0;
    return pub_refusal_explain(u->api, name);
}

static int make_room(struct pub_upload *u, const struct pub_plan_file *f,
                     enum pub_upload_state state)
{
    if (state == PUB_UPLOAD_ABSENT)
        return 0;
    if (state == PUB_UPLOAD_OTHER && !u->replace)
        return pub_say_failure(say(u), PUB_EXIT_CONFLICT, f->name,
                               "%s has another file of this name; --replace "
                               "puts this one in its place",
                               u->release->tag);
    return drop(u, f->name);
}

int pub_upload_settle(struct pub_upload *u, const struct pub_plan_file *f)
{
    enum pub_upload_state state;
    bool done = false;

    for (unsigned n = 0; n < ATTEMPTS; n++) {
        int code = pub_upload_judge(u, f, &state);

        if (!code && state == PUB_UPLOAD_SAME) {
            tell(u, n ? "uploaded" : "kept", f);
            return 0;
        }
        if (!code)
            code = make_room(u, f, state);
        if (!code)
            code = transfer(u, f, &done);
        if (!code && done)
            tell(u, "uploaded", f);
        if (code || done)
            return code;
        pub_link_sleep_ms(1000u << n);
        code = pub_upload_look(u);
        if (code)
            return code;
    }
    return pub_refusal_explain(u->api, f->name);
}

int pub_upload_verify(struct pub_upload *u, const struct pub_plan *p)
{
    enum pub_upload_state state;
    int code = pub_upload_look(u);

    for (size_t i = 0; i < p->count && !code; i++) {
        code = pub_upload_judge(u, &p->file[i], &state);
        if (!code && state != PUB_UPLOAD_SAME)
            code = pub_say_failure(say(u), ROTA_EXIT_MISMATCH, p->file[i].name,
                                   "is not there as it was sent; run the "
                                   "same command again");
    }
    return code;
}
