/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time as people write them. */
#ifndef PUB_WORDS_WHEN_H
#define PUB_WORDS_WHEN_H

#include "words/args.h"

/* 2026-12-31, 2026-12-31T12:00:00Z or @1798718400, as Unix time. False when
 * text is none of them, or before 1970 or after 9999. */
bool pub_when_date(const char *text, uint64_t *unix_time);

/* 90d, 12h, 30m or 45s, in seconds; at most 100 years. */
bool pub_when_span(const char *text, uint64_t *seconds);

/* For options; a struct pub_when. */
pub_arg_fn pub_arg_date;         /* a date */
pub_arg_fn pub_arg_date_or_span; /* a date, or a span from a later origin */

struct pub_when {
    uint64_t value;
    bool given;
    bool span;
};

/* The time of making: SOURCE_DATE_EPOCH if it is set, else the clock. 0 or,
 * having said why, an exit code. */
int pub_when_now(const struct pub_say *s, uint64_t *unix_time);

#endif
