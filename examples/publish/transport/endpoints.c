/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/endpoints.h"
#include "base/text.h"

#include <string.h>

#define JSON "application/vnd.github+json"

struct address {
    char text[ROTA_URL_MAX + 1];
    struct rota_text t;
};

static void begin(struct address *u, const struct pub_api *a)
{
    rota_text_init(&u->t, u->text, sizeof(u->text));
    rota_text_add(&u->t, a->base);
}

static void releases(struct address *u, const struct pub_api *a,
                     const char *rest)
{
    begin(u, a);
    rota_text_add(&u->t, "/repos/");
    rota_text_add(&u->t, a->repo);
    rota_text_add(&u->t, "/releases");
    rota_text_add(&u->t, rest);
}

static void numbered(struct address *u, const struct pub_api *a,
                     const char *rest, uint64_t id)
{
    releases(u, a, rest);
    rota_text_add_u64(&u->t, id);
}

/* --- One request --------------------------------------------------------- */

static int read_text(void *ctx, uint64_t off, void *buf, size_t len)
{
    const struct pub_heap *h = ctx;

    memcpy(buf, h->p + off, len);
    return ROTA_OK;
}

static bool ask(struct pub_api *a, const char *method, const struct address *u,
                const struct pub_heap *json)
{
    struct pub_content content = {.type = "application/json",
                                  .read = read_text};
    struct pub_exchange x = {.method = method, .url = u->text, .accept = JSON};

    a->err = u->t.full ? ROTA_ETOOLONG : json && json->failed ? ROTA_ENOSPC : 0;
    if (a->err)
        return false;
    if (json) {
        content.size = json->len;
        content.ctx = (void *)(uintptr_t)json; /* only read from */
        x.content = &content;
    }
    return pub_api_ask(a, &x);
}

bool pub_any_endpoint(struct pub_api *a, const char *method, const char *path,
                      const struct pub_heap *json)
{
    struct address u;

    begin(&u, a);
    rota_text_add(&u.t, path);
    return ask(a, method, &u, json);
}

/* --- Releases ------------------------------------------------------------ */

/* A page is asked for as the service named it, from itself alone. */
static bool list(struct pub_api *a, struct address *u, const char *page,
                 uint32_t count)
{
    if (page) {
        rota_text_init(&u->t, u->text, sizeof(u->text));
        rota_text_add(&u->t, page);
        if (!pub_api_trusts(a, page)) {
            a->err = ROTA_EREDIRECT;
            return false;
        }
    } else {
        rota_text_add(&u->t, "?per_page=");
        rota_text_add_u64(&u->t, count);
    }
    return ask(a, "GET", u, NULL);
}

bool pub_list_releases(struct pub_api *a, const char *page)
{
    struct address u;

    releases(&u, a, "");
    return list(a, &u, page, PUB_ENDPOINTS_PAGE);
}

bool pub_get_latest_release(struct pub_api *a)
{
    struct address u;

    releases(&u, a, "/latest");
    return ask(a, "GET", &u, NULL);
}

bool pub_get_release_by_tag(struct pub_api *a, const char *tag)
{
    struct address u;

    releases(&u, a, "/tags/");
    rota_text_add_encoded(&u.t, tag);
    return ask(a, "GET", &u, NULL);
}

bool pub_get_release(struct pub_api *a, uint64_t id)
{
    struct address u;

    numbered(&u, a, "/", id);
    return ask(a, "GET", &u, NULL);
}

bool pub_create_release(struct pub_api *a, const struct pub_heap *json)
{
    struct address u;

    releases(&u, a, "");
    return ask(a, "POST", &u, json);
}

bool pub_update_release(struct pub_api *a, uint64_t id,
                        const struct pub_heap *json)
{
    struct address u;

    numbered(&u, a, "/", id);
    return ask(a, "PATCH", &u, json);
}

bool pub_delete_release(struct pub_api *a, uint64_t id)
{
    struct address u;

    numbered(&u, a, "/", id);
    return ask(a, "DELETE", &u, NULL);
}

bool pub_generate_notes(struct pub_api *a, const struct pub_heap *json)
{
    struct address u;

    releases(&u, a, "/generate-notes");
    return ask(a, "POST", &u, json);
}

/* --- Assets -------------------------------------------------------------- */

bool pub_list_assets(struct pub_api *a, uint64_t release, const char *page)
{
    struct address u;

    numbered(&u, a, "/", release);
    rota_text_add(&u.t, "/assets");
    return list(a, &u, page, PUB_ENDPOINTS_ASSETS);
}

bool pub_upload_asset(struct pub_api *a, const char *upload_url,
                      const char *name, const char *label,
                      const struct pub_content *content, uint64_t deadline_ms)
{
    struct address u;
    struct pub_exchange x = {.method = "POST",
                             .url = u.text,
                             .accept = JSON,
                             .content = content,
                             .deadline_ms = deadline_ms};

    rota_text_init(&u.t, u.text, sizeof(u.text));
    rota_text_add_n(&u.t, upload_url, strcspn(upload_url, "{"));
    rota_text_add(&u.t, "?name=");
    rota_text_add_encoded(&u.t, name);
    if (label) {
        rota_text_add(&u.t, "&label=");
        rota_text_add_encoded(&u.t, label);
    }
    a->err = u.t.full ? ROTA_ETOOLONG : ROTA_OK;
    if (!a->err && !pub_api_trusts(a, u.text))
        a->err = ROTA_EREDIRECT;
    return !a->err && pub_api_ask(a, &x);
}

bool pub_get_asset(struct pub_api *a, uint64_t id)
{
    struct address u;

    numbered(&u, a, "/assets/", id);
    return ask(a, "GET", &u, NULL);
}

bool pub_get_asset_bytes(struct pub_api *a, uint64_t id, uint32_t from,
                         const char *if_range,
                         int (*take)(void *ctx, const struct rota_reply *reply,
                                     const void *p, size_t len),
                         void *ctx)
{
    struct address u;
    struct pub_exchange x = {.method = "GET",
                             .url = u.text,
                             .accept = "application/octet-stream",
                             .from = from,
                             .if_range = from ? if_range : NULL,
                             .once = true,
                             .take = take,
                             .ctx = ctx};

    numbered(&u, a, "/assets/", id);
    a->err = u.t.full ? ROTA_ETOOLONG : ROTA_OK;
    return !a->err && pub_api_ask(a, &x);
}

bool pub_update_asset(struct pub_api *a, uint64_t id,
                      const struct pub_heap *json)
{
    struct address u;

    numbered(&u, a, "/assets/", id);
    return ask(a, "PATCH", &u, json);
}

bool pub_delete_asset(struct pub_api *a, uint64_t id)
{
    struct address u;

    numbered(&u, a, "/assets/", id);
    return ask(a, "DELETE", &u, NULL);
}
