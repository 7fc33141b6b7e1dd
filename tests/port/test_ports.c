/* SPDX-License-Identifier: Apache-2.0 */
/* port_check on each port that works on a host, and on ports that are wrong:
 * a check that lets them pass would be none. */
#define _GNU_SOURCE
#include "port/bootdir.h"
#include "support/cutflash.h"
#include "support/fakeboot.h"
#include "flash_file.h"
#include "net_bsd.h"
#include "port/peer.h"
#include "port/port_check.h"
#include "sys_posix.h"
#include "support/test.h"
#include "port/ubootdev.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void report(void *arg, bool good, const char *what)
{
    if (!good)
        printf("%s: %s\n", (const char *)arg, what);
}

static struct port_check as(const char *port)
{
    return (struct port_check){report, (void *)(uintptr_t)port};
}

static void report_nothing(void *arg, bool good, const char *what)
{
    (void)arg, (void)good, (void)what;
}

static const struct port_check quiet = {report_nothing, NULL};

/* --- sys ------------------------------------------------------------------ */

static void sys_posix_conforms(void)
{
    struct port_check r = as("sys_posix");

    CHECK(port_check_sys(&r, &rota_sys_posix) == 0);
}

static uint64_t ticks;

static uint64_t clock_back(void *ctx)
{
    (void)ctx;
    return 1000 - ticks++ % 7;
}

static uint64_t time_ms(void *ctx)
{
    (void)ctx;
    return UINT64_C(1763000000000);
}

static int random_seven(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    memset(buf, 7, len);
    return ROTA_OK;
}

static int random_long(void *ctx, void *buf, size_t len)
{
    return rota_sys_posix.random(ctx, buf, len + (len == 33));
}

static int random_short(void *ctx, void *buf, size_t len)
{
    return rota_sys_posix.random(ctx, buf, len == 33 ? 32 : len);
}

static void wrong_clocks_and_random_numbers_are_found(void)
{
    struct rota_sys s = rota_sys_posix;

    s.now_ms = clock_back;
    CHECK(port_check_sys(&quiet, &s) == 1);
    s = rota_sys_posix;
    s.unix_time = time_ms;
    CHECK(port_check_sys(&quiet, &s) == 1);
    s = rota_sys_posix;
    s.random = random_seven;
    CHECK(port_check_sys(&quiet, &s) == 1);
    s.random = random_long;
    CHECK(port_check_sys(&quiet, &s) == 1);
    s.random = random_short;
    CHECK(port_check_sys(&quiet, &s) == 1);
}

/* --- flash ---------------------------------------------------------------- */

static void flash_file_conforms(void)
{
    struct port_check r = as("flash_file");
    struct rota_flash_file file;
    struct rota_flash f;
    char path[64];

    snprintf(path, sizeof(path), "/tmp/rota-flash-%ld", (long)getpid());
    CHECK(!rota_flash_file_open(&file, path, 64 * 1024, 4096));
    f = rota_flash_file_init(&file);
    CHECK(port_check_flash(&r, &f) == 0);
    rota_flash_file_close(&file);
    CHECK(!rota_flash_file_open(&file, path, 64 * 1024, 4096));
    f = rota_flash_file_init(&file);
    CHECK(port_check_flash_kept(&r, &f) == 0);
    rota_flash_file_close(&file);
    unlink(path);
}

static void the_flash_of_the_tests_conforms_in_every_geometry(void)
{
    static const uint32_t prog[] = {1, 4, 8, 32};
    struct port_check r = as("cutflash");
    struct cutflash c;

    for (size_t i = 0; i < 4; i++)
        for (int z = 0; z < 2; z++) {
            cutflash_init(&c, 2 + (uint32_t)i, 512, prog[i], z ? 0xff : 0);
            cutflash_on(&c);
            CHECK(port_check_flash(&r, &c.flash) == 0);
            CHECK(port_check_flash_kept(&r, &c.flash) == 0);
            CHECK(c.broken == 0);
            cutflash_free(&c);
        }
}

static void flash_whose_blocks_differ_conforms(void)
{
    static const uint32_t maps[][4] = {
        {512, 512, 2048}, {4096, 512, 1024}, {1024, 512, 0}};
    struct port_check r = as("cutflash");
    struct cutflash c;

    for (size_t i = 0; i < 3; i++) {
        cutflash_init_mixed(&c, maps[i], 8, i ? 0xff : 0);
        CHECK(port_check_flash(&r, &c.flash) == 0);
        CHECK(port_check_flash_kept(&r, &c.flash) == 0);
        CHECK(c.broken == 0);
        cutflash_free(&c);
    }
}

/* Flash with a fault: half as large as it says, or with erases or programs
 * that go missing. */
static uint8_t mem[4096];
static enum { MIRRORED, NO_ERASE, NO_PROG, ERASES_TWO } fault;

static uint32_t place(uint32_t off)
{
    return fault == MIRRORED ? off % 2048 : off;
}

static int bad_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(buf, mem + place(off), len);
    return ROTA_OK;
}

static int bad_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx;
    if (fault != NO_PROG || off != 508)
        memcpy(mem + place(off), buf, len);
    return ROTA_OK;
}

static int bad_erase(void *ctx, uint32_t off)
{
    (void)ctx;
    if (fault != NO_ERASE)
        memset(mem + place(off), 0xff, fault == ERASES_TWO ? 1024 : 512);
    return ROTA_OK;
}

static uint32_t wrong_size;

static uint32_t bad_block_size(void *ctx, uint32_t off)
{
    (void)ctx;
    return off == 512 ? wrong_size : 512;
}

static void wrong_flash_is_found(void)
{
    struct rota_flash f = {NULL, bad_read, bad_prog, bad_erase, NULL,
                           3072, 512,      4,        0xff,      NULL};

    for (fault = MIRRORED; fault <= ERASES_TWO; fault++)
        CHECK(port_check_flash(&quiet, &f) > 0);
    f.prog_size = 3;
    CHECK(port_check_flash(&quiet, &f) == 1);
    f.prog_size = 4;
    f.size = 512;
    CHECK(port_check_flash(&quiet, &f) == 1);
}

static void a_wrong_map_of_the_blocks_is_found(void)
{
    static const uint32_t wrong[] = {0, 256, 768, 3072, UINT32_MAX - 511};
    struct rota_flash f = {NULL, bad_read, bad_prog, bad_erase, NULL,
                           3072, 512,      4,        0xff,      bad_block_size};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        wrong_size = wrong[i];
        CHECK(port_check_flash(&quiet, &f) == 1);
    }
    memset(mem, 0, sizeof mem);
    wrong_size = 1024; /* what erase does not keep to */
    CHECK(port_check_flash(&quiet, &f) > 0);
}

/* --- boot ----------------------------------------------------------------- */

static void link_download(void *arg)
{
    (void)arg;
    CHECK(rota_boot_symlink_forget_previous(&bootdir.b) == ROTA_OK);
    bootdir_download();
}

static void link_restart(void *arg)
{
    (void)arg;
    bootdir_reopen();
    CHECK(rota_boot_symlink_starting(&bootdir.b) >= 0);
}

static void boot_symlink_conforms(void)
{
    const struct port_check_boot b = {.boot = &bootdir.boot,
                                      .download = link_download,
                                      .restart = link_restart};
    struct port_check r = as("boot_symlink");

    bootdir_fresh();
    CHECK(port_check_boot(&r, &b) == 0);
    bootdir_wipe();
}

static void uboot_restart(void *arg)
{
    (void)arg;
    CHECK(ubootdev_start());
}

static void boot_uboot_conforms_in_both_vocabularies(void)
{
    const struct port_check_boot b = {.boot = &ubootdev.boot,
                                      .restart = uboot_restart};
    struct port_check r = as("boot_uboot");

    for (int kind = UBOOTDEV_MENDER; kind <= UBOOTDEV_RAUC; kind++) {
        ubootdev_fresh((enum ubootdev_kind)kind, 2);
        CHECK(port_check_boot(&r, &b) == 0);
    }
    ubootdev_wipe();
}

static void fake_restart(void *arg)
{
    fakeboot_restart(arg);
}

static void the_bootloader_of_the_tests_conforms(void)
{
    struct port_check r = as("fakeboot");

    for (unsigned limit = 0; limit < 4; limit++) {
        struct fakeboot fake = {.limit = limit, .at_once = limit % 2};
        struct rota_boot boot = fakeboot_table(&fake);
        const struct port_check_boot b = {
            .boot = &boot, .restart = fake_restart, .arg = &fake};
        CHECK(port_check_boot(&r, &b) == 0);
    }
}

static void confirm_all_restart(void *arg)
{
    struct fakeboot *b = arg;

    fakeboot_restart(b);
    if (b->state == ROTA_BOOT_ROLLED_BACK)
        b->state = ROTA_BOOT_CONFIRMED;
}

static void a_bootloader_that_tells_no_failure_is_found(void)
{
    struct fakeboot fake = {0};
    struct rota_boot boot = fakeboot_table(&fake);
    const struct port_check_boot b = {
        .boot = &boot, .restart = confirm_all_restart, .arg = &fake};

    CHECK(port_check_boot(&quiet, &b) > 0);
}

/* --- net ------------------------------------------------------------------ */

static struct rota_net_bsd bsd;

static void idle(void *arg)
{
    (void)arg;
    rota_net_bsd_wait(&bsd, 20);
}

static int run_net(const struct port_check *r, const struct rota_net *net)
{
    uint16_t port = 0, closed = 0;
    int echo = peer_start(&port, peer_echo),
        taken = peer_listen("127.0.0.1", &closed, 1);
    const struct port_check_net n = {.net = net,
                                     .sys = &rota_sys_posix,
                                     .host = "127.0.0.1",
                                     .port = port,
                                     .closed_port = closed,
                                     .idle = idle};
    int bad;

    close(taken);
    CHECK(echo > 0 && taken >= 0);
    bad = port_check_net(r, &n);
    peer_stop(echo);
    return bad;
}

static void net_bsd_conforms(void)
{
    struct port_check r = as("net_bsd");
    struct rota_net net = rota_net_bsd_init(&bsd);

    CHECK(run_net(&r, &net) == 0);
}

static struct rota_net good;

static int open_lazy(void *ctx, const char *host, uint16_t port)
{
    int err = good.open(ctx, host, port), off = 0;

    if (!err)
        setsockopt(bsd.fd, IPPROTO_TCP, TCP_NODELAY, &off, sizeof(off));
    return err;
}

static int recv_zero(void *ctx, void *buf, size_t len)
{
    int n = good.recv(ctx, buf, len);

    return n == ROTA_ECLOSED ? 0 : n;
}

static int recv_late(void *ctx, void *buf, size_t len)
{
    if (ticks++ == 20)
        usleep(300000);
    return good.recv(ctx, buf, len);
}

static int send_twice(void *ctx, const void *buf, size_t len)
{
    int n = good.send(ctx, buf, len);

    if (n == 1460)
        good.send(ctx, buf, 1);
    return n;
}

static int open_mixed_up(void *ctx, const char *host, uint16_t port)
{
    int err = good.open(ctx, host, port);

    return err == ROTA_ECONNECT ? ROTA_EDNS : err;
}

static void wrong_sockets_are_found(void)
{
    struct rota_net net = good = rota_net_bsd_init(&bsd);

    net.recv = recv_zero;
    CHECK(run_net(&quiet, &net) > 0);
    net = good;
    net.recv = recv_late;
    ticks = 0;
    CHECK(run_net(&quiet, &net) == 1);
    net = good;
    net.send = send_twice;
    CHECK(run_net(&quiet, &net) > 0);
    net = good;
    net.open = open_lazy;
    CHECK(run_net(&quiet, &net) == 1);
    net = good;
    net.open = open_mixed_up;
    CHECK(run_net(&quiet, &net) == 1);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(sys_posix_conforms);
    RUN(wrong_clocks_and_random_numbers_are_found);
    RUN(flash_file_conforms);
    RUN(the_flash_of_the_tests_conforms_in_every_geometry);
    RUN(flash_whose_blocks_differ_conforms);
    RUN(wrong_flash_is_found);
    RUN(a_wrong_map_of_the_blocks_is_found);
    RUN(boot_symlink_conforms);
    RUN(boot_uboot_conforms_in_both_vocabularies);
    RUN(the_bootloader_of_the_tests_conforms);
    RUN(a_bootloader_that_tells_no_failure_is_found);
    RUN(net_bsd_conforms);
    RUN(wrong_sockets_are_found);
    return test_end();
}
