/* SPDX-License-Identifier: Apache-2.0 */
/* rota_sys on a bare Cortex-M: milliseconds by SysTick, time of day when
 * somebody has told it, random numbers from the board.
 *
 *     static struct rota_sys_cortexm cortexm = {.entropy = trng_read};
 *     struct rota_sys sys;
 *
 *     void SysTick_Handler(void) { rota_sys_cortexm_tick(&cortexm); }
 *     ...
 *     err = rota_sys_cortexm_init(&cortexm, SystemCoreClock, &sys);
 */
#ifndef ROTA_SYS_CORTEXM_H
#define ROTA_SYS_CORTEXM_H

#include <stdbool.h>

#include "rota_port.h"

/* Set entropy and ctx, and zero the rest; do not touch that afterwards. */
struct rota_sys_cortexm {
    /* The board's source of random numbers: fill buf with len bytes, 0 when
     * done. What comes is used as it is, as keys of TLS too: a source of raw
     * noise needs a generator (mbedtls_ctr_drbg) between. May take a
     * millisecond. Required. */
    int (*entropy)(void *ctx, void *buf, size_t len);
    void *ctx;

    volatile uint32_t ms_low, ms_high; /* ticks */
    uint64_t unix_base;                /* Unix time when ticks were 0 */
    uint32_t last[4]; /* bytes of entropy: the next must differ */
};

/* Start SysTick, at 1 kHz of a processor clock of hz, and fill in the table,
 * which borrows c for life. ROTA_ERANDOM when there is no source of random
 * numbers or what it gives twice is the same: without one TLS is worth
 * nothing, so a device must not go on. ROTA_EINVAL when SysTick cannot divide
 * hz. At most one in a program, for there is one SysTick. */
int rota_sys_cortexm_init(struct rota_sys_cortexm *c, uint32_t hz,
                          struct rota_sys *sys) ROTA_CHECKED;

/* A millisecond has passed: for SysTick_Handler, and nobody else. */
void rota_sys_cortexm_tick(struct rota_sys_cortexm *c);

uint64_t rota_sys_cortexm_ms(const struct rota_sys_cortexm *c);

/* Cycles of the processor, to measure what takes how long; wraps. Not for
 * interrupts of SysTick's own priority or above. */
uint32_t rota_sys_cortexm_cycles(const struct rota_sys_cortexm *c);

/* It is unix_time now, says an RTC, SNTP or the user; 0 = unknown again. */
void rota_sys_cortexm_set_time(struct rota_sys_cortexm *c, uint64_t unix_time);

#endif
