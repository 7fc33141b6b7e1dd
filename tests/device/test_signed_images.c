/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of two images by one manifest: both or none. */
#include "device/signed.h"
#include "update/client.h"
#include "update/state.h"
#include "update/state.h"

#define PASS "checking available "

static void two_images_are_armed_together(void)
{
    new_device(2);
    say_all();
    run_again();
    CHECK(told(INSTALLED) && holds(0) && holds(1));
    CHECK(rig.bootloader.tries == 1 && requests() == 7);
    CHECK(past().seq == 5);
}

static void each_image_goes_to_the_slot_of_its_id(void)
{
    new_device(2);
    sign();
    char *ids[] = {strstr(it.text, "\"id\":0"), strstr(it.text, "\"id\":1")};
    CHECK(ids[0] && ids[1]);
    ids[0][5] = '1';
    ids[1][5] = '0';
    char text[ROTA_MANIFEST_MAX];
    strcpy(text, strstr(it.text, "\n\n") + 2);
    it.len = signer_envelope(&it.by, 1, text, it.text, sizeof it.text);
    it.asset[0].size = (uint32_t)it.len;
    say_signed();
    run_again();
    CHECK(told(INSTALLED) && rig.bootloader.tries == 1);
    CHECK(memcmp(more_bytes, image(0), it.size[0]) == 0);
    CHECK(memcmp(rig.slot_bytes, image(1), it.size[1]) == 0);
}

static void assets_without_an_api_of_their_own_are_found(void)
{
    new_device(2);
    it.direct = true;
    it.name[1] = it.asset[2].name = "radio.bin";
    say_all();
    run_again();
    CHECK(told(INSTALLED) && holds(0) && holds(1));
    CHECK(sent("GET /dl/m3.ota ") && sent("GET /dl/app.bin ")
          && sent("GET /dl/radio.bin ") && requests() == 7);
}

static void one_that_fails_keeps_both_from_being_armed(void)
{
    for (int bad = 0; bad < 2; bad++) {
        new_device(2);
        sign();
        empty();
        say_release();
        for (int i = 0; i < 2; i++) {
            say_manifest();
            say_release();
            if (i == bad)
                script_add(&script, "HTTP/1.1 200 OK\n", image(i) + 1,
                           it.size[i]);
            else
                say_image(i);
        }
        run_again();
        CHECK(told(PASS "failed ") && rig.last.err == ROTA_EDIGEST);
        CHECK(rig.bootloader.tries == 0 && requests() == (bad ? 7 : 4));
    }
}

static void one_that_is_missing_keeps_both_from_being_armed(void)
{
    new_device(2);
    sign();
    it.asset[2].name = "other.bin";
    say_signed();
    run_again();
    CHECK(told(PASS "failed ") && rig.last.err == ROTA_ENOASSET);
    CHECK(rig.bootloader.tries == 0 && is_blank(more_bytes));
}

/* --- Flash that changes --------------------------------------------------- */

static struct rota_flash real;
static bool spoilt;

/* The first image changes when the second one begins to come. */
static int spoiling_erase(void *ctx, uint32_t off)
{
    if (!spoilt)
        rig.slot_bytes[100] ^= 1;
    spoilt = true;
    return real.erase(ctx, off);
}

static void an_image_that_changes_before_the_others_are_there_is_noticed(void)
{
    new_device(2);
    real = more;
    more.erase = spoiling_erase;
    spoilt = false;
    say_all();
    run_again();
    CHECK(spoilt && told(PASS "failed ") && rig.last.err == ROTA_EDIGEST);
    CHECK(rig.bootloader.tries == 0);

    empty(); /* what is right is not fetched again, what is wrong is */
    say_until_image();
    say_image(0);
    say_manifest();
    run_again();
    CHECK(told(INSTALLED) && holds(0) && holds(1) && requests() == 5);
    CHECK(rig.bootloader.tries == 1);
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
        new_device(2);
        real = rig.journal;
        rig.journal.prog = failing_prog;
        good_writes = ++n;
        say_all();
        serve();
        int err = rig_check(&rig);
        CHECK(err == ROTA_OK || err == ROTA_EIO);
        CHECK(good_writes >= 0 || rig.last.err == ROTA_EIO
              || told(INSTALLED)); /* the schedule is not worth an error */
        CHECK(rig.bootloader.tries == 0 || (holds(0) && holds(1)));
    } while (good_writes < 0);
    CHECK(told(INSTALLED) && n > 10);
}

static uint32_t steps, first_read, last_read[2], tried;

static int note_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    int slot = ctx == more.ctx;

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
    new_device(2);
    real = rig.slot;
    rig.slot.read = more.read = note_read;
    rig.bootloader.before = note_try;
    say_all();
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (steps = 0; rota_busy(&rig.rota) && steps < 20000; steps++) {
        rota_step(&rig.rota);
        rig.server.now_ms++;
    }
    uint32_t pieces = 0;
    for (int i = 0; i < 2; i++)
        pieces += (uint32_t)((it.size[i] + ROTA_MANIFEST_WORK - 1)
                             / ROTA_MANIFEST_WORK);
    CHECK(rig.bootloader.tries == 1 && last_read[1] == tried);
    CHECK(last_read[0] < last_read[1] && tried - first_read == pieces - 1);
}

static void both_are_read_again_after_a_wait(void)
{
    new_device(2);
    say_all();
    rig.may_install = false;
    check_for(10000);
    CHECK(strstr(rig.told, "verified") && rota_busy(&rig.rota));
    rig.slot_bytes[0] ^= 1; /* the first of the two */
    rig.may_install = true;
    CHECK(rig_run(&rig) && rig.bootloader.tries == 0);
    CHECK(rig.last.err == ROTA_EDIGEST);
}

/* --- Another manifest in between ------------------------------------------ */

static void a_manifest_replaced_between_two_images_starts_over(void)
{
    static uint8_t other[9000];
    char sha256[2 * ROTA_SHA256_LEN + 1];

    new_device(2);
    sign();
    empty();
    say_until_image();
    say_image(0);
    memcpy(other, image(0), sizeof other);
    other[77] ^= 1;
    hex_of(other, sizeof other, sha256);
    strcpy(it.sha256[0], sha256);
    strcpy(it.asset[1].digest, sha256);
    uint32_t len = it.asset[0].size;
    do /* the length of a signature differs at times */
        sign();
    while (it.asset[0].size != len);
    say_manifest();
    say_release();
    script_add(&script, "HTTP/1.1 200 OK\n", other, sizeof other);
    say_manifest();
    say_release();
    say_image(1);
    run_again();
    CHECK(told(PASS "available verified ready ") && requests() == 10);
    CHECK(memcmp(rig.slot_bytes, other, sizeof other) == 0 && holds(1));
    CHECK(rig.bootloader.tries == 1);
}

/* --- Restarts ------------------------------------------------------------- */

/* Lose power while the second image comes. */
static void lose_power_in_the_second(void)
{
    new_device(2);
    rig.config.checkpoint_min = RIG_ERASE;
    sign();
    empty();
    say_until_image();
    say_image(0);
    say_manifest();
    say_release();
    say_part(1, 500);
    check_for(2000);
    CHECK(rota_busy(&rig.rota) && holds(0) && !holds(1));
}

static void after_a_restart_only_what_is_missing_comes(void)
{
    lose_power_in_the_second();
    empty();
    say_release();
    say_manifest();
    say_manifest(); /* the first image is there */
    say_release();
    say_rest(1);
    run_again();
    CHECK(strstr(rig.told, "ready") && holds(0) && holds(1));
    CHECK(rig.bootloader.tries == 1 && requests() == 5);
}

static void after_a_restart_a_changed_first_image_comes_again(void)
{
    lose_power_in_the_second();
    rig.slot_bytes[5] ^= 1;
    say_signed();
    run_again();
    CHECK(strstr(rig.told, "ready") && holds(0) && holds(1));
    CHECK(rig.bootloader.tries == 1 && requests() == 7);
}

static void another_release_after_a_restart_is_not_mixed_in(void)
{
    lose_power_in_the_second();
    it.tag = "v1.2.0";
    it.version = "1.2.0";
    it.seq = 6;
    for (int i = 0; i < 3; i++)
        it.asset[i].id += 100;
    strcpy(it.sha256[0], it.sha256[1]); /* 1.2.0's first image is another */
    it.size[0] = it.asset[1].size = it.size[1];
    strcpy(it.asset[1].digest, it.sha256[1]);
    sign();
    empty();
    say_until_image();
    script_add(&script, "HTTP/1.1 200 OK\n", image(1), it.size[1]);
    say_manifest();
    say_release();
    say_image(1);
    run_again();
    CHECK(strstr(rig.told, "ready") && rig.bootloader.tries == 1);
    CHECK(memcmp(rig.slot_bytes, image(1), it.size[1]) == 0 && holds(1));
}

static void quarantine_is_of_all_images_together(void)
{
    new_device(2);
    say_all();
    run_again();
    fakeboot_restart(&rig.bootloader);
    fakeboot_restart(&rig.bootloader);
    it.asset[0].id = 80; /* the same images under a new manifest */
    it.seq = 6;
    say_all();
    run_again();
    CHECK(told("rolled-back checking quarantined ") && requests() == 2);
    CHECK(past().security == 0 && past().security_next == 0);
}

/* The first image went on from a checkpoint, the second was there and rots
 * before it is armed: nobody has asked where to get that one. */
static void an_image_that_was_there_is_not_fetched_unfound(void)
{
    new_device(2);
    memcpy(more_bytes, image(1), it.size[1]);
    lose_power_in_the_first();
    say_until_image();
    say_rest(0);
    say_manifest();
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < 10000 && rota_busy(&rig.rota); i++) {
        rota_step(&rig.rota);
        if (rota_client(&rig.rota)->images.at == 1
            && rota_client(&rig.rota)->state == ROTA_STATE_VERIFY)
            more_bytes[100] = (uint8_t)~image(1)[100];
    }
    CHECK(rig.last.err == ROTA_EDIGEST && rig.bootloader.tries == 0);
    CHECK(requests() == 5 && rig.server.overruns == 0);
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
