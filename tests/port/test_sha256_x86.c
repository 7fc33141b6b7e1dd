/* SPDX-License-Identifier: Apache-2.0 */
/* Both block functions of port/sha256_x86.c, whatever this processor would
 * choose, and mbedTLS with the hook against openssl. */
#define _POSIX_C_SOURCE 200809L
#include "support/test.h"

#ifdef __x86_64__
#include "sha256_x86.c"

#include <stdlib.h>

enum { MAX = 5000 };

static uint8_t text[MAX];

/* Nothing special: the bytes only have to differ. */
static void fill(uint32_t seed)
{
    for (size_t i = 0; i < MAX; i++) {
        seed = seed * 1664525u + 1013904223u;
        text[i] = (uint8_t)(seed >> 24);
    }
}

static void hex(const uint8_t digest[32], char out[65])
{
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static void hash(const char *s, size_t repeat, char out[65])
{
    mbedtls_sha256_context ctx;
    uint8_t digest[32];

    mbedtls_sha256_init(&ctx);
    mbedtls_sha256_starts(&ctx, 0);
    for (size_t i = 0; i < repeat; i++)
        mbedtls_sha256_update(&ctx, (const uint8_t *)s, strlen(s));
    mbedtls_sha256_finish(&ctx, digest);
    hex(digest, out);
}

/* FIPS 180-2, appendix B. */
static void digests_are_those_of_the_standard(void)
{
    static const struct {
        const char *text;
        size_t repeat;
        const char *digest;
    } cases[] = {
        {"", 1,
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 1,
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"aaaaaaaaaa", 100000,
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char got[65];
        hash(cases[i].text, cases[i].repeat, got);
        CHECK(strcmp(got, cases[i].digest) == 0);
    }
}

static void instructions_and_plain_rounds_agree(void)
{
    uint32_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, b[8];

    if (!cpu_has_sha()) {
        printf("this processor has no SHA instructions\n");
        return;
    }
    memcpy(b, a, sizeof(b));
    for (uint32_t seed = 0; seed < 200; seed++) {
        fill(seed);
        for (size_t at = 0; at + 64 <= MAX; at += 61) {
            block_ni(a, text + at);
            block_c(b, text + at);
            CHECK(memcmp(a, b, sizeof(a)) == 0);
        }
    }
}

/* The plain rounds by themselves: the block of the padded "abc". */
static void plain_rounds_hash_abc(void)
{
    static const uint32_t want[8] = {0xba7816bf, 0x8f01cfea, 0x414140de,
                                     0x5dae2223, 0xb00361a3, 0x96177a9c,
                                     0xb410ff61, 0xf20015ad};
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint8_t block[64] = {'a', 'b', 'c', 0x80, [63] = 24};

    block_c(state, block);
    CHECK(memcmp(state, want, sizeof(want)) == 0);
}

/* Is that what openssl makes of the first len bytes of text? */
static bool openssl_says(size_t len, const char want[65])
{
    char name[] = "/tmp/rota-sha256-XXXXXX", command[128], got[65] = "";
    int fd = mkstemp(name);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");

    if (!f || fwrite(text, 1, len, f) != len || fclose(f))
        return false;
    snprintf(command, sizeof(command), "openssl dgst -sha256 -r %s", name);
    FILE *p = popen(command, "r");
    bool ok = p && fread(got, 1, 64, p) == 64 && strcmp(got, want) == 0;
    if (p)
        pclose(p);
    remove(name);
    return ok;
}

static void digests_are_those_of_openssl(void)
{
    static const size_t lens[] = {0,  1,   55,  56,  63,   64,
                                  65, 119, 120, 128, 1000, MAX};

    fill(7);
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        uint8_t digest[32];
        char got[65];
        mbedtls_sha256(text, lens[i], digest, 0);
        hex(digest, got);
        CHECK(openssl_says(lens[i], got));
    }
}
#endif

int main(void)
{
#ifdef __x86_64__
    RUN(digests_are_those_of_the_standard);
    RUN(instructions_and_plain_rounds_agree);
    RUN(plain_rounds_hash_abc);
    RUN(digests_are_those_of_openssl);
#endif
    return test_end();
}
