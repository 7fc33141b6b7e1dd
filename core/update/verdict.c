/* SPDX-License-Identifier: Apache-2.0 */
#include "update/verdict.h"

#define NOTHING ROTA_VERDICT_NOTHING
#define REDO ROTA_VERDICT_REDO
#define TRIAL ROTA_VERDICT_TRIAL
#define CONFIRMED ROTA_VERDICT_CONFIRMED
#define QUARANTINE ROTA_VERDICT_QUARANTINE
#define UNDONE ROTA_VERDICT_UNDONE

/* ARMED is written just before the boot state changes and TRIAL just after, so
 * that ARMED with a confirmed boot means: cut before the change. An image that
 * the journal did not install (phase NONE) may be on trial all the same. */
static const uint8_t table[ROTA_PHASE_ROLLED_BACK + 1][4] = {
    /* by boot state: confirmed, trial, rolled back, undone */
    [ROTA_PHASE_NONE] = {NOTHING, TRIAL, NOTHING, NOTHING},
    [ROTA_PHASE_FETCH] = {NOTHING, TRIAL, NOTHING, NOTHING},
    [ROTA_PHASE_ARMED] = {REDO, TRIAL, QUARANTINE, UNDONE},
    [ROTA_PHASE_TRIAL] = {CONFIRMED, TRIAL, QUARANTINE, UNDONE},
    [ROTA_PHASE_CONFIRMED] = {NOTHING, TRIAL, QUARANTINE, UNDONE},
    [ROTA_PHASE_ROLLED_BACK] = {NOTHING, TRIAL, NOTHING, NOTHING},
};

enum rota_verdict rota_verdict(int phase, int boot)
{
    if (phase < 0 || phase > ROTA_PHASE_ROLLED_BACK || boot < 0 || boot > 3)
        return ROTA_VERDICT_NOTHING;
    return (enum rota_verdict)table[phase][boot];
}
