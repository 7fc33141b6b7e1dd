/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration with its defaults: the one place that knows them. What each
 * field means, and that default, rota.h says. */
#ifndef ROTA_BASE_CONFIG_H
#define ROTA_BASE_CONFIG_H

#include "rota.h"

const char *rota_config_api(const struct rota_config *c);
const char *rota_config_user_agent(const struct rota_config *c);
const char *rota_config_api_version(const struct rota_config *c);
const char *rota_config_asset_hosts(const struct rota_config *c);
const char *rota_config_asset(const struct rota_config *c);
const char *rota_config_version(const struct rota_config *c);
const char *rota_config_board(const struct rota_config *c);

/* With keys only. */
const char *rota_config_project(const struct rota_config *c);
int rota_config_threshold(const struct rota_config *c);

/* Bytes of config.buffer that the network has. Behind them, when the slot
 * cannot be read, is room for its hash: ROTA_SINK_WORK. */
size_t rota_config_buffer_size(const struct rota_config *c);

uint32_t rota_config_stall_ms(const struct rota_config *c);
uint32_t rota_config_interval_s(const struct rota_config *c);
uint32_t rota_config_checkpoint_min(const struct rota_config *c);

#endif
