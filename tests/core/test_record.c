/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal's records hold, byte by byte. */
#include "flash/record.h"

#include <string.h>

#include "flash/journal.h"
#include "support/spec.h"
#include "support/test.h"

static uint8_t bytes[8192];

static int read_(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(buf, bytes + off, len);
    return ROTA_OK;
}

static int prog_(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(bytes + off, buf, len);
    return ROTA_OK;
}

static int erase_(void *ctx, uint32_t off)
{
    (void)ctx;
    memset(bytes + off, 0xff, 4096);
    return ROTA_OK;
}

static const struct rota_flash flash = {.read = read_,
                                        .prog = prog_,
                                        .erase = erase_,
                                        .size = 8192,
                                        .erase_size = 4096,
                                        .prog_size = 1,
                                        .erased = 0xff};
static struct rota_journal journal;
static struct rota_store store;

static void blank_journal(void)
{
    memset(bytes, 0xff, sizeof bytes);
    store = rota_journal_store(&journal, &flash);
    CHECK(store.open(store.ctx) == ROTA_OK);
}

static void records_come_back_as_they_were_saved(void)
{
    struct rota_install in = {.phase = ROTA_PHASE_TRIAL}, out;

    blank_journal();
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &out);
    CHECK(out.phase == ROTA_PHASE_NONE && !*out.release.tag);
    memset(in.sha256, 0xab, sizeof in.sha256);
    strcpy(in.configured, "1.0.0");
    strcpy(in.from, "1.0.1");
    strcpy(in.release.tag, "fw-v1.2.3");
    strcpy(in.release.name, "app.bin");
    strcpy(in.release.url, "https://example.com/x");
    in.release.version_at = 4;
    in.release.asset_id = 1ull << 40;
    in.release.size = 0x7fffffff;
    in.release.prerelease = true;
    CHECK(rota_record_save(&store, ROTA_RECORD_INSTALL, &in) == ROTA_OK);
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &out);
    CHECK(memcmp(&in, &out, sizeof in) == 0);
}

static void the_longest_texts_fit_a_record(void)
{
    struct rota_install in = {.phase = ROTA_PHASE_FETCH}, out;

    blank_journal();
    memset(in.configured, 'a', sizeof in.configured - 1);
    memset(in.from, 'b', sizeof in.from - 1);
    memset(in.release.tag, 'c', sizeof in.release.tag - 1);
    memset(in.release.name, 'd', sizeof in.release.name - 1);
    memset(in.release.url, 'e', sizeof in.release.url - 1);
    CHECK(rota_record_save(&store, ROTA_RECORD_INSTALL, &in) == ROTA_OK);
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &out);
    CHECK(memcmp(&in, &out, sizeof in) == 0);
}

/* The formats of records of type 1: anything else means "nothing known". */
static void odd_records_mean_nothing_known(void)
{
    static const char *const odd[] = {
        "\x02\x03",     /* a newer format */
        "\x01\x09",     /* a phase that is none */
        "\x01\x01\xff", /* a text longer than its room */
        ("\x01\x01\x05"
         "1.0"), /* cut short */
    };
    struct rota_install out;

    for (size_t i = 0; i < 4; i++) {
        blank_journal();
        CHECK(rota_journal_put(&journal, 1, odd[i], strlen(odd[i])) == ROTA_OK);
        rota_record_recall(&store, ROTA_RECORD_INSTALL, &out);
        CHECK(out.phase == ROTA_PHASE_NONE && !*out.from);
    }
}

/* Whole, and as long as it should be. */
static void a_record_of_another_format_means_nothing_known(void)
{
    struct rota_install in = {.phase = ROTA_PHASE_TRIAL}, out;
    uint8_t buf[ROTA_JOURNAL_RECORD];

    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_INSTALL, &in) == ROTA_OK);
    int len = rota_journal_get(&journal, 1, buf, sizeof buf);
    buf[0]++;
    CHECK(rota_journal_put(&journal, 1, buf, (size_t)len) == ROTA_OK);
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &out);
    CHECK(out.phase == ROTA_PHASE_NONE);
}

static void a_version_that_begins_behind_its_tag_is_no_release(void)
{
    struct rota_answer in = {.release = {.tag = "v1", .version_at = 3}}, out;

    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_ANSWER, &in) == ROTA_OK);
    rota_record_recall(&store, ROTA_RECORD_ANSWER, &out);
    CHECK(!*out.release.tag && out.release.version_at == 0);
}

static void the_last_four_bad_images_are_remembered(void)
{
    struct rota_quarantine bad = {0};
    uint8_t sha[32] = {0}, other[32] = {99};

    for (uint8_t i = 1; i <= 5; i++) {
        sha[0] = i;
        rota_quarantine_add(&bad, 100 + i, sha);
        rota_quarantine_add(&bad, 100 + i, sha); /* once is enough */
    }
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    CHECK(rota_record_load(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    CHECK(bad.count == ROTA_QUARANTINE_MAX);
    CHECK(!rota_quarantine_has(&bad, 101, NULL));
    for (uint8_t i = 2; i <= 5; i++) {
        sha[0] = i;
        CHECK(rota_quarantine_has(&bad, 100 + i, NULL));
        CHECK(rota_quarantine_has(&bad, 1, sha));
    }
    CHECK(!rota_quarantine_has(&bad, 1, other));
}

/* --- SPEC.md ------------------------------------------------------------- */

static uint8_t shown[ROTA_JOURNAL_RECORD];

/* The bytes below "record TYPE, LENGTH bytes". */
static size_t read_spec(int wanted)
{
    FILE *f = spec_open("Records: test vectors");
    char line[256];
    unsigned type = 0, len = 0, n = 0;

    memset(shown, 0, sizeof shown);
    while (spec_line(f, line, sizeof line)) {
        sscanf(line, " record %u, %u bytes", &type, &n);
        if ((int)type != wanted)
            continue;
        len = n;
        spec_bytes(line, shown, sizeof shown);
    }
    return len;
}

static void put_spec(int type)
{
    size_t len = read_spec(type);

    blank_journal();
    CHECK(len && rota_journal_put(&journal, type, shown, len) == ROTA_OK);
}

/* After a save: what is in the journal is what SPEC.md shows. */
static bool is_as_shown(int type)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    size_t len = read_spec(type);

    return len > 0
        && rota_journal_get(&journal, type, buf, sizeof buf) == (int)len
        && memcmp(buf, shown, len) == 0;
}

static void example_release(struct rota_release *r)
{
    strcpy(r->tag, "v1.2.0");
    strcpy(r->name, "app.bin");
    r->release_id = 0x0102030405060708;
    r->asset_id = 4711;
    r->size = 65538;
    r->version_at = 1;
    r->has_digest = true;
    memset(r->digest, 0xda, sizeof r->digest);
}

static void the_installation_is_as_specified(void)
{
    static struct rota_install i, out;

    i.phase = ROTA_PHASE_TRIAL;
    strcpy(i.configured, "1.0.0");
    strcpy(i.from, "1.1.0");
    memset(i.sha256, 0xda, sizeof i.sha256);
    example_release(&i.release);
    put_spec(1);
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &out);
    CHECK(memcmp(&i, &out, sizeof i) == 0);
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_INSTALL, &i) == ROTA_OK
          && is_as_shown(1));
}

static void the_answer_is_as_specified(void)
{
    static struct rota_answer found, out;

    found.key = 0xdeadbeef;
    strcpy(found.validator, "W/\"a1\"");
    example_release(&found.release);
    strcpy(found.release.url, "https://h/a");
    found.release.has_digest = false;
    memset(found.release.digest, 0, sizeof found.release.digest);
    found.release.prerelease = true;
    put_spec(2);
    rota_record_recall(&store, ROTA_RECORD_ANSWER, &out);
    CHECK(memcmp(&found, &out, sizeof found) == 0);
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_ANSWER, &found) == ROTA_OK
          && is_as_shown(2));
}

static void the_schedule_is_as_specified(void)
{
    static struct rota_schedule s, out;

    s.not_before = 1772618700;
    s.last_check = 1772618400;
    s.last_err = ROTA_ELIMIT;
    put_spec(3);
    rota_record_recall(&store, ROTA_RECORD_SCHEDULE, &out);
    CHECK(memcmp(&s, &out, sizeof s) == 0);
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_SCHEDULE, &s) == ROTA_OK
          && is_as_shown(3));
}

static void the_quarantine_is_as_specified(void)
{
    static struct rota_quarantine bad, out;
    uint8_t sha[ROTA_SHA256_LEN];

    memset(sha, 0xda, sizeof sha);
    rota_quarantine_add(&bad, 4711, sha);
    memset(sha, 0xdb, sizeof sha);
    rota_quarantine_add(&bad, 4712, sha);
    put_spec(4);
    CHECK(rota_record_load(&store, ROTA_RECORD_QUARANTINE, &out) == ROTA_OK);
    CHECK(memcmp(&bad, &out, sizeof bad) == 0);
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK
          && is_as_shown(4));
}

static void the_checkpoint_is_as_specified(void)
{
    static struct rota_checkpoint k, out;

    k.asset_id = 4711;
    memset(k.digest, 0xda, sizeof k.digest);
    k.size = 65538;
    k.at = 4096;
    strcpy(k.etag, "\"b2\"");
    put_spec(5);
    rota_record_recall(&store, ROTA_RECORD_CHECKPOINT, &out);
    CHECK(memcmp(&k, &out, sizeof k) == 0);
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_CHECKPOINT, &k) == ROTA_OK
          && is_as_shown(5));
}

static void the_past_is_as_specified(void)
{
    static struct rota_accepted past, out;

    past.seq = 42;
    past.security = 6;
    past.security_next = 7;
    past.issued = 1772618400;
    past.accepted = 1772618700;
    past.asset_id = 4711;
    past.held = true;
    for (uint8_t i = 0; i < 8; i++) {
        past.revoked[0][i] = i + 1;
        past.revoked_next[1][i] = 0x11 + i;
    }
    put_spec(6);
    CHECK(rota_record_load(&store, ROTA_RECORD_ACCEPTED, &out) == ROTA_OK);
    CHECK(memcmp(&past, &out, sizeof past) == 0);
    blank_journal();
    CHECK(rota_record_save(&store, ROTA_RECORD_ACCEPTED, &past) == ROTA_OK
          && is_as_shown(6));
}

int main(void)
{
    RUN(records_come_back_as_they_were_saved);
    RUN(the_longest_texts_fit_a_record);
    RUN(odd_records_mean_nothing_known);
    RUN(a_record_of_another_format_means_nothing_known);
    RUN(a_version_that_begins_behind_its_tag_is_no_release);
    RUN(the_last_four_bad_images_are_remembered);
    RUN(the_installation_is_as_specified);
    RUN(the_answer_is_as_specified);
    RUN(the_schedule_is_as_specified);
    RUN(the_quarantine_is_as_specified);
    RUN(the_checkpoint_is_as_specified);
    RUN(the_past_is_as_specified);
    return test_end();
}
