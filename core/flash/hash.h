/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), through PSA so that hardware can do it. */
#ifndef ROTA_FLASH_HASH_H
#define ROTA_FLASH_HASH_H

#include "rota.h"

#define ROTA_SHA256_LEN 32

struct rota_hash {
    union {
        uint64_t align;
        void *align_pointer;
        unsigned char bytes[232];
    } context; /* PSA's, known to hash.c alone */
};

/* ROTA_EIO when PSA cannot, ROTA_ENOMEM when it lacks memory. An operation
 * that is begun must be ended or dropped. */
int rota_hash_begin(struct rota_hash *h) ROTA_CHECKED;
int rota_hash_add(struct rota_hash *h, const void *buf,
                  size_t len) ROTA_CHECKED;
int rota_hash_end(struct rota_hash *h,
                  uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;
void rota_hash_drop(struct rota_hash *h);

int rota_hash_one(const void *a, size_t len,
                  uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;

/* The hash of a and, right behind it, b. */
int rota_hash_two(const void *a, size_t a_len, const void *b, size_t b_len,
                  uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;

/* One sum for count of them, in their order: the only one, or else their
 * hash. */
int rota_hash_sums(uint8_t (*sums)[ROTA_SHA256_LEN], unsigned count,
                   uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;

/* The error that a status of PSA's stands for, for sign.c as well. */
int rota_hash_error(int32_t status) ROTA_CHECKED;

#endif
