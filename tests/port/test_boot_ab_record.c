/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of the boot record. */
#include <string.h>

#include "port/ab_rig.h"

static struct abdev d;

/* Three cells, written down with another program's CRC-32. */
static const uint8_t golden[3][16] = {
    {0x20, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0xb6, 0xb7, 0xf1, 0x44},
    {0x21, 0, 0, 0, 1, 1, 2, 1, 0, 0, 0, 0, 0x69, 0xd2, 0x34, 0xe2},
    {0x22, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0x87, 0x5b, 0x5e, 0x2e},
};

static void the_record_is_what_its_description_says(void)
{
    ab_begin(&d);
    CHECK(abdev_try_next(&d) == ROTA_OK);
    abdev_restart(&d);
    CHECK(abdev_confirm(&d) == ROTA_OK);
    CHECK(memcmp(d.record.mem, golden, sizeof golden) == 0);
    ab_end(&d);
}

static void load(uint32_t off, const uint8_t *bytes)
{
    cutflash_load(&d.record, off, bytes, 16);
}

static int found(struct rota_ab_record *r, bool *settled)
{
    return rota_ab_read(&d.record.flash, r, settled);
}

static void a_cell_counts_only_where_its_number_puts_it(void)
{
    struct rota_ab_record r;
    bool settled;

    ab_begin(&d);
    load(16, golden[0]);
    CHECK(found(&r, &settled) == 0 && is(r, A, CONFIRMED, 0));
    load(ABDEV_BLOCK, golden[0]);
    CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0) && !settled);
    load(32, golden[2]);
    CHECK(found(&r, &settled) == 1 && is(r, B, CONFIRMED, 0));
    ab_end(&d);
}

static void a_cell_with_any_wrong_byte_is_none(void)
{
    struct rota_ab_record r;
    uint8_t b[16];
    bool settled;

    ab_begin(&d);
    for (int bit = 0; bit < 128; bit++) {
        memcpy(b, golden[1], 16);
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        load(0, golden[0]);
        load(16, b);
        CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0));
    }
    ab_end(&d);
}

/* With a CRC that fits: a format of the future, a third slot, an unknown
 * state, block 0, and the last blocks that there can be. */
static void a_cell_that_makes_no_sense_is_passed_over(void)
{
    static const uint8_t odd[][16] = {
        {0x21, 0, 0, 0, 2, 1, 2, 1, 0, 0, 0, 0, 0x8a, 0xd5, 0xbb, 0x6c},
        {0x21, 0, 0, 0, 1, 2, 2, 1, 0, 0, 0, 0, 0xf4, 0xc8, 0xdc, 0xd3},
        {0x21, 0, 0, 0, 1, 1, 4, 1, 0, 0, 0, 0, 0x74, 0x31, 0x6d, 0x34},
        {0x21, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0x62, 0x73, 0xfc, 0xaf},
        {0x21, 0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 0x0c, 0xb5, 0x88, 0x5a},
        {1, 0, 0, 0, 1, 1, 2, 1, 0, 0, 0, 0, 0x91, 9, 5, 0xfa},
        {0xe1, 0xff, 0xff, 0xff, 1, 1, 2, 1, 0, 0, 0, 0, 0x8c, 0x42, 0xa3, 0},
        {0xc1, 0xff, 0xff, 0xff, 1, 1, 2, 1, 0, 0, 0, 0, 0x74, 0x99, 0x92,
         0x18},
    };
    struct rota_ab_record r;
    bool settled;

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        ab_begin(&d);
        load(0, golden[0]);
        load(16, odd[i]);
        CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0) && !settled);
        CHECK(abdev_try_next(&d) == ROTA_OK);
        CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0));
        ab_end(&d);
    }
}

static void whatever_the_record_holds_a_valid_image_starts(void)
{
    uint32_t seed = 1;

    for (int i = 0; i < 2000; i++) {
        ab_begin(&d);
        for (uint32_t k = 0; k < d.record.flash.size; k += 16) {
            uint8_t b[16];
            for (int n = 0; n < 16; n++)
                b[n] = (uint8_t)(cutflash_random(&seed) >> 8);
            if (i % 3 == 1)
                memset(b + i % 16, 0xff, (size_t)(16 - i % 16));
            if (i % 3 == 2)
                memcpy(b, golden[k / 16 % 3], (size_t)(i % 17));
            load(k, b);
        }
        d.valid[i % 2] = i % 4 > 1;
        abdev_restart(&d);
        CHECK(d.running >= 0 && d.valid[d.running]);
        d.valid[A] = d.valid[B] = true;
        if (abdev_state(&d) == ROTA_BOOT_TRIAL)
            CHECK(abdev_confirm(&d) == ROTA_OK);
        int old = d.running;
        CHECK(abdev_try_next(&d) == ROTA_OK);
        abdev_restart(&d);
        CHECK(d.running == !old);
        ab_end(&d);
    }
}

int main(void)
{
    RUN(the_record_is_what_its_description_says);
    RUN(a_cell_counts_only_where_its_number_puts_it);
    RUN(a_cell_with_any_wrong_byte_is_none);
    RUN(a_cell_that_makes_no_sense_is_passed_over);
    RUN(whatever_the_record_holds_a_valid_image_starts);
    return test_end();
}
