/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <string.h>

/* Years begin in March here, so that the leap day is the last. */
int64_t rota_date(int year, int month, int day, int hour, int min, int sec)
{
    unsigned y = (unsigned)(month > 2 ? year : year - 1);
    unsigned m = (unsigned)(month > 2 ? month - 3 : month + 9);
    unsigned century = y / 100;
    unsigned days = y * 1461 / 4 - century + century / 4 + (153 * m + 2) / 5;

    return (int64_t)((int)days + day - 719469) * 86400 + (hour * 60 + min) * 60
         + sec;
}

static int date_month_number(const char *s)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int i = 0; i < 12; i++)
        if (memcmp(s, names + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

int64_t rota_date_http(const char *s, size_t len)
{
    static const char form[] = "aaa, 00 aaa 0000 00:00:00 GMT";
    static const uint8_t most[] = {31, 99, 99, 23, 59, 60};
    uint8_t v[sizeof most] = {0}; /* of two digits each */
    size_t digits = 0;

    if (len != sizeof(form) - 1)
        return -1;
    for (size_t i = 0; i < len; i++) {
        unsigned d = (unsigned)s[i] - '0';
        if (form[i] == '0' && d <= 9) {
            v[digits / 2] = (uint8_t)(10 * v[digits / 2] + d);
            digits++;
        } else if (form[i] != 'a' && form[i] != s[i]) {
            return -1;
        }
    }
    for (size_t i = 0; i < sizeof most; i++)
        if (v[i] > most[i])
            return -1;
    int month = date_month_number(s + 8);
    if (v[0] == 0 || v[1] == 0 || month == 0)
        return -1;
    return rota_date(100 * v[1] + v[2], month, v[0], v[3], v[4], v[5]);
}
