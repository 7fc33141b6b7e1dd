/* SPDX-License-Identifier: Apache-2.0 */
/* A releases API as a whole: where requests may go and what goes with them,
 * redirects, the limits of the service, and asking again.
 *
 * The token goes to the API's origin and to the upload host that belongs to
 * it, nowhere else: not to where assets come from, not to where a reply says
 * uploads go. Between two writes lies at least a pause. When the service says
 * that its limit is reached, the program sleeps as long as it says. What may
 * pass is asked again, but never a POST that may have reached the server.
 */
#ifndef PUB_TRANSPORT_API_H
#define PUB_TRANSPORT_API_H

#include "transport/exchange.h"
#include "words/heap.h"
#include "http/url.h"

#define PUB_API_TOKEN_SIZE 512

/* Beside those of say.h; never renumber. */
enum { PUB_EXIT_CONFLICT = 32 }; /* the service says no to what is asked */

struct pub_api {
    struct pub_link link;
    const struct pub_say *say;
    const char *base; /* as in rota_config.api; borrowed, as all text here */
    struct rota_url base_url;
    const char *repo;               /* "owner/name" */
    const char *hosts;              /* as in rota_config.asset_hosts */
    const char *version;            /* X-GitHub-Api-Version; NULL: not sent */
    char token[PUB_API_TOKEN_SIZE]; /* "" = none */
    uint32_t pause_ms;              /* between two writes */
    uint32_t wait_s;                /* for limits, in all */
    uint64_t wrote_ms;              /* when the last write ended; 0: none */
    int err;                  /* of the last request; 0: there is a reply */
    struct pub_answer answer; /* to it */
    struct pub_heap text;     /* its body, unless it went elsewhere */
};

/* Ask. Of x, token and api_version are filled in; a body goes to x->take only
 * when the status is 200 or 206, and to a->text else. Follows redirects: with
 * the method and the body those of writes. True when the status is 2xx. */
bool pub_api_ask(struct pub_api *a, const struct pub_exchange *x);

/* The status of the reply, or 0 when there was none. */
int pub_api_status(const struct pub_api *a);

/* May the token go to this URL? */
bool pub_api_trusts(const struct pub_api *a, const char *url);

/* The last reply redirects x, which had gone to url: put there where it leads
 * to, and whether the token goes along. An error when it must not be
 * followed, by the policy of the device (http/policy.h). */
int pub_api_redirect(const struct pub_api *a, const struct pub_exchange *x,
                     char url[ROTA_URL_MAX + 1], bool *token) ROTA_CHECKED;

#endif
