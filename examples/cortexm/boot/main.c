/* SPDX-License-Identifier: Apache-2.0 */
/* The bootloader: starts the image of slot A or B in place, whole ones only.
 * port/ab_start.h says which one. */
#include <string.h>

#include "mbedtls/sha256.h"

#include "ab_image.h"
#include "ab_start.h"
#include "board.h"
#include "flash_map.h"
#include "flash_semihost.h"
#include "startup.h"
#include "uart.h"
#include "watchdog.h"

#define TRIAL_STARTS 3

static const uint32_t slot_base[2] = {SLOT_A_BASE, SLOT_B_BASE};

/* The slots are looked at where they will run, not in the file. */
static const struct rota_flash_chip mapped = {
    .erase_size = FLASH_ERASE, .prog_size = FLASH_PROG, .erased = 0xff};

static struct rota_ab_image image[2];

static bool hash_fits(const uint8_t *begin, uint32_t size)
{
    uint8_t hash[ROTA_AB_HASH];

    return mbedtls_sha256(begin, size, hash, 0) == 0
        && memcmp(hash, begin + size, sizeof hash) == 0;
}

static bool valid(void *ctx, int slot)
{
    uint32_t base = slot_base[slot];
    struct rota_flash_cortexm region;
    struct rota_flash flash =
        rota_flash_cortexm_init(&region, &mapped, base, SLOT_SIZE);

    (void)ctx;
    return rota_ab_image_read(&flash, &image[slot]) == ROTA_OK
        && image[slot].base == base
        && hash_fits((const uint8_t *)(uintptr_t)base, image[slot].size);
}

/* One line: which image, and why. */
static void tell(int slot, const struct rota_ab_record *r)
{
    uart_text("boot: slot ");
    uart_text(slot ? "B " : "A ");
    uart_text(image[slot].version);
    if (r->state == ROTA_AB_ROLLED_BACK) {
        uart_text(", rolled back");
    } else if (r->state == ROTA_AB_TRIAL && r->slot == slot) {
        uart_text(", start ");
        uart_number(r->starts);
        uart_text(" of its trial");
    }
    uart_line("");
    uart_flush();
}

int main(void)
{
    static struct rota_flash_cortexm region;
    struct rota_ab_record r;

    board_start();
    watchdog_start();
    uart_start();
    if (flash_semihost_open())
        uart_line("boot: a flash chip does not answer");
    struct rota_flash record =
        rota_flash_cortexm_init(&region, &flash_chip, RECORD_BASE, RECORD_SIZE);
    const struct rota_ab_start start = {
        .record = &record, .limit = TRIAL_STARTS, .valid = valid};

    int slot = rota_ab_start(&start, &r);
    if (slot < 0) {
        uart_line("boot: no image to start");
        return 1;
    }
    tell(slot, &r);
    flash_semihost_close();
    startup_jump(slot_base[slot]);
}
