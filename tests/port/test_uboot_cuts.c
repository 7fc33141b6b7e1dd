/* SPDX-License-Identifier: Apache-2.0 */
/* What boot_uboot writes, and what is left when that is cut or fails. */
#define _GNU_SOURCE
#include "port/cutfs.h"
#include "port/uboot_rig.h"

#include <sys/wait.h>

static uint8_t before[2][FILE_SIZE], after[2][FILE_SIZE];

/* --- Files ---------------------------------------------------------------- */

/* Only this copy has changed, and nothing around it. */
static bool only_changed(int copy)
{
    return !memcmp(before[!copy], after[!copy], FILE_SIZE)
        && !memcmp(before[copy], after[copy], 512)
        && memcmp(before[copy] + 512, after[copy] + 512, UBOOTDEV_SIZE)
        && !memcmp(before[copy] + 512 + UBOOTDEV_SIZE,
                   after[copy] + 512 + UBOOTDEV_SIZE, 512);
}

static void copies_are_written_in_turn_and_flags_wrap(void)
{
    int copy = 1; /* after ubootdev_fresh: 254 and, written last, 255 */

    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    keep_files(before);
    CHECK(before[0][516] == 254 && before[1][516] == 255);
    for (int i = 0; i < 6; i++) {
        CHECK(!(i % 2 ? rollback() : try_next()));
        keep_files(after);
        copy = !copy;
        CHECK(only_changed(copy) && after[copy][516] == i);
        memcpy(before, after, sizeof before);
    }
}

static void what_does_not_change_is_not_written(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    keep_files(before);
    CHECK(!confirm() && boot->state(boot->ctx) == ROTA_BOOT_CONFIRMED);
    keep_files(after);
    CHECK(!memcmp(before, after, sizeof before));
}

/* try_next, confirm and rollback, each from a situation of its own. */
static int (*const acts[])(void) = {try_next, confirm, rollback};
enum { ACTS = sizeof acts / sizeof *acts };

static void prepare(enum ubootdev_kind kind, int act, int copies)
{
    char filler[UBOOTDEV_SIZE - 300]; /* moves when something before it does */

    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = (char)('a' + i * i % 23);
    filler[sizeof filler - 1] = '\0';
    ubootdev_fresh(kind, copies);
    ubootdev_set("zz", filler);
    if (act > 0)
        CHECK(!try_next() && starts(1));
}

static bool same(const struct rota_boot_uboot_view *v,
                 const struct rota_boot_uboot_view *w)
{
    return v->state == w->state && v->active == w->active
        && v->starts == w->starts && v->previous == w->previous;
}

static void a_write_cut_at_any_byte_leaves_old_or_new(void)
{
    struct rota_boot_uboot_view old, v;
    int cuts = 0;

    for (int kind = 0; kind <= UBOOTDEV_RAUC; kind++)
        for (int act = 0; act < ACTS; act++) {
            prepare((enum ubootdev_kind)kind, act, 2);
            keep_files(before);
            old = ubootdev_look();
            for (size_t n = 0; n < UBOOTDEV_SIZE; n++, cuts++) {
                cutfs.broken = true;
                cutfs.left = n;
                CHECK(acts[act]() == ROTA_EIO);
                cutfs.broken = false;
                v = ubootdev_look();
                if (!same(&v, &old))
                    break; /* all that was missing was zeros before, too */
            }
            keep_files(after);
            CHECK(only_changed(0) || only_changed(1));
            ubootdev_write(0, before[0], FILE_SIZE);
            ubootdev_write(1, before[1], FILE_SIZE);
            CHECK(!acts[act]());
            keep_files(before);
            CHECK(!memcmp(before, after, sizeof before));
        }
    CHECK(cuts > 9 * 1700);
    printf("%d cuts\n", cuts);
}

/* The disk may write the sectors of a copy in any order. */
static void any_of_the_sectors_leave_old_or_new(void)
{
    struct rota_boot_uboot_view old, new, v;

    for (int act = 0; act < ACTS; act++) {
        prepare(UBOOTDEV_RAUC, act, 2);
        keep_files(before);
        old = ubootdev_look();
        CHECK(!acts[act]());
        new = ubootdev_look();
        keep_files(after);
        for (unsigned set = 0; set < 1 << UBOOTDEV_SIZE / 512; set++) {
            for (int c = 0; c < 2; c++) {
                uint8_t file[FILE_SIZE];
                memcpy(file, before[c], FILE_SIZE);
                for (unsigned i = 0; i < UBOOTDEV_SIZE / 512; i++)
                    if (set >> i & 1)
                        memcpy(file + 512 * (i + 1), after[c] + 512 * (i + 1),
                               512);
                ubootdev_write(c, file, FILE_SIZE);
            }
            v = ubootdev_look();
            CHECK(same(&v, &old) || same(&v, &new));
        }
    }
}

/* Cut the replacing of the only copy before each step of it. */
static void the_only_copy_is_replaced_whole(void)
{
    struct rota_boot_uboot_view old, new, v;
    int status = 0, cuts = 0;

    for (int act = 0; act < ACTS; act++) {
        prepare(UBOOTDEV_MENDER, act, 1);
        old = ubootdev_look();
        CHECK(!acts[act]());
        new = ubootdev_look();
        for (int n = 2;; n++, cuts++) {
            pid_t pid;
            prepare(UBOOTDEV_MENDER, act, 1);
            pid = fork();
            if (pid == 0) {
                cutfs_begin();
                cutfs.cut = n / 2;
                cutfs.torn = n % 2;
                _exit(acts[act]() ? 1 : 0);
            }
            CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
            v = ubootdev_look();
            CHECK(same(&v, &old) || same(&v, &new));
            if (WEXITSTATUS(status) != CUTFS_CUT)
                break;
        }
        CHECK(WEXITSTATUS(status) == 0 && same(&v, &new));
    }
    CHECK(cuts >= 3 * 2 * 5); /* lock, create, write, sync, rename, sync */
}

static void a_disk_that_fails_leaves_what_was(void)
{
    static const struct {
        int err, says;
    } errs[] = {
        {EIO, ROTA_EIO}, {ENOSPC, ROTA_ENOSPC}, {EROFS, ROTA_EREADONLY}};

    for (int copies = 1; copies <= 2; copies++)
        for (size_t i = 0; i < 3; i++) {
            prepare(UBOOTDEV_RAUC, 0, copies);
            cutfs_begin();
            cutfs.fail = copies == 1 ? 3 : 2; /* write, after the creating */
            cutfs.err = errs[i].err;
            CHECK(try_next() == errs[i].says);
            CHECK(b->file.why && b->file.sys_err == errs[i].err);
            cutfs.on = false;
            CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
        }
}

/* The steps of each change, in this order: what was written is on disk before
 * anybody hears of it. */
static void a_change_is_on_disk_when_it_is_told(void)
{
    static const char *const steps[2] = {
        "create lock; create env0.new; write ; sync ; "
        "rename to env0; sync folder ; ",
        "create lock; write ; sync ; "};

    for (int copies = 1; copies <= 2; copies++)
        for (int act = 0; act < ACTS; act++) {
            prepare(UBOOTDEV_RAUC, act, copies);
            cutfs_begin();
            CHECK(!acts[act]());
            cutfs.on = false;
            CHECK(!strcmp(cutfs.log, steps[copies - 1]));
        }
}

static void a_sync_that_fails_is_told(void)
{
    for (int copies = 1; copies <= 2; copies++) {
        prepare(UBOOTDEV_RAUC, 0, copies);
        cutfs_begin();
        cutfs.fail = copies == 1 ? 4 : 3;
        cutfs.err = EIO;
        CHECK(try_next() == ROTA_EIO && b->file.sys_err == EIO);
        cutfs.on = false;
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(copies_are_written_in_turn_and_flags_wrap);
    RUN(what_does_not_change_is_not_written);
    RUN(a_write_cut_at_any_byte_leaves_old_or_new);
    RUN(any_of_the_sectors_leave_old_or_new);
    RUN(the_only_copy_is_replaced_whole);
    RUN(a_disk_that_fails_leaves_what_was);
    RUN(a_change_is_on_disk_when_it_is_told);
    RUN(a_sync_that_fails_is_told);
    ubootdev_wipe();
    return test_end();
}
