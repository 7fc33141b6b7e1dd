/* SPDX-License-Identifier: Apache-2.0 */
/* An environment that holds anything, or cannot be written. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "port/uboot_rig.h"

static uint8_t before[2][FILE_SIZE], after[2][FILE_SIZE];

static void one_damaged_copy_is_written_over(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2); /* the newer one is 1 */
    CHECK(!try_next());               /* and now 0 */
    keep_files(before);
    before[0][600] ^= 1;
    ubootdev_write(0, before[0], FILE_SIZE);
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    keep_files(after);
    CHECK(!memcmp(before[1], after[1], FILE_SIZE));
}

static bool refuses(int err)
{
    return boot->state(boot->ctx) == err && b->file.why && try_next() == err
        && confirm() == err && rollback() == err && forget() == err;
}

static void random_bytes_are_an_error_and_stay_as_they_are(void)
{
    for (int copies = 1; copies <= 2; copies++) {
        ubootdev_fresh(UBOOTDEV_MENDER, copies);
        srand(3);
        for (size_t i = 0; i < FILE_SIZE; i++)
            before[0][i] = before[1][i] = (uint8_t)rand();
        ubootdev_write(0, before[0], FILE_SIZE);
        if (copies == 2)
            ubootdev_write(1, before[1], FILE_SIZE);
        CHECK(refuses(ROTA_ECORRUPT));
        ubootdev_read(0, after[0], FILE_SIZE);
        CHECK(!memcmp(before[0], after[0], FILE_SIZE));
    }
}

/* One copy has no flag behind its CRC, of two each has. */
static void a_copy_of_the_other_format_is_no_copy(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    keep_files(before);
    b->file.copy[1].path = NULL;
    CHECK(refuses(ROTA_ECORRUPT));
    keep_files(after);
    CHECK(!memcmp(before, after, sizeof before));

    ubootdev_fresh(UBOOTDEV_MENDER, 1);
    ubootdev_read(0, before[0], UBOOTDEV_SIZE);
    b->file.copy[1] = b->file.copy[0];
    CHECK(refuses(ROTA_ECORRUPT));
    ubootdev_read(0, after[0], UBOOTDEV_SIZE);
    CHECK(!memcmp(before[0], after[0], UBOOTDEV_SIZE));
}

static void erase(int copy, size_t from, size_t to, int value)
{
    memset(before[copy] + 512 + from, value, to - from);
    ubootdev_write(copy, before[copy], FILE_SIZE);
}

/* Of the newer copy, says the other what was before; of both, nobody. */
static void a_half_erased_copy_is_no_copy(void)
{
    for (int value = 0; value <= 0xff; value += 0xff)
        for (size_t from = 0; from < 48; from += 4)
            for (size_t to = 64; to <= UBOOTDEV_SIZE; to += 248) {
                ubootdev_fresh(UBOOTDEV_RAUC, 2); /* the newer one is 1 */
                CHECK(!try_next());               /* and now 0 */
                keep_files(before);
                erase(0, from, to, value);
                CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
                erase(1, from, to, value);
                CHECK(refuses(ROTA_ECORRUPT));
                keep_files(after);
                CHECK(!memcmp(before, after, sizeof before));
            }
}

/* Well formed, but it speaks of other slots, or in other words. */
static void the_environment_of_another_device_is_an_error(void)
{
    for (int copies = 1; copies <= 2; copies++) {
        ubootdev_fresh(UBOOTDEV_RAUC, copies);
        ubootdev_read(0, before[0], FILE_SIZE);
        b->slot[0] = "C", b->slot[1] = "D";
        CHECK(refuses(ROTA_EBOOT));
        ubootdev.kind = UBOOTDEV_MENDER;
        ubootdev_reopen();
        CHECK(refuses(ROTA_EBOOT));
        ubootdev_read(0, after[0], FILE_SIZE);
        CHECK(!memcmp(before[0], after[0], FILE_SIZE));

        ubootdev_fresh(UBOOTDEV_MENDER, copies);
        b->slot[0] = "7", b->slot[1] = "8";
        CHECK(refuses(ROTA_EBOOT));
    }
}

/* Without a BOOT_ORDER, RAUC's script takes its own: A first. */
static void menders_environment_is_a_new_one_to_raucs_script(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    ubootdev.kind = UBOOTDEV_RAUC;
    ubootdev_reopen();
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(rollback() == ROTA_ENOTHING);
}

static void a_copy_that_ends_too_early_is_no_copy(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    keep_files(before);
    ubootdev_write(1, before[1], 512 + UBOOTDEV_SIZE - 1); /* a zero less */
    CHECK(boot->state(boot->ctx) == ROTA_EBOOT); /* copy 0: no variables yet */
    ubootdev_write(0, before[0], 100);
    CHECK(refuses(ROTA_ECORRUPT));
    b->file.size *= 2;
    CHECK(refuses(ROTA_ECORRUPT));
}

static void an_environment_without_room_is_left_alone(void)
{
    static char filler[UBOOTDEV_SIZE];

    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    memset(filler, 'f', UBOOTDEV_SIZE - 100);
    ubootdev_set("filler", filler);
    keep_files(before);
    CHECK(try_next() == ROTA_ENOSPC && b->file.why);
    keep_files(after);
    CHECK(!memcmp(before, after, sizeof before));
}

static void what_cannot_be_is_refused(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    b->limit = 10;
    CHECK(refuses(ROTA_EINVAL));
    ubootdev_reopen();
    b->slot[1] = "A";
    CHECK(refuses(ROTA_EINVAL));
    b->slot[1] = "B C";
    CHECK(refuses(ROTA_EINVAL));
    b->slot[1] = "a name too long";
    CHECK(refuses(ROTA_EINVAL));
    b->slot[1] = "a_16_characters_";
    CHECK(refuses(ROTA_EINVAL));
    ubootdev_reopen();
    b->running = "C";
    CHECK(refuses(ROTA_EINVAL));
    ubootdev_reopen();
    b->file.size = 15;
    CHECK(refuses(ROTA_EINVAL));
    b->file.size = (1 << 20) + 1;
    CHECK(refuses(ROTA_EINVAL));
    ubootdev_reopen();
    b->file.copy[0].off = UINT64_MAX;
    CHECK(refuses(ROTA_EINVAL));
    ubootdev_reopen();
    b->file.buf = NULL;
    CHECK(refuses(ROTA_EINVAL));
}

static void what_is_no_file_is_refused(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    b->file.copy[1].path = "/dev/null";
    CHECK(refuses(ROTA_EINVAL));
    b->file.copy[1].path = ubootdev.top;
    CHECK(boot->state(boot->ctx) == ROTA_EINVAL);
    b->file.copy[1].path = "/no/such/file";
    CHECK(refuses(ROTA_EIO) && b->file.sys_err == ENOENT);
}

/* Renaming over it would leave U-Boot with what it leads to. */
static void the_only_copy_is_not_a_link(void)
{
    char path[80];

    ubootdev_fresh(UBOOTDEV_RAUC, 1);
    snprintf(path, sizeof path, "%.63s/env1", ubootdev.top);
    CHECK(!symlink(b->file.copy[0].path, path));
    b->file.copy[0].path = path;
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(try_next() == ROTA_EREADONLY);
}

static void the_only_copy_is_overwritten_only_when_asked_for(void)
{
    static uint8_t file[2 * UBOOTDEV_SIZE];

    ubootdev_fresh(UBOOTDEV_RAUC, 1);
    ubootdev_read(0, file, UBOOTDEV_SIZE);
    ubootdev_write(0, file, sizeof file);
    CHECK(try_next() == ROTA_EREADONLY && b->file.why);
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    b->file.in_place = true;
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(ubootdev_read(0, file, sizeof file) == sizeof file);
}

static void who_may_only_read_sees_the_state(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    b->file.lock = "/no/such/folder/lock";
    CHECK(boot->state(boot->ctx) == ROTA_BOOT_CONFIRMED);
    CHECK(try_next() == ROTA_EIO && b->file.sys_err == ENOENT);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(one_damaged_copy_is_written_over);
    RUN(random_bytes_are_an_error_and_stay_as_they_are);
    RUN(a_copy_of_the_other_format_is_no_copy);
    RUN(a_half_erased_copy_is_no_copy);
    RUN(the_environment_of_another_device_is_an_error);
    RUN(menders_environment_is_a_new_one_to_raucs_script);
    RUN(a_copy_that_ends_too_early_is_no_copy);
    RUN(an_environment_without_room_is_left_alone);
    RUN(what_cannot_be_is_refused);
    RUN(what_is_no_file_is_refused);
    RUN(the_only_copy_is_not_a_link);
    RUN(the_only_copy_is_overwritten_only_when_asked_for);
    RUN(who_may_only_read_sees_the_state);
    ubootdev_wipe();
    return test_end();
}
