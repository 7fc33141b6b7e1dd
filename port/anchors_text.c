/* SPDX-License-Identifier: Apache-2.0 */
#include "anchors_text.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

struct text {
    const char *start, *end;
};

static struct text text_of(const char *pem, size_t len)
{
    const char *nul = len ? memchr(pem, '\0', len) : NULL;

    return (struct text){pem, nul ? nul : pem + len};
}

/* --- Boundaries ----------------------------------------------------------- */

static const char *find(const char *p, const char *end, const char *what)
{
    size_t len = strlen(what);

    for (; (size_t)(end - p) >= len; p++)
        if (memcmp(p, what, len) == 0)
            return p;
    return NULL;
}

/* Where the next certificate begins, or NULL. RFC 7468, section 2: a boundary
 * stands at the start of a line. */
static const char *find_begin(const struct text *t, const char *p)
{
    while ((p = find(p, t->end, BEGIN)) != NULL) {
        if (p == t->start || p[-1] == '\n' || p[-1] == '\r')
            return p;
        p++;
    }
    return NULL;
}

size_t rota_anchors_text_count(const char *pem, size_t len)
{
    const struct text t = text_of(pem, len);
    size_t n = 0;

    for (const char *p = pem; (p = find_begin(&t, p)) != NULL; p++)
        n++;
    return n;
}

/* --- Base64 --------------------------------------------------------------- */

struct base64 {
    uint32_t bits;
    unsigned digits, pads; /* digits: pads included */
};

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* False when c cannot stand here. */
static bool add_digit(struct base64 *b, char c)
{
    int v = sextet(c);

    if (c == '=') {
        b->pads++;
        v = 0;
    } else if (v < 0 || b->pads > 0) {
        return false;
    }
    b->bits = b->bits << 6 | (uint32_t)v;
    b->digits++;
    return b->pads <= 2;
}

static bool is_blank(char c)
{
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

/* The base64 of p up to q as bytes at out, which may be before p: four digits
 * are read before their three bytes are written. */
static int decode(const char *p, const char *q, uint8_t *out, size_t room,
                  size_t *len)
{
    struct base64 b = {0};

    *len = 0;
    for (; p < q; p++) {
        if (is_blank(*p))
            continue;
        if (!add_digit(&b, *p))
            return ROTA_EINVAL;
        if (b.digits % 4 != 0)
            continue;
        if (room - *len < 3 - b.pads)
            return ROTA_ENOSPC;
        for (unsigned i = 0; i < 3 - b.pads; i++)
            out[(*len)++] = (uint8_t)(b.bits >> (16 - 8 * i));
    }
    return b.digits % 4 == 0 ? ROTA_OK : ROTA_EINVAL;
}

/* --- Certificates --------------------------------------------------------- */

/* Is it one DER SEQUENCE of just this length (X.690, 8.1.3), as a certificate
 * is? mbedTLS looks at the rest when the root is needed. */
static bool plausible(const uint8_t *der, size_t len)
{
    size_t head, body = 0;

    if (len < 2 || der[0] != 0x30 || der[1] == 0x80)
        return false;
    head = der[1] < 0x80 ? 2 : 2u + (der[1] & 0x7f);
    if (head > 5 || head > len)
        return false;
    if (head == 2)
        body = der[1];
    for (size_t i = 2; i < head; i++)
        body = body << 8 | der[i];
    return head + body == len;
}

/* The certificate whose boundary is at *p, which is moved to its end. */
static int convert(const struct text *t, const char **p, uint8_t *out,
                   size_t room, struct rota_anchor *root)
{
    const char *from = *p + sizeof(BEGIN) - 1;
    const char *to = find(from, t->end, END);

    if (!to)
        return ROTA_EINVAL;
    int err = decode(from, to, out, room, &root->len);
    if (err)
        return err;
    root->der = out;
    *p = to;
    return plausible(out, root->len) ? ROTA_OK : ROTA_EINVAL;
}

int rota_anchors_text(const char *pem, size_t len, void *der, size_t size,
                      struct rota_anchor *list, size_t max)
{
    const struct text t = text_of(pem, len);
    uint8_t *out = der;
    size_t n = 0;

    for (const char *p = pem; (p = find_begin(&t, p)) != NULL; n++) {
        if (n == max || n == INT_MAX)
            return ROTA_ENOSPC;
        int err = convert(&t, &p, out, size, &list[n]);
        if (err)
            return err;
        out += list[n].len;
        size -= list[n].len;
    }
    return (int)n;
}
