/* SPDX-License-Identifier: Apache-2.0 */
#include "date.h"

#include "util.h"

/* Two digits at s, or -1. */
static int two_digits(const char *s)
{
    uint64_t v;

    return rota_decimal(s, 2, 99, &v) ? (int)v : -1;
}

/* Years begin in March here, so that the leap day is the last. */
int64_t rota_date(int year, int month, int day, int hour, int min, int sec)
{
    int y = month > 2 ? year : year - 1;
    int m = month > 2 ? month - 3 : month + 9;
    int64_t days = 365ll * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5
                 + day - 719469;

    return days * 86400 + hour * 3600 + min * 60 + sec;
}

static int month_number(const char *s)
{
    static const char names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

    for (int i = 0; i < 12; i++)
        if (rota_same(s, 3, names[i]))
            return i + 1;
    return 0;
}

int64_t rota_http_date(const char *s, size_t len)
{
    static const char form[] = "aaa, 00 aaa 0000 00:00:00 GMT";

    if (len != sizeof(form) - 1)
        return -1;
    for (size_t i = 0; i < len; i++)
        if (form[i] != 'a' && form[i] != '0' && form[i] != s[i])
            return -1;

    int day = two_digits(s + 5), month = month_number(s + 8);
    int century = two_digits(s + 12), year = two_digits(s + 14);
    int hour = two_digits(s + 17), min = two_digits(s + 20);
    int sec = two_digits(s + 23);
    if (day < 1 || day > 31 || !month || century < 1 || year < 0 || hour < 0
        || hour > 23 || min < 0 || min > 59 || sec < 0 || sec > 60)
        return -1;
    return rota_date(100 * century + year, month, day, hour, min, sec);
}
