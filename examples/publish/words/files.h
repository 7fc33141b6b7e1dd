/* SPDX-License-Identifier: Apache-2.0 */
/* Small files, read and written whole. Each returns 0 or, having said why, an
 * exit code. */
#ifndef ROTA_FILES_H
#define ROTA_FILES_H

#include <stdint.h>

#include "flash/hash.h"
#include "words/say.h"

/* Read the file to buf. ROTA_EXIT_INPUT when it has more than size bytes. */
int rota_files_read(const struct rota_say *s, const char *path, void *buf,
                    size_t size, size_t *len);

/* Make a file that was not there: nothing is ever written over, and nothing
 * stays of one that could not be written whole. */
int rota_files_create(const struct rota_say *s, const char *path,
                      const void *buf, size_t len, unsigned mode);

/* Write the file, whole or not at all, in place of what it was; to stdout when
 * path is NULL. */
int rota_files_write(const struct rota_say *s, const char *path,
                     const void *buf, size_t len);

/* Length and SHA-256 of an image. ROTA_EXIT_INPUT when it changed meanwhile, or
 * is longer than any can be: 2^31-1 bytes. */
int rota_files_hash(const struct rota_say *s, const char *path, uint64_t *size,
                    uint8_t sha256[ROTA_SHA256_LEN]);

/* The name without its folders. */
const char *rota_files_name(const char *path);

#endif
