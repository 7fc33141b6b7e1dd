/* SPDX-License-Identifier: Apache-2.0 */
/* Releases and assets, told to people and to programs. */
#ifndef PUB_PLAN_REPORT_H
#define PUB_PLAN_REPORT_H

#include "transport/release.h"
#include "words/say.h"
#include "base/bytes.h"

/* One line, or the object "release". */
void pub_report_release(const struct pub_say *s,
                        const struct pub_hub_release *r, size_t assets);

/* One line, or the object "asset". */
void pub_report_asset(const struct pub_say *s, const struct pub_hub_asset *a);

/* How many assets a release's own JSON has in it. */
size_t pub_report_count(struct rota_span json);

/* "draft", "prerelease" or "release". */
const char *pub_report_state(const struct pub_hub_release *r);

/* 64 hexadecimal digits. */
void pub_report_hex(char out[2 * ROTA_SHA256_LEN + 1],
                    const uint8_t sha256[ROTA_SHA256_LEN]);

#endif
