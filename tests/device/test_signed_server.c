/* SPDX-License-Identifier: Apache-2.0 */
/* Servers without a key that lie for a while: nothing of it lasts. */
#include "device/signed_device.h"

static struct signed_device s;
static struct device *const d = &s.device;

/* Another release, by a manifest of its own that has the id of the last one. */
static void next_release(void)
{
    s.release.tag = "v1.2.0";
    s.release.version = "1.2.0";
    s.release.seq++;
    s.release.extra[0] = '\0';
}

static void an_id_that_was_held_holds_no_other_manifest(void)
{
    for (int newer = 0; newer < 2; newer++) {
        signed_init(&s, 1);
        strcpy(s.release.extra, ",\"rollout\":{\"percent\":0}");
        signed_say_all(&s);
        device_run_again(d);
        CHECK(device_told(d, "checking held ") && signed_past(&s).held);
        s.release.extra[0] = '\0';
        if (newer)
            next_release();
        signed_say_all(&s);
        device_run_again(d);
        CHECK(device_told(d, INSTALLED) && signed_holds(&s, 0)
              && !signed_past(&s).held);
    }
}

static void let_it_fail(void)
{
    signed_say_all(&s);
    device_run_again(d);
    CHECK(strstr(d->rig.told, INSTALLED) && signed_holds(&s, 0));
    fakeboot_restart(&d->rig.bootloader);
    fakeboot_restart(&d->rig.bootloader);
    CHECK(d->rig.bootloader.state == ROTA_BOOT_ROLLED_BACK);
}

/* The server has given the manifest of a bad release the id of a good one. */
static void an_id_under_which_an_image_failed_spares_others(void)
{
    signed_init(&s, 1);
    let_it_fail();
    next_release();
    s.release.size[0] = s.release.asset[1].size = 8000;
    signed_hex(signed_image(0), s.release.size[0], s.release.sha256[0]);
    strcpy(s.release.asset[1].digest, s.release.sha256[0]);
    let_it_fail();

    /* That it failed as well is known all the same. */
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "rolled_back checking quarantined ")
          && device_requests(d) == 2);
}

/* Of which no clock would ever tell that it has passed. */
static void an_answer_said_to_last_for_ever_does_not(void)
{
    signed_init(&s, 1);
    s.release.tag = "v1.0.0";
    s.release.version = "1.0.0";
    signed_write(&s);
    device_clear(d);
    device_answer(d,
                  "HTTP/1.1 200 OK\nContent-Type: application/json\n"
                  "Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT\n",
                  signed_release_json(&s));
    signed_say_manifest(&s);
    for (int i = 0; i < 16; i++)
        device_answer(d, "HTTP/1.1 304 Not Modified\n", "");
    s.release.tag = "v1.1.0";
    s.release.version = "1.1.0";
    signed_write(&s);
    signed_say_release(&s);
    signed_say_update(&s);

    device_run_again(d);
    for (int i = 0; i < 16; i++) {
        CHECK(strcmp(d->rig.told + strlen(d->rig.told) - 11, "up_to_date ")
              == 0);
        rota_check_now(&d->rig.rota);
        CHECK(rig_run(&d->rig) && device_requests(d) == 3 + i);
    }
    CHECK(d->rig.bootloader.tries == 0);
    CHECK(
        device_sent(d, "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n"));
    size_t asked = d->rig.server.sent_len;
    rota_check_now(&d->rig.rota);
    CHECK(rig_run(&d->rig) && d->rig.bootloader.tries == 1
          && signed_holds(&s, 0));
    CHECK(!strstr(d->rig.server.sent + asked, "If-Modified-Since"));
}

int main(void)
{
    RUN(an_id_that_was_held_holds_no_other_manifest);
    RUN(an_id_under_which_an_image_failed_spares_others);
    RUN(an_answer_said_to_last_for_ever_does_not);
    return test_end();
}
