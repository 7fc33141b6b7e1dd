/* SPDX-License-Identifier: Apache-2.0 */
/* The roots that "make anchors" has made of this machine's bundle. */
#include "anchors_github.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/x509_crt.h>

#include "support/test.h"

static unsigned char memory[64 << 10];
static struct rota_arena arena;

/* Is this a part of the name of root i, in the C array? */
static bool root_is(size_t i, const char *name)
{
    const struct rota_anchor *a = &rota_anchors_github[i];
    size_t len = strlen(name);

    for (size_t at = 0; at + len <= a->len; at++)
        if (memcmp(a->der + at, name, len) == 0)
            return true;
    return false;
}

static size_t roots_named(const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < rota_anchors_github_count; i++)
        n += root_is(i, name);
    return n;
}

static void every_root_that_is_needed_is_there_once(void)
{
    static const char *const names[] = {
        "USERTrust ECC Certification Authority",
        "USERTrust RSA Certification Authority",
        "Sectigo Public Server Authentication Root E46",
        "Sectigo Public Server Authentication Root R46",
        "ISRG Root X1",
        "ISRG Root X2",
        "DigiCert Global Root G2",
        "DigiCert Global Root G3",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        CHECK(roots_named(names[i]) == 1);
    CHECK(rota_anchors_github_count >= 8 && rota_anchors_github_count <= 11);
}

/* With the settings that rota builds mbedTLS with: RSA-4096 and P-384 too. They
 * are bare, of version 1, and so need not say that they are authorities. */
static void mbedtls_takes_each_of_them(void)
{
    rota_arena_init(&arena, memory, sizeof(memory));
    rota_arena_use(&arena);
    for (size_t i = 0; i < rota_anchors_github_count; i++) {
        const struct rota_anchor *a = &rota_anchors_github[i];
        mbedtls_x509_crt crt;

        mbedtls_x509_crt_init(&crt);
        CHECK(mbedtls_x509_crt_parse_der_nocopy(&crt, a->der, a->len) == 0);
        CHECK(crt.raw.len == a->len && crt.version == 1);
        mbedtls_x509_crt_free(&crt);
        CHECK(arena.used == 0 && arena.failed == 0);
    }
}

int main(void)
{
    RUN(every_root_that_is_needed_is_there_once);
    RUN(mbedtls_takes_each_of_them);
    return test_end();
}
