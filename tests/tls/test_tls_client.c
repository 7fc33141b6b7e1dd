/* SPDX-License-Identifier: Apache-2.0 */
/* A whole client over real TLS: what it takes of mbedTLS's memory, and what it
 * gives back. */
#include "support/test.h"

#include "flash_ram.h"
#include "sys_posix.h"
#include "tls/tls_rig.h"

#define MUCH (128 << 10) /* more memory than any handshake takes */

static struct rota rota;
static struct rota_flash_ram region;
static struct rota_flash slot;
static uint8_t slot_bytes[4096], buffer[16384];
static char api[64];

static void wait_for_net(void *app, uint32_t ms)
{
    (void)app;
    rota_net_bsd_wait(&rig.sockets, ms);
}

static void begin(void)
{
    rig.sys.now_ms = rota_sys_posix.now_ms;
    slot = rota_flash_ram(&region, slot_bytes, sizeof slot_bytes);
    snprintf(api, sizeof api, "https://api.test:%u", rig.port);
    rig.config.anchor_count = 1;
    rig.config.slot = &slot;
    rig.config.buffer = buffer;
    rig.config.buffer_size = sizeof buffer;
    rig.config.api = api;
    rig.config.repo = "acme/app";
    rig.config.asset = "app.bin";
    rig.config.version = "1.0.0";
}

/* The server is one of openssl's, which knows no releases: that its answer is
 * refused is the end of the check, after a whole handshake. */
static void a_client_that_is_freed_leaves_nothing_in_the_arena(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", v13 ? "-www -tls1_3" : "-www -tls1_2");
        begin();
        for (int i = 0; i < 6; i++) {
            CHECK(rota_init(&rota, &rig.config) == ROTA_OK);
            CHECK(rota_run(&rota, wait_for_net) == ROTA_EJSON);
            rota_stop(&rota);
            CHECK(rig.arena.used > 0); /* the session, for next time */
            rota_free(&rota);
            CHECK(rig.arena.used == 0);
        }
    }
}

static void a_client_can_be_freed_whatever_it_was_doing(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    begin();
    for (int steps = 0; steps < 40; steps += 3) {
        CHECK(rota_init(&rota, &rig.config) == ROTA_OK);
        rota_check_now(&rota);
        for (int i = 0; i < steps && rota_busy(&rota); i++)
            if (rota_step(&rota) == ROTA_EAGAIN)
                wait_for_net(NULL, rota_wait_ms(&rota));
        rota_free(&rota);
        CHECK(rig.arena.used == 0 && !rota_busy(&rota));
        rota_free(&rota); /* once more */
    }
}

static void a_client_that_was_refused_can_be_freed(void)
{
    tls_client(MUCH, "ecroot");
    begin();
    rig.config.repo = NULL;
    CHECK(rota_init(&rota, &rig.config) == ROTA_EINVAL);
    rota_free(&rota);
    CHECK(rig.arena.used == 0);
}

int main(void)
{
    if (!tls_rig_start()) {
        printf("openssl cannot make certificates\n0 passed, 1 failed\n");
        return 1;
    }
    RUN(a_client_that_is_freed_leaves_nothing_in_the_arena);
    RUN(a_client_can_be_freed_whatever_it_was_doing);
    RUN(a_client_that_was_refused_can_be_freed);
    tls_rig_stop();
    return test_end();
}
