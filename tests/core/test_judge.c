/* SPDX-License-Identifier: Apache-2.0 */
/* Which opened manifests a device follows. */
#include "core/trusting.h"
#include "manifest/judge.h"

static struct trusting d;

static const char *running;
static uint64_t now;

static void start(void)
{
    trusting_reset(&d);
    running = "1.2.0";
    now = 0;
}

static int judge(const char *text)
{
    trusting_sign(&d, text, &d.alice, NULL);
    int err = rota_manifest_judge(&d.m, &d.config, &d.past, running, now);
    CHECK((err == ROTA_OK) == (d.m.why == 0));
    return err;
}

static bool says(const char *words)
{
    return d.m.why && strstr(rota_why_text(d.m.why), words);
}

static void a_manifest_for_this_device_is_followed(void)
{
    start();
    CHECK(judge(MANIFEST("notes", "\"x\"")) == ROTA_OK);
}

static void that_of_another_project_is_foreign(void)
{
    static const char *const others[] = {
        "\"acme/ap\"",   "\"acme/appx\"", "\"Acme/app\"",
        "\"acme/app \"", "\"app\"",       "\"x\"",
    };

    start();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(judge(MANIFEST("project", others[i])) == ROTA_EFOREIGN
              && says("another project"));
    d.trust.project = "thermostat";
    CHECK(judge(MANIFEST("project", "\"thermostat\"")) == ROTA_OK);
    CHECK(judge(MANIFEST("project", "\"acme/app\"")) == ROTA_EFOREIGN);
}

static void that_of_another_board_is_foreign(void)
{
    start();
    CHECK(judge(MANIFEST("board", "\"m4\"")) == ROTA_EFOREIGN);
    CHECK(says("another board"));
    CHECK(judge(MANIFEST("board", "\"M3\"")) == ROTA_EFOREIGN);
    CHECK(judge(MANIFEST("board", "\"m\"")) == ROTA_EFOREIGN);
    CHECK(judge(MANIFEST("board", "\"m33\"")) == ROTA_EFOREIGN);
    d.config.board = NULL;
    CHECK(judge(MANIFEST("a", "1")) == ROTA_EFOREIGN);
}

static void that_of_other_hardware_is_foreign(void)
{
    static const struct {
        uint32_t hw;
        const char *range;
        int err;
    } t[] = {
        {0, "", ROTA_OK},
        {7, "", ROTA_OK},
        {2, "[2,4]", ROTA_OK},
        {4, "[2,4]", ROTA_OK},
        {1, "[2,4]", ROTA_EFOREIGN},
        {5, "[2,4]", ROTA_EFOREIGN},
        {0, "[2,4]", ROTA_EFOREIGN},
        {0, "[0,4]", ROTA_OK},
        {3, "[4,2]", ROTA_EFOREIGN},
        {UINT32_MAX, "[9,4294967295]", ROTA_OK},
    };

    start();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        d.trust.hw = t[i].hw;
        CHECK(judge(MANIFEST("hw", t[i].range)) == t[i].err);
        CHECK(t[i].err == ROTA_OK || says("hardware"));
    }
}

static void seq_does_not_go_back_nor_leap(void)
{
    static const struct {
        uint32_t past;
        const char *seq;
        int err;
    } t[] = {
        {0, "1", ROTA_OK},
        {41, "42", ROTA_OK},
        {42, "42", ROTA_OK}, /* the same again */
        {43, "42", ROTA_EROLLBACK},
        {42, "1", ROTA_EROLLBACK},
        {UINT32_MAX, "4294967295", ROTA_OK},
        {UINT32_MAX, "1", ROTA_EROLLBACK},
        {0, "2147483648", ROTA_OK},
        {0, "2147483649", ROTA_EROLLBACK},
        {10, "2147483658", ROTA_OK},
        {10, "2147483659", ROTA_EROLLBACK},
    };

    start();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        d.past.seq = t[i].past;
        CHECK(judge(MANIFEST("seq", t[i].seq)) == t[i].err);
        CHECK(t[i].err == ROTA_OK || says("seq"));
    }
}

static void security_does_not_go_back(void)
{
    start();
    d.past.security = 7;
    CHECK(judge(MANIFEST("security", "7")) == ROTA_OK);
    CHECK(judge(MANIFEST("security", "8")) == ROTA_OK);
    CHECK(judge(MANIFEST("security", "6")) == ROTA_EROLLBACK);
    CHECK(says("security"));
    CHECK(judge(MANIFEST("security", "")) == ROTA_EROLLBACK);
    d.past.security_next = 9; /* of an image that may yet fail */
    CHECK(judge(MANIFEST("security", "7")) == ROTA_OK);
}

static void it_may_expire(void)
{
    start();
    now = 1800000000;
    CHECK(judge(MANIFEST("expires", "1800000001")) == ROTA_OK);
    CHECK(judge(MANIFEST("expires", "1800000000")) == ROTA_ESTALE);
    CHECK(says("expired"));
    CHECK(judge(MANIFEST("expires", "1")) == ROTA_ESTALE);
    CHECK(judge(MANIFEST("expires", "0")) == ROTA_OK);
    CHECK(judge(MANIFEST("expires", "")) == ROTA_OK);
    now = 0;
    CHECK(judge(MANIFEST("expires", "1")) == ROTA_OK);
}

static void an_intermediate_version_may_be_needed(void)
{
    static const struct {
        const char *running, *least;
        int err;
    } t[] = {
        {"1.2.0", "\"1.2.0\"", ROTA_OK},
        {"1.2.0", "\"1.10.0\"", ROTA_ESTEP},
        {"1.10.0", "\"1.9.9\"", ROTA_OK},
        {"1.2.0-rc.1", "\"1.2.0\"", ROTA_ESTEP},
        {"1.2.0+5", "\"1.2.0\"", ROTA_OK},
        {"unknown", "\"0.0.1\"", ROTA_ESTEP},
        {"unknown", "", ROTA_OK},
    };

    start();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        running = t[i].running;
        CHECK(judge(MANIFEST("min_version", t[i].least)) == t[i].err);
        CHECK(t[i].err == ROTA_OK || says("min_version"));
    }
}

static void each_slot_gets_one_image_and_each_image_a_slot(void)
{
    start();
    CHECK(judge(trusting_images(&d, 0, -1, -1)) == ROTA_OK);
    CHECK(judge(trusting_images(&d, 0, 1, -1)) == ROTA_EFOREIGN
          && says("lacks a slot"));
    d.trust.more_slot_count = 1;
    CHECK(judge(trusting_images(&d, 0, 1, -1)) == ROTA_OK);
    CHECK(judge(trusting_images(&d, 1, 0, -1)) == ROTA_OK);
    CHECK(judge(trusting_images(&d, 0, -1, -1)) == ROTA_EFOREIGN
          && says("gets no image"));
    CHECK(judge(trusting_images(&d, 0, 2, -1)) == ROTA_EFOREIGN
          && says("lacks a slot"));
    CHECK(judge(trusting_images(&d, 0, 1, 2)) == ROTA_EFOREIGN
          && says("lacks a slot"));
    d.trust.more_slot_count = 2;
    CHECK(judge(trusting_images(&d, 2, 0, 1)) == ROTA_OK);
    CHECK(judge(trusting_images(&d, 0, 2, -1)) == ROTA_EFOREIGN
          && says("gets no image"));
}

static void images_fit_their_own_slots(void)
{
    start();
    d.slot.size = (1u << 17) - 1;
    CHECK(judge(trusting_images(&d, 0, -1, -1)) == ROTA_ETOOBIG
          && says("larger"));
    d.trust.more_slot_count = 1;
    CHECK(judge(trusting_images(&d, 1, 0, -1)) == ROTA_OK);
    CHECK(judge(trusting_images(&d, 0, 1, -1)) == ROTA_ETOOBIG);
    d.slot.size++;
    d.second.size = 999;
    CHECK(judge(trusting_images(&d, 0, 1, -1)) == ROTA_ETOOBIG);
    d.second.size++;
    CHECK(judge(trusting_images(&d, 0, 1, -1)) == ROTA_OK);
}

int main(void)
{
    trusting_init(&d);
    RUN(a_manifest_for_this_device_is_followed);
    RUN(that_of_another_project_is_foreign);
    RUN(that_of_another_board_is_foreign);
    RUN(that_of_other_hardware_is_foreign);
    RUN(seq_does_not_go_back_nor_leap);
    RUN(security_does_not_go_back);
    RUN(it_may_expire);
    RUN(an_intermediate_version_may_be_needed);
    RUN(each_slot_gets_one_image_and_each_image_a_slot);
    RUN(images_fit_their_own_slots);
    return test_end();
}
