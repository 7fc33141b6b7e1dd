/* SPDX-License-Identifier: Apache-2.0 */
/* A check whose scanner hands its objects to this file and not to the finder,
 * which then finds nothing. */
#include "update/list.h"

#include <string.h>

#include "release/choice.h"
#include "release/semver.h"
#include "update/client.h"
#include "update/update.h"

static void list_clear_asset(struct rota_release *r)
{
    struct rota_release none = {.release_id = r->release_id,
                                .version_at = r->version_at,
                                .prerelease = r->prerelease};

    memcpy(none.tag, r->tag, sizeof none.tag);
    *r = none;
}

/* The finder reads the asset, which it takes for the one of that name. */
static void list_asset(struct rota_client *c, const struct rota_scan_piece *o)
{
    const struct rota_list *l = c->job.list.to;
    struct rota_finder *f = &c->job.list.check.finder;
    char name[ROTA_NAME_MAX + 1];

    if (!l->asset || l->draft
        || rota_json_string(o, "name", name, sizeof name) != ROTA_JSON_FOUND)
        return;
    list_clear_asset(f->now);
    f->now_finding = (struct rota_finding){0};
    f->named = name;
    (void)l->find(f, o);
    f->named = NULL;
    if (f->now_finding.assets && !f->now_finding.err)
        l->asset(l->app, f->now);
}

/* What the server has said so far. */
static int list_read_release(struct rota_client *c,
                             const struct rota_scan_piece *o, bool *draft)
{
    struct rota_release *r = c->job.list.check.finder.now;
    int found = rota_json_string(o, "tag_name", r->tag, sizeof r->tag);
    int at = rota_semver_in_tag(r->tag, c->config->tag_prefix);

    r->version_at = (uint8_t)(at < 0 ? 0 : at);
    if (found == ROTA_EJSON || (found == ROTA_JSON_ABSENT && !o->partial)
        || rota_json_uint(o, "id", UINT64_MAX, &r->release_id) < 0
        || rota_json_bool(o, "draft", draft) < 0
        || rota_json_bool(o, "prerelease", &r->prerelease) < 0)
        return ROTA_EJSON;
    return ROTA_OK;
}

static int list_on_object(void *ctx, const struct rota_scan_piece *o)
{
    struct rota_client *c = ctx;
    struct rota_list *l = c->job.list.to;
    struct rota_finder *f = &c->job.list.check.finder;
    bool draft = false;

    if (o->inner) {
        list_asset(c, o);
        return ROTA_OK;
    }
    list_clear_asset(f->now);
    int err = list_read_release(c, o, &draft);
    l->draft = draft;
    if (err || o->partial)
        return err;
    if (l->release && !draft)
        l->release(l->app, f->now);
    *f->now = (struct rota_release){0};
    l->draft = false;
    return ROTA_OK;
}

/* With each page the finder has set up the scanner for itself. In the end it
 * says that there is no release. */
static int list_step(struct rota_client *c)
{
    struct rota_check *d = &c->job.list.check;
    struct rota_scan *scan = &d->finder.scan;
    int result = rota_check_step(d);

    if (scan->piece != list_on_object) {
        c->job.list.to->find = scan->piece;
        scan->piece = list_on_object;
        scan->ctx = c;
    }
    if (result == ROTA_EAGAIN)
        return ROTA_STATE_LIST;
    return result == ROTA_ENORELEASE && c->get.reply.status == 200
             ? ROTA_STATE_IDLE
             : result;
}

/* Without attempts that are left: what was told would be told again. */
int rota_list(struct rota *r, struct rota_list *l)
{
    struct rota_client *c = rota_client(r);
    struct rota_check *d = &c->job.list.check;

    if (rota_busy(r))
        return ROTA_EAGAIN;
    c->get.href_size = sizeof c->scratch.href;
    c->job.list.to = l;
    l->step = list_step;
    l->draft = false;
    *d = (struct rota_check){.get = &c->get,
                             .page = &c->scratch.page,
                             .choice = rota_choice_of(c->config),
                             .attempts = ROTA_CHECK_NO_MORE};
    rota_finder_init(&d->finder, c->config, &c->scratch.page.now);
    rota_update_enter(c, ROTA_STATE_LIST);
    return ROTA_OK;
}
