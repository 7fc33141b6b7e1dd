/* SPDX-License-Identifier: Apache-2.0 */
#include "rota_port.h"
#include "support/test.h"

#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

enum { SLOTS = 64, ROUNDS = 200000, SIZE = 16384 };

static alignas(max_align_t) unsigned char buf[SIZE + 64];
static struct rota_arena arena;
static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void fresh(size_t size)
{
    memset(buf, 0xa5, sizeof(buf));
    rota_arena_init(&arena, buf, size);
}

static bool all(const unsigned char *p, size_t len, int value)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] != value)
            return false;
    return true;
}

/* The largest request that a fresh arena over size bytes can meet. */
static size_t room(size_t size)
{
    size_t most = 0;

    for (size_t n = 1; n <= size; n++) {
        fresh(size);
        if (rota_arena_calloc(&arena, 1, n))
            most = n;
    }
    return most;
}

static void memory_comes_zeroed_and_aligned(void)
{
    for (size_t shift = 0; shift < 2 * sizeof(max_align_t); shift++) {
        memset(buf, 0xa5, sizeof(buf));
        rota_arena_init(&arena, buf + shift, 4096);
        for (size_t n = 1; n < 60; n++) {
            unsigned char *p = rota_arena_calloc(&arena, 1, n);
            CHECK(p && (uintptr_t)p % alignof(max_align_t) == 0);
            CHECK(p && all(p, n, 0));
            CHECK(p >= buf + shift && p + n <= buf + shift + 4096);
        }
    }
}

static void nothing_outside_the_buffer_is_touched(void)
{
    unsigned char *p;

    for (size_t size = 0; size < 512; size++) {
        memset(buf, 0xa5, sizeof(buf));
        rota_arena_init(&arena, buf + 1, size);
        while ((p = rota_arena_calloc(&arena, 1, 24)) != NULL)
            memset(p, 0x5a, 24);
        CHECK(buf[0] == 0xa5 && all(buf + 1 + size, 64, 0xa5));
    }
}

static void a_buffer_too_small_refuses_everything(void)
{
    for (size_t size = 0; size < 3 * 2 * sizeof(size_t); size++) {
        fresh(size);
        CHECK(!rota_arena_calloc(&arena, 1, 1));
        CHECK(arena.failed == 1 && arena.used == 0);
    }
}

static void overflowing_requests_are_refused(void)
{
    static const size_t cases[][2] = {
        {SIZE_MAX, 1},
        {1, SIZE_MAX},
        {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 2 + 1, 2},
        {2, SIZE_MAX / 2 + 1},
        {SIZE_MAX - 8, 1},
        {(size_t)1 << (sizeof(size_t) * 4), (size_t)1 << (sizeof(size_t) * 4)},
    };

    fresh(SIZE);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CHECK(!rota_arena_calloc(&arena, cases[i][0], cases[i][1]));
    CHECK(arena.failed == sizeof(cases) / sizeof(cases[0]));
    CHECK(rota_arena_calloc(&arena, 1, SIZE / 2));
}

static void a_request_for_nothing_still_gets_a_block(void)
{
    fresh(SIZE);
    void *p = rota_arena_calloc(&arena, 0, 8);
    void *q = rota_arena_calloc(&arena, 8, 0);
    CHECK(p && q && p != q);
}

static void an_exhausted_arena_counts_refusals_and_recovers(void)
{
    /* A block's head is two words, or more where alignment asks for it. */
    const size_t words = 2 * sizeof(size_t), align = alignof(max_align_t);
    void *block[SIZE / 32];
    size_t n = 0, most = room(2048);

    fresh(2048);
    while ((block[n] = rota_arena_calloc(&arena, 1, 16)) != NULL)
        n++;
    CHECK(arena.failed == 1);
    CHECK(n >= 2048 / (16 + (words > align ? words : align)) - 2);
    for (size_t i = 0; i < n; i++)
        rota_arena_free(&arena, block[i]);
    CHECK(arena.used == 0);
    CHECK(rota_arena_calloc(&arena, 1, most));
}

/* Free three neighbours in each of the six orders: one block must remain. */
static void freed_neighbours_become_one_block(void)
{
    static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    size_t most = room(1024);

    for (int i = 0; i < 6; i++) {
        void *p[3];
        fresh(1024);
        for (int j = 0; j < 3; j++)
            p[j] = rota_arena_calloc(&arena, 1, 100);
        for (int j = 0; j < 3; j++)
            rota_arena_free(&arena, p[order[i][j]]);
        CHECK(arena.used == 0);
        CHECK(rota_arena_calloc(&arena, 1, most));
    }
}

static void a_freed_gap_is_used_again_first(void)
{
    fresh(SIZE);
    void *p = rota_arena_calloc(&arena, 1, 100);
    void *q = rota_arena_calloc(&arena, 1, 100);
    CHECK(q);
    rota_arena_free(&arena, p);
    CHECK(rota_arena_calloc(&arena, 1, 100) == p);
}

static void peak_stays_when_memory_is_given_back(void)
{
    fresh(SIZE);
    void *p = rota_arena_calloc(&arena, 1, 1000);
    size_t used = arena.used;
    CHECK(used >= 1000 + 2 * sizeof(size_t));
    CHECK(used <= 1000 + 6 * sizeof(size_t));
    rota_arena_free(&arena, p);
    CHECK(arena.used == 0 && arena.peak == used);
}

static void bad_pointers_are_ignored(void)
{
    static unsigned char other[64];

    fresh(SIZE);
    unsigned char *p = rota_arena_calloc(&arena, 1, 100);
    unsigned char *q = rota_arena_calloc(&arena, 1, 100);
    size_t used = arena.used;
    rota_arena_free(&arena, NULL);
    rota_arena_free(&arena, other);
    rota_arena_free(&arena, buf);
    rota_arena_free(&arena, buf + SIZE);
    for (size_t i = 1; i < 100; i++)
        rota_arena_free(&arena, p + i);
    CHECK(arena.used == used);
    rota_arena_free(&arena, p);
    used = arena.used;
    rota_arena_free(&arena, p);
    CHECK(arena.used == used);

    /* An overrun of p into q's head: q cannot be trusted any more. */
    p = rota_arena_calloc(&arena, 1, 100);
    memset(p, 0xff, 128);
    used = arena.used;
    rota_arena_free(&arena, q);
    rota_arena_free(&arena, p);
    CHECK(arena.used == used);
}

/* A block and what it was filled with. */
static struct {
    unsigned char *p;
    size_t len;
    int fill;
} shadow[SLOTS];

static void random_step(void)
{
    uint32_t i = rnd(SLOTS);

    if (shadow[i].p) {
        CHECK(all(shadow[i].p, shadow[i].len, shadow[i].fill));
        rota_arena_free(&arena, shadow[i].p);
        shadow[i].p = NULL;
        return;
    }
    shadow[i].len = rnd(8) ? rnd(200) + 1 : rnd(4000) + 1;
    shadow[i].fill = (int)rnd(256);
    shadow[i].p = rota_arena_calloc(&arena, 1, shadow[i].len);
    if (!shadow[i].p)
        return;
    CHECK(all(shadow[i].p, shadow[i].len, 0));
    memset(shadow[i].p, shadow[i].fill, shadow[i].len);
}

static void random_use_keeps_every_byte_and_leaks_nothing(void)
{
    size_t most = room(SIZE);

    for (seed = 1; seed < 4; seed += 1) {
        uint32_t start = seed;
        fresh(SIZE);
        for (int i = 0; i < ROUNDS; i++)
            random_step();
        CHECK(arena.failed > 0 && arena.peak > SIZE / 2);
        for (int i = 0; i < SLOTS; i++) {
            rota_arena_free(&arena, shadow[i].p);
            shadow[i].p = NULL;
        }
        CHECK(arena.used == 0);
        CHECK(rota_arena_calloc(&arena, 1, most));
        seed = start;
    }
}

int main(void)
{
    RUN(memory_comes_zeroed_and_aligned);
    RUN(nothing_outside_the_buffer_is_touched);
    RUN(a_buffer_too_small_refuses_everything);
    RUN(overflowing_requests_are_refused);
    RUN(a_request_for_nothing_still_gets_a_block);
    RUN(an_exhausted_arena_counts_refusals_and_recovers);
    RUN(freed_neighbours_become_one_block);
    RUN(a_freed_gap_is_used_again_first);
    RUN(peak_stays_when_memory_is_given_back);
    RUN(bad_pointers_are_ignored);
    RUN(random_use_keeps_every_byte_and_leaks_nothing);
    return test_end();
}
