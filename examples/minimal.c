/* SPDX-License-Identifier: Apache-2.0 */
/* The example of README.md: fetches what is newer than 1.0.0, checked, to the
 * file thermostat.new. What becomes of that is up to you; a program that makes
 * it what runs next, and comes back when it fails, is agent/demo. */
#include <stdio.h>

#include "anchors_pem.h"
#include "flash_file.h"
#include "net_bsd.h"
#include "rota.h"
#include "sys_posix.h"

static struct rota rota;                   /* the caller owns all memory */
static struct rota_net_bsd sockets;        /* a socket, by poll() */
static unsigned char buffer[16 << 10];     /* a TLS record */
static unsigned char tls_memory[96 << 10]; /* all that mbedTLS ever gets */

static void on_event(void *app, const struct rota_event *e)
{
    (void)app;
    if (e->type == ROTA_EV_AVAILABLE)
        printf("%s is available\n", e->release->tag + e->release->version_at);
    if (e->type == ROTA_EV_PROGRESS)
        printf("%u of %u bytes\n", (unsigned)e->done, (unsigned)e->total);
    if (e->type == ROTA_EV_DOWNLOADED)
        printf("thermostat.new is complete\n");
    if (e->type == ROTA_EV_FAILED)
        printf("%s failed: %s\n", e->state, rota_err_text(e->err));
}

static void wait_for_net(void *app, uint32_t ms)
{
    (void)app;
    rota_net_bsd_wait(&sockets, ms);
}

int main(void)
{
    struct rota_net net = rota_net_bsd_init(&sockets);
    struct rota_flash_file file;
    struct rota_flash slot;
    struct rota_anchors_pem roots;
    struct rota_arena arena;
    const char *ca_file = "/etc/ssl/certs/ca-certificates.crt";

    remove("thermostat.new");
    if (rota_anchors_pem_read(&roots, ca_file)
        || rota_flash_file_open(&file, "thermostat.new", 0, 0))
        return 1;
    slot = rota_flash_file_init(&file);
    rota_arena_init(&arena, tls_memory, sizeof(tls_memory));
    rota_arena_use(&arena);

    struct rota_config config = {
        .net = &net,
        .sys = &rota_sys_posix,
        .slot = &slot,
        .buffer = buffer,
        .buffer_size = sizeof(buffer),
        .anchors = roots.list,
        .anchor_count = roots.count,
        .repo = "acme/thermostat",
        .asset = "thermostat-*.bin",
        .version = "1.0.0",
        .event = on_event,
    };

    int err = rota_init(&rota, &config);
    if (!err)
        err = rota_run(&rota, wait_for_net); /* one check, to its end */
    rota_free(&rota);
    rota_flash_file_close(&file);
    rota_anchors_pem_free(&roots);
    return err ? 1 : 0;
}
