/* SPDX-License-Identifier: Apache-2.0 */
/* A device with boot_symlink, in a folder of its own below /tmp: folders a and
 * b with the image prog in them, the link current and the folder state. */
#ifndef BOOTDIR_H
#define BOOTDIR_H

#include "boot_symlink.h"

extern struct bootdir {
    struct rota_boot_symlink b;
    struct rota_boot boot;
    char top[64];
    const char *link, *state_dir;
} bootdir;

/* Situations, each with all that leads to it. */
void bootdir_fresh(void);     /* image "one" in a; b is not there */
void bootdir_arm(void);       /* image "two" in b is next */
void bootdir_try_out(void);   /* it was started once */
void bootdir_use_up(void);    /* three times, the limit */
void bootdir_fall_back(void); /* and once more: "one" is back */
void bootdir_keep(void);      /* "two" was started once and confirmed */

/* As another process would find it. */
void bootdir_reopen(void);

/* Put the next image, "two", where the download goes. */
void bootdir_download(void);

struct rota_boot_symlink_view bootdir_look(void);
bool bootdir_state_is(int state, int active, unsigned starts, bool previous);

/* A path in the folder; the last four stay valid. */
const char *bootdir_at(const char *name);
void bootdir_put(const char *name, const char *text);
bool bootdir_is(const char *name, const char *text);

/* Remove the folder. */
void bootdir_wipe(void);

#endif
