/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "flash/flash.h"
#include "flash/journal.h"
#include "flash/slot.h"
#include "flash_ram.h"
#include "port/port_check.h"
#include "support/test.h"

enum { BLOCK = ROTA_FLASH_RAM_BLOCK, SIZE = 8 * BLOCK, GUARD = 16 };

static uint8_t mem[GUARD + SIZE + GUARD];
static uint8_t *const buf = mem + GUARD;
static struct rota_flash_ram ram;
static struct rota_flash flash;

static void begin(uint32_t size)
{
    memset(mem, 0xa5, sizeof mem);
    flash = rota_flash_ram(&ram, buf, size);
}

/* Nothing but size bytes of buf may have changed. */
static bool guards_hold(uint32_t size)
{
    for (size_t i = 0; i < sizeof mem; i++)
        if ((i < GUARD || i >= GUARD + size) && mem[i] != 0xa5)
            return false;
    return true;
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    if (!good)
        printf("flash_ram: %s\n", what);
}

static void it_conforms_from_two_blocks_on(void)
{
    const struct port_check r = {report, NULL};

    for (uint32_t size = 2 * BLOCK; size <= SIZE; size += BLOCK) {
        begin(size);
        CHECK(port_check_flash(&r, &flash) == 0);
        CHECK(port_check_flash_kept(&r, &flash) == 0);
        CHECK(guards_hold(size));
    }
}

static void what_is_in_the_buffer_stays_until_it_is_erased(void)
{
    uint8_t got;

    begin(SIZE);
    CHECK(flash.read(flash.ctx, SIZE - 1, &got, 1) == ROTA_OK && got == 0xa5);
    CHECK(flash.erase(flash.ctx, SIZE - BLOCK) == ROTA_OK);
    CHECK(flash.read(flash.ctx, SIZE - 1, &got, 1) == ROTA_OK && got == 0xff);
    CHECK(buf[SIZE - BLOCK] == 0xff && buf[SIZE - BLOCK - 1] == 0xa5);
}

static void a_size_is_rounded_down_to_whole_blocks(void)
{
    begin(3 * BLOCK - 1);
    CHECK(flash.size == 2 * BLOCK && rota_flash_check(&flash) == ROTA_OK);
    CHECK(flash.erase(flash.ctx, 2 * BLOCK) == ROTA_EINVAL);
    begin(BLOCK - 1);
    CHECK(flash.size == 0 && rota_flash_check(&flash) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, 0) == ROTA_EINVAL);
    CHECK(guards_hold(0));
}

static void nothing_outside_is_read_or_written(void)
{
    static const uint32_t bad[][2] = {
        {SIZE, 1},
        {SIZE - 1, 2},
        {0, SIZE + 1},
        {SIZE + 1, 0},
        {UINT32_MAX, 1},
        {1, UINT32_MAX},
        {SIZE, UINT32_MAX - SIZE + 1},
    };
    uint8_t bytes[2] = {0, 0};

    begin(SIZE);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(flash.read(flash.ctx, bad[i][0], bytes, bad[i][1])
              == ROTA_EINVAL);
        CHECK(flash.prog(flash.ctx, bad[i][0], bytes, bad[i][1])
              == ROTA_EINVAL);
    }
    CHECK(flash.read(flash.ctx, SIZE, bytes, 0) == ROTA_OK);
    CHECK(guards_hold(0));
}

static void only_a_whole_block_inside_is_erased(void)
{
    begin(SIZE);
    CHECK(flash.erase(flash.ctx, 1) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, BLOCK / 2) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, SIZE) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, UINT32_MAX - BLOCK + 1) == ROTA_EINVAL);
    CHECK(guards_hold(0));
}

static void an_image_written_by_rota_is_in_the_buffer(void)
{
    const char image[] = "all of an image that is no whole block";
    struct rota_slot slot;
    int n;

    begin(SIZE);
    CHECK(rota_slot_begin(&slot, &flash, sizeof image) == ROTA_OK);
    while ((n = rota_slot_write(&slot, (const uint8_t *)image, sizeof image))
           == ROTA_EAGAIN)
        ;
    CHECK(n == sizeof image && rota_slot_finish(&slot) == ROTA_OK);
    CHECK(memcmp(buf, image, sizeof image) == 0);
    CHECK(buf[sizeof image] == 0xff && guards_hold(BLOCK));
}

static void it_can_be_a_journal(void)
{
    struct rota_journal j;
    char got[8] = "";

    begin(SIZE);
    CHECK(rota_journal_open(&j, &flash) == ROTA_OK);
    CHECK(rota_journal_get(&j, 1, got, sizeof got) == 0);
    for (char c = 'a'; c <= 'z'; c++)
        CHECK(rota_journal_put(&j, 1, &c, 1) == ROTA_OK);
    CHECK(rota_journal_open(&j, &flash) == ROTA_OK);
    CHECK(rota_journal_get(&j, 1, got, sizeof got) == 1 && got[0] == 'z');
    CHECK(guards_hold(SIZE));
}

int main(void)
{
    RUN(it_conforms_from_two_blocks_on);
    RUN(what_is_in_the_buffer_stays_until_it_is_erased);
    RUN(a_size_is_rounded_down_to_whole_blocks);
    RUN(nothing_outside_is_read_or_written);
    RUN(only_a_whole_block_inside_is_erased);
    RUN(an_image_written_by_rota_is_in_the_buffer);
    RUN(it_can_be_a_journal);
    return test_end();
}
