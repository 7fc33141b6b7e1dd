/* SPDX-License-Identifier: Apache-2.0 */
/* The keys that a Linux device trusts, from a folder of PEM files such as
 * /etc/rota/keys.d, as struct rota_key.
 *
 * Every file whose name ends in ".pem" and does not begin with a dot counts,
 * in the order of the names, and must hold P-256 public keys ("BEGIN PUBLIC
 * KEY", RFC 7468, section 13) and no other PEM block. Nothing is passed over: a
 * file that cannot be used, or that others than root or this user could have
 * written, is an error, since trusting fewer or other keys than the
 * administrator thinks would be worse. Takes no heap; mbedTLS must have memory
 * (rota_arena_use).
 */
#ifndef ROTA_KEYS_PEM_H
#define ROTA_KEYS_PEM_H

#include "rota.h"

#define ROTA_KEYS_PEM_MAX 32   /* keys, as many as rota_config takes */
#define ROTA_KEYS_PEM_SIZE 91  /* bytes of a key in DER */
#define ROTA_KEYS_PEM_NAME 256 /* of a file, with its NUL */

struct rota_keys_pem {
    struct rota_key list[ROTA_KEYS_PEM_MAX]; /* for trust.keys */
    size_t count;                            /* for trust.count */
    uint8_t id[ROTA_KEYS_PEM_MAX][ROTA_KEY_ID_LEN];
    uint8_t der[ROTA_KEYS_PEM_MAX][ROTA_KEYS_PEM_SIZE]; /* list's */
    char name[ROTA_KEYS_PEM_NAME]; /* of the file that is wrong; "" = dir */
    const char *why;               /* what went wrong, or NULL */
    int sys_err;                   /* errno then, or 0 */
};

/* Read the keys in the folder dir; k must not be moved afterwards. ROTA_EIO:
 * it, or a file of it, cannot be read, with sys_err ENOENT when there is no
 * such folder; ROTA_EINVAL: a file is not what it must be, or there are more
 * than ROTA_KEYS_PEM_MAX keys or one twice; ROTA_ENOMEM. After an error count
 * is 0. No such file in the folder is no error and no key. */
int rota_keys_pem_read(struct rota_keys_pem *k, const char *dir) ROTA_CHECKED;

#endif
