/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around a manifest's signed bytes: see manifest.h. */
#include "manifest.h"

#include <string.h>

#include "util.h"

#define FIRST "rota1\n"
#define SIG "sig "
#define ID_DIGITS (2 * ROTA_KEY_ID_LEN)
#define BEGIN "{\"rota\":1," /* no other use of a key signs such a text */

struct line {
    uint8_t id[ROTA_KEY_ID_LEN];
    uint8_t der[ROTA_SIGN_DER_MAX];
    size_t der_len;
};

static int refuse(struct rota_manifest *m, int err, const char *why)
{
    m->why = why;
    return err;
}

/* --- A line --- */

/* The value of a digit of base64 (RFC 4648, 4), 64 and more for others. */
static unsigned digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = memchr(digits, c, 64);

    return at ? (unsigned)(at - digits) : 64;
}

/* Only the one spelling of these bytes is taken: with its padding, and with
 * zeros in the bits that are left over (RFC 4648, 3.5). */
static bool unbase64(struct line *l, const char *s, size_t len)
{
    uint32_t bits = 0;
    unsigned have = 0, v = 0;

    if (len == 0 || len % 4 != 0 || len > sizeof l->der / 3 * 4)
        return false;
    for (int pad = 0; pad < 2 && s[len - 1] == '='; pad++)
        len--;
    l->der_len = 0;
    for (size_t i = 0; i < len; i++) {
        v = digit(s[i]);
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

/* Where the line after the one at s begins, or NULL when this is none. */
static const char *read_line(struct line *l, const char *s, const char *end)
{
    size_t head = strlen(SIG) + ID_DIGITS + 1;

    if ((size_t)(end - s) < head || memcmp(s, SIG, strlen(SIG)) != 0
        || s[head - 1] != ' '
        || !rota_unhex_lower(s + strlen(SIG), ID_DIGITS, l->id, sizeof l->id))
        return NULL;
    s += head;
    const char *lf = memchr(s, '\n', (size_t)(end - s));
    return lf && unbase64(l, s, (size_t)(lf - s)) ? lf + 1 : NULL;
}

/* --- The form of it all --- */

/* Check every line and find the signed bytes. */
static int outline(struct rota_manifest *m, const char *s, size_t len)
{
    const char *end = s + len;
    struct line l;
    int lines = 0;

    if (len > ROTA_MANIFEST_MAX)
        return refuse(m, ROTA_EMANIFEST, "longer than this build takes");
    if (len < strlen(FIRST) || memcmp(s, FIRST, strlen(FIRST)) != 0)
        return refuse(m, ROTA_EMANIFEST, "the first line is not rota1");
    for (s += strlen(FIRST); s && s < end && *s != '\n'; lines++)
        s = lines < ROTA_SIGNATURES_MAX ? read_line(&l, s, end) : NULL;
    if (!s || s == end || lines == 0)
        return refuse(m, ROTA_EMANIFEST, "the lines of signatures are wrong");
    m->text = s + 1;
    m->len = (size_t)(end - m->text);
    if (m->len < strlen(BEGIN) || memcmp(m->text, BEGIN, strlen(BEGIN)) != 0)
        return refuse(m, ROTA_EMANIFEST,
                      "the signed text does not begin with {\"rota\":1,");
    return ROTA_OK;
}

/* --- Signatures --- */

static bool is_revoked(const struct rota_past *past, const uint8_t *id)
{
    for (int i = 0; past && i < ROTA_REVOKED_MAX; i++)
        if (memcmp(past->revoked[i], id, ROTA_KEY_ID_LEN) == 0)
            return true;
    return false;
}

/* ROTA_OK when one of the lines at s has a signature of this key, whose id is
 * id; ROTA_ESIGNATURE when none has. */
static int check_lines(const struct rota_manifest *m,
                       const struct rota_key *key, const uint8_t *id,
                       const char *s)
{
    struct line l;
    int err = ROTA_ESIGNATURE;

    while (*s != '\n' && err == ROTA_ESIGNATURE) {
        s = read_line(&l, s, m->text); /* outline has seen that it is one */
        if (memcmp(l.id, id, ROTA_KEY_ID_LEN) == 0)
            err = rota_sign_check(key, m->text, m->len, l.der, l.der_len);
    }
    return err;
}

/* Has the key at place i signed? That of a revoked key is no signature. */
static int check_key(struct rota_manifest *m, const struct rota_config *c,
                     const struct rota_past *past, size_t i, const char *lines)
{
    uint8_t id[ROTA_KEY_ID_LEN];
    int err = rota_sign_key_id(&c->keys[i], id);

    if (!err && is_revoked(past, id))
        err = ROTA_ESIGNATURE;
    if (!err)
        err = check_lines(m, &c->keys[i], id, lines);
    if (!err) {
        m->signers |= 1u << i;
        memcpy(m->signer, id, sizeof id);
    }
    return err;
}

/* Keys are looked for among the lines, not lines among the keys: so none
 * counts twice. */
int rota_manifest_verify(struct rota_manifest *m, const struct rota_config *c,
                         const struct rota_past *past, const void *buf,
                         size_t len)
{
    const char *lines = (const char *)buf + strlen(FIRST);
    int missing = c->key_threshold ? c->key_threshold : 1;

    *m = (struct rota_manifest){0};
    int err = outline(m, buf, len);
    if (err)
        return err;
    for (size_t i = 0; i < c->key_count; i++) {
        err = check_key(m, c, past, i, lines);
        if (err == ROTA_OK)
            missing--;
        else if (err != ROTA_ESIGNATURE)
            return refuse(m, err, "the signatures could not be checked");
    }
    if (missing <= 0)
        return ROTA_OK;
    return refuse(m, ROTA_ESIGNATURE,
                  m->signers ? "too few trusted keys have signed"
                             : "no trusted key has signed");
}
