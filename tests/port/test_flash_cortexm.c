/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "support/cutflash.h"
#include "flash_cortexm.h"
#include "port/port_check.h"
#include "support/test.h"

enum { BLOCKS = 8, BLOCK = 1024, SIZE = BLOCKS * BLOCK, FROM = 2 * BLOCK };

/* A chip whose flash is a cutflash, and the vendor's functions for it. */
static struct cutflash c;
static struct rota_flash_chip chip;
static struct rota_flash_cortexm region;
static struct rota_flash flash;
static int programs, erases, crossed, hook_err;
static bool lazy; /* says that it is done, and is not */

static int chip_read(void *ctx, uint32_t addr, void *buf, uint32_t len)
{
    (void)ctx;
    return c.flash.read(&c, addr, buf, len);
}

static int chip_program(void *ctx, uint32_t addr, const void *buf, uint32_t len)
{
    const uint32_t page = chip.page_size ? chip.page_size : BLOCK;

    (void)ctx;
    programs++;
    crossed += addr / page != (addr + len - 1) / page;
    if (hook_err || lazy)
        return hook_err;
    return c.flash.prog(&c, addr, buf, len);
}

static int chip_erase(void *ctx, uint32_t addr)
{
    (void)ctx;
    erases++;
    if (hook_err || lazy)
        return hook_err;
    return c.flash.erase(&c, addr);
}

/* A region of four blocks in the middle of a chip of eight. */
static void begin(uint32_t unit, uint8_t erased, uint32_t page)
{
    cutflash_init(&c, BLOCKS, BLOCK, unit, erased);
    chip = (struct rota_flash_chip){.read = chip_read,
                                    .program = chip_program,
                                    .erase = chip_erase,
                                    .erase_size = BLOCK,
                                    .prog_size = unit,
                                    .erased = erased,
                                    .page_size = page};
    flash = rota_flash_cortexm_init(&region, &chip, FROM, 4 * BLOCK);
    programs = erases = crossed = hook_err = 0;
    lazy = false;
}

static void end(void)
{
    CHECK(c.broken == 0 && crossed == 0);
    cutflash_free(&c);
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    if (!good)
        printf("not true that %s\n", what);
}

static const struct port_check check = {report, NULL};

static void a_region_conforms_with_any_unit_page_and_erased_value(void)
{
    for (uint32_t unit = 1; unit <= 32; unit *= 2)
        for (uint32_t page = 0; page <= 256; page += 128)
            for (int erased = 0; erased <= 0xff; erased += 0xff) {
                begin(unit, (uint8_t)erased, page);
                CHECK(port_check_flash(&check, &flash) == 0);
                CHECK(port_check_flash_kept(&check, &flash) == 0);
                end();
            }
}

static void nothing_outside_the_region_is_touched(void)
{
    uint8_t before[SIZE];

    begin(4, 0xff, 0);
    for (uint32_t i = 0; i < SIZE; i++)
        c.mem[i] = (uint8_t)(i * 7);
    memcpy(before, c.mem, SIZE);
    CHECK(port_check_flash(&check, &flash) == 0);
    CHECK(memcmp(c.mem, before, FROM) == 0);
    CHECK(memcmp(c.mem + FROM + flash.size, before + FROM + flash.size,
                 SIZE - FROM - flash.size)
          == 0);
    end();
}

static void what_leaves_the_region_never_reaches_the_chip(void)
{
    const uint32_t size = 4 * BLOCK;
    uint8_t buf[16] = {0};

    begin(4, 0xff, 0);
    CHECK(flash.read(flash.ctx, size - 15, buf, 16) == ROTA_EINVAL);
    CHECK(flash.read(flash.ctx, size + 1, buf, 0) == ROTA_EINVAL);
    CHECK(flash.read(flash.ctx, UINT32_MAX - 3, buf, 16) == ROTA_EINVAL);
    CHECK(flash.prog(flash.ctx, size - 8, buf, 16) == ROTA_EINVAL);
    CHECK(flash.prog(flash.ctx, UINT32_MAX - 3, buf, 16) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, size) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, (uint32_t)-BLOCK) == ROTA_EINVAL);
    CHECK(programs == 0 && erases == 0);
    CHECK(flash.read(flash.ctx, size - 16, buf, 16) == ROTA_OK);
    end();
}

static void parts_of_units_and_blocks_never_reach_the_chip(void)
{
    uint8_t buf[16] = {0};

    begin(4, 0xff, 0);
    CHECK(flash.prog(flash.ctx, 2, buf, 8) == ROTA_EINVAL);
    CHECK(flash.prog(flash.ctx, 0, buf, 6) == ROTA_EINVAL);
    CHECK(flash.erase(flash.ctx, BLOCK / 2) == ROTA_EINVAL);
    CHECK(programs == 0 && erases == 0);
    end();
}

static void what_the_vendors_functions_say_is_passed_on(void)
{
    uint8_t buf[4] = {1, 2, 3, 4};

    begin(4, 0xff, 0);
    hook_err = ROTA_EREADONLY;
    CHECK(flash.prog(flash.ctx, 0, buf, 4) == ROTA_EREADONLY);
    CHECK(flash.erase(flash.ctx, 0) == ROTA_EREADONLY);
    end();
}

/* Locked blocks are like that on many a chip. */
static void a_chip_that_does_nothing_is_noticed(void)
{
    uint8_t buf[40] = {1, 2, 3, 4};

    begin(4, 0xff, 0);
    lazy = true;
    CHECK(flash.prog(flash.ctx, 0, buf, 40) == ROTA_EIO);
    memset(buf, 0xff, sizeof buf);
    CHECK(flash.prog(flash.ctx, 0, buf, 40) == ROTA_OK);
    CHECK(flash.erase(flash.ctx, 0) == ROTA_OK);
    c.mem[FROM + BLOCK - 1] = 0xfe;
    CHECK(flash.erase(flash.ctx, 0) == ROTA_EIO);
    end();
}

/* --- Flash that is memory ------------------------------------------------ */

static uint8_t *memory;

static int store(void *ctx, uint32_t addr, const void *buf, uint32_t len)
{
    (void)ctx;
    memcpy((void *)(uintptr_t)addr, buf, len);
    return ROTA_OK;
}

static int blank(void *ctx, uint32_t addr)
{
    (void)ctx;
    memset((void *)(uintptr_t)addr, 0xff, BLOCK);
    return ROTA_OK;
}

/* Somewhere below 4 GiB, where microcontrollers have theirs. */
static void a_chip_that_is_mapped_needs_no_read(void)
{
    const struct rota_flash_chip mapped = {.program = store,
                                           .erase = blank,
                                           .erase_size = BLOCK,
                                           .prog_size = 8,
                                           .erased = 0xff};

    memory = mmap((void *)0x20000000, 1 << 16, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED && (uintptr_t)memory < UINT32_MAX);
    if (memory == MAP_FAILED || (uintptr_t)memory >= UINT32_MAX)
        return;
    uint32_t base = (uint32_t)(uintptr_t)memory + BLOCK;
    flash = rota_flash_cortexm_init(&region, &mapped, base, 4 * BLOCK);
    CHECK(port_check_flash(&check, &flash) == 0);
    CHECK(memory[BLOCK - 1] == 0 && memory[5 * BLOCK] == 0);
    munmap(memory, 1 << 16);
}

int main(void)
{
    RUN(a_region_conforms_with_any_unit_page_and_erased_value);
    RUN(nothing_outside_the_region_is_touched);
    RUN(what_leaves_the_region_never_reaches_the_chip);
    RUN(parts_of_units_and_blocks_never_reach_the_chip);
    RUN(what_the_vendors_functions_say_is_passed_on);
    RUN(a_chip_that_does_nothing_is_noticed);
    RUN(a_chip_that_is_mapped_needs_no_read);
    return test_end();
}
