/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "port/bootdir.h"
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rota_boot_symlink *const b = &bootdir.b;
static struct rota_boot *const boot = &bootdir.boot;

static int start(void)
{
    return rota_boot_symlink_starting(b);
}

/* --- The way of an image -------------------------------------------------- */

static void without_a_record_the_linked_image_is_confirmed(void)
{
    bootdir_fresh();
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(start() == ROTA_START_NORMAL);
    CHECK(boot->confirm(boot->ctx) == ROTA_OK);
    CHECK(access(bootdir_at("state/boot"), F_OK)
          != 0); /* nothing to remember */
    CHECK(b->why == NULL);
}

static void the_next_image_is_on_trial_until_confirmed(void)
{
    bootdir_arm();
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(bootdir_is("current/prog", "two"));
    CHECK(start() == ROTA_START_TRIAL);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 1, true));
    CHECK(boot->confirm(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
    CHECK(start() == ROTA_START_NORMAL);
    CHECK(bootdir_is("current/prog", "two"));
}

static void after_three_starts_without_confirm_the_old_image_is_back(void)
{
    bootdir_use_up();
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 3, true));
    CHECK(start() == ROTA_START_UNDONE);
    CHECK(bootdir_state_is(ROTA_BOOT_ROLLED_BACK, 0, 3, false));
    CHECK(bootdir_is("current/prog", "one"));
    CHECK(start() == ROTA_START_NORMAL);
    CHECK(bootdir_state_is(ROTA_BOOT_ROLLED_BACK, 0, 3, false));
}

static void the_limit_of_a_trial_is_the_one_it_began_with(void)
{
    bootdir_fresh();
    b->limit = 1;
    bootdir_download();
    CHECK(boot->try_next(boot->ctx) == ROTA_OK);
    bootdir_reopen(); /* with 3 */
    CHECK(bootdir_look().limit == 1);
    CHECK(start() == ROTA_START_TRIAL && start() == ROTA_START_UNDONE);
    rota_boot_symlink_init(b, "", "a", "b", "", 0);
    CHECK(b->limit == 3);
}

static void confirm_ends_rolled_back(void)
{
    bootdir_fall_back();
    CHECK(boot->confirm(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
}

static void a_new_trial_ends_rolled_back(void)
{
    bootdir_fall_back();
    bootdir_download();
    CHECK(boot->try_next(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 0, true));
}

static void during_a_trial_the_other_image_is_not_given_away(void)
{
    bootdir_try_out();
    bootdir_put("a/.prog.part", "three");
    CHECK(boot->try_next(boot->ctx) == ROTA_ETRIAL);
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_ETRIAL);
    CHECK(bootdir_is("a/prog", "one"));
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 1, true));
}

static void images_alternate_between_the_folders(void)
{
    bootdir_keep();
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_OK);
    bootdir_download();
    CHECK(boot->try_next(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 0, 0, true));
    CHECK(boot->confirm(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, true));
}

/* --- The operator's way back ---------------------------------------------- */

static void rollback_before_the_first_start_is_no_failure(void)
{
    bootdir_arm();
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_UNDONE, 0, 0, false));
    CHECK(start() == ROTA_START_NORMAL);
    CHECK(bootdir_state_is(ROTA_BOOT_UNDONE, 0, 0, false));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_ENOTHING);
}

static void undone_ends_with_confirm_or_the_next_trial(void)
{
    bootdir_arm();
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(boot->confirm(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    bootdir_arm();
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    bootdir_download();
    CHECK(boot->try_next(boot->ctx) == ROTA_OK);
    CHECK(start() == ROTA_START_TRIAL);
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_ROLLED_BACK, 0, 1, false));
}

static void rollback_from_a_started_trial_is_rolled_back(void)
{
    bootdir_try_out();
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_ROLLED_BACK, 0, 1, false));
    CHECK(!bootdir_look().confirmed);
}

static void rollback_after_confirm_leads_to_the_previous_image_once(void)
{
    bootdir_keep();
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_ROLLED_BACK, 0, 1, false));
    CHECK(bootdir_look().confirmed);
    CHECK(bootdir_is("current/prog", "one"));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_ENOTHING);
    CHECK(b->why && b->sys_err == 0);
}

static void there_is_no_way_back_to_a_forgotten_image(void)
{
    bootdir_keep();
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 1, 0, false));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_ENOTHING);
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_OK);
}

static void without_a_launcher_that_counts_it_works_as_well(void)
{
    bootdir_arm();
    CHECK(boot->confirm(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
}

static void a_fresh_device_has_nothing_to_go_back_to(void)
{
    bootdir_fresh();
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_OK);
    CHECK(rota_boot_symlink_rollback(b) == ROTA_ENOTHING);
}

/* --- Putting the image in place ------------------------------------------- */

static void the_download_becomes_an_executable_under_its_name(void)
{
    struct stat st;

    bootdir_arm();
    CHECK(!stat(bootdir_at("b/prog"), &st) && (st.st_mode & 07777) == 0755);
    CHECK(access(bootdir_at("b/.prog.part"), F_OK) != 0);
    CHECK(!stat(bootdir_at("b"), &st) && (st.st_mode & 0700) == 0700);
}

static void an_older_file_is_replaced_and_not_written_to(void)
{
    char text[4] = "";
    FILE *old;

    bootdir_fresh();
    CHECK(!mkdir(bootdir_at("b"), 0755));
    bootdir_put("b/prog", "old");
    old = fopen(bootdir_at("b/prog"), "r");
    bootdir_download();
    CHECK(bootdir_is("b/prog", "old"));
    CHECK(boot->try_next(boot->ctx) == ROTA_OK && bootdir_is("b/prog", "two"));
    CHECK(fread(text, 1, 3, old) == 3 && !strcmp(text, "old"));
    fclose(old);
}

static void without_a_download_nothing_changes(void)
{
    bootdir_fresh();
    CHECK(!mkdir(bootdir_at("b"), 0755));
    CHECK(boot->try_next(boot->ctx) == ROTA_EBOOT);
    CHECK(b->why && b->sys_err == ENOENT);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
}

static void a_path_longer_than_its_room_is_refused(void)
{
    char path[16];

    bootdir_fresh();
    CHECK(rota_boot_symlink_part(b, path, sizeof(path)) == ROTA_EINVAL);
}

/* --- Links and records as found ------------------------------------------- */

static bool link_is_taken_for(const char *text, int active)
{
    struct rota_boot_symlink_view v;

    unlink(bootdir.link);
    CHECK(!symlink(text, bootdir.link));
    return !rota_boot_symlink_look(b, &v) && v.active == active;
}

static void a_link_may_be_relative_or_absolute(void)
{
    bootdir_arm();
    CHECK(link_is_taken_for("b", 1) && link_is_taken_for("a", 0));
    CHECK(link_is_taken_for("./b", 1) && link_is_taken_for("a/", 0));
    CHECK(link_is_taken_for(bootdir_at("b"), 1)
          && link_is_taken_for(bootdir_at("a"), 0));
    CHECK(!symlink(".", bootdir_at("same"))
          && link_is_taken_for(bootdir_at("same/b"), 1));
    *boot = rota_boot_symlink_init(b, bootdir.link, bootdir_at("a"),
                                   bootdir_at("b"), bootdir.state_dir, 3);
    CHECK(link_is_taken_for("b", 1) && link_is_taken_for(bootdir_at("a"), 0));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_ENOTHING);
}

static void a_link_that_is_missing_or_leads_elsewhere_is_an_error(void)
{
    static const char *const elsewhere[] = {"c", "..", "/", "ab", "state"};
    struct rota_boot_symlink_view v;

    bootdir_fresh();
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++) {
        unlink(bootdir.link);
        CHECK(!symlink(elsewhere[i], bootdir.link));
        CHECK(rota_boot_symlink_look(b, &v) == ROTA_EBOOT && b->why);
        CHECK(start() == ROTA_EBOOT);
        CHECK(boot->try_next(boot->ctx) == ROTA_EBOOT);
    }
    unlink(bootdir.link);
    CHECK(boot->state(boot->ctx) == ROTA_EBOOT && b->sys_err == ENOENT);
    bootdir_put("current", "a");
    CHECK(boot->state(boot->ctx) == ROTA_EBOOT && b->why);
}

static void slots_need_no_link_before_the_first_update(void)
{
    bootdir_fresh();
    bootdir_put("slot-a", "one");
    bootdir_put("slot-b", "two");
    *boot = rota_boot_symlink_init(b, bootdir_at("state/current"),
                                   bootdir_at("slot-a"), bootdir_at("slot-b"),
                                   bootdir.state_dir, 0);
    b->link_optional = true;
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(boot->try_next(boot->ctx) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(bootdir_is("state/current", "two"));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_OK);
    CHECK(bootdir_state_is(ROTA_BOOT_UNDONE, 0, 0, false));
    CHECK(bootdir_is("state/current", "one"));
}

static void two_names_of_one_place_are_never_written(void)
{
    char path[256];

    bootdir_fresh();
    CHECK(!symlink("a", bootdir_at("b")));
    CHECK(rota_boot_symlink_part(b, path, sizeof(path)) == ROTA_EBOOT);
    CHECK(boot->try_next(boot->ctx) == ROTA_EBOOT && b->why);
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_EBOOT);
    CHECK(bootdir_state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    bootdir_fresh();
    bootdir_put("slot-a", "one");
    CHECK(!link(bootdir_at("slot-a"), bootdir_at("slot-b")));
    *boot = rota_boot_symlink_init(b, bootdir_at("state/current"),
                                   bootdir_at("slot-a"), bootdir_at("slot-b"),
                                   bootdir.state_dir, 0);
    b->link_optional = true;
    CHECK(rota_boot_symlink_forget_previous(b) == ROTA_EBOOT);
    CHECK(start() == ROTA_START_NORMAL);
}

static void a_file_begun_is_kept_unless_it_is_another_one_too(void)
{
    char path[256];

    bootdir_fresh();
    bootdir_download();
    CHECK(rota_boot_symlink_part(b, path, sizeof(path)) == ROTA_OK);
    CHECK(bootdir_is("b/.prog.part", "two"));
    unlink(path);
    CHECK(!link(bootdir_at("a/prog"), path));
    CHECK(rota_boot_symlink_part(b, path, sizeof(path)) == ROTA_OK);
    CHECK(access(path, F_OK) && bootdir_is("a/prog", "one"));
    CHECK(!symlink("../a/prog", path));
    CHECK(rota_boot_symlink_part(b, path, sizeof(path)) == ROTA_OK);
    CHECK(access(path, F_OK) && bootdir_is("a/prog", "one"));
}

static void the_link_is_never_made_to_lead_nowhere(void)
{
    bootdir_try_out();
    CHECK(!rename(bootdir_at("a"), bootdir_at("gone")));
    CHECK(rota_boot_symlink_rollback(b) == ROTA_EBOOT && b->why);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 1, true));
    CHECK(bootdir_is("current/prog", "two"));
}

static void a_record_that_makes_no_sense_is_no_candidate(void)
{
    static const char *const bad[] = {
        "",
        "\n",
        "candidate=b",
        "candidate=c\n",
        "candidate=bb\n",
        "starts=1\n",
        "candidate=b\nstarts=\n",
        "candidate=b\nstarts=-1\n",
        "candidate=b\nstarts=1x\n",
        "candidate=b\nstarts=99999999999999999999\n",
        "candidate=b\nconfirmed=maybe\n",
        "candidate=b\nstarts=1\nprevious=2\n",
        "\177ELF\n",
    };

    bootdir_arm();
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        bootdir_put("state/boot", bad[i]);
        CHECK(boot->state(boot->ctx) == ROTA_BOOT_CONFIRMED && b->why);
        CHECK(start() == ROTA_START_NORMAL);
        CHECK(bootdir_look().active == 1);
    }
    bootdir_put("state/boot", "x=1\ncandidate=b\nfuture=yes\nstarts=2\n");
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, 2, true) && !b->why);
}

static void a_record_too_large_is_not_read_in_part(void)
{
    char text[2000] = "candidate=b\n#";

    bootdir_arm();
    memset(text + 13, 'x', sizeof(text) - 15);
    text[1023] = '\n'; /* as if it ended there */
    bootdir_put("state/boot", text);
    CHECK(boot->state(boot->ctx) == ROTA_BOOT_CONFIRMED && b->why);
}

static void what_a_power_cut_left_behind_is_no_part_of_the_record(void)
{
    bootdir_arm();
    bootdir_put("state/boot.new", "candidate=b\nstarts=1\nlimit=3\n"
                                  "confirmed=yes\nprevious=yes\n"
                                  "candidate=none, and much more of it\n");
    CHECK(start() == ROTA_START_TRIAL);
    CHECK(bootdir_is("state/boot", "candidate=b\nstarts=1\nlimit=3\n"
                                   "confirmed=no\nprevious=no\nundone=no\n"));
}

static void without_a_state_folder_nothing_is_changed(void)
{
    bootdir_fresh();
    bootdir_download();
    CHECK(!rename(bootdir_at("state"), bootdir_at("elsewhere")));
    CHECK(boot->state(boot->ctx) == ROTA_BOOT_CONFIRMED);
    CHECK(boot->try_next(boot->ctx) == ROTA_EBOOT && b->sys_err == ENOENT);
    CHECK(bootdir_is("current/prog", "one"));
}

/* --- Several at once ------------------------------------------------------ */

static void starts_counted_by_several_processes_are_all_counted(void)
{
    enum { PROCESSES = 4, EACH = 25 };

    bootdir_fresh();
    b->limit = 1000;
    bootdir_download();
    CHECK(boot->try_next(boot->ctx) == ROTA_OK);
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            for (int k = 0; k < EACH; k++)
                if (start() != ROTA_START_TRIAL)
                    _exit(1);
            _exit(0);
        }
    for (int status; wait(&status) > 0;)
        CHECK(status == 0);
    CHECK(bootdir_state_is(ROTA_BOOT_TRIAL, 1, PROCESSES * EACH, true));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(without_a_record_the_linked_image_is_confirmed);
    RUN(the_next_image_is_on_trial_until_confirmed);
    RUN(after_three_starts_without_confirm_the_old_image_is_back);
    RUN(the_limit_of_a_trial_is_the_one_it_began_with);
    RUN(confirm_ends_rolled_back);
    RUN(a_new_trial_ends_rolled_back);
    RUN(during_a_trial_the_other_image_is_not_given_away);
    RUN(images_alternate_between_the_folders);
    RUN(rollback_before_the_first_start_is_no_failure);
    RUN(undone_ends_with_confirm_or_the_next_trial);
    RUN(rollback_from_a_started_trial_is_rolled_back);
    RUN(rollback_after_confirm_leads_to_the_previous_image_once);
    RUN(there_is_no_way_back_to_a_forgotten_image);
    RUN(without_a_launcher_that_counts_it_works_as_well);
    RUN(a_fresh_device_has_nothing_to_go_back_to);
    RUN(the_download_becomes_an_executable_under_its_name);
    RUN(an_older_file_is_replaced_and_not_written_to);
    RUN(without_a_download_nothing_changes);
    RUN(a_path_longer_than_its_room_is_refused);
    RUN(a_link_may_be_relative_or_absolute);
    RUN(a_link_that_is_missing_or_leads_elsewhere_is_an_error);
    RUN(slots_need_no_link_before_the_first_update);
    RUN(two_names_of_one_place_are_never_written);
    RUN(a_file_begun_is_kept_unless_it_is_another_one_too);
    RUN(the_link_is_never_made_to_lead_nowhere);
    RUN(a_record_that_makes_no_sense_is_no_candidate);
    RUN(a_record_too_large_is_not_read_in_part);
    RUN(what_a_power_cut_left_behind_is_no_part_of_the_record);
    RUN(without_a_state_folder_nothing_is_changed);
    RUN(starts_counted_by_several_processes_are_all_counted);
    bootdir_wipe();
    return test_end();
}
