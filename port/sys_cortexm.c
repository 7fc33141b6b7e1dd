/* SPDX-License-Identifier: Apache-2.0 */
#include "sys_cortexm.h"

#include <string.h>

#include <psa/crypto.h>

/* Armv6-M and Armv7-M reference manuals, "System timer, SysTick". */
#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define SYST_CSR REG(0xe000e010)
#define SYST_RVR REG(0xe000e014)
#define SYST_CVR REG(0xe000e018)
#define CSR_ON 7u /* counting, interrupt, processor clock */
#define RVR_MAX 0xffffffu
#define ICSR REG(0xe000ed04)
#define ICSR_TICK_PENDS 0x04000000u

/* mbedTLS's hook for random numbers has no context. */
static struct rota_sys_cortexm *source;

/* --- Time ----------------------------------------------------------------- */

/* 64 bits cannot be read at once: a tick between the halves is noticed by
 * reading the upper one again. */
uint64_t rota_sys_cortexm_ms(const struct rota_sys_cortexm *c)
{
    uint32_t low, high;

    do {
        high = c->ms_high;
        low = c->ms_low;
    } while (c->ms_high != high);
    return (uint64_t)high << 32 | low;
}

void rota_sys_cortexm_tick(struct rota_sys_cortexm *c)
{
    uint32_t low = c->ms_low + 1;

    c->ms_low = low;
    if (low == 0)
        c->ms_high++;
}

/* SysTick counts down from the reload value in each millisecond. It may have
 * begun anew a moment before its interrupt is taken. In the cycle in which it
 * is 0, that may have been or not: it is read again. */
uint32_t rota_sys_cortexm_cycles(const struct rota_sys_cortexm *c)
{
    uint32_t ms, left, pends;

    do {
        ms = c->ms_low;
        left = SYST_CVR;
        pends = ICSR & ICSR_TICK_PENDS;
    } while (left == 0 || c->ms_low != ms);
    if (pends && left > SYST_RVR / 2)
        ms++;
    return ms * (SYST_RVR + 1) + SYST_RVR - left;
}

static uint64_t now_ms(void *ctx)
{
    return rota_sys_cortexm_ms(ctx);
}

static uint64_t unix_time(void *ctx)
{
    const struct rota_sys_cortexm *c = ctx;

    return c->unix_base ? c->unix_base + rota_sys_cortexm_ms(c) / 1000 : 0;
}

void rota_sys_cortexm_set_time(struct rota_sys_cortexm *c, uint64_t now)
{
    c->unix_base = now ? now - rota_sys_cortexm_ms(c) / 1000 : 0;
}

/* --- Random numbers ------------------------------------------------------- */

/* A source that has got stuck gives the same for ever. By chance two blocks of
 * 128 bits are the same never. */
static bool is_alive(struct rota_sys_cortexm *c)
{
    uint32_t next[4] = {0};

    if (!c->entropy || c->entropy(c->ctx, next, sizeof(next))
        || memcmp(next, c->last, sizeof(next)) == 0)
        return false;
    memcpy(c->last, next, sizeof(next));
    return true;
}

static int fill_random(void *ctx, void *buf, size_t len)
{
    struct rota_sys_cortexm *c = ctx;

    if (!is_alive(c) || c->entropy(c->ctx, buf, len))
        return ROTA_ERANDOM;
    return ROTA_OK;
}

psa_status_t
mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                uint8_t *output, size_t output_size,
                                size_t *output_length)
{
    (void)context;
    if (!source || fill_random(source, output, output_size))
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    *output_length = output_size;
    return PSA_SUCCESS;
}

/* --- The table ------------------------------------------------------------ */

int rota_sys_cortexm_init(struct rota_sys_cortexm *c, uint32_t hz,
                          struct rota_sys *sys)
{
    uint32_t reload = hz / 1000 - 1;

    if (hz < 2000 || reload > RVR_MAX)
        return ROTA_EINVAL;
    /* Never all zeros either: that is what last begins with. */
    if (!is_alive(c) || !is_alive(c))
        return ROTA_ERANDOM;
    source = c;
    SYST_RVR = reload;
    SYST_CVR = 0;
    SYST_CSR = CSR_ON;
    *sys = (struct rota_sys){c, now_ms, unix_time, fill_random};
    return ROTA_OK;
}
