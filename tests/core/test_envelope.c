/* SPDX-License-Identifier: Apache-2.0 */
/* Who has signed a manifest, and what stands around its signed bytes. */
#include "manifest/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "support/manifest_text.h"
#include "support/signer.h"
#include "support/test.h"
#include "manifest/envelope.h"
#include "manifest/sign.h"

static unsigned char memory[65536];
static struct rota_arena arena;
static struct signer alice, bob, carol, stranger;

static struct rota_key keys[3];
static struct rota_trust trusted;
static struct rota_config config;
static struct rota_accepted past;
static struct rota_manifest m;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];
static char file[ROTA_MANIFEST_MAX + 512];
static size_t size;

static void trust(int count, uint8_t threshold)
{
    keys[0] = alice.key;
    keys[1] = bob.key;
    keys[2] = carol.key;
    memset(&past, 0, sizeof past);
    trusted = (struct rota_trust){
        .keys = keys, .count = (size_t)count, .threshold = threshold};
    config = (struct rota_config){
        .trust = &trusted, .repo = "acme/app", .board = "m3"};
}

static void sign_text(const char *text, const struct signer *a,
                      const struct signer *b)
{
    const struct signer *const both[] = {a, b};
    size = signer_envelope(both, b ? 2 : 1, text, file, sizeof file);
}

static void sign(const struct signer *a, const struct signer *b)
{
    sign_text(MANIFEST("expires", "1800000000"), a, b);
}

/* In a block of its own size, so that a sanitizer sees where it ends. */
static int open_bytes(const char *bytes, size_t len)
{
    char *copy = malloc(len + 1);
    memcpy(copy, bytes, len);
    int err = rota_manifest_envelope_open(&m, &config, &past, copy, len, work);
    CHECK((err == ROTA_OK) == (m.why == 0));
    free(copy);
    return err;
}

static int open_file(void)
{
    return open_bytes(file, size);
}

static void a_manifest_that_a_trusted_key_signed_is_opened(void)
{
    trust(2, 0);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_OK);
    CHECK(m.signers == 1 && m.seq == 42 && m.expires == 1800000000);
    sign(&bob, NULL);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
    sign(&alice, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 3);
    sign(&stranger, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
}

static void a_stranger_opens_nothing(void)
{
    trust(2, 0);
    sign(&stranger, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 0);
    sign(&carol, &stranger);
    CHECK(open_file() == ROTA_ESIGNATURE);
    trust(0, 0);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE);
}

/* His signature under a trusted name. */
static void a_name_alone_does_not_sign(void)
{
    struct signer mallory = stranger;

    trust(2, 0);
    memcpy(mallory.hex, alice.hex, sizeof mallory.hex);
    sign(&mallory, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE);
    /* It spoils nothing either. */
    sign(&mallory, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
    sign(&mallory, &alice);
    CHECK(open_file() == ROTA_OK && m.signers == 1);
}

static void as_many_keys_as_the_threshold_says_must_have_signed(void)
{
    trust(3, 2);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 1);
    sign(&alice, &stranger);
    CHECK(open_file() == ROTA_ESIGNATURE);
    sign(&alice, &carol);
    CHECK(open_file() == ROTA_OK && m.signers == 5);
    trust(3, 3);
    CHECK(open_file() == ROTA_ESIGNATURE);
}

static void a_key_that_signs_twice_counts_once(void)
{
    trust(3, 2);
    sign(&alice, &alice);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 1);
    trust(3, 1);
    CHECK(open_file() == ROTA_OK && m.signers == 1);
}

static void a_revoked_key_does_not_count(void)
{
    uint8_t id[ROTA_KEY_ID_LEN];

    trust(3, 0);
    CHECK(rota_sign_key_id(&alice.key, id) == ROTA_OK);
    memcpy(past.revoked[3], id, sizeof id);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 0);
    sign(&alice, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
    trusted.threshold = 2;
    CHECK(open_file() == ROTA_ESIGNATURE);
    CHECK(rota_manifest_envelope_open(&m, &config, NULL, file, size, work)
          == ROTA_OK);
    /* What is only to be revoked, is not yet. */
    memset(&past, 0, sizeof past);
    memcpy(past.revoked_next[0], id, sizeof id);
    CHECK(open_file() == ROTA_OK);
}

/* --- The form ------------------------------------------------------------ */

/* The file with len bytes at at replaced. */
static int open_with(size_t at, size_t len, const char *by)
{
    char copy[sizeof file + 512];
    size_t n = strlen(by);

    memcpy(copy, file, at);
    memcpy(copy + at, by, n);
    memcpy(copy + at + n, file + at + len, size - at - len);
    return open_bytes(copy, size - len + n);
}

#define SIG_AT 6     /* "sig " */
#define ID_AT 10     /* 16 digits and a blank */
#define BASE64_AT 27 /* up to the line feed */

static size_t base64_len(void)
{
    return strcspn(file + BASE64_AT, "\n");
}

static void the_lines_are_as_specified_or_refused(void)
{
    static const struct {
        size_t at, len;
        const char *by;
    } odd[] = {
        {0, 6, ""},
        {0, 6, "rota2\n"},
        {0, 6, "rota1\r\n"},
        {0, 6, "rota1 \n"},
        {0, 6, "rota1\n\n"},
        {0, 0, "\n"},
        {0, 0, "\xef\xbb\xbf"},
        {SIG_AT, 4, "SIG "},
        {SIG_AT, 4, "sig"},
        {SIG_AT, 4, "sig\t"},
        {SIG_AT, 4, "sig  "},
        {SIG_AT, 4, " sig "},
        {SIG_AT, 4, "key "},
        {ID_AT, 1, ""},
        {ID_AT, 1, "g"},
        {ID_AT, 1, "A"},
        {ID_AT, 1, "00"},
        {ID_AT + 16, 1, ""},
        {ID_AT + 16, 1, "\t"},
        {ID_AT + 16, 1, "  "},
    };

    trust(1, 0);
    sign(&alice, NULL);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        CHECK(open_with(odd[i].at, odd[i].len, odd[i].by) == ROTA_EMANIFEST);
    /* The end of the line, and the empty line. */
    size_t end = BASE64_AT + base64_len();
    CHECK(open_with(end, 1, "\r\n") == ROTA_EMANIFEST);
    CHECK(open_with(end, 1, " \n") == ROTA_EMANIFEST);
    CHECK(open_with(end + 1, 1, "") == ROTA_EMANIFEST);
    CHECK(open_with(end + 1, 1, "\r\n") == ROTA_EMANIFEST);
    CHECK(open_with(end + 1, 1, "\n\n") == ROTA_EMANIFEST);
    CHECK(open_with(end + 1, 1, " \n") == ROTA_EMANIFEST);
    CHECK(open_with(SIG_AT, end + 1 - SIG_AT, "") == ROTA_EMANIFEST);
    CHECK(open_bytes("rota1\n", 6) == ROTA_EMANIFEST);
    CHECK(open_bytes("", 0) == ROTA_EMANIFEST);
}

/* Lines of keys that are not known here must be well-formed as well. */
static void base64_has_one_spelling(void)
{
    static const char *const good[] = {"AA==", "AAA=", "AAAA", "+/+/", "/w=="};
    static const char *const bad[] = {
        "",      "A",      "AA",       "AAA",   "AA=",       "A===",
        "====",  "AAAAA",  "AB==",     "AAB=",  "AA==AAAA",  "AA=A",
        "=AAA",  "A=AA",   "AA= ",     "AA-_",  "AAAA ",     " AAAA",
        "AA\tA", "AA==\r", "AAAA====", "AAAA=", "AA\xc3\xa9"};
    char line[256];

    trust(1, 0);
    sign(&alice, NULL);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(line, sizeof line, "sig 0123456789abcdef %s\n", good[i]);
        CHECK(open_with(SIG_AT, 0, line) == ROTA_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(line, sizeof line, "sig 0123456789abcdef %s\n", bad[i]);
        CHECK(open_with(SIG_AT, 0, line) == ROTA_EMANIFEST);
    }
    /* At most 72 bytes. */
    size_t n = (size_t)snprintf(line, sizeof line, "sig 0123456789abcdef ");
    memset(line + n, 'A', 100);
    memcpy(line + n + 96, "\n", 2);
    CHECK(open_with(SIG_AT, 0, line) == ROTA_OK);
    memcpy(line + n + 96, "AA==\n", 6);
    CHECK(open_with(SIG_AT, 0, line) == ROTA_EMANIFEST);
}

static void there_are_one_to_four_lines(void)
{
    static const char line[] = "sig 0123456789abcdef AAAA\n";
    char lines[5 * sizeof line] = "";

    trust(1, 0);
    sign(&alice, NULL);
    for (int i = 1; i < 5; i++) {
        strcat(lines, line);
        CHECK(open_with(SIG_AT, 0, lines)
              == (i < 4 ? ROTA_OK : ROTA_EMANIFEST));
        /* The one that counts may stand anywhere. */
        CHECK(open_with(BASE64_AT + base64_len() + 1, 0, lines)
              == (i < 4 ? ROTA_OK : ROTA_EMANIFEST));
    }
}

/* Signed by the right key, but not as a manifest. */
static void other_texts_of_the_same_key_are_none(void)
{
    static const char *const texts[] = {
        "",
        "{",
        "{\"rota\":1",
        "{\"rota\":1}",
        " {\"rota\":1,",
        "{ \"rota\":1,\"seq\":1}",
        "{\"rota\": 1,\"seq\":1}",
        "{\"seq\":1,\"rota\":1}",
        "{\"rota\":2,\"seq\":1}",
        "rota1\n",
        "{\"Rota\":1,\"seq\":1}",
        "hello",
    };

    trust(1, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sign_text(texts[i], &alice, NULL);
        CHECK(open_file() == ROTA_EMANIFEST && m.signers == 0);
    }
    sign_text("{\"rota\":1,", &alice, NULL); /* signed, but no JSON */
    CHECK(open_file() == ROTA_EMANIFEST && m.signers == 1);
}

static void what_is_longer_than_the_limit_is_refused(void)
{
    static char text[ROTA_MANIFEST_MAX + 2];

    trust(1, 0);
    snprintf(text, sizeof text, "%s", MANIFEST("a", "1"));
    size_t n = strlen(text);
    memset(text + n, ' ', sizeof text - n - 1);
    for (size_t want = ROTA_MANIFEST_MAX - 1; want <= ROTA_MANIFEST_MAX + 1;) {
        text[n] = '\0'; /* the length of signatures varies */
        sign_text(text, &alice, NULL);
        text[n] = ' ';
        size_t blanks = want - size;
        text[n + blanks] = '\0';
        sign_text(text, &alice, NULL);
        text[n + blanks] = ' ';
        if (size != want)
            continue;
        CHECK(open_file()
              == (want > ROTA_MANIFEST_MAX ? ROTA_EMANIFEST : ROTA_OK));
        want++;
    }
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    signer_init(&alice);
    signer_init(&bob);
    signer_init(&carol);
    signer_init(&stranger);
    RUN(a_manifest_that_a_trusted_key_signed_is_opened);
    RUN(a_stranger_opens_nothing);
    RUN(a_name_alone_does_not_sign);
    RUN(as_many_keys_as_the_threshold_says_must_have_signed);
    RUN(a_key_that_signs_twice_counts_once);
    RUN(a_revoked_key_does_not_count);
    RUN(the_lines_are_as_specified_or_refused);
    RUN(base64_has_one_spelling);
    RUN(there_are_one_to_four_lines);
    RUN(other_texts_of_the_same_key_are_none);
    RUN(what_is_longer_than_the_limit_is_refused);
    return test_end();
}
