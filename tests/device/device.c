/* SPDX-License-Identifier: Apache-2.0 */
#include "device/device.h"

void device_clear(struct device *d)
{
    memset(&d->script, 0, sizeof d->script);
}

void device_offer(struct device *d, const char *tag)
{
    script_release(&d->script, tag, "app-1.bin", "9000", NULL);
}

void device_asset(struct device *d)
{
    script_add(&d->script,
               "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n",
               script_image(), DEVICE_ASSET);
}

void device_answer(struct device *d, const char *head, const char *body)
{
    script_add(&d->script, head, body, strlen(body));
}

void device_init(struct device *d)
{
    rig_init(&d->rig, d->script.reply, d->script.count);
}

void device_run(struct device *d)
{
    device_init(d);
    CHECK(rig_check(&d->rig) == ROTA_OK);
}

void device_serve(struct device *d)
{
    uint64_t now = d->rig.server.now_ms, unix_time = d->rig.server.unix_time;

    fakenet_init(&d->rig.server, d->script.reply, d->script.count);
    d->rig.server.now_ms = now;
    d->rig.server.unix_time = unix_time;
}

void device_run_again(struct device *d)
{
    device_serve(d);
    CHECK(rig_check(&d->rig) == ROTA_OK);
}

bool device_told(const struct device *d, const char *events)
{
    return strcmp(d->rig.told, events) == 0;
}

bool device_failed(const struct device *d, int err)
{
    return device_told(d, "checking failed ") && d->rig.last.err == err;
}

bool device_sent(const struct device *d, const char *text)
{
    return strstr(d->rig.server.sent, text) != NULL;
}

int device_requests(const struct device *d)
{
    int n = 0;

    for (const char *s = d->rig.server.sent; (s = strstr(s, "GET ")); s++)
        n++;
    return n;
}
