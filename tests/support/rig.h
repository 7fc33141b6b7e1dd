/* SPDX-License-Identifier: Apache-2.0 */
/* A device for tests: configuration, fakes and what was told, in one struct.
 * Replies of the server are scripted; TLS is that of faketls.c. */
#ifndef RIG_H
#define RIG_H

#include "support/fakeboot.h"
#include "support/fakenet.h"
#include "rota.h"

#define RIG_FLASH (64u << 10)
#define RIG_ERASE 4096u

struct rig {
    struct fakenet server;
    struct fakeboot bootloader;
    uint8_t slot_bytes[RIG_FLASH], journal_bytes[2 * RIG_ERASE];
    uint8_t buffer[1024];

    struct rota_net net;
    struct rota_sys sys;
    struct rota_flash slot, journal;
    struct rota_journal records;
    struct rota_store store;
    struct rota_trust trust; /* for config.trust, if there are to be keys */
    struct rota_boot boot;
    struct rota_anchor anchor;
    struct rota_config config;
    struct rota rota;

    bool may_download, may_install, may_confirm;
    char told[2048];        /* event names, with a space after each */
    struct rota_event last; /* without pointers that end with the call */
    char text[160];
};

/* A device that runs 1.0.0 and looks for app-*.bin of acme/app, with nothing
 * in flash. reply_count replies are copied by reference. */
void rig_init(struct rig *r, const struct fakenet_reply *script, size_t count);

/* Start the program and let it check once, until it is idle again. The result
 * is that of rota_init. */
int rig_check(struct rig *r);

/* Go on until idle; false when that takes an hour of the fake clock. */
bool rig_run(struct rig *r);

#endif
