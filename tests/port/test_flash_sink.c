/* SPDX-License-Identifier: Apache-2.0 */
/* The sink by itself, and with core's slot in front of it. */
#include <stdbool.h>
#include <string.h>

#include "flash/slot.h"
#include "flash_sink.h"
#include "support/test.h"

enum { SIZE = 4000 };

static struct rota_flash_sink sink;
static struct rota_flash flash;

/* What came, and what write says to it. */
static struct taker {
    uint8_t got[SIZE];
    uint32_t len, calls, begun;
    int says;
    bool in_order;
} taker;

static int take(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct taker *t = ctx;

    t->calls++;
    if (t->says)
        return t->says;
    if (off == 0) {
        t->begun++;
        t->len = 0;
    }
    t->in_order &= off == t->len && len <= SIZE - off;
    if (!t->in_order)
        return ROTA_OK;
    memcpy(t->got + off, buf, len);
    t->len += len;
    return ROTA_OK;
}

static void begin(void)
{
    memset(&taker, 0, sizeof taker);
    taker.in_order = true;
    flash = rota_flash_sink(&sink, take, &taker, SIZE);
}

static int put(uint32_t off, const char *text)
{
    return flash.prog(flash.ctx, off, text, (uint32_t)strlen(text));
}

static void bytes_are_handed_on_in_order(void)
{
    begin();
    CHECK(flash.erase(flash.ctx, 0) == ROTA_OK && taker.calls == 0);
    CHECK(put(0, "a") == ROTA_OK && put(1, "bcd") == ROTA_OK);
    CHECK(put(4, "e") == ROTA_OK);
    CHECK(taker.in_order && taker.calls == 3);
    CHECK(taker.len == 5 && memcmp(taker.got, "abcde", 5) == 0);
}

static void it_cannot_be_read(void)
{
    begin();
    CHECK(!flash.read && !flash.sync && flash.size == SIZE);
    CHECK(flash.prog_size == 1); /* or the end of an image were padded */
}

static void nothing_comes_twice_or_with_a_gap(void)
{
    begin();
    CHECK(put(3, "x") == ROTA_EINVAL);
    CHECK(put(0, "abc") == ROTA_OK);
    CHECK(put(2, "c") == ROTA_EINVAL && put(4, "e") == ROTA_EINVAL);
    CHECK(taker.calls == 1);
    CHECK(put(3, "d") == ROTA_OK && taker.in_order && taker.len == 4);
}

static void a_download_that_starts_over_begins_at_0_again(void)
{
    begin();
    CHECK(put(0, "abc") == ROTA_OK);
    CHECK(put(0, "xy") == ROTA_OK && put(3, "d") == ROTA_EINVAL);
    CHECK(put(2, "z") == ROTA_OK);
    CHECK(taker.begun == 2 && taker.len == 3);
    CHECK(memcmp(taker.got, "xyz", 3) == 0);
}

static void nothing_beyond_the_size_is_handed_on(void)
{
    static const uint8_t much[SIZE + 1];

    begin();
    CHECK(flash.prog(flash.ctx, 0, much, SIZE + 1) == ROTA_EINVAL);
    CHECK(flash.prog(flash.ctx, 0, much, UINT32_MAX) == ROTA_EINVAL);
    CHECK(taker.calls == 0);
    CHECK(flash.prog(flash.ctx, 0, much, SIZE - 1) == ROTA_OK);
    CHECK(flash.prog(flash.ctx, SIZE - 1, much, 2) == ROTA_EINVAL);
    CHECK(flash.prog(flash.ctx, SIZE - 1, much, UINT32_MAX) == ROTA_EINVAL);
    CHECK(flash.prog(flash.ctx, SIZE - 1, much, 1) == ROTA_OK);
    CHECK(flash.prog(flash.ctx, SIZE, much, 1) == ROTA_EINVAL);
    CHECK(taker.calls == 2 && taker.len == SIZE);
}

static void an_error_is_passed_on_and_ends_the_image(void)
{
    begin();
    CHECK(put(0, "abc") == ROTA_OK);
    taker.says = ROTA_ENOSPC;
    CHECK(put(3, "d") == ROTA_ENOSPC);
    taker.says = ROTA_OK;
    CHECK(put(3, "d") == ROTA_EINVAL && put(4, "e") == ROTA_EINVAL);
    CHECK(put(UINT32_MAX, "") == ROTA_EINVAL && taker.calls == 2);
    CHECK(put(0, "abc") == ROTA_OK && put(3, "d") == ROTA_OK);
    CHECK(taker.begun == 2 && taker.len == 4);
}

static void a_count_of_bytes_is_no_success(void)
{
    begin();
    taker.says = 3;
    CHECK(put(0, "abc") == ROTA_EIO);
}

static void a_slow_taker_is_offered_the_same_bytes_again(void)
{
    begin();
    taker.says = ROTA_EAGAIN;
    CHECK(put(0, "ab") == ROTA_EAGAIN && put(0, "ab") == ROTA_EAGAIN);
    taker.says = ROTA_OK;
    CHECK(put(0, "ab") == ROTA_OK);
    taker.says = ROTA_EAGAIN;
    CHECK(put(2, "cd") == ROTA_EAGAIN);
    taker.says = ROTA_OK;
    CHECK(put(2, "cdef") == ROTA_OK);
    CHECK(taker.in_order && memcmp(taker.got, "abcdef", 6) == 0);
}

/* --- With core's slot in front -------------------------------------------- */

static int never_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx, (void)off, (void)buf, (void)len;
    CHECK(!"read");
    return ROTA_EIO;
}

static void a_slot_hands_on_each_byte_once_whatever_the_pieces(void)
{
    uint8_t image[SIZE - 7];
    struct rota_slot slot;

    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)(i * 31 ^ i >> 6);
    for (size_t piece = 1; piece < sizeof image; piece = piece * 2 + 1) {
        size_t done = 0;
        begin();
        flash.read = never_read;
        CHECK(rota_slot_begin(&slot, &flash, sizeof image) == ROTA_OK);
        while (done < sizeof image) {
            size_t left = sizeof image - done;
            taker.says = taker.calls % 3 == 2 ? ROTA_EAGAIN : ROTA_OK;
            int n = rota_slot_write(&slot, image + done,
                                    piece < left ? piece : left);
            CHECK(n > 0 || n == ROTA_EAGAIN);
            done += n > 0 ? (size_t)n : 0;
        }
        CHECK(rota_slot_finish(&slot) == ROTA_OK);
        CHECK(taker.in_order && taker.len == sizeof image);
        CHECK(memcmp(taker.got, image, sizeof image) == 0);
    }
}

int main(void)
{
    RUN(bytes_are_handed_on_in_order);
    RUN(it_cannot_be_read);
    RUN(nothing_comes_twice_or_with_a_gap);
    RUN(a_download_that_starts_over_begins_at_0_again);
    RUN(nothing_beyond_the_size_is_handed_on);
    RUN(an_error_is_passed_on_and_ends_the_image);
    RUN(a_count_of_bytes_is_no_success);
    RUN(a_slow_taker_is_offered_the_same_bytes_again);
    RUN(a_slot_hands_on_each_byte_once_whatever_the_pieces);
    return test_end();
}
