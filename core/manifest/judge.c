/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/judge.h"

#include <string.h>

#include "base/config.h"
#include "base/text.h"
#include "flash/hash.h"
#include "release/semver.h"

/* How far seq may rise at once: so no manifest uses up all numbers. */
#define JUMP_MAX 0x80000000u

#define ERROR(name, err, text) ROTA_##err,
static const int8_t errors[] = {ROTA_WHY_JUDGED(ERROR)};

/* --- Is it for this device? --- */

static int judge_device(const struct rota_manifest *m,
                        const struct rota_config *c)
{
    if (!rota_manifest_is(m, m->project, rota_config_project(c)))
        return ROTA_WHY_OTHER_PROJECT;
    if (!rota_manifest_is(m, m->board, rota_config_board(c)))
        return ROTA_WHY_OTHER_BOARD;
    if (c->trust->hw < m->hw_min || c->trust->hw > m->hw_max)
        return ROTA_WHY_OTHER_HW;
    return ROTA_WHY_NONE;
}

/* The ids of images differ. So each slot gets one image if no id is beyond the
 * slots and there are as many images as slots. */
static int judge_images(const struct rota_manifest *m,
                        const struct rota_config *c)
{
    struct rota_image image;

    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        if (image.id > c->trust->more_slot_count)
            return ROTA_WHY_NO_SLOT;
        if (image.size > rota_config_slot(c, image.id)->size)
            return ROTA_WHY_LARGE;
    }
    if (m->images <= c->trust->more_slot_count)
        return ROTA_WHY_NO_IMAGE;
    return ROTA_WHY_NONE;
}

/* --- Is it new enough, and is the device? --- */

static int judge_age(const struct rota_manifest *m,
                     const struct rota_accepted *past, uint64_t now)
{
    if (m->seq < past->seq)
        return ROTA_WHY_OLD_SEQ;
    if (m->seq - past->seq > JUMP_MAX)
        return ROTA_WHY_FAR_SEQ;
    if (m->security < past->security)
        return ROTA_WHY_OLD_SECURITY;
    if (m->expires && now >= m->expires)
        return ROTA_WHY_EXPIRED;
    return ROTA_WHY_NONE;
}

static int judge_step(const struct rota_manifest *m, const char *running)
{
    char least[ROTA_TAG_MAX + 1];
    int order;

    rota_manifest_text(m, m->min_version, least, sizeof least);
    if (*least && *running
        && (rota_semver_order(running, least, &order) || order < 0))
        return ROTA_WHY_STEP;
    return ROTA_WHY_NONE;
}

int rota_manifest_judge(struct rota_manifest *m, const struct rota_config *c,
                        const struct rota_accepted *past, const char *running,
                        uint64_t now)
{
    int why = judge_device(m, c);

    if (!why)
        why = judge_images(m, c);
    if (!why)
        why = judge_age(m, past, now);
    if (!why)
        why = judge_step(m, running);
    m->why = (uint8_t)why;
    return why ? errors[why - ROTA_WHY_OTHER_PROJECT] : ROTA_OK;
}

/* --- Is the device in the rollout? --- */

int rota_manifest_judge_elected(const struct rota_manifest *m,
                                const struct rota_config *c, bool *elected)
{
    char salt[ROTA_SALT_MAX + 1];
    uint8_t out[ROTA_SHA256_LEN] = {0};

    *elected = m->percent == 100;
    if (*elected || !c->device_id || !c->device_id_len)
        return ROTA_OK;
    rota_manifest_text(m, m->salt, salt, sizeof salt);
    int err = rota_hash_two(salt, strlen(salt) + 1, c->device_id,
                            c->device_id_len, out);
    uint32_t number = (uint32_t)out[0] << 24 | (uint32_t)out[1] << 16
                    | (uint32_t)out[2] << 8 | out[3];
    if (!err)
        *elected = number % 100 < m->percent;
    return err;
}

/* --- Values to keep --- */

void rota_manifest_judge_accept(const struct rota_manifest *m,
                                struct rota_accepted *past)
{
    past->seq = m->seq;
    if (past->issued < m->issued)
        past->issued = m->issued;
}

/* A key cannot revoke itself, because a thief of that key could otherwise shut
 * out its owner. */
void rota_manifest_judge_await(const struct rota_manifest *m,
                               struct rota_accepted *past)
{
    bool many = (m->signers & (m->signers - 1)) != 0;

    past->security_next = m->security;
    memcpy(past->revoked_next, m->revoke, sizeof past->revoked_next);
    for (int i = 0; i < ROTA_REVOKED_MAX; i++) {
        uint8_t *id = past->revoked_next[i];
        if (!many && memcmp(id, m->signer, ROTA_KEY_ID_LEN) == 0)
            memset(id, 0, ROTA_KEY_ID_LEN);
    }
}
