/* SPDX-License-Identifier: Apache-2.0 */
/* Small tables and rules: when to ask, what the boot state means, what the
 * journal's records hold. */
#include <string.h>

#include "fakenet.h"
#include "get.h"
#include "poll.h"
#include "test.h"
#include "verdict.h"

static struct fakenet clock_;
static struct rota_sys sys;
static struct rota_config config;

static void device(const char *id, uint32_t interval)
{
    fakenet_init(&clock_, NULL, 0);
    sys = fakenet_sys(&clock_);
    config = (struct rota_config){.sys = &sys,
                                  .interval_s = interval,
                                  .device_id = id,
                                  .device_id_len = strlen(id)};
}

static struct rota_reply reply(int status)
{
    return (struct rota_reply){.status = status,
                               .retry_after = -1,
                               .limit_remaining = -1,
                               .limit_reset = -1,
                               .date = -1};
}

static uint32_t wait_for(int err, const struct rota_reply *r, uint32_t failures)
{
    return rota_poll_wait(&config, err, r, failures, rota_poll_seed(&config));
}

static bool within(uint32_t v, uint32_t low, uint32_t high)
{
    return v >= low && v <= high;
}

static void a_fleet_is_spread_over_a_tenth_of_the_interval(void)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f"};
    uint32_t seen[6], different = 0;

    for (int i = 0; i < 6; i++) {
        device(ids[i], 3600);
        seen[i] = wait_for(ROTA_OK, NULL, 0);
        CHECK(within(seen[i], 3600, 3960));
        different += i && seen[i] != seen[0];
    }
    CHECK(different >= 3);
    device("a", 0);
    CHECK(within(wait_for(ROTA_OK, NULL, 0), 6 * 3600, 66 * 360));
    device("a", 1);
    CHECK(within(wait_for(ROTA_OK, NULL, 0), 2, 3));
}

static void errors_that_may_pass_are_asked_about_sooner(void)
{
    device("a", 21600);
    uint32_t first = wait_for(ROTA_ECONNECT, NULL, 1);
    CHECK(within(first, 30, 60));
    CHECK(wait_for(ROTA_ECONNECT, NULL, 2) == 2 * first);
    CHECK(wait_for(ROTA_ECONNECT, NULL, 3) == 4 * first);
    CHECK(wait_for(ROTA_ECONNECT, NULL, 40) == 21600);
    CHECK(wait_for(ROTA_ENOASSET, NULL, 1) >= 21600);
}

static void item_34_a_reset_is_reckoned_by_the_servers_clock(void)
{
    struct rota_reply r = reply(403);

    device("a", 60);
    clock_.unix_time = 5000000000; /* nonsense */
    r.limit_remaining = 0;
    r.limit_reset = 1772618700;
    r.date = 1772618400;
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 1), 301, 310));
    r.limit_reset = 1772618400 + 40 * 86400;
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 1), 86401, 86410));
}

static void item_35_retry_after_first_else_a_minute_and_more(void)
{
    struct rota_reply r = reply(429);

    device("a", 2);
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 1), 61, 70));
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 2), 121, 130));
    CHECK(within(wait_for(ROTA_ELIMIT, NULL, 1), 61, 70));
    r.retry_after = 17;
    r.limit_remaining = 0;
    r.limit_reset = 1772618700;
    r.date = 1772618400;
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 5), 18, 27));
}

static void item_36_and_37_limits_are_told_from_permissions(void)
{
    struct rota_reply r = reply(403);

    CHECK(rota_get_status_error(&r) == ROTA_EAUTH);
    r.limit_remaining = 1;
    CHECK(rota_get_status_error(&r) == ROTA_EAUTH);
    r.limit_remaining = 0;
    CHECK(rota_get_status_error(&r) == ROTA_ELIMIT);
    r = reply(403);
    r.retry_after = 0;
    CHECK(rota_get_status_error(&r) == ROTA_ELIMIT);
    r = reply(200); /* no X-RateLimit at all */
    CHECK(rota_get_status_error(&r) == ROTA_OK);
}

static void every_cell_of_the_verdict(void)
{
    const int N = ROTA_VERDICT_NOTHING, R = ROTA_VERDICT_REDO,
              T = ROTA_VERDICT_TRIAL, C = ROTA_VERDICT_CONFIRMED,
              Q = ROTA_VERDICT_QUARANTINE, U = ROTA_VERDICT_UNDONE;
    const int expected[6][4] = {
        /* confirmed, trial, rolled back, undone */
        {N, T, N, N}, /* nothing installed */
        {N, T, N, N}, /* a download was cut: it goes on */
        {R, T, Q, U}, /* cut around the change of the boot state */
        {C, T, Q, U}, /* the boot state was changed */
        {N, T, Q, U}, /* confirmed */
        {N, T, N, N}, /* rolled back, and known to be */
    };

    for (int phase = 0; phase < 6; phase++)
        for (int boot = 0; boot < 4; boot++)
            CHECK((int)rota_verdict(phase, boot) == expected[phase][boot]);
    CHECK((int)rota_verdict(6, 0) == N && (int)rota_verdict(-1, 0) == N);
    CHECK((int)rota_verdict(0, 4) == N && (int)rota_verdict(3, -1) == N);
}

/* --- Records ---------------------------------------------------------------
 */

static uint8_t bytes[8192];

static int read_(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(buf, bytes + off, len);
    return ROTA_OK;
}

static int prog_(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(bytes + off, buf, len);
    return ROTA_OK;
}

static int erase_(void *ctx, uint32_t off)
{
    (void)ctx;
    memset(bytes + off, 0xff, 4096);
    return ROTA_OK;
}

static const struct rota_flash flash = {.read = read_,
                                        .prog = prog_,
                                        .erase = erase_,
                                        .size = 8192,
                                        .erase_size = 4096,
                                        .prog_size = 1,
                                        .erased = 0xff};
static struct rota_journal journal;

static void blank_journal(void)
{
    memset(bytes, 0xff, sizeof bytes);
    CHECK(rota_journal_open(&journal, &flash) == ROTA_OK);
}

static void records_come_back_as_they_were_saved(void)
{
    struct rota_install in = {.phase = ROTA_PHASE_TRIAL}, out;

    blank_journal();
    rota_load_install(&journal, &out);
    CHECK(out.phase == ROTA_PHASE_NONE && !*out.release.tag);
    memset(in.sha256, 0xab, sizeof in.sha256);
    strcpy(in.configured, "1.0.0");
    strcpy(in.from, "1.0.1");
    strcpy(in.release.tag, "fw-v1.2.3");
    strcpy(in.release.name, "app.bin");
    strcpy(in.release.url, "https://example.com/x");
    in.release.version_at = 4;
    in.release.asset_id = 1ull << 40;
    in.release.size = 0x7fffffff;
    in.release.prerelease = true;
    CHECK(rota_save_install(&journal, &in) == ROTA_OK);
    rota_load_install(&journal, &out);
    CHECK(memcmp(&in, &out, sizeof in) == 0);
}

static void the_longest_texts_fit_a_record(void)
{
    struct rota_install in = {.phase = ROTA_PHASE_FETCH}, out;

    blank_journal();
    memset(in.configured, 'a', sizeof in.configured - 1);
    memset(in.from, 'b', sizeof in.from - 1);
    memset(in.release.tag, 'c', sizeof in.release.tag - 1);
    memset(in.release.name, 'd', sizeof in.release.name - 1);
    memset(in.release.url, 'e', sizeof in.release.url - 1);
    CHECK(rota_save_install(&journal, &in) == ROTA_OK);
    rota_load_install(&journal, &out);
    CHECK(memcmp(&in, &out, sizeof in) == 0);
}

/* The formats of records of type 1: anything else means "nothing known". */
static void odd_records_mean_nothing_known(void)
{
    static const char *const odd[] = {
        "\x02\x03",     /* a newer format */
        "\x01\x09",     /* a phase that is none */
        "\x01\x01\xff", /* a text longer than its room */
        ("\x01\x01\x05"
         "1.0"), /* cut short */
    };
    struct rota_install out;

    for (size_t i = 0; i < 4; i++) {
        blank_journal();
        CHECK(rota_journal_put(&journal, 1, odd[i], strlen(odd[i])) == ROTA_OK);
        rota_load_install(&journal, &out);
        CHECK(out.phase == ROTA_PHASE_NONE && !*out.from);
    }
}

static void the_last_four_bad_images_are_remembered(void)
{
    struct rota_bad bad = {0};
    uint8_t sha[32] = {0}, other[32] = {99};

    for (uint8_t i = 1; i <= 5; i++) {
        sha[0] = i;
        rota_bad_add(&bad, 100 + i, sha);
        rota_bad_add(&bad, 100 + i, sha); /* once is enough */
    }
    blank_journal();
    CHECK(rota_save_bad(&journal, &bad) == ROTA_OK);
    rota_load_bad(&journal, &bad);
    CHECK(bad.count == ROTA_BAD_MAX);
    CHECK(!rota_bad_has(&bad, 101, NULL));
    for (uint8_t i = 2; i <= 5; i++) {
        sha[0] = i;
        CHECK(rota_bad_has(&bad, 100 + i, NULL));
        CHECK(rota_bad_has(&bad, 1, sha));
    }
    CHECK(!rota_bad_has(&bad, 1, other));
}

int main(void)
{
    RUN(a_fleet_is_spread_over_a_tenth_of_the_interval);
    RUN(errors_that_may_pass_are_asked_about_sooner);
    RUN(item_34_a_reset_is_reckoned_by_the_servers_clock);
    RUN(item_35_retry_after_first_else_a_minute_and_more);
    RUN(item_36_and_37_limits_are_told_from_permissions);
    RUN(every_cell_of_the_verdict);
    RUN(records_come_back_as_they_were_saved);
    RUN(the_longest_texts_fit_a_record);
    RUN(odd_records_mean_nothing_known);
    RUN(the_last_four_bad_images_are_remembered);
    return test_end();
}
