/* SPDX-License-Identifier: Apache-2.0 */
#include "trust.h"

#include "emit.h"
#include "settings.h"
#include "sys_posix.h"

const char *rota_trust_id(char out[ROTA_TRUST_ID],
                          const uint8_t id[ROTA_KEY_ID_LEN])
{
    for (size_t i = 0; i < ROTA_KEY_ID_LEN; i++)
        snprintf(out + 2 * i, 3, "%02x", id[i]);
    return out;
}

unsigned rota_trust_needed(const struct rota_device *d)
{
    return d->trust.threshold ? d->trust.threshold : 1;
}

static void keys_line(FILE *f, const struct rota_job *j)
{
    const struct rota_device *d = j->device;
    const struct rota_keys_pem *k = &d->keys;
    const char *dir = rota_settings_keys_dir(d->options);
    char id[ROTA_TRUST_ID], plain[200];

    fputs("keys         ", f);
    for (size_t i = 0; i < k->count; i++)
        fprintf(f, "%s%s%s", i ? ", " : "", rota_trust_id(id, k->id[i]),
                rota_key_is_revoked(&j->rota, k->id[i]) ? " (revoked)" : "");
    if (k->count)
        fprintf(f, "; %u of %zu must have signed\n", rota_trust_needed(d),
                k->count);
    else if (dir[0])
        fprintf(f, "none in %s: releases need not be signed\n",
                rota_emit_plain(plain, sizeof(plain), dir));
    else
        fputs("none, by configuration: releases need not be signed\n", f);
}

/* Seconds since the last manifest was accepted or, without a clock then, was
 * issued. False when that cannot be told. */
static bool age(const struct rota_status *st, uint64_t *seconds)
{
    uint64_t now = rota_sys_posix.unix_time(rota_sys_posix.ctx);
    uint64_t then = st->accepted ? st->accepted : st->issued;

    *seconds = now > then ? now - then : 0;
    return then && now >= then;
}

static void manifest_line(FILE *f, const struct rota_status *st)
{
    char issued[ROTA_EMIT_SIZE], span[ROTA_EMIT_SIZE];
    uint64_t seconds;

    fputs("manifest     ", f);
    if (st->accepted && age(st, &seconds))
        fprintf(f, "accepted %s ago", rota_emit_span(span, seconds));
    else
        fputs("accepted when there was no clock", f);
    if (st->issued)
        fprintf(f, ", issued %s", rota_emit_time(issued, st->issued));
    fputc('\n', f);
}

void rota_trust_lines(FILE *f, const struct rota_job *j,
                      const struct rota_status *st)
{
    keys_line(f, j);
    if (!st->seq && !st->held) {
        if (j->device->keys.count)
            fputs("accepted     no manifest yet\n", f);
        return;
    }
    fprintf(f, "accepted     seq %u, security %u\n", (unsigned)st->seq,
            (unsigned)st->security);
    if (st->seq)
        manifest_line(f, st);
    if (st->held)
        fputs("held         the newest release goes to other devices first\n",
              f);
    if (!j->device->keys.count)
        fputs("warning      signed releases were accepted before, but there is "
              "no key any more\n",
              f);
}

static void keys_member(FILE *f, const struct rota_job *j, const char *name,
                        bool revoked)
{
    const struct rota_keys_pem *k = &j->device->keys;
    char id[ROTA_KEYS_PEM_MAX][ROTA_TRUST_ID];
    const char *list[ROTA_KEYS_PEM_MAX];
    size_t count = 0;

    for (size_t i = 0; i < k->count; i++)
        if (!revoked || rota_key_is_revoked(&j->rota, k->id[i])) {
            list[count] = rota_trust_id(id[count], k->id[i]);
            count++;
        }
    rota_emit_texts(f, name, list, count);
}

void rota_trust_members(FILE *f, const struct rota_job *j,
                        const struct rota_status *st)
{
    uint64_t seconds;

    keys_member(f, j, "keys", false);
    keys_member(f, j, "keys_revoked", true);
    rota_emit_number(f, "key_threshold", rota_trust_needed(j->device));
    rota_emit_number(f, "seq", st->seq);
    rota_emit_number(f, "security", st->security);
    rota_emit_number(f, "issued", st->issued);
    rota_emit_number(f, "accepted", st->accepted);
    if (age(st, &seconds))
        rota_emit_number(f, "age_s", seconds);
    else
        rota_emit_text(f, "age_s", NULL);
    rota_emit_bool(f, "held", st->held);
}
