/* SPDX-License-Identifier: Apache-2.0 */
/* rota boot, rota confirm, rota rollback: the boot state and nothing else, so
 * that they work however broken the rest of the configuration is. */
#include "commands.h"
#include "device.h"
#include "emit.h"

static struct rota_device device;

static int failed(struct rota_show *s, const char *what, int err)
{
    return rota_show_error(s, what, err, rota_device_why(&device, err));
}

static void tell_json(FILE *f, const char *event,
                      const struct rota_slots_view *v)
{
    rota_emit_begin(f, event);
    rota_emit_text(f, "active", v->active ? "b" : "a");
    rota_emit_text(f, "boots", device.slots.path[v->active]);
    rota_emit_bool(f, "trial", v->state == ROTA_BOOT_TRIAL);
    rota_emit_number(f, "starts", v->starts);
    rota_emit_number(f, "limit", v->limit);
    rota_emit_bool(f, "rolled_back", v->state == ROTA_BOOT_ROLLED_BACK);
    rota_emit_end(f);
}

/* Say which image is started next, and how things stand with it. */
static int tell(struct rota_show *s, const char *event, const char *text)
{
    struct rota_slots_view v;
    int err = rota_slots_look(&device.slots, &v);

    if (err)
        return failed(s, event, err);
    if (s->json) {
        tell_json(s->out, event, &v);
        return ROTA_EXIT_OK;
    }
    fprintf(s->out, "%s %s (%s)", text, v.active ? "b" : "a",
            device.slots.path[v.active]);
    if (v.state == ROTA_BOOT_TRIAL)
        fprintf(s->out, ", trial start %u of %u", v.starts, v.limit);
    fputc('\n', s->out);
    return ROTA_EXIT_OK;
}

int rota_cmd_boot(struct rota_options *o, struct rota_show *s)
{
    int code = rota_device_boot(&device, o, s, true);
    int result;

    if (code)
        return code;
    result = rota_slots_starting(&device.slots);
    if (result < 0)
        return failed(s, "boot", result);
    if (result == ROTA_START_UNDONE)
        return tell(s, "boot", "the new image was not confirmed: back to");
    return tell(s, "boot", "running");
}

int rota_cmd_confirm(struct rota_options *o, struct rota_show *s)
{
    int code = rota_device_boot(&device, o, s, true);
    int result;

    if (code)
        return code;
    result = device.slots.boot.state(device.slots.boot.ctx);
    if (result == ROTA_BOOT_CONFIRMED)
        result = rota_slots_still_good(&device.slots);
    if (result >= 0 && result != ROTA_BOOT_TRIAL)
        return rota_show_error(s, "confirm", ROTA_ENOTHING, NULL);
    if (result >= 0)
        result = device.slots.boot.confirm(device.slots.boot.ctx);
    if (result < 0)
        return failed(s, "confirm", result);
    return tell(s, "confirm", "confirmed");
}

int rota_cmd_rollback(struct rota_options *o, struct rota_show *s)
{
    int code = rota_device_boot(&device, o, s, true);
    int err;

    if (!code)
        code = rota_device_lock(&device);
    if (code)
        return code;
    err = rota_slots_rollback(&device.slots);
    if (err)
        return failed(s, "rollback", err);
    return tell(s, "rollback", "rolled back: the next start runs");
}
