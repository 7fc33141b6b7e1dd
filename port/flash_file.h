/* SPDX-License-Identifier: Apache-2.0 */
/* rota_flash on Linux: a regular file or a block device.
 *
 * An erased byte is 0x00, which is how a hole reads: what lies beyond the end
 * of a file reads so too, and erasing a block frees its room on the disk. A
 * file grows as it is programmed, so that an image becomes a file of just its
 * size, but never shrinks by itself: an image that is written over a longer
 * one ends with rota_flash_file_cut.
 */
#ifndef ROTA_FLASH_FILE_H
#define ROTA_FLASH_FILE_H

#include <stdbool.h>

#include "rota_port.h"

struct rota_flash_file {
    int fd; /* -1 = closed */
    uint32_t size, erase_size;
    uint64_t end; /* nothing but holes lies at or after this offset */
    bool device;
    int sync_err; /* what sync has said once it says for ever: the kernel
                   * tells of bytes that it lost only once */
};

/* Open, for reading and writing, the file or block device path. A file that
 * is not there is made, mode 0600, and is there for good when this returns.
 *
 * capacity: bytes in the region, rounded down to whole blocks. Default 0: a
 * device's size, or for a file as much as its file system has room for; below
 * 2 GiB. erase_size: a multiple of 512; default 0 is 1 MiB.
 *
 * ROTA_EINVAL: not even one block, or neither a file nor a device, a symbolic
 * link to a file among them. ROTA_EIO, too, when a device is in use, mounted
 * for one. errno says more. */
int rota_flash_file_open(struct rota_flash_file *f, const char *path,
                         uint32_t capacity, uint32_t erase_size) ROTA_CHECKED;

/* The table for an open f, which it borrows. */
struct rota_flash rota_flash_file_init(struct rota_flash_file *f);

/* Cut the file to its first len bytes, if it has more. Nothing is done to a
 * device. */
int rota_flash_file_cut(struct rota_flash_file *f, uint32_t len) ROTA_CHECKED;

/* Does nothing when f is closed. What was synced is on disk. */
void rota_flash_file_close(struct rota_flash_file *f);

#endif
