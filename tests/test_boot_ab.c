/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "ab_image.h"
#include "abdev.h"
#include "port_check.h"
#include "test.h"

enum { A = 0, B = 1, NONE = ROTA_ECORRUPT };
enum {
    CONFIRMED = ROTA_AB_CONFIRMED,
    TRIAL = ROTA_AB_TRIAL,
    BACK = ROTA_AB_ROLLED_BACK
};

static struct abdev d;

static void begin(void)
{
    abdev_init(&d, 4, 0xff);
}

static void end(void)
{
    CHECK(d.record.broken == 0);
    abdev_free(&d);
}

static bool is(struct rota_ab_record r, int slot, int state, int starts)
{
    return r.slot == slot && r.state == state && r.starts == starts;
}

/* --- What is started ----------------------------------------------------- */

static const struct {
    struct rota_ab_record r;
    bool a, b;  /* valid images */
    int starts; /* slot */
    struct rota_ab_record then;
    int state; /* that the image is told; 0 in rows where none is started */
} decision[] = {
    {{A, CONFIRMED, 0}, 1, 1, A, {A, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{A, CONFIRMED, 0}, 0, 1, B, {B, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{A, CONFIRMED, 0}, 1, 0, A, {A, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{A, CONFIRMED, 0}, 0, 0, NONE, {A, CONFIRMED, 0}, 0},
    {{B, CONFIRMED, 0}, 1, 1, B, {B, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{B, CONFIRMED, 0}, 1, 0, A, {A, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{B, CONFIRMED, 0}, 0, 0, NONE, {B, CONFIRMED, 0}, 0},
    {{B, TRIAL, 0}, 1, 1, B, {B, TRIAL, 1}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 1}, 1, 1, B, {B, TRIAL, 2}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 2}, 1, 1, B, {B, TRIAL, 3}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 3}, 1, 1, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 255}, 1, 1, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{A, TRIAL, 3}, 1, 1, B, {B, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 0}, 1, 0, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 2}, 1, 0, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 0}, 0, 1, B, {B, TRIAL, 1}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 3}, 0, 1, B, {B, TRIAL, 3}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 3}, 0, 0, NONE, {B, TRIAL, 3}, 0},
    {{A, BACK, 0}, 1, 1, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{A, BACK, 0}, 1, 0, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{A, BACK, 0}, 0, 1, B, {B, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
};

static void the_bootloader_decides_by_its_table(void)
{
    for (size_t i = 0; i < sizeof decision / sizeof *decision; i++) {
        begin();
        abdev_set(&d, decision[i].r);
        d.valid[A] = decision[i].a;
        d.valid[B] = decision[i].b;
        abdev_restart(&d);
        bool good = d.running == decision[i].starts;
        if (good && d.running >= 0)
            good = rota_ab_same(&d.r, &decision[i].then)
                && abdev_state(&d) == decision[i].state;
        CHECK(good);
        if (!good)
            printf("row %zu\n", i);
        CHECK(d.asked[A] <= 1 && d.asked[B] <= 1);
        end();
    }
}

static void what_stands_is_written_once_more_and_then_left(void)
{
    begin();
    abdev_set(&d, (struct rota_ab_record){B, CONFIRMED, 0});
    cutflash_on(&d.record);
    abdev_restart(&d);
    CHECK(d.record.writes == 4); /* a cell of four units */
    for (int i = 0; i < 10; i++)
        abdev_restart(&d);
    CHECK(d.record.writes == 4 && d.running == B);
    end();
}

static void nothing_is_written_before_the_first_trial(void)
{
    begin();
    abdev_restart(&d);
    CHECK(d.running == A && abdev_state(&d) == ROTA_BOOT_CONFIRMED);
    CHECK(abdev_confirm(&d) == ROTA_OK && d.record.writes == 0);
    CHECK(d.asked[B] == 0);
    end();
}

static void a_trial_gets_its_starts_and_no_more(void)
{
    begin();
    CHECK(abdev_try_next(&d) == ROTA_OK);
    CHECK(abdev_state(&d) == ROTA_BOOT_TRIAL && d.running == A);
    for (int n = 1; n <= ABDEV_LIMIT; n++) {
        abdev_restart(&d);
        CHECK(d.running == B && is(d.r, B, TRIAL, n));
    }
    abdev_restart(&d);
    CHECK(d.running == A && abdev_state(&d) == ROTA_BOOT_ROLLED_BACK);
    abdev_restart(&d);
    CHECK(d.running == A && abdev_state(&d) == ROTA_BOOT_ROLLED_BACK);
    CHECK(abdev_confirm(&d) == ROTA_OK);
    CHECK(abdev_state(&d) == ROTA_BOOT_CONFIRMED);
    end();
}

/* A start that is not counted must not happen: it could go on for ever. */
static void a_trial_that_cannot_be_counted_is_not_started(void)
{
    begin();
    CHECK(abdev_try_next(&d) == ROTA_OK);
    cutflash_on(&d.record);
    d.record.fail_at = 0;
    abdev_restart(&d);
    CHECK(d.running == A);
    CHECK(abdev_state(&d) == ROTA_BOOT_TRIAL);
    CHECK(abdev_confirm(&d) == ROTA_ENOTHING && d.port.why);
    cutflash_on(&d.record);
    abdev_restart(&d);
    CHECK(d.running == B);
    end();
}

static void flash_that_fails_keeps_no_valid_image_from_starting(void)
{
    static const struct rota_ab_record r[] = {
        {B, CONFIRMED, 0}, {B, TRIAL, 1}, {B, TRIAL, 3}, {A, BACK, 0}};

    for (size_t i = 0; i < sizeof r / sizeof *r; i++)
        for (int images = 1; images < 4; images++) {
            begin();
            abdev_set(&d, r[i]);
            cutflash_on(&d.record);
            d.record.fail_at = 0;
            d.valid[A] = images & 1;
            d.valid[B] = images >> 1;
            abdev_restart(&d);
            CHECK(d.running >= 0 && d.valid[d.running]);
            end();
        }
}

static int no_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    (void)off;
    (void)buf;
    (void)len;
    return ROTA_EIO;
}

static void a_record_that_cannot_be_read_is_not_written(void)
{
    for (int a_valid = 0; a_valid < 2; a_valid++) {
        begin();
        abdev_set(&d, (struct rota_ab_record){B, CONFIRMED, 0});
        cutflash_on(&d.record);
        d.record.flash.read = no_read;
        d.valid[A] = a_valid;
        abdev_restart(&d);
        CHECK(d.running == (a_valid ? A : B));
        CHECK(abdev_state(&d) == ROTA_EIO && abdev_confirm(&d) == ROTA_EIO);
        CHECK(abdev_try_next(&d) == ROTA_EIO && d.record.writes == 0);
        end();
    }
}

static void regions_that_do_not_fit_are_refused_and_slot_a_starts(void)
{
    begin();
    d.record.flash.size = ABDEV_BLOCK;
    CHECK(abdev_state(&d) == ROTA_EINVAL && abdev_confirm(&d) == ROTA_EINVAL);
    CHECK(abdev_try_next(&d) == ROTA_EINVAL);
    abdev_restart(&d);
    CHECK(d.running == A);
    end();
}

/* --- The port ------------------------------------------------------------ */

static void restart(void *arg)
{
    (void)arg;
    abdev_restart(&d);
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    if (!good)
        printf("not true that %s\n", what);
}

static void the_port_conforms_with_any_unit_and_erased_value(void)
{
    const struct port_check r = {report, NULL};
    const struct port_check_boot b = {&d.boot, NULL, restart, NULL};

    for (uint32_t unit = 1; unit <= 32; unit *= 2)
        for (int erased = 0; erased <= 0xff; erased += 0xff) {
            abdev_init(&d, unit, (uint8_t)erased);
            CHECK(port_check_boot(&r, &b) == 0);
            end();
        }
}

static void an_image_on_trial_arms_no_other(void)
{
    begin();
    CHECK(abdev_try_next(&d) == ROTA_OK);
    abdev_restart(&d);
    cutflash_on(&d.record);
    CHECK(abdev_try_next(&d) == ROTA_ETRIAL && d.port.why);
    CHECK(d.record.writes == 0);
    end();
}

static void an_image_that_waits_is_armed_once_more_without_harm(void)
{
    begin();
    CHECK(abdev_try_next(&d) == ROTA_OK && abdev_try_next(&d) == ROTA_OK);
    cutflash_on(&d.record);
    CHECK(abdev_try_next(&d) == ROTA_OK && d.record.writes == 0);
    CHECK(abdev_confirm(&d) == ROTA_ENOTHING);
    abdev_restart(&d);
    CHECK(is(d.r, B, TRIAL, 1));
    end();
}

static void the_record_goes_round_both_blocks(void)
{
    begin();
    for (int i = 0; i < 1000; i++) {
        CHECK(abdev_try_next(&d) == ROTA_OK);
        abdev_restart(&d);
        CHECK(d.running == (i % 2 ? A : B));
        CHECK(abdev_confirm(&d) == ROTA_OK);
    }
    uint32_t erases = d.record.erases[0] + d.record.erases[1];
    CHECK(erases <= 3000 / (ABDEV_BLOCK / 16) + 1);
    CHECK(d.record.erases[0] - d.record.erases[1] <= 1);
    end();
}

/* --- Bytes --------------------------------------------------------------- */

/* Three cells, written down with another program's CRC-32. */
static const uint8_t golden[3][16] = {
    {0x20, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0xb6, 0xb7, 0xf1, 0x44},
    {0x21, 0, 0, 0, 1, 1, 2, 1, 0, 0, 0, 0, 0x69, 0xd2, 0x34, 0xe2},
    {0x22, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0x87, 0x5b, 0x5e, 0x2e},
};

static void the_record_is_what_its_description_says(void)
{
    begin();
    CHECK(abdev_try_next(&d) == ROTA_OK);
    abdev_restart(&d);
    CHECK(abdev_confirm(&d) == ROTA_OK);
    CHECK(memcmp(d.record.mem, golden, sizeof golden) == 0);
    end();
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

    begin();
    load(16, golden[0]);
    CHECK(found(&r, &settled) == 0 && is(r, A, CONFIRMED, 0));
    load(ABDEV_BLOCK, golden[0]);
    CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0) && !settled);
    load(32, golden[2]);
    CHECK(found(&r, &settled) == 1 && is(r, B, CONFIRMED, 0));
    end();
}

static void a_cell_with_any_wrong_byte_is_none(void)
{
    struct rota_ab_record r;
    uint8_t b[16];
    bool settled;

    begin();
    for (int bit = 0; bit < 128; bit++) {
        memcpy(b, golden[1], 16);
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        load(0, golden[0]);
        load(16, b);
        CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0));
    }
    end();
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
        begin();
        load(0, golden[0]);
        load(16, odd[i]);
        CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0) && !settled);
        CHECK(abdev_try_next(&d) == ROTA_OK);
        CHECK(found(&r, &settled) == 1 && is(r, B, TRIAL, 0));
        end();
    }
}

static void whatever_the_record_holds_a_valid_image_starts(void)
{
    uint32_t seed = 1;

    for (int i = 0; i < 2000; i++) {
        begin();
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
        end();
    }
}

/* --- Images -------------------------------------------------------------- */

static struct cutflash slot;
static struct rota_ab_image image;

static void put32(uint32_t off, uint32_t v)
{
    const uint8_t b[] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                         (uint8_t)(v >> 24)};
    cutflash_load(&slot, off, b, 4);
}

/* A slot of 4 KiB with the header of an image of 1000 bytes. */
static void begin_image(void)
{
    cutflash_init(&slot, 4, 1024, 4, 0xff);
    cutflash_load(&slot, 0x100, "rti1", 4);
    put32(0x104, 1000);
    put32(0x108, 0x21000);
    put32(0x10c, 0);
    cutflash_load(&slot, 0x110, "1.2.3-rc.1", 11);
}

static int read_image(void)
{
    return rota_ab_image_read(&slot.flash, &image);
}

static void an_images_header_is_read(void)
{
    begin_image();
    CHECK(read_image() == ROTA_OK);
    CHECK(image.size == 1000 && image.base == 0x21000);
    CHECK(strcmp(image.version, "1.2.3-rc.1") == 0);
    put32(0x114, 0xff201b41);
    CHECK(read_image() == ROTA_OK);
    CHECK(strcmp(image.version, "1.2.A???.1") == 0);
    for (uint32_t off = 0x110; off < 0x130; off += 4)
        put32(off, 0x61616161);
    CHECK(read_image() == ROTA_OK && strlen(image.version) == 32);
    cutflash_free(&slot);
}

static void sizes_that_a_slot_cannot_hold_are_refused(void)
{
    static const struct {
        uint32_t size;
        int err;
    } t[] = {
        {0, ROTA_ECORRUPT},
        {0x12c, ROTA_ECORRUPT},
        {0x130, ROTA_OK},
        {0x131, ROTA_ECORRUPT},
        {4096 - 32, ROTA_OK},
        {4096 - 28, ROTA_ETOOBIG},
        {4096, ROTA_ETOOBIG},
        {0x7ffffffc, ROTA_ETOOBIG},
        {0xffffffe0, ROTA_ETOOBIG},
        {0xfffffffc, ROTA_ETOOBIG},
        {UINT32_MAX, ROTA_ECORRUPT},
    };

    begin_image();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        put32(0x104, t[i].size);
        CHECK(read_image() == t[i].err);
    }
    slot.flash.size = 0x14c;
    CHECK(read_image() == ROTA_ETOOBIG);
    cutflash_free(&slot);
}

static void try_next_refuses_what_the_bootloader_would(void)
{
    begin();
    begin_image();
    d.port.slot = &slot.flash;
    d.port.base = 0x21000;
    put32(0x10c, 1);
    CHECK(abdev_try_next(&d) == ROTA_ECORRUPT && d.port.why);
    put32(0x10c, 0);
    put32(0x104, 4096);
    CHECK(abdev_try_next(&d) == ROTA_ETOOBIG && d.port.why);
    put32(0x104, 1000);
    d.port.base = 0x2000;
    CHECK(abdev_try_next(&d) == ROTA_EFOREIGN && d.port.why);
    CHECK(d.record.writes == 0);
    d.port.base = 0x21000;
    CHECK(abdev_try_next(&d) == ROTA_OK && !d.port.why);
    cutflash_free(&slot);
    end();
}

int main(void)
{
    RUN(the_bootloader_decides_by_its_table);
    RUN(what_stands_is_written_once_more_and_then_left);
    RUN(nothing_is_written_before_the_first_trial);
    RUN(a_trial_gets_its_starts_and_no_more);
    RUN(a_trial_that_cannot_be_counted_is_not_started);
    RUN(flash_that_fails_keeps_no_valid_image_from_starting);
    RUN(a_record_that_cannot_be_read_is_not_written);
    RUN(regions_that_do_not_fit_are_refused_and_slot_a_starts);
    RUN(the_port_conforms_with_any_unit_and_erased_value);
    RUN(an_image_on_trial_arms_no_other);
    RUN(an_image_that_waits_is_armed_once_more_without_harm);
    RUN(the_record_goes_round_both_blocks);
    RUN(the_record_is_what_its_description_says);
    RUN(a_cell_counts_only_where_its_number_puts_it);
    RUN(a_cell_with_any_wrong_byte_is_none);
    RUN(a_cell_that_makes_no_sense_is_passed_over);
    RUN(whatever_the_record_holds_a_valid_image_starts);
    RUN(an_images_header_is_read);
    RUN(sizes_that_a_slot_cannot_hold_are_refused);
    RUN(try_next_refuses_what_the_bootloader_would);
    return test_end();
}
