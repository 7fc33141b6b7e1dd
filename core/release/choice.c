/* SPDX-License-Identifier: Apache-2.0 */
#include "release/choice.h"

#include <string.h>

#include "base/text.h"
#include "http/policy.h"
#include "release/github.h"

const struct rota_choice *rota_choice_of(const struct rota_config *c)
{
    return c->choose ? c->choose : &rota_latest;
}

/* --- One release --------------------------------------------------------- */

static int choice_latest_url(const struct rota_check *d, char *buf, size_t size)
{
    struct rota_text t;

    rota_github_begin(&t, d->get->config, buf, size);
    rota_text_add(&t, "/latest");
    return rota_github_end(&t);
}

static int choice_tag_url(const struct rota_check *d, char *buf, size_t size)
{
    const char *tag = d->get->config->tag;
    struct rota_text t;

    if (!tag)
        return ROTA_EINVAL; /* rota_config_check would have said so */
    rota_github_begin(&t, d->get->config, buf, size);
    rota_text_add(&t, "/tags/");
    rota_text_add_encoded(&t, tag);
    return rota_github_end(&t);
}

static int choice_id_url(const struct rota_check *d, char *buf, size_t size)
{
    struct rota_text t;

    rota_github_begin(&t, d->get->config, buf, size);
    rota_text_add(&t, "/");
    rota_text_add_u64(&t, d->release_id);
    return rota_github_end(&t);
}

/* --- A list -------------------------------------------------------------- */

/* The next page's URL stands in the page itself, which buf may overlap. */
static int choice_list_url(const struct rota_check *d, char *buf, size_t size)
{
    struct rota_text t;

    if (d->pages > 0) {
        const char *next = d->page->end.next;
        memmove(buf, next, strlen(next) + 1);
        return ROTA_OK;
    }
    rota_github_begin(&t, d->get->config, buf, size);
    rota_text_add(&t, "?per_page=30");
    return rota_github_end(&t);
}

/* Is there a further page, and is it where it may be? */
static int choice_list_next(struct rota_check *d)
{
    const char *next = d->page->end.next;

    if (!*next || ++d->pages >= ROTA_PAGES_MAX)
        return ROTA_OK;
    return rota_policy_same_origin(d->get, next) ? ROTA_EAGAIN : ROTA_EREDIRECT;
}

/* --- see rota.h and choice.h --------------------------------------------- */

const struct rota_choice rota_latest = {
    .number = 0, .missing = ROTA_ENORELEASE, .url = choice_latest_url};
const struct rota_choice rota_newest = {.number = 1,
                                        .missing = ROTA_ENOTFOUND,
                                        .paging = rota_paging_byte,
                                        .url = choice_list_url,
                                        .next = choice_list_next};
const struct rota_choice rota_by_tag = {
    .number = 2, .missing = ROTA_ENOTFOUND, .url = choice_tag_url};
const struct rota_choice rota_choice_by_id = {
    .number = 3, .missing = ROTA_ENOTFOUND, .url = choice_id_url};
