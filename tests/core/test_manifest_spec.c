/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest that core/SPEC.md shows. */
#include <string.h>

#include "manifest/manifest.h"
#include "support/spec.h"
#include "support/test.h"
#include "manifest/envelope.h"
#include "manifest/judge.h"

static unsigned char memory[32768];
static struct rota_arena arena;

static uint8_t der[91];
static char file[ROTA_MANIFEST_MAX];
static size_t key_len, size;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];

/* The bytes of the key, and the lines between two fences. */
static void read_spec(void)
{
    FILE *f = spec_open("Manifest: test vector");
    char line[256];
    bool inside = false;

    CHECK(f);
    while (spec_line(f, line, sizeof line)) {
        if (strcmp(line, "```\n") == 0) {
            inside = !inside;
        } else if (inside) {
            memcpy(file + size, line, strlen(line));
            size += strlen(line);
        } else {
            key_len += spec_bytes(line, der, sizeof der);
        }
    }
    CHECK(!inside);
}

static void the_manifest_is_as_specified(void)
{
    static const struct rota_key key = {der, sizeof der};
    static struct rota_flash slot = {.size = 65538};
    static const struct rota_accepted past = {.seq = 42, .security = 7};
    static const struct rota_trust trust = {.keys = &key, .count = 1, .hw = 3};
    struct rota_config c = {.trust = &trust,
                            .repo = "acme/thermostat",
                            .board = "thermostat-m3",
                            .slot = &slot,
                            .device_id = "dev-1",
                            .device_id_len = 5};
    struct rota_manifest m;
    struct rota_image image;
    bool elected = false;

    CHECK(key_len == sizeof der && size > 500);
    CHECK(rota_manifest_envelope_open(&m, &c, &past, file, size, work)
          == ROTA_OK);
    CHECK(memcmp(m.signer, "\xfa\xab\x16\x3f\x88\x98\x54\x5b", 8) == 0);
    CHECK(m.seq == 42 && m.security == 7 && m.percent == 25);
    CHECK(m.issued == 1772618400 && m.expires == 1788170400);
    CHECK(rota_manifest_judge(&m, &c, &past, "1.0.0", 1788170399) == ROTA_OK);
    rota_manifest_image(&m, 0, &image);
    CHECK(strcmp(image.name, "thermostat-m3-1.3.0.bin") == 0);
    CHECK(image.size == 65538 && image.sha256[0] == 0xda);
    for (uint8_t percent = 1; percent < 100; percent++) {
        m.percent = percent;
        CHECK(rota_manifest_judge_elected(&m, &c, &elected) == ROTA_OK);
        CHECK(elected == (percent > 29));
    }
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    read_spec();
    RUN(the_manifest_is_as_specified);
    return test_end();
}
