/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "signing/wipe.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <openssl/crypto.h>

/* The length stands before each block: free must know how much to wipe. */
union head {
    size_t size;
    max_align_t align;
};

void pub_wipe(void *p, size_t len)
{
    OPENSSL_cleanse(p, len);
}

static void *get(size_t size, const char *file, int line)
{
    union head *h;

    (void)file, (void)line;
    if (!size || size > SIZE_MAX - sizeof(*h))
        return NULL;
    h = malloc(sizeof(*h) + size);
    if (!h)
        return NULL;
    h->size = size;
    return h + 1;
}

static void drop(void *p, const char *file, int line)
{
    union head *h = p;

    (void)file, (void)line;
    if (!p)
        return;
    h--;
    pub_wipe(p, h->size);
    free(h);
}

/* Never in place: realloc may move the bytes and leave the old ones. */
static void *resize(void *p, size_t size, const char *file, int line)
{
    const union head *h = p;
    void *fresh = get(size, file, line);

    if (!p || (!fresh && size))
        return fresh;
    if (fresh)
        memcpy(fresh, p, size < h[-1].size ? size : h[-1].size);
    drop(p, file, line);
    return fresh;
}

bool pub_wipe_init(void)
{
    static const struct rlimit none = {0, 0};

    return CRYPTO_set_mem_functions(get, resize, drop) == 1
        && setrlimit(RLIMIT_CORE, &none) == 0;
}
