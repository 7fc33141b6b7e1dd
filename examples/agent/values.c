/* SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rota_config.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY (24ull * HOUR)
#define YEAR (365 * DAY)

static bool store(void *field, const char *value)
{
    *(const char **)field = value;
    return true;
}

/* All of s, and something, made of letters, digits and these others? */
static bool made_of(const char *s, size_t len, const char *others)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)s[i]) && !strchr(others, s[i]))
            return false;
    return len > 0;
}

bool rota_value_any(void *field, const char *value)
{
    return store(field, value);
}

bool rota_value_some(void *field, const char *value)
{
    return value[0] && store(field, value);
}

bool rota_value_repo(void *field, const char *value)
{
    size_t owner = strcspn(value, "/");
    const char *name = value + owner + (value[owner] == '/');

    if (strstr(value, "..") || !strcmp(name, ".") || value[0] == '.')
        return false;
    return made_of(value, owner, "-_.") && made_of(name, strlen(name), "-_.")
        && store(field, value);
}

bool rota_value_keys(void *field, const char *value)
{
    if (strcmp(value, "none") == 0)
        return store(field, "");
    return value[0] && store(field, value);
}

bool rota_value_boot(void *field, const char *value)
{
    static const char *const known[] = {"link", "uboot-mender", "uboot-rauc"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(value, known[i]) == 0)
            return store(field, value);
    return false;
}

bool rota_value_split(const char *value, char out[2][ROTA_PAIR_SIZE])
{
    for (int i = 0; i < 2; i++) {
        size_t len;

        value += strspn(value, " \t");
        len = strcspn(value, ", \t");
        if (len >= ROTA_PAIR_SIZE || !made_of(value, len, "-_."))
            return false;
        memcpy(out[i], value, len);
        out[i][len] = '\0';
        value += len;
        value += strspn(value, " \t");
        if (*value != (i ? '\0' : ','))
            return false;
        value += !i;
    }
    return strcmp(out[0], out[1]) != 0;
}

bool rota_value_pair(void *field, const char *value)
{
    char names[2][ROTA_PAIR_SIZE];

    return rota_value_split(value, names) && store(field, value);
}

static bool good_port(const char *s, size_t len)
{
    uint32_t port = 0;

    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)s[i]) || i == 5)
            return false;
        port = port * 10 + (uint32_t)(s[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

/* The core looks closer; here it is about what people really get wrong. */
bool rota_value_api(void *field, const char *value)
{
    const char *host = value + strlen("https://");
    size_t len, name;

    if (strncmp(value, "https://", strlen("https://")) != 0)
        return false;
    if (!made_of(host, strlen(host), "-_.:/[]~%"))
        return false;
    len = strcspn(host, "/");
    name = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    if (name < 1 || name > len || name > ROTA_HOST_MAX || strstr(host, ".."))
        return false;
    if (name < len
        && (host[name] != ':' || !good_port(host + name + 1, len - name - 1)))
        return false;
    return store(field, value);
}

bool rota_value_channel(void *field, const char *value)
{
    const char *tag = value + strlen("tag:");

    if (strcmp(value, "latest") == 0 || strcmp(value, "prerelease") == 0)
        return store(field, value);
    return strncmp(value, "tag:", strlen("tag:")) == 0 && tag[0]
        && strlen(tag) <= ROTA_TAG_MAX && store(field, value);
}

bool rota_value_name(void *field, const char *value)
{
    if (!value[0] || value[0] == '.' || strchr(value, '/')
        || strstr(value, "..") || strlen(value) > ROTA_NAME_MAX)
        return false;
    return store(field, value);
}

bool rota_value_suffixes(void *field, const char *value)
{
    const char *p = value;

    while (*p) {
        size_t len = strcspn(p, ",");
        const char *next = p + len + (p[len] == ',');

        while (len && isblank((unsigned char)*p)) {
            p++;
            len--;
        }
        while (len && isblank((unsigned char)p[len - 1]))
            len--;
        if (len < 2 || p[0] != '.' || p[1] == '.' || !made_of(p, len, "-_."))
            return false;
        p = next;
    }
    return store(field, value);
}

bool rota_value_api_version(void *field, const char *value)
{
    static const char form[] = "dddd-dd-dd";

    if (strcmp(value, "none") == 0)
        return store(field, "");
    if (strlen(value) != strlen(form))
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)value[i])
                           : value[i] != form[i])
            return false;
    return store(field, value);
}

/* "90", "90s", "10m", "6h", "1d", "500ms" as milliseconds; 0 is no time. */
static uint64_t milliseconds(const char *s)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"", SECOND},  {"ms", 1},   {"s", SECOND},
                 {"m", MINUTE}, {"h", HOUR}, {"d", DAY}};
    uint64_t n = 0;

    if (!isdigit((unsigned char)*s))
        return 0;
    for (; isdigit((unsigned char)*s); s++) {
        if (n > UINT32_MAX)
            return 0;
        n = n * 10 + (uint64_t)(*s - '0');
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(s, units[i].name) == 0)
            return n * units[i].ms;
    return 0;
}

bool rota_value_interval(void *field, const char *value)
{
    uint64_t ms = milliseconds(value);

    if (ms < 2 * SECOND || ms > YEAR)
        return false;
    *(uint32_t *)field = (uint32_t)(ms / SECOND);
    return true;
}

bool rota_value_stall(void *field, const char *value)
{
    uint64_t ms = milliseconds(value);

    if (ms < 100 || ms > HOUR)
        return false;
    *(uint32_t *)field = (uint32_t)ms;
    return true;
}

static bool number(void *field, const char *value, uint32_t least,
                   uint32_t most)
{
    uint64_t n = 0;

    for (const char *p = value; *p; p++) {
        if (!isdigit((unsigned char)*p) || n > most)
            return false;
        n = n * 10 + (uint64_t)(*p - '0');
    }
    if (!value[0] || n < least || n > most)
        return false;
    *(uint32_t *)field = (uint32_t)n;
    return true;
}

bool rota_value_starts(void *field, const char *value)
{
    return number(field, value, 1, 100);
}

bool rota_value_threshold(void *field, const char *value)
{
    return number(field, value, 1, 32);
}

bool rota_value_revision(void *field, const char *value)
{
    return number(field, value, 0, UINT32_MAX);
}

bool rota_value_yes_no(void *field, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;

    if (!yes && strcmp(value, "no") != 0)
        return false;
    *(bool *)field = yes;
    return true;
}
