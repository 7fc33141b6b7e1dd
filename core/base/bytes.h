/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes: a span of them, numbers in them, and their checksum. */
#ifndef ROTA_BASE_BYTES_H
#define ROTA_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to somebody else. */
struct rota_span {
    const uint8_t *p;
    size_t len;
};

/* Little-endian, at any alignment. */
uint16_t rota_bytes_get16(const uint8_t *p);
uint32_t rota_bytes_get32(const uint8_t *p);
void rota_bytes_put16(uint8_t *p, uint16_t v);
void rota_bytes_put32(uint8_t *p, uint32_t v);

/* CRC-32 (IEEE 802.3, reflected, as zlib's): begin with crc 0. */
uint32_t rota_bytes_crc32(uint32_t crc, const void *buf, size_t len);

#endif
