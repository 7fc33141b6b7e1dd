/* SPDX-License-Identifier: Apache-2.0 */
/* Dates as Unix time: seconds since 1970-01-01 UTC. */
#ifndef ROTA_BASE_DATE_H
#define ROTA_BASE_DATE_H

#include <stddef.h>
#include <stdint.h>

/* A date of the Gregorian calendar, year 1 or later; month and day count from
 * 1. Days beyond the month's end are those of the next one. */
int64_t rota_date(int year, int month, int day, int hour, int min, int sec);

/* "Sun, 06 Nov 1994 08:49:37 GMT" as Unix time, or -1 (RFC 9110, 5.6.7, the
 * preferred form only). */
int64_t rota_date_http(const char *s, size_t len);

#endif
