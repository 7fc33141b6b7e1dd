/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/hash.h"

#include <string.h>

#include "support/test.h"

static unsigned char memory[16384];
static struct rota_arena arena;

static int sha256(const void *text, size_t len, size_t piece, uint8_t *out)
{
    const char *p = text;
    struct rota_hash h;
    int err = rota_hash_begin(&h);

    for (size_t n; !err && len; p += n, len -= n) {
        n = piece < len ? piece : len;
        err = rota_hash_add(&h, p, n);
    }
    return err ? err : rota_hash_end(&h, out);
}

/* The examples that NIST publishes with FIPS 180-4. */
static const struct {
    const char *text;
    uint8_t first[4], last[4]; /* bytes of the digest */
} examples[] = {
    {"", {0xe3, 0xb0, 0xc4, 0x42}, {0x78, 0x52, 0xb8, 0x55}},
    {"abc", {0xba, 0x78, 0x16, 0xbf}, {0xf2, 0x00, 0x15, 0xad}},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     {0x24, 0x8d, 0x6a, 0x61},
     {0x19, 0xdb, 0x06, 0xc1}},
};

static void published_examples_come_out_right(void)
{
    uint8_t out[ROTA_SHA256_LEN];

    for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
        const char *text = examples[i].text;
        CHECK(sha256(text, strlen(text), 64, out) == ROTA_OK);
        CHECK(!memcmp(out, examples[i].first, 4));
        CHECK(!memcmp(out + 28, examples[i].last, 4));
    }
}

static void pieces_of_any_size_give_the_same_digest(void)
{
    static char text[1000];
    uint8_t whole[ROTA_SHA256_LEN], out[ROTA_SHA256_LEN];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 7);
    CHECK(sha256(text, sizeof(text), sizeof(text), whole) == ROTA_OK);
    for (size_t piece = 1; piece < 130; piece++) {
        CHECK(sha256(text, sizeof(text), piece, out) == ROTA_OK);
        CHECK(!memcmp(out, whole, sizeof(out)));
    }
}

static void two_pieces_give_the_digest_of_both(void)
{
    uint8_t out[ROTA_SHA256_LEN];

    for (size_t i = 0; i <= 3; i++) {
        CHECK(rota_hash_two("abc", i, &"abc"[i], 3 - i, out) == ROTA_OK);
        CHECK(!memcmp(out, examples[1].first, 4));
    }
}

static void two_hashes_can_run_at_once(void)
{
    struct rota_hash a, b;
    uint8_t out[ROTA_SHA256_LEN];

    CHECK(rota_hash_begin(&a) == ROTA_OK);
    CHECK(rota_hash_begin(&b) == ROTA_OK);
    CHECK(rota_hash_add(&a, "ab", 2) == ROTA_OK);
    CHECK(rota_hash_add(&b, "x", 1) == ROTA_OK);
    CHECK(rota_hash_add(&a, "c", 1) == ROTA_OK);
    CHECK(rota_hash_end(&a, out) == ROTA_OK);
    CHECK(!memcmp(out, examples[1].first, 4));
    rota_hash_drop(&b);
}

static void a_hash_that_was_dropped_or_ended_takes_no_more(void)
{
    struct rota_hash h;
    uint8_t out[ROTA_SHA256_LEN];

    CHECK(rota_hash_begin(&h) == ROTA_OK);
    rota_hash_drop(&h);
    rota_hash_drop(&h);
    CHECK(rota_hash_add(&h, "x", 1) == ROTA_EIO);
    CHECK(rota_hash_begin(&h) == ROTA_OK);
    CHECK(rota_hash_end(&h, out) == ROTA_OK);
    CHECK(rota_hash_end(&h, out) == ROTA_EIO);
}

static void no_hash_leaves_memory_behind(void)
{
    struct rota_hash h;
    size_t before = arena.used;

    for (int i = 0; i < 3; i++) {
        CHECK(rota_hash_begin(&h) == ROTA_OK);
        CHECK(rota_hash_add(&h, "abc", 3) == ROTA_OK);
        rota_hash_drop(&h);
    }
    CHECK(arena.used == before);
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof(memory));
    rota_arena_use(&arena);
    RUN(published_examples_come_out_right);
    RUN(pieces_of_any_size_give_the_same_digest);
    RUN(two_pieces_give_the_digest_of_both);
    RUN(two_hashes_can_run_at_once);
    RUN(a_hash_that_was_dropped_or_ended_takes_no_more);
    RUN(no_hash_leaves_memory_behind);
    return test_end();
}
