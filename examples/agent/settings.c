/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oneline.h"

/* Certainly past: 2025-01-01. A constant, so that the same source makes the
 * same program. */
#define TIME_FLOOR 1735689600u

static int wrong(struct rota_device *d, const char *key, const char *file,
                 const char *why)
{
    char text[1024];

    snprintf(text, sizeof(text), "%s: %s: %s", key, file, why);
    return rota_show_failure(d->show, ROTA_EXIT_USAGE, "configuration", text);
}

int rota_settings_version(struct rota_device *d)
{
    const char *file = d->options->version_file;
    const char *why;

    d->config.version = d->options->version;
    if (!file)
        return 0;
    why = rota_oneline(file, d->version, sizeof(d->version));
    if (why)
        return wrong(d, "version-file", file, why);
    d->config.version = d->version;
    return 0;
}

/* Nothing that could begin another header line. The token itself is never
 * shown. */
static bool good_token(const char *token)
{
    size_t len = strlen(token);

    for (size_t i = 0; i < len; i++)
        if (token[i] <= ' ' || token[i] > '~')
            return false;
    return len > 0 && len <= ROTA_TOKEN_MAX;
}

int rota_settings_token(struct rota_device *d)
{
    const char *file = d->options->token_file;
    const char *given = getenv("GITHUB_TOKEN");
    const char *why;

    d->config.token = NULL;
    if (file) {
        why = rota_oneline(file, d->token, sizeof(d->token));
        if (why)
            return wrong(d, "token-file", file, why);
        if (!good_token(d->token))
            return wrong(d, "token-file", file, "holds no token");
        if (rota_oneline_open_to_others(file))
            rota_show_note(d->show, "token-file can be read by others than "
                                    "its owner; chmod 600 mends it");
        d->config.token = d->token;
    } else if (given && given[0]) {
        if (!good_token(given))
            return wrong(d, "environment", "GITHUB_TOKEN", "is no token");
        d->config.token = given;
    }
    return 0;
}

/* Roots that came with a release are no reason to be cut off when they are
 * damaged or not there: those that the device was made with remain. */
static bool read_ca_image(struct rota_device *d)
{
    char path[ROTA_PATH_SIZE], text[160];
    const char *name = d->options->ca_image;
    int len = snprintf(path, sizeof(path), "%s/%s", d->slots.link_path, name);

    if (len > 0 && (size_t)len < sizeof(path)
        && rota_anchors_pem_read(&d->anchors, path) == ROTA_OK)
        return true;
    snprintf(text, sizeof(text), "ca-image: %.60s: %s; ca-file it is", name,
             d->anchors.sys_err ? strerror(d->anchors.sys_err)
                                : d->anchors.why);
    rota_show_note(d->show, text);
    return false;
}

static int read_ca_file(struct rota_device *d)
{
    const char *file = d->options->ca_file;
    int err = rota_anchors_pem_read(&d->anchors, file);

    if (!err)
        return 0;
    return wrong(d, "ca-file", file,
                 d->anchors.sys_err ? strerror(d->anchors.sys_err)
                 : d->anchors.why   ? d->anchors.why
                                    : rota_err_text(err));
}

int rota_settings_anchors(struct rota_device *d)
{
    if (!d->options->ca_image || !read_ca_image(d)) {
        int code = read_ca_file(d);

        if (code)
            return code;
    }
    d->config.anchors = d->anchors.list;
    d->config.anchor_count = d->anchors.count;
    return 0;
}

/* --- Keys ----------------------------------------------------------------- */

const char *rota_settings_keys_dir(const struct rota_options *o)
{
    return o->keys ? o->keys : ROTA_KEYS_DEFAULT;
}

static int wrong_keys(struct rota_device *d)
{
    const struct rota_keys_pem *k = &d->keys;
    const char *dir = rota_settings_keys_dir(d->options);
    char file[ROTA_KEYS_PEM_NAME + 256], why[256];

    snprintf(file, sizeof(file), "%.200s%s%s", dir, k->name[0] ? "/" : "",
             k->name);
    snprintf(why, sizeof(why), "%s%s%s", k->why, k->sys_err ? ": " : "",
             k->sys_err ? strerror(k->sys_err) : "");
    return wrong(d, "keys", file, why);
}

/* A folder that somebody has named must have what it is for: a slip of the pen
 * must not make a device take releases that nobody signed. */
static int check_count(struct rota_device *d)
{
    const struct rota_options *o = d->options;
    const char *dir = rota_settings_keys_dir(o);

    if (o->keys && o->keys[0] && !d->keys.count)
        return wrong(d, "keys", dir, "there is no *.pem file in it");
    if (o->key_threshold > d->keys.count)
        return wrong(d, "key-threshold", dir[0] ? dir : "none",
                     "has fewer keys than must have signed");
    return 0;
}

int rota_settings_keys(struct rota_device *d)
{
    const struct rota_options *o = d->options;
    int err;

    d->keys.count = 0;
    if (!o->keys || o->keys[0]) {
        err = rota_keys_pem_read(&d->keys, rota_settings_keys_dir(o));
        if (err && (o->keys || d->keys.sys_err != ENOENT || d->keys.name[0]))
            return wrong_keys(d);
    }
    return check_count(d);
}

int rota_settings_images(struct rota_device *d)
{
    const struct rota_options *o = d->options;
    bool is_there = !o->ca_image;

    d->data.count = 0;
    if (!o->more_images)
        return 0;
    if (!rota_data_names(&d->data, o->more_images))
        return wrong(d, "more-images", o->more_images,
                     "not names of different files, or too many");
    for (size_t i = 0; i < d->data.count; i++) {
        if (o->install_as && strcmp(d->data.name[i], o->install_as) == 0)
            return wrong(d, "more-images", d->data.name[i],
                         "is what the program is installed as");
        is_there = is_there || strcmp(d->data.name[i], o->ca_image) == 0;
    }
    return is_there
             ? 0
             : wrong(d, "ca-image", o->ca_image, "is none of more-images");
}

/* --- The rest ------------------------------------------------------------- */

/* Any slashes at the end would be doubled in the paths made of it. */
static const char *base_of_api(struct rota_device *d)
{
    const char *api = d->options->api;
    size_t len;

    if (!api)
        return NULL;
    len = strlen(api);
    while (len && api[len - 1] == '/')
        len--;
    if (len >= sizeof(d->api))
        return api;
    memcpy(d->api, api, len);
    d->api[len] = '\0';
    return d->api;
}

static void fill_id(struct rota_device *d)
{
    if (rota_oneline("/etc/machine-id", d->id, sizeof(d->id))
        && gethostname(d->id, sizeof(d->id) - 1))
        d->id[0] = '\0';
    d->id[sizeof(d->id) - 1] = '\0';
    d->config.device_id = d->id[0] ? d->id : NULL;
    d->config.device_id_len = strlen(d->id);
}

static void fill_trust(struct rota_device *d)
{
    const struct rota_options *o = d->options;

    d->trust.ops = &rota_manifest_ops;
    d->trust.keys = d->keys.list;
    d->trust.count = d->keys.count;
    d->trust.threshold = (uint8_t)o->key_threshold;
    d->trust.project = o->project;
    d->trust.hw = o->hw;
    d->config.trust = d->keys.count ? &d->trust : NULL;
}

void rota_settings_fill(struct rota_device *d)
{
    const struct rota_options *o = d->options;
    struct rota_config *c = &d->config;
    bool by_tag = strncmp(o->channel, "tag:", 4) == 0;

    c->api = base_of_api(d);
    c->repo = o->repo;
    c->choose = by_tag                            ? &rota_by_tag
              : strcmp(o->channel, "latest") == 0 ? &rota_latest
                                                  : &rota_newest;
    c->tag = by_tag ? o->channel + 4 : NULL;
    c->tag_prefix = o->tag_prefix;
    c->board = o->board;
    c->asset = o->asset;
    fill_trust(d);
    c->asset_hosts = o->asset_hosts;
    c->api_version = o->api_version;
    c->allow_downgrade = o->allow_downgrade;
    c->interval_s = o->interval_s;
    c->stall_ms = o->stall_ms;
    c->time_floor = TIME_FLOOR;
    /* The agent is not the image: who starts the program knows if it works. */
    c->confirm_by_hand = true;
    fill_id(d);
    d->show->product = strchr(o->repo, '/') + 1;
}
