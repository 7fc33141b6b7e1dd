/* SPDX-License-Identifier: Apache-2.0 */
/* Signed updates and time: which clock counts, and the dates in manifests. */
#include "update/client.h"
#include "device/signed.h"

static void without_a_clock_the_latest_known_date_counts(void)
{
    for (int late = 0; late < 2; late++) {
        new_device(1);
        rig.server.unix_time = 0;
        rig.config.time_floor = 1700000000;
        strcpy(it.extra, ",\"expires\":1772618400"); /* 4 March, 10:00 */
        sign();
        empty();
        say_release();
        script_add(&script,
                   late ? "HTTP/1.1 200 OK\n"
                          "Date: Wed, 04 Mar 2026 10:00:00 GMT\n"
                        : "HTTP/1.1 200 OK\n"
                          "Date: Wed, 04 Mar 2026 09:59:59 GMT\n",
                   it.text, it.len);
        say_release();
        say_image(0);
        run_again();
        CHECK(late ? failed(ROTA_ESTALE) : told(INSTALLED));
        CHECK(past().accepted == 0 && past().issued == (late ? 0 : 1772600000));
    }
}

/* After a restart, too. */
static void the_date_of_a_manifest_is_a_floor_for_certificates(void)
{
    struct rota_client *c = rota_client(&rig.rota);

    new_device(1);
    rig.config.time_floor = 1700000000;
    say_all();
    run_again();
    CHECK(told(INSTALLED) && c->get.tls.floor == 1772600000);
    restart_as("1.1.0");
    say_release();
    run_again();
    CHECK(c->get.tls.floor == 1772600000);
}

/* 2099-01-01, by a signer's mistake: it may not make all later ones stale. */
static void a_date_in_the_future_is_no_floor(void)
{
    for (int clock = 0; clock < 2; clock++) {
        new_device(1);
        rig.server.unix_time = clock ? 1772618400 : 0;
        it.issued = 4070908800;
        say_all();
        run_again();
        CHECK(told(INSTALLED) && past().issued == (clock ? 1772618400 : 0));
        CHECK(rota_client(&rig.rota)->get.tls.floor == past().issued);
    }
}

static void a_clock_before_the_build_is_none(void)
{
    new_device(1);
    rig.server.unix_time = 86400;
    rig.config.time_floor = 1772618400;
    strcpy(it.extra, ",\"expires\":1772618400");
    say_all();
    run_again();
    CHECK(failed(ROTA_ESTALE));
}

int main(void)
{
    RUN(without_a_clock_the_latest_known_date_counts);
    RUN(the_date_of_a_manifest_is_a_floor_for_certificates);
    RUN(a_date_in_the_future_is_no_floor);
    RUN(a_clock_before_the_build_is_none);
    return test_end();
}
