/* SPDX-License-Identifier: Apache-2.0 */
/* Releases and assets, told to people and to programs. */
#ifndef ROTA_REPORT_H
#define ROTA_REPORT_H

#include "transport/release.h"
#include "words/say.h"
#include "base/bytes.h"

/* One line, or the object "release". */
void rota_report_release(const struct rota_say *s,
                         const struct rota_hub_release *r, size_t assets);

/* One line, or the object "asset". */
void rota_report_asset(const struct rota_say *s,
                       const struct rota_hub_asset *a);

/* How many assets a release's own JSON has in it. */
size_t rota_report_count(struct rota_span json);

/* "draft", "prerelease" or "release". */
const char *rota_report_state(const struct rota_hub_release *r);

/* 64 hexadecimal digits. */
void rota_report_hex(char out[2 * ROTA_SHA256_LEN + 1],
                     const uint8_t sha256[ROTA_SHA256_LEN]);

#endif
