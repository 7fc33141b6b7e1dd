/* SPDX-License-Identifier: Apache-2.0 */
/* Text: comparing it, reading numbers in it, and putting it together in a
 * bounded buffer. No locale, no allocation, no errno. */
#ifndef ROTA_BASE_TEXT_H
#define ROTA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is a..a+len the text b? Without regard to the case of ASCII letters. */
bool rota_text_same(const char *a, size_t len, const char *b);
bool rota_text_same_nocase(const char *a, size_t len, const char *b);

/* Are len bytes equal but for the case of ASCII letters? */
bool rota_text_equal_nocase(const char *a, const char *b, size_t len);

/* Is all of s printable ASCII, with blanks or without? */
bool rota_text_printable(const char *s, bool blanks);

/* How many bytes at the front of s are ASCII letters, digits or in others. */
size_t rota_text_word(const char *s, const char *others);

/* The len digits at s as a number. False when there are none, when anything
 * else is among them, or when the number is above max. */
bool rota_text_decimal(const char *s, size_t len, uint64_t max, uint64_t *v);

/* All digits at *s as a number, and *s behind them. False when there are none,
 * which leaves *v, or when the number is above max, which *v then is. max is
 * at least 9. */
bool rota_text_take_decimal(const char **s, uint32_t max, uint32_t *v);

/* 2 * len hexadecimal digits, in either case, as len bytes. False when s is
 * of another length or has another character. */
bool rota_text_unhex(const char *s, size_t slen, uint8_t *out, size_t len);

/* The same of lower-case digits alone, where one spelling must count. */
bool rota_text_unhex_lower(const char *s, size_t slen, uint8_t *out,
                           size_t len);

/* A string that is put together piece by piece in somebody's buffer. Once
 * something did not fit, full is set, nothing more is added and the text
 * stays NUL-terminated. */
struct rota_text {
    char *buf;
    size_t size; /* of buf, the NUL included, at least 1 */
    size_t len;
    bool full;
};
void rota_text_init(struct rota_text *t, char *buf, size_t size);
void rota_text_add(struct rota_text *t, const char *s);
void rota_text_add_n(struct rota_text *t, const char *s, size_t len);
void rota_text_add_u64(struct rota_text *t, uint64_t v);
/* Percent-encodes all but RFC 3986's unreserved characters. */
void rota_text_add_encoded(struct rota_text *t, const char *s);

#endif
