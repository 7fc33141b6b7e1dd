/* SPDX-License-Identifier: Apache-2.0 */
/* Servers without a key that lie for a while: nothing of it lasts. */
#include "device/signed.h"

/* Another release, by a manifest of its own that has the id of the last one. */
static void next_release(void)
{
    it.tag = "v1.2.0";
    it.version = "1.2.0";
    it.seq++;
    it.extra[0] = '\0';
}

static void an_id_that_was_held_holds_no_other_manifest(void)
{
    for (int newer = 0; newer < 2; newer++) {
        new_device(1);
        strcpy(it.extra, ",\"rollout\":{\"percent\":0}");
        say_all();
        run_again();
        CHECK(told("checking held ") && past().held);
        it.extra[0] = '\0';
        if (newer)
            next_release();
        say_all();
        run_again();
        CHECK(told(INSTALLED) && holds(0) && !past().held);
    }
}

static void let_it_fail(void)
{
    say_all();
    run_again();
    CHECK(strstr(rig.told, INSTALLED) && holds(0));
    fakeboot_restart(&rig.bootloader);
    fakeboot_restart(&rig.bootloader);
    CHECK(rig.bootloader.state == ROTA_BOOT_ROLLED_BACK);
}

/* The server has given the manifest of a bad release the id of a good one. */
static void an_id_under_which_an_image_failed_spares_others(void)
{
    new_device(1);
    let_it_fail();
    next_release();
    it.size[0] = it.asset[1].size = 8000;
    hex_of(image(0), it.size[0], it.sha256[0]);
    strcpy(it.asset[1].digest, it.sha256[0]);
    let_it_fail();

    /* That it failed as well is known all the same. */
    say_all();
    run_again();
    CHECK(told("rolled-back checking quarantined ") && requests() == 2);
}

/* Of which no clock would ever tell that it has passed. */
static void an_answer_said_to_last_for_ever_does_not(void)
{
    new_device(1);
    it.tag = "v1.0.0";
    it.version = "1.0.0";
    sign();
    empty();
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n"
           "Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT\n",
           release_json());
    say_manifest();
    for (int i = 0; i < 16; i++)
        answer("HTTP/1.1 304 Not Modified\n", "");
    it.tag = "v1.1.0";
    it.version = "1.1.0";
    sign();
    say_release();
    say_update();

    run_again();
    for (int i = 0; i < 16; i++) {
        CHECK(strcmp(rig.told + strlen(rig.told) - 11, "up-to-date ") == 0);
        rota_check_now(&rig.rota);
        CHECK(rig_run(&rig) && requests() == 3 + i);
    }
    CHECK(rig.bootloader.tries == 0);
    CHECK(sent("If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n"));
    size_t asked = rig.server.sent_len;
    rota_check_now(&rig.rota);
    CHECK(rig_run(&rig) && rig.bootloader.tries == 1 && holds(0));
    CHECK(!strstr(rig.server.sent + asked, "If-Modified-Since"));
}

int main(void)
{
    RUN(an_id_that_was_held_holds_no_other_manifest);
    RUN(an_id_under_which_an_image_failed_spares_others);
    RUN(an_answer_said_to_last_for_ever_does_not);
    return test_end();
}
