/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of checks and trials share: a device that runs 1.0.0, and the
 * script of its server. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdio.h>
#include <string.h>

#include "support/rig.h"
#include "support/script.h"
#include "support/test.h"

#define SIZE 9000u /* of the asset */

static struct rig rig;
static struct script script;

static inline void asset(void)
{
    script_add(&script,
               "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n",
               script_image(), SIZE);
}

static inline void offer(const char *tag)
{
    script_release(&script, tag, "app-1.bin", "9000", NULL);
}

static inline void answer(const char *head, const char *body)
{
    script_add(&script, head, body, strlen(body));
}

/* Another run of the same device, with what the server says next. */
static inline void serve(void)
{
    uint64_t now = rig.server.now_ms, unix_time = rig.server.unix_time;

    fakenet_init(&rig.server, script.reply, script.count);
    rig.server.now_ms = now;
    rig.server.unix_time = unix_time;
}

static inline void empty(void)
{
    memset(&script, 0, sizeof script);
}

static inline void run(void)
{
    rig_init(&rig, script.reply, script.count);
    CHECK(rig_check(&rig) == ROTA_OK);
}

static inline void run_again(void)
{
    serve();
    CHECK(rig_check(&rig) == ROTA_OK);
}

static inline bool told(const char *events)
{
    return strcmp(rig.told, events) == 0;
}

static inline bool failed(int err)
{
    return told("checking failed ") && rig.last.err == err;
}

static inline bool sent(const char *text)
{
    return strstr(rig.server.sent, text) != NULL;
}

#define INSTALLED "checking available verified ready "

#endif
