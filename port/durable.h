/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to files, on POSIX, of which a power loss leaves either nothing or
 * all, and which it cannot undo once the function has returned.
 *
 * All return 0 or a negative enum rota_err; errno then says more. A path and
 * what is put beside it for the moment, path with ".new" added, must fit
 * PATH_MAX.
 */
#ifndef ROTA_DURABLE_H
#define ROTA_DURABLE_H

#include "rota_port.h"

/* Make path a file of these bytes, mode 0644, in place of what it was. */
int rota_durable_write(const char *path, const void *buf,
                       size_t len) ROTA_CHECKED;

/* Make path a symbolic link to target, in place of what it was. */
int rota_durable_symlink(const char *target, const char *path) ROTA_CHECKED;

/* Give the file from, its contents included, the mode and the name to, in
 * place of what that was. Both lie in one folder. */
int rota_durable_rename(const char *from, const char *to,
                        unsigned mode) ROTA_CHECKED;

/* Make the folder path, mode 0755, unless it is there. */
int rota_durable_mkdir(const char *path) ROTA_CHECKED;

/* Make the name path, just made, survive: names belong to their folder. */
int rota_durable_sync_folder(const char *path) ROTA_CHECKED;

/* Write all len bytes at off. What is durable of them is for the caller to see
 * to. */
int rota_durable_put(int fd, uint64_t off, const void *buf,
                     size_t len) ROTA_CHECKED;

/* ROTA_ENOSPC and ROTA_EREADONLY for what errno says so of, else other. */
int rota_durable_err(int other);

#endif
