/* SPDX-License-Identifier: Apache-2.0 */
/* boot_uboot with a U-Boot in C; tests/e2e/test_uboot.py has the real one. */
#define _GNU_SOURCE
#include "cutfs.h"
#include "test.h"
#include "ubootdev.h"

#include <stdlib.h>
#include <sys/wait.h>

static struct rota_boot_uboot *const b = &ubootdev.b;
static struct rota_boot *const boot = &ubootdev.boot;

/* Of the next pwrite only so many bytes get to the disk. */
static long pwrite_cut = -1;

ssize_t pwrite(int fd, const void *buf, size_t len, off_t off)
{
    CUTFS_REAL("pwrite", ssize_t(*real)(int, const void *, size_t, off_t));

    if (pwrite_cut < 0)
        return cutfs_step("pwrite", NULL) ? real(fd, buf, len, off) : -1;
    if (pwrite_cut > 0 && real(fd, buf, (size_t)pwrite_cut, off) < 0)
        return -1;
    errno = EIO;
    return -1;
}

/* --- The way of an image -------------------------------------------------- */

static int try_next(void)
{
    return boot->try_next(boot->ctx);
}

static int confirm(void)
{
    return boot->confirm(boot->ctx);
}

static int rollback(void)
{
    return rota_boot_uboot_rollback(b);
}

static int forget(void)
{
    return rota_boot_uboot_forget_previous(b);
}

static bool state_is(int state, int active, unsigned starts, bool previous)
{
    int said = boot->state(boot->ctx);
    struct rota_boot_uboot_view v = ubootdev_look();

    return said == state && v.state == state && v.active == active
        && v.starts == starts && v.previous == previous;
}

static bool is(const char *name, const char *value)
{
    return !strcmp(ubootdev_get(name), value);
}

/* U-Boot starts this slot. */
static bool starts(int slot)
{
    return ubootdev_start() && ubootdev.running == slot;
}

static void each(void (*test)(void))
{
    for (int kind = UBOOTDEV_MENDER; kind <= UBOOTDEV_RAUC; kind++)
        for (int copies = 1; copies <= 2; copies++) {
            ubootdev_fresh((enum ubootdev_kind)kind, copies);
            test();
        }
}

static void go_confirmed(void)
{
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(starts(0) && !confirm());
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(rollback() == ROTA_ENOTHING);
    CHECK(is("rota_slot", "") && is("bootdelay", "2"));
}

static void an_environment_from_the_factory_is_confirmed(void)
{
    each(go_confirmed);
}

static void go_trial(void)
{
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(try_next() == ROTA_ETRIAL && forget() == ROTA_ETRIAL);
    CHECK(starts(1) && state_is(ROTA_BOOT_TRIAL, 1, 1, true));
    CHECK(starts(1) && state_is(ROTA_BOOT_TRIAL, 1, 2, true));
    CHECK(try_next() == ROTA_ETRIAL);
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
    for (int i = 0; i < 5; i++)
        CHECK(starts(1));
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
    CHECK(!forget() && state_is(ROTA_BOOT_CONFIRMED, 1, 0, false));
    CHECK(is("bootdelay", "2"));
}

static void the_next_image_is_on_trial_until_confirmed(void)
{
    each(go_trial);
}

static void go_fail(void)
{
    CHECK(!try_next() && starts(1) && starts(1) && starts(1));
    CHECK(state_is(ROTA_BOOT_TRIAL, 1, 3, true));
    CHECK(starts(0) && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    for (int i = 0; i < 9; i++)
        CHECK(starts(0) && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    CHECK(!forget() && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    CHECK(rollback() == ROTA_ENOTHING);
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(starts(1) && starts(1) && starts(1) && starts(0));
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(is("rota_slot", "") && is("rota_trial", "") && is("rota_limit", ""));
}

static void after_three_starts_without_confirm_the_old_image_is_back(void)
{
    each(go_fail);
}

static void go_undo(void)
{
    CHECK(!try_next() && !rollback());
    CHECK(state_is(ROTA_BOOT_UNDONE, 0, 0, false) && starts(0));
    CHECK(state_is(ROTA_BOOT_UNDONE, 0, 0, false));
    CHECK(!try_next() && starts(1) && !rollback());
    CHECK(state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false) && starts(0));
    CHECK(!try_next() && starts(1) && !confirm() && !rollback());
    CHECK(state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false) && starts(0));
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
}

static void an_operator_goes_back(void)
{
    each(go_undo);
}

static void go_wait(void)
{
    CHECK(!try_next() && confirm() == ROTA_ENOTHING && b->file.why);
    CHECK(state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(starts(1) && !confirm());
}

static void an_image_that_was_not_started_yet_is_not_confirmed(void)
{
    each(go_wait);
}

/* --- The words ------------------------------------------------------------ */

static void menders_words_are_all_written(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    b->slot[0] = "2", b->slot[1] = "11";
    CHECK(!try_next() && is("mender_boot_part", "11"));
    CHECK(is("mender_boot_part_hex", "b") && is("upgrade_available", "1"));
    CHECK(is("bootcount", "0") && is("bootlimit", "3"));
    CHECK(!rollback() && is("mender_boot_part", "2"));
    CHECK(is("mender_boot_part_hex", "2") && is("upgrade_available", "0"));
    ubootdev_set("bootlimit", "7");
    CHECK(!try_next() && is("bootlimit", "7") && !rollback());
    b->limit = 2;
    CHECK(!try_next() && is("bootlimit", "2"));
}

static void raucs_words_are_all_written(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    ubootdev_set("BOOT_ORDER", " A R  B");
    b->limit = 4;
    CHECK(!try_next() && is("BOOT_ORDER", "B A R"));
    CHECK(is("BOOT_A_LEFT", "4") && is("BOOT_B_LEFT", "4"));
    CHECK(!rollback() && is("BOOT_ORDER", "A R"));
    CHECK(is("BOOT_A_LEFT", "4") && is("BOOT_B_LEFT", "0"));
}

static void a_confirmed_slot_gets_back_its_starts(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(starts(0) && starts(0) && is("BOOT_A_LEFT", "1"));
    CHECK(!confirm() && is("BOOT_A_LEFT", "3") && is("BOOT_ORDER", "A B"));
    CHECK(!forget() && is("BOOT_ORDER", "A"));
}

static void a_slot_left_alone_is_never_passed(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(!try_next() && starts(1) && !confirm());
    for (int i = 0; i < 8; i++)
        CHECK(starts(1) && state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
}

/* Else RAUC's script would, some starts later, begin again with it. */
static void a_fallback_of_raucs_script_is_written_down(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(!try_next() && starts(1) && starts(1) && starts(1) && starts(0));
    CHECK(is("BOOT_ORDER", "B A") && ubootdev_look().active == 0);
    CHECK(boot->state(boot->ctx) == ROTA_BOOT_ROLLED_BACK);
    CHECK(is("BOOT_ORDER", "A") && is("rota_trial", "failed"));
}

static void the_limit_of_a_trial_is_the_one_it_began_with(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    b->limit = 2;
    CHECK(!try_next() && starts(1) && starts(1)); /* reopened: limit 3 */
    CHECK(state_is(ROTA_BOOT_TRIAL, 1, 2, true) && ubootdev_look().limit == 2);
    CHECK(starts(0) && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
}

static void a_trial_that_another_tool_began_is_one(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    ubootdev_set("mender_boot_part", "3");
    ubootdev_set("upgrade_available", "1");
    CHECK(starts(1) && state_is(ROTA_BOOT_TRIAL, 1, 1, true));
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
}

static void the_running_slot_may_be_told(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    b->running = "2";
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(starts(1));
    b->running = "2"; /* it was counted, but then something else was started */
    CHECK(state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    CHECK(is("mender_boot_part", "2") && is("upgrade_available", "0"));
    b->running = "3";
    CHECK(try_next() == ROTA_EBOOT);
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(starts(0) && starts(0) && starts(0) && starts(1));
    b->running = "B"; /* nobody confirmed A */
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 1, 0, false));
    CHECK(!try_next() && is("BOOT_ORDER", "A B"));
}

static void variables_without_sense_are_an_error(void)
{
    static const struct {
        enum ubootdev_kind kind;
        const char *name, *value;
    } bad[] = {
        {UBOOTDEV_MENDER, "mender_boot_part", NULL},
        {UBOOTDEV_MENDER, "mender_boot_part", "4"},
        {UBOOTDEV_MENDER, "mender_boot_part", "33"},
        {UBOOTDEV_MENDER, "bootcount", "x"},
        {UBOOTDEV_MENDER, "bootcount", "0x"},
        {UBOOTDEV_MENDER, "bootlimit", "-1"},
        {UBOOTDEV_MENDER, "upgrade_available", "1 "},
        {UBOOTDEV_MENDER, "upgrade_available", "a"},
        {UBOOTDEV_RAUC, "BOOT_ORDER", "AB"},
        {UBOOTDEV_RAUC, "BOOT_ORDER", " "},
        {UBOOTDEV_RAUC, "BOOT_A_LEFT", "3g"},
        {UBOOTDEV_RAUC, "BOOT_A_LEFT", "0x"},
        {UBOOTDEV_RAUC, "BOOT_B_LEFT", "10000000000000001"},
        {UBOOTDEV_RAUC, "rota_limit", "?"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ubootdev_fresh(bad[i].kind, 2);
        ubootdev_set(bad[i].name, bad[i].value);
        CHECK(boot->state(boot->ctx) == ROTA_EBOOT && b->file.why);
        CHECK(try_next() == ROTA_EBOOT && confirm() == ROTA_EBOOT);
        CHECK(is(bad[i].name, bad[i].value ? bad[i].value : ""));
    }
}

/* --- Files ---------------------------------------------------------------- */

enum { FILE_SIZE = 512 + UBOOTDEV_SIZE + 512 };

static uint8_t before[2][FILE_SIZE], after[2][FILE_SIZE];

static void keep_files(uint8_t file[2][FILE_SIZE])
{
    ubootdev_read(0, file[0], FILE_SIZE);
    ubootdev_read(1, file[1], FILE_SIZE);
}

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
            for (long n = 0; n < UBOOTDEV_SIZE; n++, cuts++) {
                pwrite_cut = n;
                CHECK(acts[act]() == ROTA_EIO);
                pwrite_cut = -1;
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
    RUN(an_environment_from_the_factory_is_confirmed);
    RUN(the_next_image_is_on_trial_until_confirmed);
    RUN(after_three_starts_without_confirm_the_old_image_is_back);
    RUN(an_operator_goes_back);
    RUN(an_image_that_was_not_started_yet_is_not_confirmed);
    RUN(menders_words_are_all_written);
    RUN(raucs_words_are_all_written);
    RUN(a_confirmed_slot_gets_back_its_starts);
    RUN(a_slot_left_alone_is_never_passed);
    RUN(a_fallback_of_raucs_script_is_written_down);
    RUN(the_limit_of_a_trial_is_the_one_it_began_with);
    RUN(a_trial_that_another_tool_began_is_one);
    RUN(the_running_slot_may_be_told);
    RUN(variables_without_sense_are_an_error);
    RUN(copies_are_written_in_turn_and_flags_wrap);
    RUN(what_does_not_change_is_not_written);
    RUN(a_write_cut_at_any_byte_leaves_old_or_new);
    RUN(any_of_the_sectors_leave_old_or_new);
    RUN(the_only_copy_is_replaced_whole);
    RUN(a_disk_that_fails_leaves_what_was);
    RUN(one_damaged_copy_is_written_over);
    RUN(random_bytes_are_an_error_and_stay_as_they_are);
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
