/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "boot_mcuboot.h"
#include "flash/flash.h"
#include "port/mcuboot_rig.h"
#include "port/port_check.h"

static struct mcu m;

/* --- Bytes ---------------------------------------------------------------- */

/* The slot's end; ".." is an erased byte. */
static const struct golden {
    uint32_t align;
    const char *next, *confirmed;
} golden[] = {
    {8,
     "02.............. ................ ................ "
     "77c295f360d2ef7f 3552500f2cb67980",
     "04.............. 01.............. 01.............. "
     "77c295f360d2ef7f 3552500f2cb67980"},
    {16,
     "02.............................. ................................ "
     "................................ 10002de15d29410b8d77679c110f1f8a",
     "04.............................. 01.............................. "
     "01.............................. 10002de15d29410b8d77679c110f1f8a"},
    {32,
     "02.............................................................. "
     "................................................................ "
     "................................................................ "
     "................................20002de15d29410b8d77679c110f1f8a",
     "04.............................................................. "
     "01.............................................................. "
     "01.............................................................. "
     "................................20002de15d29410b8d77679c110f1f8a"},
};

static const struct golden *golden_now(void)
{
    return &golden[m.align == 8 ? 0 : m.align == 16 ? 1 : 2];
}

/* Do the sectors of the trailer hold what text says, and nothing before? */
static bool ends_with(const struct cutflash *c, const char *text)
{
    uint8_t want[160];
    uint32_t n = 0, size = c->flash.size;
    uint32_t from = rota_boot_mcuboot_capacity(&m.port);

    for (const char *p = text; *p; p++)
        if (*p != ' ') {
            char hex[3] = {p[0], p[1], '\0'};
            want[n++] =
                *p == '.' ? c->flash.erased : (uint8_t)strtoul(hex, NULL, 16);
            p++;
        }
    for (uint32_t i = from; i < size - n; i++)
        if (c->mem[i] != c->flash.erased)
            return false;
    return memcmp(c->mem + size - n, want, n) == 0;
}

static void check_next_bytes(void)
{
    mcu_download(&m, 2, LEN);
    CHECK(mcuboot_try_next(&m) == ROTA_OK);
    CHECK(ends_with(&m.secondary, golden_now()->next));
    CHECK(m.primary.writes == 0);
}

static void try_next_writes_the_trailer_that_mcuboot_would(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, check_next_bytes);
}

static void check_confirm_bytes(void)
{
    mcu_set(&m, &m.primary,
            (struct mcu_trailer){MCU_GOOD, MCU_UNSET, MCU_GOOD, MCU_REVERT});
    CHECK(mcuboot_confirm(&m) == ROTA_OK);
    CHECK(ends_with(&m.primary, golden_now()->confirmed));
    CHECK(m.primary.writes == 1 && m.secondary.writes == 0);
}

static void confirm_writes_image_ok_and_nothing_else(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, check_confirm_bytes);
}

static void the_number_of_the_image_goes_above_the_type(void)
{
    mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_MOVE);
    m.port.image = 3;
    mcu_download(&m, 2, LEN);
    CHECK(mcuboot_try_next(&m) == ROTA_OK);
    CHECK(mcu_get(&m, &m.secondary).swap_info == 0x32);
    CHECK(mcuboot_state(&m) == ROTA_BOOT_TRIAL);
    mcu_free(&m);
}

/* Flash that programs fewer bytes than MCUboot keeps apart. */
static void small_program_units_are_filled_and_no_more(void)
{
    mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_MOVE);
    cutflash_free(&m.secondary);
    cutflash_init(&m.secondary, SECTORS, 4096, 4, 0xff);
    mcu_download(&m, 2, LEN);
    CHECK(mcuboot_try_next(&m) == ROTA_OK);
    CHECK(ends_with(&m.secondary, golden[0].next));
    CHECK(m.secondary.writes == 1 + 1 + 4);
    mcu_free(&m);
}

/* --- Decisions ------------------------------------------------------------ */

static void check_state(struct mcu_trailer p, struct mcu_trailer s)
{
    enum mcu_swap swap = mcu_decide(p, s);
    bool trial = p.magic == MCU_GOOD && p.copy_done == MCU_GOOD
              && p.image_ok == MCU_UNSET;

    CHECK((mcuboot_state(&m) == ROTA_BOOT_TRIAL)
          == (swap != MCU_NONE || trial));
    int err = mcuboot_try_next(&m);
    CHECK(err == (trial ? ROTA_ETRIAL : ROTA_OK));
    CHECK(mcuboot_decision(&m) == (err ? swap : MCU_TEST));
}

static void check_confirm(struct mcu_trailer p, struct mcu_trailer s)
{
    enum mcu_swap swap = mcu_decide(p, s);
    int was = mcuboot_state(&m), err = mcuboot_confirm(&m);

    CHECK((err == ROTA_EBOOT) == (p.magic == MCU_BAD));
    CHECK(mcuboot_decision(&m)
          == (err || swap != MCU_REVERT ? swap : MCU_NONE));
    if (err)
        CHECK(mcuboot_state(&m) == was);
    else if (swap == MCU_REVERT || swap == MCU_NONE)
        CHECK(mcuboot_state(&m) == ROTA_BOOT_CONFIRMED);
}

/* All that trailers may say: three values of five fields. */
static void check_all_trailers(void)
{
    for (int i = 0; i < 243 * 2; i++) {
        enum mcu_field v[5];
        for (int k = 0, n = i / 2; k < 5; k++, n /= 3)
            v[k] = (enum mcu_field)(n % 3);
        struct mcu_trailer p = {v[0], v[1], v[2], MCU_TEST};
        struct mcu_trailer s = {v[3], v[4], MCU_UNSET, 0};
        mcu_set(&m, &m.primary, p);
        mcu_set(&m, &m.secondary, s);
        mcu_download(&m, 2, LEN);
        i % 2 ? check_confirm(p, s) : check_state(p, s);
    }
}

static void state_try_next_and_confirm_agree_with_mcuboots_table(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_SCRATCH, check_all_trailers);
}

static void an_image_that_waits_already_is_left_alone(void)
{
    mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_MOVE);
    mcu_download(&m, 2, LEN);
    CHECK(mcuboot_try_next(&m) == ROTA_OK
          && mcuboot_state(&m) == ROTA_BOOT_TRIAL);
    mcu_on(&m);
    CHECK(mcuboot_try_next(&m) == ROTA_OK && m.secondary.writes == 0);
    CHECK(mcuboot_confirm(&m) == ROTA_ENOTHING && m.port.why);
    CHECK(m.primary.writes == 0);
    mcu_free(&m);
}

static void download(void *arg)
{
    (void)arg;
    mcu_download(&m, mcu_running(&m) + 1, LEN);
}

static void restart(void *arg)
{
    (void)arg;
    mcu_restart(&m);
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    if (!good)
        printf("A=%u: not true that %s\n", (unsigned)m.align, what);
}

static void check_port(void)
{
    const struct port_check r = {report, NULL};
    const struct port_check_boot b = {&m.boot, download, restart, NULL};

    CHECK(port_check_boot(&r, &b) == 0);
    CHECK(mcu_running(&m) == 2);
}

static void the_port_conforms_with_each_way_of_swapping(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, check_port);
    mcuboot_on_each(&m, ROTA_MCUBOOT_SCRATCH, check_port);
    mcuboot_on_each(&m, ROTA_MCUBOOT_OFFSET, check_port);
}

/* --- Images --------------------------------------------------------------- */

static void bytes(uint32_t off, uint8_t a, uint8_t b)
{
    const uint8_t two[] = {a, b};
    cutflash_load(&m.secondary, off, two, 2);
}

static int try_changed(uint32_t off, uint8_t a, uint8_t b)
{
    mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_MOVE);
    mcu_download(&m, 2, LEN);
    bytes(off, a, b);
    int err = mcuboot_try_next(&m);
    CHECK(!err || (m.port.why && m.secondary.writes == 0));
    mcu_free(&m);
    return err;
}

static void what_is_no_image_is_refused_before_anything_is_written(void)
{
    const uint32_t tlvs = LEN - 8;

    CHECK(try_changed(0, 0x3d, 0xb8) == ROTA_OK);
    CHECK(try_changed(0, 0x3c, 0xb8) == ROTA_ECORRUPT); /* magic */
    CHECK(try_changed(2, 0xff, 0xff) == ROTA_ECORRUPT);
    CHECK(try_changed(8, 31, 0) == ROTA_ECORRUPT); /* header */
    CHECK(try_changed(8, 0xff, 0xff) == ROTA_ETOOBIG);
    CHECK(try_changed(14, 0xff, 0xff) == ROTA_ETOOBIG); /* image */
    CHECK(try_changed(14, 1, 0) == ROTA_ETOOBIG);
    CHECK(try_changed(16, 0x10, 0) == ROTA_ECORRUPT);      /* flags */
    CHECK(try_changed(10, 8, 0) == ROTA_ECORRUPT);         /* protected */
    CHECK(try_changed(tlvs, 0x08, 0x69) == ROTA_ECORRUPT); /* TLVs */
    CHECK(try_changed(tlvs, 0xff, 0xff) == ROTA_ECORRUPT);
    CHECK(try_changed(tlvs + 2, 3, 0) == ROTA_ECORRUPT);
    CHECK(try_changed(tlvs + 2, 0xff, 0xff) == ROTA_ETOOBIG);
}

static void size_in_header(uint32_t len)
{
    bytes(12, (uint8_t)len, (uint8_t)(len >> 8));
    bytes(14, (uint8_t)(len >> 16), (uint8_t)(len >> 24));
}

/* The header has 64 bytes. TLVs at 36 are what a sum that wraps finds. */
static void a_size_that_ends_in_the_trailer_or_wraps_is_refused(void)
{
    mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_MOVE);
    uint32_t room = rota_boot_mcuboot_capacity(&m.port);
    mcu_download(&m, 2, LEN);
    size_in_header(room - 64);
    CHECK(mcuboot_try_next(&m) == ROTA_ETOOBIG);
    size_in_header(room - 64 - 4);
    CHECK(mcuboot_try_next(&m) == ROTA_ECORRUPT);
    bytes(36, 0x07, 0x69);
    bytes(38, 8, 0);
    size_in_header(UINT32_MAX - 63 + 36);
    CHECK(mcuboot_try_next(&m) == ROTA_ETOOBIG);
    mcu_free(&m);
}

static void protected_tlvs_must_be_as_long_as_the_header_says(void)
{
    mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_MOVE);
    mcu_download(&m, 2, LEN);
    bytes(LEN - 8, 0x08, 0x69);
    bytes(LEN - 6, 16, 0);
    bytes(LEN - 8 + 16, 0x07, 0x69);
    bytes(LEN - 6 + 16, 4, 0);
    bytes(10, 12, 0);
    CHECK(mcuboot_try_next(&m) == ROTA_ECORRUPT);
    bytes(10, 16, 0);
    CHECK(mcuboot_try_next(&m) == ROTA_OK);
    mcu_free(&m);
}

static void an_image_may_fill_the_capacity_and_no_more(void)
{
    for (int swap = ROTA_MCUBOOT_MOVE; swap <= ROTA_MCUBOOT_OFFSET; swap++)
        for (int more = 0; more < 2; more++) {
            mcu_init(&m, SECTORS, 8, 0xff, (enum rota_mcuboot_swap)swap);
            uint32_t room = rota_boot_mcuboot_capacity(&m.port);
            mcu_download(&m, 2, room + (uint32_t)more);
            CHECK(mcuboot_try_next(&m) == (more ? ROTA_ETOOBIG : ROTA_OK));
            mcu_free(&m);
        }
}

/* Sectors that the trailer takes: 1 of 3128 bytes for A = 8, 2 of 6240, 4 of
 * 12480. */
static void the_capacity_is_what_lies_before_the_trailers_sectors(void)
{
    static const struct {
        uint32_t align, sectors;
        enum rota_mcuboot_swap swap;
    } t[] = {
        {8, 7, ROTA_MCUBOOT_SCRATCH},  {8, 6, ROTA_MCUBOOT_MOVE},
        {8, 6, ROTA_MCUBOOT_OFFSET},   {16, 6, ROTA_MCUBOOT_SCRATCH},
        {32, 4, ROTA_MCUBOOT_SCRATCH}, {32, 3, ROTA_MCUBOOT_MOVE},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        mcu_init(&m, SECTORS, t[i].align, 0xff, t[i].swap);
        CHECK(rota_boot_mcuboot_capacity(&m.port) == t[i].sectors * 4096);
        mcu_free(&m);
    }
}

static void settings_that_do_not_fit_are_refused(void)
{
    mcu_init(&m, 1, 8, 0xff, ROTA_MCUBOOT_SCRATCH);
    CHECK(rota_boot_mcuboot_capacity(&m.port) == 0);
    CHECK(mcuboot_state(&m) == ROTA_EINVAL
          && mcuboot_try_next(&m) == ROTA_EINVAL);
    CHECK(mcuboot_confirm(&m) == ROTA_EINVAL && m.port.why);
    mcu_free(&m);
    mcu_init(&m, SECTORS, 16, 0xff, ROTA_MCUBOOT_SCRATCH);
    m.port.align = 8;
    CHECK(mcuboot_state(&m) == ROTA_EINVAL);
    m.port.align = 24;
    CHECK(mcuboot_state(&m) == ROTA_EINVAL);
    mcu_free(&m);
}

static void slots_whose_sectors_differ_in_size_are_refused(void)
{
    static const uint32_t map[] = {4096, 4096, 8192, 16384, 0};

    for (int i = 0; i < 2; i++) {
        mcu_init(&m, SECTORS, 8, 0xff, ROTA_MCUBOOT_SCRATCH);
        struct cutflash *c = i ? &m.secondary : &m.primary;
        CHECK(rota_boot_mcuboot_capacity(&m.port) > 0);
        cutflash_free(c);
        cutflash_init_mixed(c, map, 8, 0xff);
        CHECK(rota_boot_mcuboot_capacity(&m.port) == 0);
        CHECK(mcuboot_try_next(&m) == ROTA_EINVAL && m.port.why);
        CHECK(rota_boot_mcuboot_slot(&m.port).size == 0);
        mcu_free(&m);
    }
}

static void the_slot_is_where_a_new_image_belongs(void)
{
    const struct port_check r = {report, NULL};

    for (int swap = ROTA_MCUBOOT_MOVE; swap <= ROTA_MCUBOOT_OFFSET; swap++) {
        mcu_init(&m, SECTORS, 8, 0xff, (enum rota_mcuboot_swap)swap);
        struct rota_flash slot = rota_boot_mcuboot_slot(&m.port);
        uint8_t h[4];
        CHECK(rota_flash_check(&slot) == ROTA_OK);
        CHECK(slot.size == rota_boot_mcuboot_capacity(&m.port));
        mcu_download(&m, 2, LEN);
        CHECK(slot.read(slot.ctx, 0, h, 4) == 0 && h[0] == 0x3d);
        CHECK(mcuboot_try_next(&m) == ROTA_OK);
        CHECK(port_check_flash(&r, &slot) == 0);
        CHECK(ends_with(&m.secondary, golden[0].next)
              || swap == ROTA_MCUBOOT_OFFSET);
        CHECK(mcuboot_decision(&m) == MCU_TEST);
        mcu_free(&m);
    }
}

int main(void)
{
    RUN(try_next_writes_the_trailer_that_mcuboot_would);
    RUN(confirm_writes_image_ok_and_nothing_else);
    RUN(the_number_of_the_image_goes_above_the_type);
    RUN(small_program_units_are_filled_and_no_more);
    RUN(state_try_next_and_confirm_agree_with_mcuboots_table);
    RUN(an_image_that_waits_already_is_left_alone);
    RUN(the_port_conforms_with_each_way_of_swapping);
    RUN(what_is_no_image_is_refused_before_anything_is_written);
    RUN(a_size_that_ends_in_the_trailer_or_wraps_is_refused);
    RUN(protected_tlvs_must_be_as_long_as_the_header_says);
    RUN(an_image_may_fill_the_capacity_and_no_more);
    RUN(the_capacity_is_what_lies_before_the_trailers_sectors);
    RUN(settings_that_do_not_fit_are_refused);
    RUN(slots_whose_sectors_differ_in_size_are_refused);
    RUN(the_slot_is_where_a_new_image_belongs);
    return test_end();
}
