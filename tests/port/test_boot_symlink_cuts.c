/* SPDX-License-Identifier: Apache-2.0 */
/* boot_symlink while the power or the disk fails at any step. */
#define _GNU_SOURCE
#include "port/bootdir.h"
#include "port/cutfs.h"
#include "support/test.h"

#include <sys/wait.h>

static struct rota_boot_symlink *const b = &bootdir.b;
static struct rota_boot *const boot = &bootdir.boot;

static int start(void)
{
    return rota_boot_symlink_starting(b);
}

/* --- Power cuts and failures ---------------------------------------------- */

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
    return rota_boot_symlink_rollback(b);
}

static int forget(void)
{
    return rota_boot_symlink_forget_previous(b);
}

static void downloaded(void)
{
    bootdir_fresh();
    bootdir_download();
}

static void downloaded_again(void)
{
    bootdir_keep();
    CHECK(forget() == ROTA_OK);
    bootdir_download();
}

static void downloaded_beside_previous(void)
{
    bootdir_keep();
    bootdir_download();
}

static void downloaded_after_failure(void)
{
    bootdir_fall_back();
    bootdir_download();
}

static void downloaded_after_undoing(void)
{
    bootdir_arm();
    CHECK(rollback() == ROTA_OK);
    bootdir_download();
}

static const struct {
    void (*before)(void);
    int (*act)(void);
} acts[] = {
    {downloaded, try_next},
    {downloaded_again, try_next},
    {downloaded_beside_previous, try_next},
    {downloaded_after_failure, try_next},
    {downloaded_after_undoing, try_next},
    {downloaded_after_undoing, confirm},
    {bootdir_arm, start},
    {bootdir_try_out, start},
    {bootdir_use_up, start},
    {bootdir_try_out, confirm},
    {bootdir_fall_back, confirm},
    {bootdir_arm, rollback},
    {bootdir_try_out, rollback},
    {bootdir_keep, rollback},
    {bootdir_keep, forget},
};
enum { ACTS = sizeof(acts) / sizeof(*acts) };

static bool same_view(const struct rota_boot_symlink_view *v,
                      const struct rota_boot_symlink_view *w)
{
    return v->state == w->state && v->active == w->active
        && v->starts == w->starts && v->previous == w->previous;
}

/* Old or new. With try_next alone, ROLLED_BACK or UNDONE may have been ended
 * although the new image is not next yet. */
static bool promise_kept(int i, const struct rota_boot_symlink_view *old,
                         const struct rota_boot_symlink_view *new)
{
    struct rota_boot_symlink_view v = bootdir_look();
    bool starts =
        bootdir_is("current/prog", "one") || bootdir_is("current/prog", "two");

    /* Image one is in a and not in b wherever it may be gone back to. */
    if (!starts
        || (v.previous && v.active == 1 && !bootdir_is("a/prog", "one")))
        return false;
    return same_view(&v, old) || same_view(&v, new)
        || (acts[i].act == try_next && v.active == old->active
            && v.state == ROTA_BOOT_CONFIRMED);
}

static void measure(int i, struct rota_boot_symlink_view *old,
                    struct rota_boot_symlink_view *new)
{
    acts[i].before();
    *old = bootdir_look();
    CHECK(acts[i].act() >= 0);
    *new = bootdir_look();
    CHECK(!same_view(old, new));
}

/* Cut before the nth step: false when the act has fewer. */
static bool cut_at(int i, int n, bool torn)
{
    int status;
    pid_t pid;

    acts[i].before();
    pid = fork();
    if (pid == 0) {
        cutfs_begin();
        cutfs.cut = n;
        cutfs.torn = torn;
        _exit(acts[i].act() < 0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CUTFS_CUT);
    return WEXITSTATUS(status) == CUTFS_CUT;
}

static void a_power_cut_at_any_step_leaves_the_old_state_or_the_new(void)
{
    struct rota_boot_symlink_view old, new;
    int cuts = 0;

    for (int i = 0; i < ACTS; i++) {
        measure(i, &old, &new);
        for (int n = 1; cut_at(i, n, false); n++, cuts++) {
            CHECK(promise_kept(i, &old, &new));
            CHECK(cut_at(i, n, true) && promise_kept(i, &old, &new));
        }
    }
    CHECK(cuts > 80);
    printf("%d cuts, twice each\n", cuts);
}

static void after_a_power_cut_the_same_can_be_done_again(void)
{
    struct rota_boot_symlink_view old, new, v;

    for (int i = 0; i < ACTS; i++) {
        measure(i, &old, &new);
        for (int n = 1; cut_at(i, n, true); n++) {
            v = bootdir_look();
            if (same_view(&v, &new))
                continue;
            if (acts[i].act == try_next)
                bootdir_download(); /* the cut may have come after its renaming
                                     */
            CHECK(acts[i].act() >= 0);
            v = bootdir_look();
            CHECK(same_view(&v, &new));
        }
    }
}

static void a_failure_at_any_step_leaves_the_old_state_or_the_new(void)
{
    static const int errs[][2] = {
        {ENOSPC, ROTA_ENOSPC}, {EROFS, ROTA_EREADONLY}, {EIO, ROTA_EBOOT}};
    struct rota_boot_symlink_view old, new;
    int n, err;

    for (int i = 0; i < ACTS; i++)
        for (int e = 0; e < 3; e++) {
            measure(i, &old, &new);
            for (n = 1;; n++) {
                acts[i].before();
                cutfs_begin();
                cutfs.fail = n;
                cutfs.err = errs[e][0];
                err = acts[i].act();
                cutfs.on = false;
                if (cutfs.steps < n)
                    break;
                CHECK(err == errs[e][1] && b->why && b->sys_err == errs[e][0]);
                CHECK(promise_kept(i, &old, &new));
            }
        }
}

/* A cut loses what was not synced, in any order: so each step must have been
 * synced before the next one relies on it. */
static void each_step_is_on_disk_before_the_next(void)
{
    downloaded();
    cutfs_begin();
    CHECK(try_next() == ROTA_OK);
    cutfs.on = false;
    CHECK(!strcmp(cutfs.log, "create boot.lock; "
                             "create boot.new; write ; sync ; rename to boot; "
                             "sync folder ; "
                             "chmod ; sync ; rename to prog; sync folder ; "
                             "unlink current.new; symlink current.new; "
                             "rename to current; sync folder ; "));
    bootdir_try_out();
    cutfs_begin();
    CHECK(start() == ROTA_START_TRIAL);
    cutfs.on = false;
    CHECK(!strcmp(cutfs.log, "create boot.lock; create boot.new; write ; "
                             "sync ; rename to boot; sync folder ; "));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(a_power_cut_at_any_step_leaves_the_old_state_or_the_new);
    RUN(after_a_power_cut_the_same_can_be_done_again);
    RUN(a_failure_at_any_step_leaves_the_old_state_or_the_new);
    RUN(each_step_is_on_disk_before_the_next);
    bootdir_wipe();
    return test_end();
}
