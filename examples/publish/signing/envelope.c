/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/envelope.h"

#include <string.h>

#include "signing/base64.h"
#include "base/text.h"

static const char magic[] = "rota1\n";
static const char begin[] = "{\"rota\":1,";

enum { ID = 16, SIG_ID = 4, SIG_DER = SIG_ID + ID + 1 };

static bool begins(const char *buf, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(buf, with, strlen(with)) == 0;
}

static bool is_id(const char *s)
{
    for (int i = 0; i < ID; i++)
        if (!s[i] || !strchr("0123456789abcdef", s[i]))
            return false;
    return true;
}

/* "sig ID BASE64" without its end of line. */
static const char *read_line(struct pub_envelope *e, const char *line,
                             size_t len)
{
    size_t at = e->signatures;

    if (!begins(line, len, "sig ") || len <= SIG_DER || line[SIG_DER - 1] != ' '
        || !is_id(line + SIG_ID))
        return "a line before the empty one is no \"sig ID SIGNATURE\"";
    if (at == PUB_ENVELOPE_SIGNATURES)
        return "has more than 4 signatures";
    memcpy(e->sig[at].id, line + SIG_ID, ID);
    e->sig[at].id[ID] = '\0';
    if (!pub_base64_decode(line + SIG_DER, len - SIG_DER, e->sig[at].der,
                           sizeof(e->sig[at].der), &e->sig[at].der_len))
        return "a signature is not the base64 of up to 72 bytes";
    e->signatures++;
    return NULL;
}

static const char *read_lines(struct pub_envelope *e, const char *buf,
                              size_t len, size_t *at)
{
    while (*at < len && buf[*at] != '\n') {
        const char *end = memchr(buf + *at, '\n', len - *at);
        const char *why;

        if (!end)
            return "ends before the manifest";
        why = read_line(e, buf + *at, (size_t)(end - buf) - *at);
        if (why)
            return why;
        *at = (size_t)(end - buf) + 1;
    }
    (*at)++;
    return e->signatures ? NULL : "has no signature";
}

const char *pub_envelope_read(struct pub_envelope *e, const char *buf,
                              size_t len)
{
    size_t at = strlen(magic);
    const char *why = NULL;

    *e = (struct pub_envelope){.text = buf, .len = len};
    if (begins(buf, len, begin))
        return NULL;
    if (!begins(buf, len, magic))
        return "is neither a manifest nor a signed one: it begins with "
               "neither {\"rota\":1, nor rota1";
    why = read_lines(e, buf, len, &at);
    if (why)
        return why;
    if (at > len || !begins(buf + at, len - at, begin))
        return "the signed bytes do not begin with {\"rota\":1,";
    e->text = buf + at;
    e->len = len - at;
    return NULL;
}

size_t pub_envelope_write(const struct pub_envelope *e,
                          char out[PUB_ENVELOPE_MAX])
{
    char all[PUB_ENVELOPE_MAX + 1], base64[PUB_BASE64_LEN(72) + 1];
    struct rota_text t;

    rota_text_init(&t, all, sizeof(all));
    rota_text_add(&t, magic);
    for (size_t i = 0; i < e->signatures; i++) {
        pub_base64(base64, e->sig[i].der, e->sig[i].der_len);
        rota_text_add(&t, "sig ");
        rota_text_add(&t, e->sig[i].id);
        rota_text_add(&t, " ");
        rota_text_add(&t, base64);
        rota_text_add(&t, "\n");
    }
    rota_text_add(&t, "\n");
    rota_text_add_n(&t, e->text, e->len);
    if (t.full)
        return 0;
    memcpy(out, all, t.len);
    return t.len;
}
