/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/envelope.h"

#include <string.h>

#include "base/config.h"

#include "base/text.h"

#define FIRST "rota1\n"
#define SIG "sig "
#define ID_DIGITS (2 * ROTA_KEY_ID_LEN)
#define HEAD (sizeof SIG - 1 + ID_DIGITS + 1) /* of a line */
#define BEGIN "{\"rota\":1," /* a key signs no other texts that begin so */

struct line {
    uint8_t id[ROTA_KEY_ID_LEN];
    uint8_t der[ROTA_SIGN_DER_MAX];
    size_t der_len;
};

static int envelope_refuse(struct rota_manifest *m, int err, enum rota_why why)
{
    m->why = (uint8_t)why;
    return err;
}

static bool envelope_begins(const char *s, size_t len, const char *with)
{
    size_t n = strlen(with);

    return len >= n && memcmp(s, with, n) == 0;
}

/* --- A line --- */

/* The value of a digit of base64 (RFC 4648, 4); 64 for other characters. */
static unsigned envelope_digit(char c)
{
    unsigned before = 0;

    for (const char *r = "AZaz09++//"; *r; r += 2) {
        if (c >= r[0] && c <= r[1])
            return before + (unsigned)(c - r[0]);
        before += (unsigned)(r[1] - r[0]) + 1;
    }
    return before;
}

/* Takes one spelling of these bytes only: with padding, and with zeros in the
 * bits that are left over (RFC 4648, 3.5). Otherwise a server could change
 * bytes of a signed file. */
static bool envelope_unbase64(struct line *l, const char *s, size_t len)
{
    uint32_t bits = 0;
    unsigned have = 0, v = 0;

    if (len == 0 || len % 4 != 0 || len > sizeof l->der / 3 * 4)
        return false;
    for (int pad = 0; pad < 2 && s[len - 1] == '='; pad++)
        len--;
    l->der_len = 0;
    for (size_t i = 0; i < len; i++) {
        v = envelope_digit(s[i]);
        if (v > 63)
            return false;
        bits = bits << 6 | v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            l->der[l->der_len++] = (uint8_t)(bits >> have);
        }
    }
    return (bits & ((1u << have) - 1)) == 0;
}

/* Where the line after the one at s begins, or NULL when s is not a line of a
 * signature. There is a line feed before end. */
static const char *envelope_read_line(struct line *l, const char *s,
                                      const char *end)
{
    const char *lf = memchr(s, '\n', (size_t)(end - s));
    size_t len = (size_t)(lf - s);

    if (len < HEAD || !envelope_begins(s, len, SIG) || s[HEAD - 1] != ' '
        || !rota_text_unhex_lower(s + strlen(SIG), ID_DIGITS, l->id,
                                  sizeof l->id)
        || !envelope_unbase64(l, s + HEAD, len - HEAD))
        return NULL;
    return lf + 1;
}

/* --- The form of the whole --- */

/* Find the signed bytes: behind the first empty line. */
static int envelope_outline(struct rota_manifest *m, const char *s, size_t len)
{
    const char *end = s + len;

    if (len > ROTA_MANIFEST_MAX)
        return ROTA_WHY_LONG;
    if (!envelope_begins(s, len, FIRST))
        return ROTA_WHY_FIRST;
    s += strlen(FIRST);
    do {
        s = memchr(s, '\n', (size_t)(end - s));
        if (!s || ++s == end)
            return ROTA_WHY_LINES;
    } while (*s != '\n');
    m->text = s + 1;
    m->len = (size_t)(end - m->text);
    if (!envelope_begins(m->text, m->len, BEGIN))
        return ROTA_WHY_BEGIN;
    return ROTA_WHY_NONE;
}

/* --- Signatures --- */

/* Find the key that made the signature of a line, and count it as a signer. A
 * revoked key never counts, nor does a key that the device does not have. A
 * wrong signature is no error: another line may have a right one. */
static int envelope_check_line(struct rota_signatures *k,
                               const struct rota_manifest *m,
                               const struct rota_config *c,
                               const struct rota_accepted *past,
                               const struct line *l)
{
    uint8_t id[ROTA_KEY_ID_LEN];

    for (size_t i = 0; i < c->trust->count; i++) {
        int err = rota_sign_key_id(&c->trust->keys[i], id);
        if (!err
            && (memcmp(l->id, id, sizeof id) != 0
                || (past && rota_accepted_revoked(past, id))))
            continue;
        if (!err)
            err = rota_sign_check(&k->sign, &c->trust->keys[i], m->text, m->len,
                                  l->der, l->der_len);
        if (!err) {
            k->signers |= 1u << i;
            memcpy(k->signer, id, sizeof id);
        }
        return err == ROTA_ESIGNATURE ? ROTA_OK : err;
    }
    return ROTA_OK;
}

/* Check every line that was not checked in a call before. All lines must have
 * the right form, also those of unknown keys: so a manifest is valid for all
 * devices or for none. */
static int envelope_check_lines(struct rota_manifest *m,
                                const struct rota_config *c,
                                const struct rota_accepted *past,
                                struct rota_signatures *k)
{
    struct line l;

    while (k->next != m->text - 1) {
        const char *s = k->lines < ROTA_SIGNATURES_MAX
                          ? envelope_read_line(&l, k->next, m->text)
                          : NULL;
        if (!s)
            return envelope_refuse(m, ROTA_EMANIFEST, ROTA_WHY_LINES);
        int err = envelope_check_line(k, m, c, past, &l);
        if (err)
            return envelope_refuse(m, err, ROTA_WHY_UNCHECKED);
        k->lines++;
        k->next = s;
    }
    m->signers = k->signers;
    memcpy(m->signer, k->signer, sizeof m->signer);
    return ROTA_OK;
}

/* Counts signers and not signatures, so that no key counts twice. */
int rota_manifest_envelope_check(struct rota_manifest *m,
                                 const struct rota_config *c,
                                 const struct rota_accepted *past,
                                 struct rota_signatures *k, const void *buf,
                                 size_t len)
{
    int missing = rota_config_threshold(c);

    *m = (struct rota_manifest){0};
    m->why = (uint8_t)envelope_outline(m, buf, len);
    if (m->why)
        return ROTA_EMANIFEST;
    if (!k->next)
        k->next = (const char *)buf + strlen(FIRST);
    int err = envelope_check_lines(m, c, past, k);
    if (err)
        return err;
    for (uint32_t bits = m->signers; bits; bits &= bits - 1)
        missing--;
    if (missing <= 0)
        return ROTA_OK;
    return envelope_refuse(m, ROTA_ESIGNATURE,
                           m->signers ? ROTA_WHY_TOO_FEW : ROTA_WHY_STRANGERS);
}
