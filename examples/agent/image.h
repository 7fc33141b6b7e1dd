/* SPDX-License-Identifier: Apache-2.0 */
/* Where a new image goes, as a struct rota_flash that is opened only when a
 * download begins: until then nothing on the device is touched.
 *
 * With a root, that is a file beside the old image, which takes its place when
 * it is complete. A slot is written in place, but for a device that is in use;
 * a block device, and a file that is as long as a slot would be, hold no more
 * than they have. A file that is
 * missing or shorter than a sector grows with the image, and so it stays: a
 * mark in the state folder says that its length is no limit.
 *
 * An image of data, beside the program in the same folder, is known by its
 * name. Nobody tells how long it will be: it is as long as what was read back
 * last, from its start on.
 */
#ifndef ROTA_IMAGE_H
#define ROTA_IMAGE_H

#include "flash_file.h"
#include "slots.h"

/* A download goes on at a multiple of so many bytes, if that divides the slot.
 * Less would be slower, more would be fetched twice. */
#define ROTA_IMAGE_BLOCK (8u << 10)

struct rota_imagefile {
    struct rota_slots *slots; /* borrowed, like the texts */
    const char *slot;         /* path; NULL with a root */
    const char *state;
    const char *name; /* of data; NULL: the program */
    uint64_t room;    /* exact, in bytes; what the flash has is rounded up */
    uint32_t size, erase_size; /* of the flash */
    uint32_t length;           /* of the image */
    uint32_t seen;             /* bytes that were read from the start on */
    bool grows;
    bool open;
    const char *why; /* after ROTA_EREADONLY: more about it, or NULL */
    struct rota_flash_file file;
    struct rota_flash flash; /* of file, while it is open */
};

/* slot: path of the free slot, or NULL with a root. ROTA_EIO, with errno, when
 * it cannot be measured. */
int rota_imagefile_init(struct rota_imagefile *i, struct rota_slots *slots,
                        const char *slot, const char *state) ROTA_CHECKED;

/* The table for an i that was initialised, which it borrows. */
struct rota_flash rota_imagefile_flash(struct rota_imagefile *i);

/* An image of size bytes is about to be written. ROTA_ETOOBIG, ROTA_ENOSPC
 * when there is no room for it; ROTA_ETRIAL when the slot is still needed;
 * errors of the files, with errno. From here on there is no way back to what
 * was in the slot. */
int rota_imagefile_open(struct rota_imagefile *i, uint32_t size) ROTA_CHECKED;

/* The image is complete: cut what an older, longer one left behind it, and
 * close. */
int rota_imagefile_finish(struct rota_imagefile *i) ROTA_CHECKED;

/* Give finished data its name, which makes it part of the folder that is not
 * in use. */
int rota_imagefile_place(const struct rota_imagefile *i) ROTA_CHECKED;

/* Does nothing when it is not open. */
void rota_imagefile_close(struct rota_imagefile *i);

#endif
