/* SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include <string.h>

#include "emit.h"
#include "sys_posix.h"

static void note_outcome(struct rota_job *j, const struct rota_event *e)
{
    if (e->type == ROTA_EV_UP_TO_DATE || e->type == ROTA_EV_QUARANTINED
        || e->type == ROTA_EV_HELD || e->type == ROTA_EV_READY)
        j->exit = ROTA_EXIT_OK;
    else if (e->type == ROTA_EV_AVAILABLE)
        j->exit = ROTA_EXIT_AVAILABLE;
    else if (e->type == ROTA_EV_FAILED)
        j->exit = (int)rota_exit_code(e->err);
}

/* Not always what is configured: an agent's configuration may be as old as the
 * first image. */
static void note_running(struct rota_job *j)
{
    struct rota_status st;

    rota_get_status(&j->rota, &st);
    memcpy(j->running, st.running, sizeof(j->running));
    j->device->show->running = j->running;
}

/* An image that is ready is what the next start runs; it may be running. */
static void note_place(struct rota_job *j)
{
    struct rota_device *d = j->device;
    struct rota_slots_view v;

    d->show->place = NULL;
    d->show->started = false;
    if (rota_slots_look(&d->slots, &v))
        return;
    d->show->place = d->slots.path[v.active];
    d->show->started = v.state == ROTA_BOOT_TRIAL && v.starts > 0;
}

/* While an image is on trial nothing can be installed, but who only asks what
 * there is gets the answer. */
static bool is_answer(const struct rota_job *j, const struct rota_event *e)
{
    return e->type == ROTA_EV_FAILED && e->err == ROTA_ETRIAL && !j->download;
}

static void show_event(struct rota_job *j, const struct rota_event *e)
{
    struct rota_status st;
    const struct rota_event available = {.type = ROTA_EV_AVAILABLE,
                                         .release = &st.found};

    if (is_answer(j, e)) {
        rota_get_status(&j->rota, &st);
        j->exit = ROTA_EXIT_AVAILABLE;
        e = &available;
    }
    rota_show_event(j->device->show, e,
                    rota_sys_posix.now_ms(rota_sys_posix.ctx));
}

/* The library's note, which check_keys says better. */
static bool is_no_keys(const char *text)
{
    return strncmp(text, "no keys:", strlen("no keys:")) == 0;
}

static void on_event(void *app, const struct rota_event *e)
{
    struct rota_job *j = app;
    struct rota_show *show = j->device->show;

    note_outcome(j, e);
    if (e->type == ROTA_EV_NOTE && j->starting && !is_no_keys(e->text))
        rota_emit_plain(show->note, sizeof(show->note), e->text);
    if (j->quiet || (e->type == ROTA_EV_NOTE && j->starting))
        return;
    if (e->type == ROTA_EV_UP_TO_DATE)
        note_running(j);
    if (e->type == ROTA_EV_READY)
        note_place(j);
    show->why = rota_device_why(j->device, e->err);
    show_event(j, e);
    show->why = NULL;
}

static bool may_download(void *app, const struct rota_release *release,
                         const struct rota_image *image)
{
    struct rota_job *j = app;
    struct rota_device *d = j->device;
    int err;

    (void)release;
    if (!j->download)
        return false;
    err = rota_imagefile_open(&d->image, image->size);
    if (!err)
        err = rota_data_open(&d->data);
    if (err)
        j->exit =
            rota_show_error(d->show, "download", err, rota_device_why(d, err));
    return !err;
}

/* Keys that are gone, by a file system that was not mounted for one, must not
 * turn into trust in whatever comes. */
static int check_keys(struct rota_job *j)
{
    const struct rota_device *d = j->device;
    struct rota_status st;

    if (d->config.trust || d->options->keys)
        return 0;
    rota_get_status(&j->rota, &st);
    if (!st.seq) {
        rota_show_note(d->show,
                       "no key in " ROTA_KEYS_DEFAULT ": a release is checked "
                       "for damage, not for who made it; see keys in "
                       "rota.conf(5)");
        return 0;
    }
    return rota_show_failure(d->show, ROTA_EXIT_USAGE, "keys",
                             "this device has taken signed releases, and there "
                             "is no key in " ROTA_KEYS_DEFAULT
                             " any more; keys = none if that is meant");
}

/* 0, or an exit code after saying which field is wrong and what it must be. */
static int check_config(struct rota_device *d)
{
    const char *field, *want;
    char text[200];
    int err = rota_config_check(&d->config, &field, &want);

    if (!err)
        return 0;
    if (!field)
        return rota_show_error(d->show, "start", err, rota_device_why(d, err));
    snprintf(text, sizeof(text), "%s must be %s", field, want);
    return rota_show_failure(d->show, ROTA_EXIT_USAGE, "configuration", text);
}

int rota_job_init(struct rota_job *j, struct rota_device *d)
{
    int err;

    j->device = d;
    j->exit = ROTA_EXIT_DEVICE;
    d->config.app = j;
    d->config.event = on_event;
    d->config.may_download = may_download;
    d->show->running = d->config.version;
    d->show->note[0] = '\0';
    j->starting = true;
    err = check_config(d);
    if (err)
        return err;
    err = rota_init(&j->rota, &d->config);
    j->starting = false;
    if (d->show->note[0] && !j->quiet)
        rota_show_note(d->show, d->show->note);
    if (err)
        return rota_show_error(d->show, "start", err, rota_device_why(d, err));
    return j->quiet ? 0 : check_keys(j);
}

static void wait_for_net(void *app, uint32_t ms)
{
    struct rota_job *j = app;

    rota_net_bsd_wait(&j->device->bsd, ms);
}

/* What came of the check, and so the exit code, on_event is told. */
int rota_job_once(struct rota_job *j)
{
    int err = rota_run(&j->rota, wait_for_net);

    (void)err;
    rota_free(&j->rota);
    return j->exit;
}
