/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration with its defaults: the one place that knows them. What each
 * field means, and that default, rota.h says. */
#ifndef ROTA_BASE_CONFIG_H
#define ROTA_BASE_CONFIG_H

#include "rota.h"

static inline const char *rota_config_api(const struct rota_config *c)
{
    return c->api ? c->api : ROTA_API_DEFAULT;
}

static inline const char *rota_config_user_agent(const struct rota_config *c)
{
    return c->user_agent ? c->user_agent : "rota/" ROTA_VERSION;
}

static inline const char *rota_config_api_version(const struct rota_config *c)
{
    return c->api_version ? c->api_version : "2022-11-28";
}

static inline const char *rota_config_asset_hosts(const struct rota_config *c)
{
    return c->asset_hosts ? c->asset_hosts : ".githubusercontent.com";
}

static inline const char *rota_config_asset(const struct rota_config *c)
{
    return c->asset ? c->asset : "{board}.ota";
}

static inline const char *rota_config_board(const struct rota_config *c)
{
    return c->board ? c->board : "";
}

static inline const char *rota_config_version(const struct rota_config *c)
{
    return c->version ? c->version : "";
}

/* With keys only. */
static inline const char *rota_config_project(const struct rota_config *c)
{
    return c->trust->project ? c->trust->project : c->repo;
}

/* The slot of image id, 0..trust.more_slot_count. */
static inline const struct rota_flash *
rota_config_slot(const struct rota_config *c, uint8_t id)
{
    return id ? c->trust->more_slots[id - 1] : c->slot;
}

static inline uint8_t rota_config_threshold(const struct rota_config *c)
{
    return c->trust->threshold ? c->trust->threshold : 1;
}

static inline uint32_t rota_config_stall_ms(const struct rota_config *c)
{
    return c->stall_ms ? c->stall_ms : 30000;
}

static inline uint32_t rota_config_interval_s(const struct rota_config *c)
{
    uint32_t s = c->interval_s ? c->interval_s : 6 * 3600;

    return s < 2 ? 2 : s;
}

static inline uint32_t rota_config_checkpoint_min(const struct rota_config *c)
{
    return c->checkpoint_min ? c->checkpoint_min : 16u << 10;
}

/* Bytes of config.buffer that the network has. Behind them, when the slot
 * cannot be read, is room for its hash: ROTA_SINK_WORK. */
static inline size_t rota_config_buffer_size(const struct rota_config *c)
{
    return c->buffer_size - (c->slot->read ? 0 : ROTA_SINK_WORK);
}

#endif
