/* SPDX-License-Identifier: Apache-2.0 */
/* Small files, read and written whole. Each returns 0 or, having said why, an
 * exit code. */
#ifndef PUB_WORDS_FILES_H
#define PUB_WORDS_FILES_H

#include <stdint.h>

#include "flash/hash.h"
#include "words/say.h"

/* Read the file to buf. PUB_EXIT_INPUT when it has more than size bytes. */
int pub_files_read(const struct pub_say *s, const char *path, void *buf,
                   size_t size, size_t *len);

/* Make a file that was not there: nothing is ever written over, and nothing
 * stays of one that could not be written whole. */
int pub_files_create(const struct pub_say *s, const char *path, const void *buf,
                     size_t len, unsigned mode);

/* Write the file, whole or not at all, in place of what it was; to stdout when
 * path is NULL. */
int pub_files_write(const struct pub_say *s, const char *path, const void *buf,
                    size_t len);

/* Length and SHA-256 of an image. PUB_EXIT_INPUT when it changed meanwhile, or
 * is longer than any can be: 2^31-1 bytes. */
int pub_files_hash(const struct pub_say *s, const char *path, uint64_t *size,
                   uint8_t sha256[ROTA_SHA256_LEN]);

/* The name without its folders. */
const char *pub_files_name(const char *path);

#endif
