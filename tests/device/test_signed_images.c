/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of two images by one manifest: both or none. */
#include "device/signed_device.h"
#include "update/client.h"
#include "update/state.h"
#include "update/state.h"

static struct signed_device s;
static struct device *const d = &s.device;

#define PASS "checking available "

static void two_images_are_armed_together(void)
{
    signed_init(&s, 2);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && signed_holds(&s, 0)
          && signed_holds(&s, 1));
    CHECK(d->rig.bootloader.tries == 1 && device_requests(d) == 7);
    CHECK(signed_past(&s).seq == 5);
}

static void each_image_goes_to_the_slot_of_its_id(void)
{
    signed_init(&s, 2);
    signed_write(&s);
    char *ids[] = {strstr(s.release.text, "\"id\":0"),
                   strstr(s.release.text, "\"id\":1")};
    CHECK(ids[0] && ids[1]);
    ids[0][5] = '1';
    ids[1][5] = '0';
    char text[ROTA_MANIFEST_MAX];
    strcpy(text, strstr(s.release.text, "\n\n") + 2);
    s.release.len = signer_envelope(&s.release.by, 1, text, s.release.text,
                                    sizeof s.release.text);
    s.release.asset[0].size = (uint32_t)s.release.len;
    signed_say_written(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && d->rig.bootloader.tries == 1);
    CHECK(memcmp(s.more_bytes, signed_image(0), s.release.size[0]) == 0);
    CHECK(memcmp(d->rig.slot_bytes, signed_image(1), s.release.size[1]) == 0);
}

static void assets_without_an_api_of_their_own_are_found(void)
{
    signed_init(&s, 2);
    s.release.direct = true;
    s.release.name[1] = s.release.asset[2].name = "radio.bin";
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && signed_holds(&s, 0)
          && signed_holds(&s, 1));
    CHECK(device_sent(d, "GET /dl/m3.ota ")
          && device_sent(d, "GET /dl/app.bin ")
          && device_sent(d, "GET /dl/radio.bin ") && device_requests(d) == 7);
}

static void one_that_fails_keeps_both_from_being_armed(void)
{
    for (int bad = 0; bad < 2; bad++) {
        signed_init(&s, 2);
        signed_write(&s);
        device_clear(d);
        signed_say_release(&s);
        for (int i = 0; i < 2; i++) {
            signed_say_manifest(&s);
            signed_say_release(&s);
            if (i == bad)
                script_add(&d->script, "HTTP/1.1 200 OK\n", signed_image(i) + 1,
                           s.release.size[i]);
            else
                signed_say_image(&s, i);
        }
        device_run_again(d);
        CHECK(device_told(d, PASS "failed ")
              && d->rig.last.err == ROTA_EDIGEST);
        CHECK(d->rig.bootloader.tries == 0
              && device_requests(d) == (bad ? 7 : 4));
    }
}

static void one_that_is_missing_keeps_both_from_being_armed(void)
{
    signed_init(&s, 2);
    signed_write(&s);
    s.release.asset[2].name = "other.bin";
    signed_say_written(&s);
    device_run_again(d);
    CHECK(device_told(d, PASS "failed ") && d->rig.last.err == ROTA_ENOASSET);
    CHECK(d->rig.bootloader.tries == 0 && signed_is_blank(s.more_bytes));
}

/* --- Flash that changes --------------------------------------------------- */

static struct rota_flash real;
static bool spoilt;

/* The first image changes when the second one begins to come. */
static int spoiling_erase(void *ctx, uint32_t off)
{
    if (!spoilt)
        d->rig.slot_bytes[100] ^= 1;
    spoilt = true;
    return real.erase(ctx, off);
}

static void an_image_that_changes_before_the_others_are_there_is_noticed(void)
{
    signed_init(&s, 2);
    real = s.more;
    s.more.erase = spoiling_erase;
    spoilt = false;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(spoilt && device_told(d, PASS "failed ")
          && d->rig.last.err == ROTA_EDIGEST);
    CHECK(d->rig.bootloader.tries == 0);

    device_clear(d); /* what is right is not fetched again, what is wrong is */
    signed_say_until_image(&s);
    signed_say_image(&s, 0);
    signed_say_manifest(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && signed_holds(&s, 0)
          && signed_holds(&s, 1) && device_requests(d) == 5);
    CHECK(d->rig.bootloader.tries == 1);
}

static long good_writes;

static int failing_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    return good_writes-- > 0 ? real.prog(ctx, off, buf, len) : ROTA_EIO;
}

static void a_journal_that_fails_at_any_write_arms_both_or_none(void)
{
    long n = -1;

    do {
        signed_init(&s, 2);
        real = d->rig.journal;
        d->rig.journal.prog = failing_prog;
        good_writes = ++n;
        signed_say_all(&s);
        device_serve(d);
        int err = rig_check(&d->rig);
        CHECK(err == ROTA_OK || err == ROTA_EIO);
        /* The schedule is not worth an error. */
        CHECK(good_writes >= 0 || d->rig.last.err == ROTA_EIO
              || device_told(d, INSTALLED));
        CHECK(d->rig.bootloader.tries == 0
              || (signed_holds(&s, 0) && signed_holds(&s, 1)));
    } while (good_writes < 0);
    CHECK(device_told(d, INSTALLED) && n > 10);
}

static uint32_t steps, first_read, last_read[2], tried;

static int note_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    int slot = ctx == s.more.ctx;

    if (slot == 0 && off == 0)
        first_read = steps;
    last_read[slot] = steps;
    return real.read(ctx, off, buf, len);
}

static void note_try(void *arg)
{
    (void)arg;
    tried = steps;
}

static void both_are_read_back_in_one_run_that_ends_with_arming(void)
{
    signed_init(&s, 2);
    real = d->rig.slot;
    d->rig.slot.read = s.more.read = note_read;
    d->rig.bootloader.before = note_try;
    signed_say_all(&s);
    device_serve(d);
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    rota_check_now(&d->rig.rota);
    for (steps = 0; rota_busy(&d->rig.rota) && steps < 20000; steps++) {
        rota_step(&d->rig.rota);
        d->rig.server.now_ms++;
    }
    uint32_t pieces = 0;
    for (int i = 0; i < 2; i++)
        pieces += (uint32_t)((s.release.size[i] + ROTA_MANIFEST_WORK - 1)
                             / ROTA_MANIFEST_WORK);
    CHECK(d->rig.bootloader.tries == 1 && last_read[1] == tried);
    CHECK(last_read[0] < last_read[1] && tried - first_read == pieces - 1);
}

static void both_are_read_again_after_a_wait(void)
{
    signed_init(&s, 2);
    signed_say_all(&s);
    d->rig.may_install = false;
    signed_check_for(&s, 10000);
    CHECK(strstr(d->rig.told, "verified") && rota_busy(&d->rig.rota));
    d->rig.slot_bytes[0] ^= 1; /* the first of the two */
    d->rig.may_install = true;
    CHECK(rig_run(&d->rig) && d->rig.bootloader.tries == 0);
    CHECK(d->rig.last.err == ROTA_EDIGEST);
}

/* --- Another manifest in between ------------------------------------------ */

static void a_manifest_replaced_between_two_images_starts_over(void)
{
    static uint8_t other[9000];
    char sha256[2 * ROTA_SHA256_LEN + 1];

    signed_init(&s, 2);
    signed_write(&s);
    device_clear(d);
    signed_say_until_image(&s);
    signed_say_image(&s, 0);
    memcpy(other, signed_image(0), sizeof other);
    other[77] ^= 1;
    signed_hex(other, sizeof other, sha256);
    strcpy(s.release.sha256[0], sha256);
    strcpy(s.release.asset[1].digest, sha256);
    uint32_t len = s.release.asset[0].size;
    do /* the length of a signature differs at times */
        signed_write(&s);
    while (s.release.asset[0].size != len);
    signed_say_manifest(&s);
    signed_say_release(&s);
    script_add(&d->script, "HTTP/1.1 200 OK\n", other, sizeof other);
    signed_say_manifest(&s);
    signed_say_release(&s);
    signed_say_image(&s, 1);
    device_run_again(d);
    CHECK(device_told(d, PASS "available verified ready ")
          && device_requests(d) == 10);
    CHECK(memcmp(d->rig.slot_bytes, other, sizeof other) == 0
          && signed_holds(&s, 1));
    CHECK(d->rig.bootloader.tries == 1);
}

/* --- Restarts ------------------------------------------------------------- */

/* Lose power while the second image comes. */
static void lose_power_in_the_second(void)
{
    signed_init(&s, 2);
    d->rig.config.checkpoint_min = RIG_ERASE;
    signed_write(&s);
    device_clear(d);
    signed_say_until_image(&s);
    signed_say_image(&s, 0);
    signed_say_manifest(&s);
    signed_say_release(&s);
    signed_say_part(&s, 1, 500);
    signed_check_for(&s, 2000);
    CHECK(rota_busy(&d->rig.rota) && signed_holds(&s, 0)
          && !signed_holds(&s, 1));
}

static void after_a_restart_only_what_is_missing_comes(void)
{
    lose_power_in_the_second();
    device_clear(d);
    signed_say_release(&s);
    signed_say_manifest(&s);
    signed_say_manifest(&s); /* the first image is there */
    signed_say_release(&s);
    signed_say_rest(&s, 1);
    device_run_again(d);
    CHECK(strstr(d->rig.told, "ready") && signed_holds(&s, 0)
          && signed_holds(&s, 1));
    CHECK(d->rig.bootloader.tries == 1 && device_requests(d) == 5);
}

static void after_a_restart_a_changed_first_image_comes_again(void)
{
    lose_power_in_the_second();
    d->rig.slot_bytes[5] ^= 1;
    signed_say_written(&s);
    device_run_again(d);
    CHECK(strstr(d->rig.told, "ready") && signed_holds(&s, 0)
          && signed_holds(&s, 1));
    CHECK(d->rig.bootloader.tries == 1 && device_requests(d) == 7);
}

static void another_release_after_a_restart_is_not_mixed_in(void)
{
    lose_power_in_the_second();
    s.release.tag = "v1.2.0";
    s.release.version = "1.2.0";
    s.release.seq = 6;
    for (int i = 0; i < 3; i++)
        s.release.asset[i].id += 100;
    /* 1.2.0's first image is another. */
    strcpy(s.release.sha256[0], s.release.sha256[1]);
    s.release.size[0] = s.release.asset[1].size = s.release.size[1];
    strcpy(s.release.asset[1].digest, s.release.sha256[1]);
    signed_write(&s);
    device_clear(d);
    signed_say_until_image(&s);
    script_add(&d->script, "HTTP/1.1 200 OK\n", signed_image(1),
               s.release.size[1]);
    signed_say_manifest(&s);
    signed_say_release(&s);
    signed_say_image(&s, 1);
    device_run_again(d);
    CHECK(strstr(d->rig.told, "ready") && d->rig.bootloader.tries == 1);
    CHECK(memcmp(d->rig.slot_bytes, signed_image(1), s.release.size[1]) == 0
          && signed_holds(&s, 1));
}

static void quarantine_is_of_all_images_together(void)
{
    signed_init(&s, 2);
    signed_say_all(&s);
    device_run_again(d);
    fakeboot_restart(&d->rig.bootloader);
    fakeboot_restart(&d->rig.bootloader);
    s.release.asset[0].id = 80; /* the same images under a new manifest */
    s.release.seq = 6;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "rolled_back checking quarantined ")
          && device_requests(d) == 2);
    CHECK(signed_past(&s).security == 0 && signed_past(&s).security_next == 0);
}

/* The first image went on from a checkpoint, the second was there and rots
 * before it is armed: nobody has asked where to get that one. */
static void an_image_that_was_there_is_not_fetched_unfound(void)
{
    signed_init(&s, 2);
    memcpy(s.more_bytes, signed_image(1), s.release.size[1]);
    signed_lose_power_in_the_first(&s);
    signed_say_until_image(&s);
    signed_say_rest(&s, 0);
    signed_say_manifest(&s);
    device_serve(d);
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    rota_check_now(&d->rig.rota);
    for (int i = 0; i < 10000 && rota_busy(&d->rig.rota); i++) {
        rota_step(&d->rig.rota);
        if (rota_client(&d->rig.rota)->images.at == 1
            && rota_client(&d->rig.rota)->state == ROTA_STATE_VERIFY)
            s.more_bytes[100] = (uint8_t)~signed_image(1)[100];
    }
    CHECK(d->rig.last.err == ROTA_EDIGEST && d->rig.bootloader.tries == 0);
    CHECK(device_requests(d) == 5 && d->rig.server.overruns == 0);
}

int main(void)
{
    RUN(two_images_are_armed_together);
    RUN(each_image_goes_to_the_slot_of_its_id);
    RUN(assets_without_an_api_of_their_own_are_found);
    RUN(one_that_fails_keeps_both_from_being_armed);
    RUN(one_that_is_missing_keeps_both_from_being_armed);
    RUN(an_image_that_changes_before_the_others_are_there_is_noticed);
    RUN(a_journal_that_fails_at_any_write_arms_both_or_none);
    RUN(both_are_read_back_in_one_run_that_ends_with_arming);
    RUN(both_are_read_again_after_a_wait);
    RUN(a_manifest_replaced_between_two_images_starts_over);
    RUN(after_a_restart_only_what_is_missing_comes);
    RUN(after_a_restart_a_changed_first_image_comes_again);
    RUN(another_release_after_a_restart_is_not_mixed_in);
    RUN(quarantine_is_of_all_images_together);
    RUN(an_image_that_was_there_is_not_fetched_unfound);
    return test_end();
}
