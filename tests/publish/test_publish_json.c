/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as the publisher writes and reads it. */
#include <string.h>

#include "words/heap.h"
#include "transport/release.h"
#include "support/test.h"
#include "words/view.h"
#include "base/bytes.h"

static struct rota_span span(const char *text)
{
    return (struct rota_span){(const uint8_t *)text, strlen(text)};
}

static bool written_is(struct pub_heap *h, const char *wanted)
{
    bool good = pub_heap_end(h);
    bool same = good && strcmp(h->p, wanted) == 0;

    pub_heap_free(h);
    return same;
}

static void members_are_written_with_commas_between(void)
{
    struct pub_heap h = {0};

    pub_heap_text(&h, "tag_name", "v1");
    pub_heap_text(&h, "name", NULL);
    pub_heap_bool(&h, "draft", true);
    pub_heap_text_n(&h, "body", "abcdef", 3);
    CHECK(written_is(&h,
                     "{\"tag_name\":\"v1\",\"draft\":true,\"body\":\"abc\"}"));
    CHECK(written_is(&h, "{}"));
}

static void every_byte_is_written_so_that_it_is_read_again(void)
{
    for (int c = 1; c < 128; c++) {
        struct pub_heap h = {0};
        struct rota_span v;
        char text[4] = {'a', (char)c, 'z', 0}, back[8];

        pub_heap_text(&h, "t", text);
        CHECK(pub_heap_end(&h));
        CHECK(pub_view_member(pub_heap_span(&h), "t", &v)
              && pub_heap_decode(v, back, sizeof(back))
              && strcmp(back, text) == 0);
        pub_heap_free(&h);
    }
}

static void what_is_not_utf8_is_refused(void)
{
    static const char *const bad[] = {"\xff", "\xc3", "\xc0\x80",
                                      "\xed\xa0\x80", "\xf5\x80\x80\x80"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct pub_heap h = {0};

        pub_heap_text(&h, "t", bad[i]);
        CHECK(!pub_heap_end(&h));
        pub_heap_free(&h);
    }
}

static void a_limit_is_kept_and_stays_broken(void)
{
    struct pub_heap h = {.max = 100};

    pub_heap_add(&h, "0123456789", 10);
    for (int i = 0; i < 20; i++)
        pub_heap_add(&h, "0123456789", 10);
    CHECK(h.failed);
    CHECK(h.len < 100);
    pub_heap_put(&h, "");
    CHECK(h.failed);
    pub_heap_empty(&h);
    CHECK(!h.failed && h.len == 0);
    pub_heap_free(&h);
}

static void escapes_are_decoded(void)
{
    static const struct {
        const char *json, *text;
    } table[] = {
        {"\"\"", ""},
        {"\"a\\\"\\\\\\/b\"", "a\"\\/b"},
        {"\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t"},
        {"\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac"},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
        {"\"\\ud83d\"", "\xef\xbf\xbd"},
        {"\"\\ud83dx\"", "\xef\xbf\xbdx"},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
                               "A"},
        {"\"\\udc00\"", "\xef\xbf\xbd"},
    };
    char out[32];

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CHECK(pub_view_check(span(table[i].json)));
        CHECK(pub_heap_decode(span(table[i].json), out, sizeof(out)));
        CHECK(strcmp(out, table[i].text) == 0);
    }
}

static void a_text_is_never_cut_and_never_has_a_nul(void)
{
    char out[4] = "xxx";

    CHECK(pub_heap_decode(span("\"abc\""), out, sizeof(out)));
    CHECK(!pub_heap_decode(span("\"abcd\""), out, sizeof(out)));
    CHECK(out[0] == '\0');
    CHECK(!pub_heap_decode(span("\"\\u20acx\""), out, sizeof(out)));
    CHECK(!pub_heap_decode(span("\"\\u0000\""), out, sizeof(out)));
    CHECK(!pub_heap_decode(span("12"), out, sizeof(out)));
    CHECK(!pub_heap_decode(span("null"), out, sizeof(out)));
}

/* --- Releases, in the order of keys that was recorded -------------------- */

#define USER                                                                   \
    "{\"login\":\"b\",\"id\":7,\"node_id\":\"U_x\",\"url\":\"https://u\","     \
    "\"html_url\":\"https://h\",\"type\":\"User\",\"site_admin\":false}"
#define DIGEST                                                                 \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define ASSET                                                                  \
    "{\"url\":\"https://a/assets/71\",\"id\":71,\"node_id\":\"RA_x\","         \
    "\"name\":\"a.bin\",\"label\":\"L\",\"uploader\":" USER                    \
    ",\"content_type\":\"text/plain\",\"state\":\"uploaded\",\"size\":14,"     \
    "\"digest\":\"sha256:" DIGEST "\",\"download_count\":3,"                   \
    "\"created_at\":\"2026-01-02T03:04:05Z\","                                 \
    "\"updated_at\":\"2026-01-02T03:04:06Z\","                                 \
    "\"browser_download_url\":\"https://w/a.bin\"}"
#define RELEASE                                                                \
    "{\"url\":\"https://a/releases/72\",\"assets_url\":\"https://a/x\","       \
    "\"upload_url\":\"https://u/72/assets{?name,label}\","                     \
    "\"html_url\":\"https://w/v1\",\"id\":72,\"author\":" USER                 \
    ",\"node_id\":\"RE_x\",\"tag_name\":\"v1.0.0\","                           \
    "\"target_commitish\":\"main\",\"name\":\"One\",\"draft\":false,"          \
    "\"prerelease\":true,\"created_at\":\"2026-01-02T03:04:05Z\","             \
    "\"published_at\":\"2026-01-02T03:04:07Z\",\"assets\":[" ASSET             \
    "],\"tarball_url\":\"t\",\"zipball_url\":\"z\","                           \
    "\"body\":\"\\\"id\\\":1,\\\"tag_name\\\":\\\"evil\\\"\"}"

static void a_release_of_the_recorded_shape_is_read(void)
{
    struct pub_hub_release r;

    CHECK(pub_view_check(span(RELEASE)));
    CHECK(pub_release_read(&r, span(RELEASE)));
    CHECK(r.id == 72 && strcmp(r.tag, "v1.0.0") == 0);
    CHECK(strcmp(r.name, "One") == 0 && !r.draft && r.prerelease);
    CHECK(strcmp(r.upload_url, "https://u/72/assets{?name,label}") == 0);
    CHECK(strcmp(r.published, "2026-01-02T03:04:07Z") == 0);
    CHECK(!r.immutable);
}

static void an_asset_of_the_recorded_shape_is_read(void)
{
    struct pub_hub_asset a;

    CHECK(pub_asset_read(&a, span(ASSET)));
    CHECK(a.id == 71 && a.size == 14 && a.downloads == 3);
    CHECK(strcmp(a.name, "a.bin") == 0 && a.uploaded && a.has_digest);
    CHECK(a.digest[0] == 0 && a.digest[31] == 0x1f);
}

static void null_and_absent_members_are_read_as_empty(void)
{
    struct pub_hub_release r;
    struct pub_hub_asset a;

    CHECK(pub_release_read(
        &r, span("{\"id\":1,\"tag_name\":\"t\",\"name\":null,\"draft\":true,"
                 "\"published_at\":null,\"body\":null}")));
    CHECK(r.draft && !r.name[0] && !r.published[0] && !r.upload_url[0]);
    CHECK(pub_asset_read(&a, span("{\"id\":1,\"name\":\"n\",\"size\":1,"
                                  "\"label\":null,\"digest\":null}")));
    CHECK(a.uploaded && !a.has_digest);
}

static void what_an_upload_that_broke_has_left_is_not_uploaded(void)
{
    static const char *const states[] = {"starter", "new", "open", "Uploaded"};
    char json[100];
    struct pub_hub_asset a;

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        snprintf(json, sizeof(json),
                 "{\"id\":1,\"name\":\"n\",\"size\":0,\"state\":\"%s\"}",
                 states[i]);
        CHECK(pub_asset_read(&a, span(json)) && !a.uploaded);
    }
}

static void what_does_not_fit_is_no_release(void)
{
    static const char *const releases[] = {
        "{}",
        "[]",
        "{\"id\":1}",
        "{\"tag_name\":\"t\"}",
        "{\"id\":1,\"tag_name\":\"\"}",
        "{\"id\":-1,\"tag_name\":\"t\"}",
        "{\"id\":1e3,\"tag_name\":\"t\"}",
        "{\"id\":\"1\",\"tag_name\":\"t\"}",
        "{\"id\":9223372036854775808,\"tag_name\":\"t\"}",
        "{\"id\":1,\"id\":2,\"tag_name\":\"t\"}",
        "{\"author\":{\"id\":1,\"tag_name\":\"t\"}}",
    };
    static const char *const assets[] = {
        "{\"id\":1,\"name\":\"n\"}",
        "{\"id\":1,\"size\":1}",
        "{\"id\":1,\"name\":\"n\",\"size\":2147483649}",
        "{\"id\":1,\"name\":\"n\",\"size\":-1}",
        "{\"id\":1,\"name\":\"n\",\"size\":1.5}",
        "{\"id\":1,\"name\":\"n\",\"size\":1,\"digest\":\"sha256:00\"}",
        "{\"id\":1,\"name\":\"n\",\"size\":1,\"digest\":\"md5:00\"}",
    };
    struct pub_hub_release r;
    struct pub_hub_asset a;

    for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
        CHECK(!pub_release_read(&r, span(releases[i])));
    for (size_t i = 0; i < sizeof(assets) / sizeof(assets[0]); i++)
        CHECK(!pub_asset_read(&a, span(assets[i])));
}

static void the_largest_numbers_are_read(void)
{
    struct pub_hub_asset a;

    CHECK(pub_asset_read(&a, span("{\"id\":9223372036854775807,"
                                  "\"name\":\"n\",\"size\":2147483648}")));
    CHECK(a.id == INT64_MAX && a.size == (uint64_t)1 << 31);
}

int main(void)
{
    RUN(members_are_written_with_commas_between);
    RUN(every_byte_is_written_so_that_it_is_read_again);
    RUN(what_is_not_utf8_is_refused);
    RUN(a_limit_is_kept_and_stays_broken);
    RUN(escapes_are_decoded);
    RUN(a_text_is_never_cut_and_never_has_a_nul);
    RUN(a_release_of_the_recorded_shape_is_read);
    RUN(an_asset_of_the_recorded_shape_is_read);
    RUN(null_and_absent_members_are_read_as_empty);
    RUN(what_an_upload_that_broke_has_left_is_not_uploaded);
    RUN(what_does_not_fit_is_no_release);
    RUN(the_largest_numbers_are_read);
    return test_end();
}
