/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, numbers and bounded strings. No locale, no allocation, no errno. */
#ifndef ROTA_UTIL_H
#define ROTA_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to somebody else. */
struct rota_span {
    const uint8_t *p;
    size_t len;
};

/* Little-endian, at any alignment. */
uint16_t rota_get16(const uint8_t *p);
uint32_t rota_get32(const uint8_t *p);
uint64_t rota_get64(const uint8_t *p);
void rota_put16(uint8_t *p, uint16_t v);
void rota_put32(uint8_t *p, uint32_t v);
void rota_put64(uint8_t *p, uint64_t v);

/* CRC-32 (IEEE 802.3, reflected, as zlib's): begin with crc 0. */
uint32_t rota_crc32(uint32_t crc, const void *buf, size_t len);

/* Is a..a+len the text b? Without regard to the case of ASCII letters. */
bool rota_same(const char *a, size_t len, const char *b);
bool rota_same_nocase(const char *a, size_t len, const char *b);

/* Are len bytes equal but for the case of ASCII letters? */
bool rota_equal_nocase(const char *a, const char *b, size_t len);

/* Is all of s printable ASCII, with blanks or without? */
bool rota_printable(const char *s, bool blanks);

/* How many bytes at the front of s are ASCII letters, digits or in others. */
size_t rota_word(const char *s, const char *others);

/* The len digits at s as a number. False when there are none, when anything
 * else is among them, or when the number is above max. */
bool rota_decimal(const char *s, size_t len, uint64_t max, uint64_t *v);

/* All digits at *s as a number, in the same way, and *s behind them. */
bool rota_take_decimal(const char **s, uint64_t max, uint64_t *v);

/* 2 * len hexadecimal digits, in either case, as len bytes. False when s is
 * of another length or has another character. */
bool rota_unhex(const char *s, size_t slen, uint8_t *out, size_t len);

/* The same of lower-case digits alone, where one spelling must count. */
bool rota_unhex_lower(const char *s, size_t slen, uint8_t *out, size_t len);

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
