/* SPDX-License-Identifier: Apache-2.0 */
#include "words/when.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/text.h"

#define DAY 86400u
#define YEARS_100 (36525ull * DAY)
#define END_OF_9999 253402300799ull

/* Is text of this form, where each 0 stands for a digit? */
static bool has_form(const char *text, const char *form)
{
    for (; *form; form++, text++)
        if (*form == '0' ? !isdigit((unsigned char)*text) : *text != *form)
            return false;
    return !*text;
}

static int digits(const char *text, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++)
        v = v * 10 + (text[i] - '0');
    return v;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

bool pub_when_date(const char *text, uint64_t *unix_time)
{
    bool time = has_form(text, "0000-00-00T00:00:00Z");
    int year, month, day, h, m, s;

    if (text[0] == '@')
        return rota_text_decimal(text + 1, strlen(text + 1), END_OF_9999,
                                 unix_time);
    if (!time && !has_form(text, "0000-00-00"))
        return false;
    year = digits(text, 4);
    month = digits(text + 5, 2);
    day = digits(text + 8, 2);
    h = time ? digits(text + 11, 2) : 0;
    m = time ? digits(text + 14, 2) : 0;
    s = time ? digits(text + 17, 2) : 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1
        || day > days_of(year, month) || h > 23 || m > 59 || s > 59)
        return false;
    *unix_time = (uint64_t)rota_date(year, month, day, h, m, s);
    return true;
}

bool pub_when_span(const char *text, uint64_t *seconds)
{
    static const struct {
        char name;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY}};
    size_t len = strspn(text, "0123456789");
    uint64_t n;

    if (strlen(text) != len + 1 || !rota_text_decimal(text, len, YEARS_100, &n))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i].name == text[len]) {
            *seconds = n * units[i].seconds;
            return *seconds > 0 && *seconds <= YEARS_100;
        }
    return false;
}

const char *pub_arg_date(void *field, const char *value)
{
    struct pub_when *w = field;

    *w = (struct pub_when){.given = true};
    return pub_when_date(value, &w->value)
             ? NULL
             : "a date such as 2026-12-31, 2026-12-31T12:00:00Z or @1798718400";
}

const char *pub_arg_date_or_span(void *field, const char *value)
{
    struct pub_when *w = field;

    if (!pub_arg_date(field, value))
        return NULL;
    w->span = true;
    return pub_when_span(value, &w->value)
             ? NULL
             : "a date such as 2026-12-31 or a time such as 90d";
}

int pub_when_now(const struct pub_say *s, uint64_t *unix_time)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");

    *unix_time = (uint64_t)time(NULL);
    if (!text || !text[0]
        || rota_text_decimal(text, strlen(text), END_OF_9999, unix_time))
        return ROTA_EXIT_OK;
    return pub_say_failure(s, ROTA_EXIT_USAGE, "SOURCE_DATE_EPOCH",
                           "must be a number of seconds, not '%.40s'", text);
}
