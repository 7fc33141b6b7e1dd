/* SPDX-License-Identifier: Apache-2.0 */
/* Three lines: versions, whose order must be one. */
#include <stdbool.h>

#include "fuzz.h"
#include "release/semver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int version_order(const struct rota_semver *a,
                         const struct rota_semver *b)
{
    int c = rota_semver_compare(a, b);

    return (c > 0) - (c < 0);
}

static void check_order(const struct rota_semver v[3])
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            MUST(version_order(&v[i], &v[k]) == -version_order(&v[k], &v[i]));
    int ab = version_order(&v[0], &v[1]), bc = version_order(&v[1], &v[2]);
    int ac = version_order(&v[0], &v[2]);
    if (ab == bc)
        MUST(ac == ab);
    if (ab == 0)
        MUST(ac == bc);
    if (bc == 0)
        MUST(ac == ab);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rota_semver v[3];
    char *line[3];
    bool all = true;

    fuzz_lines(data, size, line, 3);
    for (int i = 0; i < 3; i++) {
        bool ok = rota_semver_parse(&v[i], line[i]) == ROTA_OK;
        MUST(!ok || v[i].pre + v[i].pre_len <= line[i] + strlen(line[i]));
        MUST(ok == (rota_semver_in_tag(line[i], "") == 0));
        all = all && ok;
    }
    MUST(rota_semver_in_tag(line[0], line[1]) < 256 || strlen(line[1]) > 255);
    if (all)
        check_order(v);
    fuzz_free(line, 3);
    return 0;
}
