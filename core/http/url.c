/* SPDX-License-Identifier: Apache-2.0 */
#include "http/url.h"

#include <string.h>

static const char scheme[] = "https://";

_Static_assert(ROTA_URL_MAX <= UINT16_MAX, "offsets are 16 bits wide");

/* Non-empty labels of letters, digits, "-" and "_". Stricter than RFC 3986,
 * 3.2.2: with neither escapes nor odd characters nobody can read the host as
 * another one than we do. */
static size_t url_name_len(const char *s)
{
    for (size_t n = 0;; n++) {
        size_t label = rota_text_word(s + n, "-_");
        n += label;
        if (label == 0 || s[n] != '.')
            return label ? n : 0;
    }
}

/* What may stand between the brackets of an IPv6 address; whoever connects
 * reads it for good. */
static size_t url_ipv6_len(const char *s)
{
    size_t n = strspn(s, "0123456789abcdefABCDEF:.");

    return s[n] == ']' && memchr(s, ':', n) ? n : 0;
}

/* Where the host at s ends, its brackets included, or NULL. */
static const char *url_parse_host(struct rota_url *u, const char *text,
                                  const char *s)
{
    bool bracket = *s == '[';

    s += bracket;
    size_t len = bracket ? url_ipv6_len(s) : url_name_len(s);
    if (len == 0)
        return NULL;
    u->host = (uint16_t)(s - text);
    u->host_len = (uint16_t)len;
    return s + len + bracket;
}

/* Where the port at s ends, or NULL. ":" without a number is none (3.2.3). */
static const char *url_parse_port(struct rota_url *u, const char *s)
{
    uint32_t port = 443;

    if (*s == ':') {
        const char *digits = ++s;
        if (!rota_text_take_decimal(&s, UINT16_MAX, &port) && s != digits)
            return NULL;
    }
    u->port = (uint16_t)port;
    return port > 0 ? s : NULL;
}

int rota_url_parse(struct rota_url *u, const char *text)
{
    size_t len = strlen(text);
    size_t begin = sizeof scheme - 1;

    if (len > ROTA_URL_MAX)
        return ROTA_ETOOLONG;
    if (len < begin || !rota_text_equal_nocase(text, scheme, begin)
        || !rota_text_printable(text, false))
        return ROTA_EREDIRECT;
    const char *s = url_parse_host(u, text, text + begin);
    if (s)
        s = url_parse_port(u, s);
    /* User information, or a query without a path, ends up here too. */
    if (!s || (*s && *s != '/' && *s != '#'))
        return ROTA_EREDIRECT;
    if (u->host_len > ROTA_HOST_MAX)
        return ROTA_ETOOLONG;
    u->path = (uint16_t)(s - text);
    u->path_len = (uint16_t)strcspn(s, "#");
    return ROTA_OK;
}

bool rota_url_same_origin(const char *a, const struct rota_url *ua,
                          const char *b, const struct rota_url *ub)
{
    return ua->port == ub->port && ua->host_len == ub->host_len
        && rota_text_equal_nocase(a + ua->host, b + ub->host, ua->host_len);
}

/* The dot that a suffix begins with is the label boundary. */
static bool url_ends_in(const char *host, size_t len, const char *suffix,
                        size_t suffix_len)
{
    return suffix[0] == '.' && len > suffix_len
        && rota_text_equal_nocase(host + len - suffix_len, suffix, suffix_len);
}

bool rota_url_host_allowed(const char *text, const struct rota_url *u,
                           const char *suffixes)
{
    for (const char *s = suffixes;; s++) {
        s += strspn(s, " \t");
        size_t len = strcspn(s, " \t,");
        if (url_ends_in(text + u->host, u->host_len, s, len))
            return true;
        s = strchr(s, ',');
        if (!s)
            return false;
    }
}

void rota_url_add_host(struct rota_text *t, const char *host, uint16_t port)
{
    bool ipv6 = strchr(host, ':') != NULL;

    rota_text_add_n(t, "[", ipv6);
    rota_text_add(t, host);
    rota_text_add_n(t, "]", ipv6);
    if (port != 443) {
        rota_text_add(t, ":");
        rota_text_add_u64(t, port);
    }
}
