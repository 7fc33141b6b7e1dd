/* SPDX-License-Identifier: Apache-2.0 */
/* The device and the publisher follow the same redirects, refuse the same,
 * and send the token to the same places: one table of cases for both. */
#include <string.h>

#include "transport/api.h"
#include "http/policy.h"
#include "support/test.h"

#define API "https://api.github.com"
#define OLD API "/repos/a/b"
#define CDN ".githubusercontent.com"

static const struct rota_config config; /* nothing but defaults */
static struct rota_get device;
static char href[ROTA_URL_MAX + 1];
static struct pub_api publisher;

/* A redirect of a GET, and of a write by 307. */
static const struct {
    const char *location; /* NULL: the reply has none */
    int read, write;
    bool token; /* goes along, when it is followed */
} cases[] = {
    {API "/repositories/5", ROTA_OK, ROTA_OK, true},
    {"https://API.GitHub.com:443/x", ROTA_OK, ROTA_OK, true},
    {"/elsewhere?x=1", ROTA_OK, ROTA_OK, true},
    {API ":8443/a", ROTA_OK, ROTA_EREDIRECT, false},
    {"https://objects" CDN "/a?sig=1", ROTA_OK, ROTA_EREDIRECT, false},
    {"https://githubusercontent.com/a", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"https://github.com/", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"https://evil.example/a", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {API "@evil.example/a", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"https://user@api.github.com/a", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"https://api.github.com.evil.example/", ROTA_EREDIRECT, ROTA_EREDIRECT,
     false},
    {"https://uploads.githubxcom/", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"http://api.github.com/a", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"//api.github.com/a", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"relative", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"", ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {NULL, ROTA_EREDIRECT, ROTA_EREDIRECT, false},
    {"/login", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/login?return_to=%2F", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/login/oauth", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/login#x", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/session", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/user/login", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/users/sign_in", ROTA_EAUTH, ROTA_EAUTH, false},
    {"https://sso.example/login", ROTA_EAUTH, ROTA_EAUTH, false},
    {"/login.bin", ROTA_OK, ROTA_OK, true},
    {"/a/login", ROTA_OK, ROTA_OK, true},
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* What the device says to a Location, and whether its next request, which is
 * for there, has the token. */
static int on_device(const char *location, bool *token)
{
    int err;

    rota_get_init(&device, &config, href, NULL, 0);
    strcpy(device.host, "api.github.com");
    device.port = 443;
    device.reply.has_location = location != NULL;
    strcpy(href, location ? location : "");
    err = rota_policy_redirect(&device);
    if (!err)
        err = rota_policy_aim(&device);
    *token = !err && device.to_api;
    return err;
}

static int on_publisher(const char *method, int status, const char *location,
                        char url[ROTA_URL_MAX + 1], bool *token)
{
    struct pub_exchange x = {.method = method};

    *token = false;
    publisher.base = API;
    publisher.hosts = CDN;
    CHECK(rota_url_parse(&publisher.base_url, API) == ROTA_OK);
    publisher.answer.reply.status = status;
    publisher.answer.reply.has_location = location != NULL;
    strcpy(publisher.answer.location, location ? location : "");
    strcpy(url, OLD);
    return pub_api_redirect(&publisher, &x, url, token);
}

/* The device names the port, which it knows, where the URL may not have. */
static bool same_url(const char *a, const char *b)
{
    struct rota_url u, v;

    return !rota_url_parse(&u, a) && !rota_url_parse(&v, b)
        && rota_url_same_origin(a, &u, b, &v)
        && strcmp(a + u.path, b + v.path) == 0;
}

static void both_follow_and_refuse_the_same(void)
{
    char url[ROTA_URL_MAX + 1];
    bool here, there;

    for (size_t i = 0; i < CASES; i++) {
        const char *to = cases[i].location;

        CHECK(on_device(to, &here) == cases[i].read);
        CHECK(on_publisher("GET", 302, to, url, &there) == cases[i].read);
        CHECK(here == cases[i].token && there == cases[i].token);
        if (cases[i].read == ROTA_OK)
            CHECK(same_url(url, href));
    }
}

static void writes_stay_with_the_origin_of_the_api(void)
{
    char url[ROTA_URL_MAX + 1];
    bool token;

    for (size_t i = 0; i < CASES; i++) {
        const char *to = cases[i].location;

        CHECK(on_publisher("POST", 307, to, url, &token) == cases[i].write);
        CHECK(token == (cases[i].write == ROTA_OK));
        CHECK(on_publisher("POST", 302, to, url, &token)
              == (cases[i].write ? cases[i].write : ROTA_EREDIRECT));
    }
    CHECK(on_publisher("POST", 308, "https://uploads.github.com/a", url, &token)
          == ROTA_OK);
    CHECK(token);
}

int main(void)
{
    RUN(both_follow_and_refuse_the_same);
    RUN(writes_stay_with_the_origin_of_the_api);
    return test_end();
}
