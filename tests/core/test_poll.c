/* SPDX-License-Identifier: Apache-2.0 */
/* When to ask the server again. */
#include <string.h>

#include "http/get.h"
#include "http/http.h"
#include "support/fakenet.h"
#include "support/test.h"
#include "update/poll.h"

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
    return (struct rota_reply){
        .status = status, .retry_after = -1, .limit_remaining = -1, .date = -1};
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

static void a_limit_of_a_second_again_and_again_is_not_believed(void)
{
    struct rota_reply r = reply(429);

    device("a", 21600);
    r.retry_after = 1;
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 1), 2, 9));
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 11), 1025, 1033));
    CHECK(within(wait_for(ROTA_ELIMIT, &r, 255), 86401, 86410));
}

static void item_36_and_37_limits_are_told_from_permissions(void)
{
    struct rota_reply r = reply(403);

    CHECK(rota_http_error(&r) == ROTA_EAUTH);
    r.limit_remaining = 1;
    CHECK(rota_http_error(&r) == ROTA_EAUTH);
    r.limit_remaining = 0;
    CHECK(rota_http_error(&r) == ROTA_ELIMIT);
    r = reply(403);
    r.retry_after = 0;
    CHECK(rota_http_error(&r) == ROTA_ELIMIT);
    r = reply(200); /* no X-RateLimit at all */
    CHECK(rota_http_error(&r) == ROTA_OK);
}

int main(void)
{
    RUN(a_fleet_is_spread_over_a_tenth_of_the_interval);
    RUN(errors_that_may_pass_are_asked_about_sooner);
    RUN(item_34_a_reset_is_reckoned_by_the_servers_clock);
    RUN(item_35_retry_after_first_else_a_minute_and_more);
    RUN(a_limit_of_a_second_again_and_again_is_not_believed);
    RUN(item_36_and_37_limits_are_told_from_permissions);
    return test_end();
}
