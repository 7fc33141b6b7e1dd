/* SPDX-License-Identifier: Apache-2.0 */
/* The record of boot_symlink holds anything at all: the link goes on leading to
 * a whole image, and the next one can be tried. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/bootdir.h"
#include "support/test.h"

static struct rota_boot_symlink *const b = &bootdir.b;
static struct rota_boot *const boot = &bootdir.boot;

static const char whole[] = "candidate=b\nstarts=2\nlimit=3\nconfirmed=no\n"
                            "previous=yes\nundone=no\n";

static void put(const void *bytes, size_t len)
{
    FILE *f = fopen(bootdir_at("state/boot"), "wb");

    CHECK(f && fwrite(bytes, 1, len, f) == len && !fclose(f));
}

/* As after bootdir_arm, which takes longer: the disk is waited for. */
static void link_to_b(void)
{
    CHECK(!unlink(bootdir.link) && !symlink("b", bootdir.link));
}

/* Both slots hold images. */
static bool runs_an_image(void)
{
    return bootdir_is("current/prog", "one")
        || bootdir_is("current/prog", "two");
}

/* Does the record mean nothing, so that what the link says stays? */
static bool is_nothing(int active)
{
    return bootdir_state_is(ROTA_BOOT_CONFIRMED, active, 0, false)
        && rota_boot_symlink_starting(b) == ROTA_START_NORMAL
        && bootdir_look().active == active;
}

/* Whatever it says: no error but the port's own, and always an image. */
static void use(void)
{
    int state = boot->state(boot->ctx);

    CHECK(state >= ROTA_BOOT_CONFIRMED && state <= ROTA_BOOT_UNDONE);
    CHECK(rota_boot_symlink_starting(b) >= 0 && runs_an_image());
    CHECK(boot->confirm(boot->ctx) == ROTA_OK && runs_an_image());
    CHECK(boot->state(boot->ctx) == ROTA_BOOT_CONFIRMED);
}

/* --- Bytes ---------------------------------------------------------------- */

static void random_bytes_are_no_record(void)
{
    uint8_t bytes[1500];

    bootdir_arm();
    srand(7);
    for (int i = 0; i < 300; i++) {
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (uint8_t)(rand() >> 7);
        size_t len = (size_t)rand() % sizeof bytes;
        if (len)
            bytes[len - 1] = '\n';
        put(bytes, len);
        CHECK(is_nothing(1) && b->why);
    }
}

static void a_wrong_byte_never_leads_to_no_image(void)
{
    char text[sizeof whole];

    bootdir_arm();
    for (size_t at = 0; at < sizeof whole - 1; at++)
        for (int bit = (int)at % 4; bit < 8; bit += 4) {
            link_to_b();
            memcpy(text, whole, sizeof whole);
            text[at] ^= (char)(1 << bit);
            put(text, sizeof whole - 1);
            use();
        }
}

static void a_record_cut_short_never_leads_to_no_image(void)
{
    bootdir_arm();
    for (size_t len = 0; len < sizeof whole; len++) {
        link_to_b();
        put(whole, len);
        use();
        link_to_b();
        put(whole, len);
        if (len == 0 || whole[len - 1] != '\n')
            CHECK(is_nothing(1) && b->why);
    }
}

static void half_erased_is_no_record(void)
{
    char text[sizeof whole];

    bootdir_arm();
    for (int value = 0; value <= 0xff; value += 0xff)
        for (size_t from = 0; from < sizeof whole - 1; from++)
            for (size_t to = from + 20; to < sizeof whole; to += 9) {
                memcpy(text, whole, sizeof whole);
                memset(text + from, value, to - from);
                put(text, sizeof whole - 1);
                CHECK(value ? runs_an_image() : is_nothing(1) && b->why);
            }
}

/* Of a version that knew less: what it does not say is as at the beginning. */
static void the_record_of_an_older_version_is_read(void)
{
    bootdir_arm();
    put("candidate=b\nstarts=2\n", 21);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 2, true));
    CHECK(rota_boot_symlink_starting(b) == ROTA_START_TRIAL);
    CHECK(rota_boot_symlink_starting(b) == ROTA_START_UNDONE);
    CHECK(bootdir_is("current/prog", "one"));
}

/* --- Records of other devices --------------------------------------------- */

static void the_record_of_another_device_never_leads_to_no_image(void)
{
    static void (*const situations[])(void) = {bootdir_arm, bootdir_try_out,
                                               bootdir_use_up,
                                               bootdir_fall_back, bootdir_keep};
    enum { COUNT = sizeof situations / sizeof *situations };
    char text[256];

    for (int from = 0; from < COUNT; from++)
        for (int to = 0; to <= COUNT; to++) {
            situations[from]();
            FILE *f = fopen(bootdir_at("state/boot"), "rb");
            CHECK(f != NULL);
            size_t len = f ? fread(text, 1, sizeof text, f) : 0;
            if (f)
                fclose(f);
            to < COUNT ? situations[to]() : bootdir_fresh();
            put(text, len);
            for (int i = 0; i < 5; i++) {
                CHECK(rota_boot_symlink_starting(b) >= 0 || to == COUNT);
                CHECK(runs_an_image());
            }
            use();
        }
}

/* --- What is no file ------------------------------------------------------ */

static void what_is_no_file_is_no_record(void)
{
    bootdir_arm();
    CHECK(!unlink(bootdir_at("state/boot")));
    CHECK(!mkfifo(bootdir_at("state/boot"), 0600));
    alarm(20); /* it must not wait for somebody to write */
    CHECK(is_nothing(1) && b->why);
    alarm(0);
    CHECK(!unlink(bootdir_at("state/boot")));
    CHECK(!mkdir(bootdir_at("state/boot"), 0700));
    CHECK(boot->state(boot->ctx) == ROTA_EBOOT && b->sys_err == EISDIR);
    CHECK(boot->try_next(boot->ctx) == ROTA_EBOOT);
    CHECK(rota_boot_symlink_starting(b) == ROTA_EBOOT);
    CHECK(bootdir_is("current/prog", "two"));
    CHECK(!rmdir(bootdir_at("state/boot")));
}

int main(void)
{
    RUN(random_bytes_are_no_record);
    RUN(a_wrong_byte_never_leads_to_no_image);
    RUN(a_record_cut_short_never_leads_to_no_image);
    RUN(half_erased_is_no_record);
    RUN(the_record_of_an_older_version_is_read);
    RUN(the_record_of_another_device_never_leads_to_no_image);
    RUN(what_is_no_file_is_no_record);
    bootdir_wipe();
    return test_end();
}
