/* SPDX-License-Identifier: Apache-2.0 */
/* Each of the thirteen endpoints, through the publisher's client, against the
 * server that the arguments name: a line "NAME ok" or "NAME why not" for each.
 * The repository is empty at the start and at the end. */
#include <stdlib.h>
#include <string.h>

#include "transport/endpoints.h"
#include "transport/release.h"
#include "commands/remote.h"
#include "words/view.h"
#include "base/bytes.h"

static struct pub_say say = {.json = false};
static struct pub_api api;
static struct pub_hub_release release;
static struct pub_hub_asset asset;
static int failures;

static const char bytes[] = "not much of a firmware";
enum { LEN = sizeof(bytes) - 1 };

static void row(const char *name, bool good)
{
    if (!good)
        failures++;
    if (good)
        printf("%s ok\n", name);
    else if (api.err)
        printf("%s %s\n", name, rota_err_name(api.err));
    else
        printf("%s HTTP %d %.100s\n", name, api.answer.reply.status,
               api.text.len ? api.text.p : "");
}

static bool status(int wanted)
{
    return pub_api_status(&api) == wanted;
}

static bool has_text(const char *name, const char *wanted)
{
    struct rota_span v = pub_heap_span(&api.text), m;
    char text[256];

    return pub_view_check(v) && pub_view_member(v, name, &m)
        && pub_heap_decode(m, text, sizeof(text)) && strcmp(text, wanted) == 0;
}

static bool is_release(void)
{
    struct pub_hub_release r;

    return pub_view_check(pub_heap_span(&api.text))
        && pub_release_read(&r, pub_heap_span(&api.text)) && r.id == release.id
        && strcmp(r.tag, "fw/v1.0.0+a") == 0;
}

static bool is_asset(const char *name)
{
    struct pub_hub_asset a;

    return pub_view_check(pub_heap_span(&api.text))
        && pub_asset_read(&a, pub_heap_span(&api.text)) && a.id == asset.id
        && a.size == LEN && strcmp(a.name, name) == 0;
}

/* How many a list has, and is the one that was made the first of them? */
static bool lists(size_t wanted, uint64_t id)
{
    struct rota_span v = pub_heap_span(&api.text), name, item, m;
    uint64_t first = 0;
    size_t n = 0;

    if (!pub_view_check(v))
        return false;
    for (size_t at = 0; pub_view_next(v, &at, &name, &item); n++)
        if (n == 0
            && (!pub_view_member(item, "id", &m)
                || !pub_view_number(m, UINT64_MAX / 2, &first)))
            return false;
    return n == wanted && first == id;
}

static struct pub_heap *object(const char *name, const char *value)
{
    static struct pub_heap json;

    pub_heap_empty(&json);
    pub_heap_text(&json, name, value);
    return &json;
}

/* --- The calls, in the order of a release's life ------------------------- */

static void create(void)
{
    struct pub_heap *json = object("tag_name", "fw/v1.0.0+a");

    pub_heap_text(json, "body", "\"notes\"\nand \xc3\xa9");
    pub_heap_bool(json, "draft", true);
    row("create-release",
        pub_heap_end(json) && pub_create_release(&api, json) && status(201)
            && pub_release_read(&release, pub_heap_span(&api.text))
            && release.draft && release.id);
}

static int read_bytes(void *ctx, uint64_t off, void *buf, size_t len)
{
    (void)ctx;
    memcpy(buf, bytes + off, len);
    return ROTA_OK;
}

static void upload(void)
{
    struct pub_content content = {
        .type = "application/octet-stream", .size = LEN, .read = read_bytes};

    row("upload-asset",
        pub_upload_asset(&api, release.upload_url, "first.bin", "The first",
                         &content, 10000)
            && status(201) && pub_asset_read(&asset, pub_heap_span(&api.text))
            && is_asset("first.bin") && asset.uploaded && asset.has_digest);
}

static int keep(void *ctx, const struct rota_reply *r, const void *p,
                size_t len)
{
    (void)r;
    pub_heap_add(ctx, p, len);
    return ROTA_OK;
}

static void get_asset(void)
{
    struct pub_heap got = {0};
    bool described = pub_get_asset(&api, asset.id) && is_asset("first.bin");

    row("get-asset",
        described && pub_get_asset_bytes(&api, asset.id, 0, NULL, keep, &got)
            && got.len == LEN && memcmp(got.p, bytes, LEN) == 0);
    pub_heap_free(&got);
}

static void assets(void)
{
    struct pub_heap *json;

    row("list-assets",
        pub_list_assets(&api, release.id, NULL) && lists(1, asset.id));
    get_asset();
    json = object("name", "second.bin");
    row("update-asset", pub_heap_end(json)
                            && pub_update_asset(&api, asset.id, json)
                            && is_asset("second.bin"));
}

static void publish(void)
{
    struct pub_heap *json = object("name", "The first");

    pub_heap_bool(json, "draft", false);
    row("update-release", pub_heap_end(json)
                              && pub_update_release(&api, release.id, json)
                              && is_release() && has_text("name", "The first"));
}

static void reads(void)
{
    struct pub_heap *json = object("tag_name", "v2.0.0");

    row("get-release", pub_get_release(&api, release.id) && is_release()
                           && has_text("body", "\"notes\"\nand \xc3\xa9"));
    row("get-release-by-tag",
        pub_get_release_by_tag(&api, "fw/v1.0.0+a") && is_release());
    row("get-latest-release", pub_get_latest_release(&api) && is_release());
    row("list-releases", pub_list_releases(&api, NULL) && lists(1, release.id));
    row("generate-notes", pub_heap_end(json) && pub_generate_notes(&api, json)
                              && has_text("name", "v2.0.0"));
}

static void deletes(void)
{
    row("delete-asset", pub_delete_asset(&api, asset.id) && status(204)
                            && pub_list_assets(&api, release.id, NULL)
                            && lists(0, 0));
    row("delete-release", pub_delete_release(&api, release.id) && status(204)
                              && pub_list_releases(&api, NULL) && lists(0, 0));
}

int main(int argc, char **argv)
{
    struct pub_remote_options remote;

    if (argc != 5) {
        fprintf(stderr, "usage: %s API REPO CA-FILE ASSET-HOSTS\n", argv[0]);
        return 2;
    }
    say.out = stdout;
    say.err = stderr;
    remote = (struct pub_remote_options){.api = argv[1],
                                         .repo = argv[2],
                                         .ca_file = argv[3],
                                         .hosts = argv[4],
                                         .pause_ms = {1, true}};
    if (pub_remote_open(&say, &remote, &api))
        return 2;
    create();
    upload();
    assets();
    publish();
    reads();
    deletes();
    pub_remote_close(&api);
    return failures ? 1 : 0;
}
