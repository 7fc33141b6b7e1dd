/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include "flash_map.h"

/* Images run in place, each in the slot that it was linked for: an update is
 * always the image for the other one. */
#if defined IDENTITY_SLOT_A
#define OTHER "b"
#define OTHER_BASE SLOT_B_BASE
#else
#define OTHER "a"
#define OTHER_BASE SLOT_A_BASE
#endif

const char identity_version[] = IDENTITY_VERSION;
const char identity_asset[] = "{board}-" OTHER ".ota";
const uint32_t identity_other = OTHER_BASE;
const uint32_t identity_built = IDENTITY_BUILT;
const enum identity_bug identity_bug = IDENTITY_BUG;
