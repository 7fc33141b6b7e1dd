/* SPDX-License-Identifier: Apache-2.0 */
/* The passphrase of a private key: from a file, the environment or the
 * terminal, never from an argument, which all users of a machine can see. */
#ifndef PUB_SIGNING_PASS_H
#define PUB_SIGNING_PASS_H

#include <stddef.h>

#include "words/say.h"

#define PUB_PASS_MAX 1023 /* bytes */
#define PUB_PASS_ENV "ROTA_KEY_PASSPHRASE"

struct pub_pass {
    const char *file; /* its first line; NULL: the environment, the terminal */
    const char *key;  /* what the key is called when it is asked for */
    bool twice;       /* a new one: not empty, and on a terminal repeated */
};

/* Get it to out, which the caller wipes. 0 or, having said why, an exit
 * code. */
int pub_pass_get(const struct pub_say *s, const struct pub_pass *p,
                 char out[PUB_PASS_MAX + 1]);

/* Take the variable out of the environment, so that no child sees it. */
void pub_pass_hide(void);

/* No key will be opened any more: overwrite what the variable had. */
void pub_pass_forget(void);

#endif
