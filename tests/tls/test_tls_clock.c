/* SPDX-License-Identifier: Apache-2.0 */
/* The clock rule of core/tls/tls.h, to the second. The certificates that
 * tls_pki.sh has dated end in years of their own, so that the day on which this
 * runs does not matter. */
#include "tls/tls_rig.h"

#include "support/test.h"

#define MUCH (128 << 10) /* more memory than any handshake takes */

/* The first and the last second of the leaf: 2030-01-01 and 2035-01-01, at
 * 00:00:00 UTC. */
#define BEGINS 1893456000
#define ENDS 2051222400
#define YEAR 31557600
#define NONE 0

static void serve(const char *chain, int v13)
{
    tls_serve(chain, v13 ? "-www -tls1_3" : "-www -tls1_2");
}

/* What a new client, with this clock and floor, says of the server. */
static int judged(uint64_t now, uint64_t floor)
{
    tls_client(MUCH, "droot");
    rig.now = now;
    rig.tls.floor = floor;
    return tls_visit("api.test");
}

static void without_a_clock_certificates_may_not_have_expired_by_the_floor(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        serve("dated", v13);
        CHECK(judged(NONE, BEGINS) == ROTA_OK);
        CHECK(judged(NONE, ENDS) == ROTA_OK);
        CHECK(judged(NONE, ENDS + 1) == ROTA_EEXPIRED);
        CHECK(judged(NONE, ENDS + YEAR) == ROTA_EEXPIRED);
    }
}

/* The floor is the least the time can be: the certificate may be of today. */
static void without_a_clock_nothing_is_not_valid_yet(void)
{
    serve("dated", 1);
    CHECK(judged(NONE, BEGINS - 1) == ROTA_OK);
    CHECK(judged(NONE, 1) == ROTA_OK);
}

static void without_a_clock_or_a_floor_dates_are_not_known(void)
{
    serve("dated", 1);
    CHECK(judged(NONE, NONE) == ROTA_OK);
}

static void a_clock_below_the_floor_is_none(void)
{
    serve("dated", 1);
    CHECK(judged(1, BEGINS) == ROTA_OK);
    CHECK(judged(BEGINS - YEAR, BEGINS - 1) == ROTA_OK);
    CHECK(judged(ENDS - 1, ENDS) == ROTA_OK);
    CHECK(judged(BEGINS, ENDS + 1) == ROTA_EEXPIRED);
    CHECK(judged(ENDS, ENDS + 1) == ROTA_EEXPIRED);
}

static void a_clock_holds_certificates_to_both_of_their_dates(void)
{
    const uint64_t floors[] = {NONE, 1, BEGINS - YEAR};

    for (int v13 = 0; v13 <= 1; v13++) {
        serve("dated", v13);
        for (size_t i = 0; i < 3; i++) {
            CHECK(judged(BEGINS - 1, floors[i]) == ROTA_EEXPIRED);
            CHECK(judged(BEGINS, floors[i]) == ROTA_OK);
            CHECK(judged(ENDS, floors[i]) == ROTA_OK);
            CHECK(judged(ENDS + 1, floors[i]) == ROTA_EEXPIRED);
        }
    }
}

static void a_clock_that_says_the_floor_is_one(void)
{
    serve("dated", 1);
    CHECK(judged(BEGINS - 1, BEGINS - 1) == ROTA_EEXPIRED);
    CHECK(judged(BEGINS - 1, BEGINS) == ROTA_OK);
    CHECK(judged(ENDS, ENDS) == ROTA_OK);
    CHECK(judged(ENDS + 1, ENDS) == ROTA_EEXPIRED);
}

/* The intermediate ends in 2040, or else the root in 2045; the leaf does not
 * before 2055. */
static void every_certificate_of_the_chain_is_held_against_the_time(void)
{
    static const struct {
        const char *chain;
        uint64_t ends;
    } chains[] = {{"dint", 2208988800}, {"droot", 2366841600}};

    for (size_t i = 0; i < 2; i++) {
        uint64_t ends = chains[i].ends;
        serve(chains[i].chain, 1);
        CHECK(judged(ends, NONE) == ROTA_OK);
        CHECK(judged(ends + 1, NONE) == ROTA_EEXPIRED);
        CHECK(judged(NONE, ends) == ROTA_OK);
        CHECK(judged(NONE, ends + 1) == ROTA_EEXPIRED);
    }
}

/* One client whose floor rises, as with each newer firmware. A server without
 * tickets, for what is resumed is not checked again. */
static void a_floor_that_rises_counts_from_the_next_connection(void)
{
    tls_serve("dated", "-www -tls1_3 -num_tickets 0");
    CHECK(judged(NONE, BEGINS) == ROTA_OK);
    rig.tls.floor = ENDS;
    CHECK(tls_visit("api.test") == ROTA_OK);
    rig.tls.floor = ENDS + 1;
    CHECK(tls_visit("api.test") == ROTA_EEXPIRED);
    rig.now = ENDS; /* a clock that was right until then is none now */
    CHECK(tls_visit("api.test") == ROTA_EEXPIRED);
}

static void a_clock_that_is_set_later_counts_from_the_next_connection(void)
{
    tls_serve("dated", "-www -tls1_3 -num_tickets 0");
    CHECK(judged(NONE, BEGINS - YEAR) == ROTA_OK);
    rig.now = BEGINS - 1;
    CHECK(tls_visit("api.test") == ROTA_EEXPIRED);
    rig.now = BEGINS;
    CHECK(tls_visit("api.test") == ROTA_OK);
}

/* Dates do not make up for anything else that is wrong. */
static void without_a_clock_the_rest_is_still_checked(void)
{
    serve("dated", 1);
    CHECK(judged(NONE, NONE) == ROTA_OK);
    CHECK(tls_visit("other.test") == ROTA_EHOSTNAME);
    tls_client(MUCH, "ecroot");
    rig.now = NONE;
    CHECK(tls_visit("api.test") == ROTA_ECERT);
}

int main(void)
{
    if (!tls_rig_start()) {
        printf("openssl cannot make certificates\n0 passed, 1 failed\n");
        return 1;
    }
    RUN(without_a_clock_certificates_may_not_have_expired_by_the_floor);
    RUN(without_a_clock_nothing_is_not_valid_yet);
    RUN(without_a_clock_or_a_floor_dates_are_not_known);
    RUN(a_clock_below_the_floor_is_none);
    RUN(a_clock_holds_certificates_to_both_of_their_dates);
    RUN(a_clock_that_says_the_floor_is_one);
    RUN(every_certificate_of_the_chain_is_held_against_the_time);
    RUN(a_floor_that_rises_counts_from_the_next_connection);
    RUN(a_clock_that_is_set_later_counts_from_the_next_connection);
    RUN(without_a_clock_the_rest_is_still_checked);
    tls_rig_stop();
    return test_end();
}
