/* SPDX-License-Identifier: Apache-2.0 */
/* Signed updates and time: which clock counts, and the dates in manifests. */
#include "update/client.h"
#include "device/signed_device.h"

static struct signed_device s;
static struct device *const d = &s.device;

static void without_a_clock_the_latest_known_date_counts(void)
{
    for (int late = 0; late < 2; late++) {
        signed_init(&s, 1);
        d->rig.server.unix_time = 0;
        d->rig.config.time_floor = 1700000000;
        strcpy(s.release.extra, ",\"expires\":1772618400"); /* 4 March, 10:00 */
        signed_write(&s);
        device_clear(d);
        signed_say_release(&s);
        script_add(&d->script,
                   late ? "HTTP/1.1 200 OK\n"
                          "Date: Wed, 04 Mar 2026 10:00:00 GMT\n"
                        : "HTTP/1.1 200 OK\n"
                          "Date: Wed, 04 Mar 2026 09:59:59 GMT\n",
                   s.release.text, s.release.len);
        signed_say_release(&s);
        signed_say_image(&s, 0);
        device_run_again(d);
        CHECK(late ? device_failed(d, ROTA_ESTALE) : device_told(d, INSTALLED));
        CHECK(signed_past(&s).accepted == 0
              && signed_past(&s).issued == (late ? 0 : 1772600000));
    }
}

/* After a restart, too. */
static void the_date_of_a_manifest_is_a_floor_for_certificates(void)
{
    struct rota_client *c = rota_client(&d->rig.rota);

    signed_init(&s, 1);
    d->rig.config.time_floor = 1700000000;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && c->get.tls.floor == 1772600000);
    signed_restart_as(&s, "1.1.0");
    signed_say_release(&s);
    device_run_again(d);
    CHECK(c->get.tls.floor == 1772600000);
}

/* 2099-01-01, by a signer's mistake: it may not make all later ones stale. */
static void a_date_in_the_future_is_no_floor(void)
{
    for (int clock = 0; clock < 2; clock++) {
        signed_init(&s, 1);
        d->rig.server.unix_time = clock ? 1772618400 : 0;
        s.release.issued = 4070908800;
        signed_say_all(&s);
        device_run_again(d);
        CHECK(device_told(d, INSTALLED)
              && signed_past(&s).issued == (clock ? 1772618400 : 0));
        CHECK(rota_client(&d->rig.rota)->get.tls.floor
              == signed_past(&s).issued);
    }
}

static void a_clock_before_the_build_is_none(void)
{
    signed_init(&s, 1);
    d->rig.server.unix_time = 86400;
    d->rig.config.time_floor = 1772618400;
    strcpy(s.release.extra, ",\"expires\":1772618400");
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_failed(d, ROTA_ESTALE));
}

int main(void)
{
    RUN(without_a_clock_the_latest_known_date_counts);
    RUN(the_date_of_a_manifest_is_a_floor_for_certificates);
    RUN(a_date_in_the_future_is_no_floor);
    RUN(a_clock_before_the_build_is_none);
    return test_end();
}
