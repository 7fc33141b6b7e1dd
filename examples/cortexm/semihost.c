/* SPDX-License-Identifier: Apache-2.0 */
#include "semihost.h"

#include <string.h>

#include "startup.h"

/* Arm's "Semihosting for AArch32 and AArch64", section 6. */
enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0a,
    SYS_FLEN = 0x0c,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20
};

enum { MODE_RB = 1, MODE_R_PLUS_B = 3 };

#define APPLICATION_EXIT 0x20026u

static int32_t call(uint32_t op, const void *arg)
{
    register uint32_t r0 __asm__("r0") = op;
    register const void *r1 __asm__("r1") = arg;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

static uint32_t address(const void *p)
{
    return (uint32_t)(uintptr_t)p;
}

int semihost_open(const char *path, bool write)
{
    const uint32_t arg[] = {address(path), write ? MODE_R_PLUS_B : MODE_RB,
                            (uint32_t)strlen(path)};
    return call(SYS_OPEN, arg);
}

bool semihost_seek(int file, uint32_t off)
{
    const uint32_t arg[] = {(uint32_t)file, off};

    return call(SYS_SEEK, arg) == 0;
}

/* Reading and writing answer how many bytes are left. */
bool semihost_read(int file, void *buf, uint32_t len)
{
    const uint32_t arg[] = {(uint32_t)file, address(buf), len};

    return call(SYS_READ, arg) == 0;
}

bool semihost_write(int file, const void *buf, uint32_t len)
{
    const uint32_t arg[] = {(uint32_t)file, address(buf), len};

    return call(SYS_WRITE, arg) == 0;
}

int32_t semihost_size(int file)
{
    const uint32_t arg[] = {(uint32_t)file};

    return call(SYS_FLEN, arg);
}

void semihost_close(int file)
{
    const uint32_t arg[] = {(uint32_t)file};

    (void)call(SYS_CLOSE, arg);
}

void semihost_print(const char *text)
{
    (void)call(SYS_WRITE0, text);
}

bool semihost_command_line(char *buf, uint32_t size)
{
    const uint32_t arg[] = {address(buf), size};

    return call(SYS_GET_CMDLINE, arg) == 0;
}

void semihost_exit(uint32_t code)
{
    const uint32_t arg[] = {APPLICATION_EXIT, code};

    for (;;)
        (void)call(SYS_EXIT_EXTENDED, arg);
}

/* see startup.h */
void startup_fault(void)
{
    semihost_print("fault\n");
    semihost_exit(SEMIHOST_FAULT);
}
