/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/report.h"

#include "emit.h"
#include "words/view.h"
#include "base/bytes.h"

const char *pub_report_state(const struct pub_hub_release *r)
{
    return r->draft ? "draft" : r->prerelease ? "prerelease" : "release";
}

void pub_report_hex(char out[2 * ROTA_SHA256_LEN + 1],
                    const uint8_t sha256[ROTA_SHA256_LEN])
{
    for (size_t i = 0; i < ROTA_SHA256_LEN; i++)
        snprintf(out + 2 * i, 3, "%02x", sha256[i]);
}

size_t pub_report_count(struct rota_span json)
{
    struct rota_span list, name, item;
    size_t n = 0;

    if (!pub_view_member(json, "assets", &list))
        return 0;
    for (size_t at = 0; pub_view_next(list, &at, &name, &item);)
        n++;
    return n;
}

void pub_report_release(const struct pub_say *s,
                        const struct pub_hub_release *r, size_t assets)
{
    if (s->json) {
        rota_emit_begin(s->out, "release");
        rota_emit_text(s->out, "tag", r->tag);
        rota_emit_number(s->out, "id", r->id);
        rota_emit_text(s->out, "name", r->name);
        rota_emit_text(s->out, "state", pub_report_state(r));
        rota_emit_bool(s->out, "immutable", r->immutable);
        rota_emit_text(s->out, "created", r->created);
        rota_emit_text(s->out, "published",
                       r->published[0] ? r->published : NULL);
        rota_emit_number(s->out, "assets", assets);
        rota_emit_text(s->out, "url", r->html_url);
        rota_emit_end(s->out);
        return;
    }
    pub_say_line(
        s, "%-20s %-10s %-20s %3zu assets  %s", r->tag, pub_report_state(r),
        r->published[0] ? r->published : "not published", assets, r->name);
}

void pub_report_asset(const struct pub_say *s, const struct pub_hub_asset *a)
{
    char hex[2 * ROTA_SHA256_LEN + 1] = "", size[ROTA_EMIT_SIZE];

    if (a->has_digest)
        pub_report_hex(hex, a->digest);
    if (s->json) {
        rota_emit_begin(s->out, "asset");
        rota_emit_text(s->out, "name", a->name);
        rota_emit_number(s->out, "id", a->id);
        rota_emit_number(s->out, "size", a->size);
        rota_emit_text(s->out, "sha256", a->has_digest ? hex : NULL);
        rota_emit_bool(s->out, "uploaded", a->uploaded);
        rota_emit_number(s->out, "downloads", a->downloads);
        rota_emit_end(s->out);
        return;
    }
    pub_say_line(
        s, "  %-32s %10s %6llu downloads  %s%s", a->name,
        rota_emit_size(size, a->size), (unsigned long long)a->downloads,
        a->uploaded ? "" : "NOT UPLOADED WHOLE ", a->has_digest ? hex : "");
}
