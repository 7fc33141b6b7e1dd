/* SPDX-License-Identifier: Apache-2.0 */
/* The device of powercut.c: the real core over flash, journal and boot fakes
 * and a server in a struct. */
#ifndef CUTDEVICE_H
#define CUTDEVICE_H

#include "support/cutflash.h"
#include "device/cutimages.h"
#include "support/fakeboot.h"
#include "support/fakehub.h"
#include "rota.h"

/* Its kinds of flash, each with both erased values. */
#define CUTDEVICE_GEOMETRIES 18

enum {
    CUTDEVICE_SLOT_A,
    CUTDEVICE_SLOT_B,
    CUTDEVICE_JOURNAL,
    CUTDEVICE_RADIO_A,
    CUTDEVICE_RADIO_B,
    CUTDEVICE_FLASHES
};

struct cutdevice {
    /* For the caller to set. */
    bool sign; /* with keys, and two slots more for the radio */
    void (*violation)(const char *text);
    long boot_cut_at; /* which change of the boot state ends in cut */
    jmp_buf cut;

    struct cutflash flash[CUTDEVICE_FLASHES];
    struct fakeboot bootloader;
    struct fakehub hub;
    struct rota rota;
    struct rota_journal journal;
    int work[ROTA_MANIFEST_WORK / sizeof(int) + 1];

    /* What happened. */
    long boot_changes;
    bool ready, failed; /* in the last run */

    /* What must not be lost any more: image numbers. That of an image stands
     * for its seq, ten times that for its security. */
    uint32_t accepted, confirmed;
    uint32_t may_be_confirmed; /* it runs, and can; for the caller to set */
    uint32_t security;         /* that the client knew in the end */
};

/* New, with image 0 in slot A and a server without a release. */
void cutdevice_begin(struct cutdevice *d, int geometry);

/* The program: check once and install what there is. May be cut anywhere. */
void cutdevice_run(struct cutdevice *d, const struct cutimage *running);

/* Which image slot A or B holds, whole, and with its radio; -1 = none. */
int cutdevice_image(const struct cutdevice *d, int slot);

/* Bytes that a cut may cost at most. */
uint32_t cutdevice_interval(const struct cutdevice *d, int geometry);

#endif
