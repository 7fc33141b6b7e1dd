/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the machine that runs the emulator, by Arm's semihosting calls.
 * Only for QEMU, or a board with a debugger attached: without one the first
 * call is a fault. */
#ifndef SEMIHOST_H
#define SEMIHOST_H

#include <stdbool.h>
#include <stdint.h>

/* Open a file that exists, for reading and, with write, for writing: a handle,
 * or negative. */
int semihost_open(const char *path, bool write);

/* True when all was done. */
bool semihost_seek(int file, uint32_t off);
bool semihost_read(int file, void *buf, uint32_t len);
bool semihost_write(int file, const void *buf, uint32_t len);

/* Bytes in the file, or negative. */
int32_t semihost_size(int file);

void semihost_close(int file);

/* Text for the emulator's own output, not the board's. */
void semihost_print(const char *text);

/* What -semihosting-config arg=... said, words with a space between. False
 * when it does not fit buf. */
bool semihost_command_line(char *buf, uint32_t size);

/* End the emulator; its exit status is code. A restart of the board is this,
 * too, with SEMIHOST_RESTART: see README.md. */
_Noreturn void semihost_exit(uint32_t code);

#define SEMIHOST_RESTART 42u /* start me again */
#define SEMIHOST_FAULT 70u   /* the program crashed */

#endif
