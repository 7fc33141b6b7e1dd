/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "flash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flash/journal.h"
#include "flash/slot.h"
#include "support/test.h"
#include "flash/hash.h"

enum { KIB = 1024, CAPACITY = 256 * KIB, ERASE = 16 * KIB };

static char dir[64] = "/tmp/rota-flash-XXXXXX";
static char path[128];
static struct rota_flash_file file;
static struct rota_flash flash;
static uint8_t data[CAPACITY], back[CAPACITY];

static int open_file(uint32_t capacity, uint32_t erase_size)
{
    int err = rota_flash_file_open(&file, path, capacity, erase_size);
    if (!err)
        flash = rota_flash_file_init(&file);
    return err;
}

static void name_file(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", dir, name);
}

static struct stat status(void)
{
    struct stat st = {.st_size = -1};
    CHECK(stat(path, &st) == 0);
    return st;
}

static bool zeros(uint32_t off, uint32_t len)
{
    memset(back, 1, len);
    CHECK(flash.read(&file, off, back, len) == ROTA_OK);
    for (uint32_t i = 0; i < len; i++)
        if (back[i])
            return false;
    return true;
}

static bool same(uint32_t off, uint32_t len)
{
    memset(back, 0, len);
    CHECK(flash.read(&file, off, back, len) == ROTA_OK);
    return memcmp(back, data + off, len) == 0;
}

/* --- A file that works --------------------------------------------------- */

static void a_new_file_is_private_empty_and_reads_as_erased(void)
{
    name_file("new");
    mode_t old = umask(0);
    CHECK(open_file(CAPACITY + 100, ERASE) == ROTA_OK);
    umask(old);
    CHECK((status().st_mode & 07777) == 0600 && status().st_size == 0);
    CHECK(flash.size == CAPACITY && flash.erase_size == ERASE);
    CHECK(flash.prog_size == 1 && flash.erased == 0x00);
    CHECK(rota_flash_check(&flash) == ROTA_OK);
    CHECK(zeros(0, CAPACITY));
    for (uint32_t off = 0; off < CAPACITY; off += ERASE)
        CHECK(flash.erase(&file, off) == ROTA_OK);
    CHECK(flash.sync(&file) == ROTA_OK);
    CHECK(status().st_size == 0);
    CHECK(fcntl(file.fd, F_GETFD) & FD_CLOEXEC);
    rota_flash_file_close(&file);
    rota_flash_file_close(&file);
}

static void what_was_programmed_is_there_after_opening_again(void)
{
    name_file("kept");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(flash.prog(&file, 0, data, 5) == ROTA_OK);
    CHECK(flash.prog(&file, 5, data + 5, 70001) == ROTA_OK);
    CHECK(flash.sync(&file) == ROTA_OK);
    CHECK(status().st_size == 70006);
    rota_flash_file_close(&file);
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(same(0, 70006) && zeros(70006, CAPACITY - 70006));
    rota_flash_file_close(&file);
}

static void an_erased_block_reads_as_zeros_and_frees_its_room(void)
{
    name_file("erased");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(flash.prog(&file, 0, data, 100000) == ROTA_OK);
    CHECK(flash.sync(&file) == ROTA_OK);
    CHECK(flash.erase(&file, ERASE) == ROTA_OK);
    CHECK(zeros(ERASE, ERASE) && same(0, ERASE));
    CHECK(same(2 * ERASE, 100000 - 2 * ERASE));
    CHECK(flash.erase(&file, 100000 / ERASE * ERASE) == ROTA_OK);
    CHECK(zeros(100000 / ERASE * ERASE, ERASE));
    CHECK(status().st_size == 100000);
    CHECK(status().st_blocks * 512 <= 80 * KIB);
    CHECK(flash.prog(&file, ERASE, data + ERASE, ERASE) == ROTA_OK);
    CHECK(same(0, 100000 / ERASE * ERASE));
    rota_flash_file_close(&file);
}

static void a_file_is_cut_to_its_image_and_never_grown(void)
{
    name_file("cut");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(flash.prog(&file, 0, data, 50000) == ROTA_OK);
    CHECK(rota_flash_file_cut(&file, 60000) == ROTA_OK);
    CHECK(status().st_size == 50000);
    CHECK(rota_flash_file_cut(&file, 20000) == ROTA_OK);
    CHECK(status().st_size == 20000);
    CHECK(flash.erase(&file, 2 * ERASE) == ROTA_OK);
    CHECK(status().st_size == 20000 && same(0, 20000));
    CHECK(zeros(20000, 30000));
    rota_flash_file_close(&file);
}

static void the_default_size_is_what_the_disk_has_room_for(void)
{
    name_file("default");
    CHECK(open_file(0, 0) == ROTA_OK);
    CHECK(flash.erase_size == 1024 * KIB);
    CHECK(flash.size >= flash.erase_size && flash.size <= INT32_MAX);
    CHECK(rota_flash_check(&flash) == ROTA_OK);
    rota_flash_file_close(&file);
    CHECK(open_file(UINT32_MAX, 0) == ROTA_OK);
    CHECK(flash.size == INT32_MAX - (1024 * KIB - 1));
    rota_flash_file_close(&file);
}

/* --- With what it is for ------------------------------------------------- */

static void an_image_becomes_a_file_of_its_size(void)
{
    struct rota_slot slot;
    uint8_t digest[ROTA_SHA256_LEN], want[ROTA_SHA256_LEN];
    struct rota_hash hash;
    uint32_t size = 200001;
    int n, err;

    name_file("image");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(rota_slot_begin(&slot, &flash, CAPACITY + 1) == ROTA_ETOOBIG);
    CHECK(rota_slot_begin(&slot, &flash, size) == ROTA_OK);
    while (slot.written < size) {
        n = rota_slot_write(&slot, data + slot.written, size - slot.written);
        CHECK(n > 0 || n == ROTA_EAGAIN);
    }
    CHECK(rota_slot_finish(&slot) == ROTA_OK);
    CHECK(status().st_size == (off_t)size && same(0, size));
    while ((err = rota_slot_check(&slot, &hash, back, 5000, digest))
           == ROTA_EAGAIN)
        ;
    CHECK(err == ROTA_OK && rota_hash_begin(&hash) == ROTA_OK);
    for (uint32_t i = 0; i < size; i += 3)
        CHECK(rota_hash_add(&hash, data + i, 3) == ROTA_OK);
    CHECK(rota_hash_end(&hash, want) == ROTA_OK);
    CHECK(memcmp(digest, want, sizeof want) == 0);
    rota_flash_file_close(&file);
}

static void a_journal_lives_in_a_file(void)
{
    struct rota_journal j;
    char record[100];

    name_file("journal");
    for (int i = 0; i < 300; i++) {
        CHECK(open_file(8 * KIB, 4 * KIB) == ROTA_OK);
        CHECK(rota_journal_open(&j, &flash) == ROTA_OK);
        memset(record, i - 1, sizeof record);
        if (i > 0) {
            CHECK(rota_journal_get(&j, 1, back, sizeof back) == 100);
            CHECK(memcmp(back, record, sizeof record) == 0);
        }
        memset(record, i, sizeof record);
        CHECK(rota_journal_put(&j, 1, record, sizeof record) == ROTA_OK);
        rota_flash_file_close(&file);
    }
    CHECK(status().st_size <= 8 * KIB);
}

/* --- What cannot be ------------------------------------------------------ */

static void only_files_and_devices_are_opened(void)
{
    char target[192];

    name_file("link");
    snprintf(target, sizeof target, "%s/kept", dir);
    CHECK(symlink(target, path) == 0);
    CHECK(open_file(CAPACITY, ERASE) == ROTA_EINVAL);
    name_file("dangling");
    snprintf(target, sizeof target, "%s/not-there", dir);
    CHECK(symlink(target, path) == 0);
    CHECK(open_file(CAPACITY, ERASE) == ROTA_EINVAL);
    CHECK(access(target, F_OK) != 0);
    name_file("pipe");
    CHECK(mkfifo(path, 0600) == 0);
    CHECK(open_file(CAPACITY, ERASE) == ROTA_EINVAL);
    name_file(".");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_EINVAL);
    strcpy(path, "/dev/null");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_EINVAL);
    CHECK(file.fd == -1);
    name_file("no/folder");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_EIO && errno == ENOENT);
}

static void sizes_that_make_no_sense_are_refused(void)
{
    name_file("sizes");
    CHECK(open_file(ERASE - 1, ERASE) == ROTA_EINVAL);
    CHECK(open_file(CAPACITY, 500) == ROTA_EINVAL);
    CHECK(open_file(ERASE, ERASE) == ROTA_OK && flash.size == ERASE);
    rota_flash_file_close(&file);
}

static void a_write_that_ends_midway_is_told(void)
{
    struct rlimit old, low = {.rlim_cur = 30000, .rlim_max = RLIM_INFINITY};

    name_file("limited");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
    low.rlim_max = old.rlim_max;
    CHECK(setrlimit(RLIMIT_FSIZE, &low) == 0);
    CHECK(flash.prog(&file, 0, data, 20000) == ROTA_OK);
    CHECK(flash.prog(&file, 20000, data, 20000) == ROTA_EIO);
    CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
    CHECK(flash.erase(&file, ERASE) == ROTA_OK && zeros(ERASE, ERASE));
    rota_flash_file_close(&file);
}

static void a_failed_sync_stays_failed(void)
{
    int ends[2], fd;

    name_file("sync");
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(pipe(ends) == 0); /* which cannot be synced */
    fd = file.fd;
    file.fd = ends[0];
    CHECK(flash.sync(&file) == ROTA_EIO);
    file.fd = fd;
    CHECK(flash.sync(&file) == ROTA_EIO);
    rota_flash_file_close(&file);
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(flash.sync(&file) == ROTA_OK);
    rota_flash_file_close(&file);
    close(ends[0]);
    close(ends[1]);
}

static bool write_text(const char *name, const char *format, unsigned id)
{
    char text[32];
    int fd = open(name, O_WRONLY | O_CLOEXEC);

    snprintf(text, sizeof text, format, id);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* A view of the file systems that may be changed, of this process alone: root
 * may have it, others where they may become root of a user namespace. */
static bool own_mounts(void)
{
    unsigned uid = (unsigned)getuid(), gid = (unsigned)getgid();

    if (!unshare(CLONE_NEWNS))
        return true;
    return !unshare(CLONE_NEWUSER | CLONE_NEWNS)
        && write_text("/proc/self/setgroups", "deny", 0)
        && write_text("/proc/self/uid_map", "0 %u 1", uid)
        && write_text("/proc/self/gid_map", "0 %u 1", gid);
}

static bool mount_small(void)
{
    return own_mounts() && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)
        && !mount("rota", dir, "tmpfs", 0, "size=128k,nr_inodes=0");
}

static void a_full_disk_is_told(void)
{
    name_file("full");
    CHECK(open_file(0, ERASE) == ROTA_OK);
    CHECK(flash.size == 128 * KIB);
    rota_flash_file_close(&file);
    CHECK(open_file(CAPACITY, ERASE) == ROTA_OK);
    CHECK(flash.prog(&file, 0, data, 100000) == ROTA_OK);
    CHECK(flash.prog(&file, 100000, data, 100000) == ROTA_ENOSPC);
    CHECK(flash.prog(&file, 150000, data, 1) == ROTA_ENOSPC);
    CHECK(flash.erase(&file, 0) == ROTA_OK); /* makes room */
    CHECK(flash.prog(&file, 150000, data, 1) == ROTA_OK);
    rota_flash_file_close(&file);
    CHECK(unlink(path) == 0);
    name_file("big");
    CHECK(open_file(0, 1024 * KIB) == ROTA_ENOSPC);
    CHECK(unlink(path) == 0);
}

static void a_file_system_that_cannot_be_written_is_told(void)
{
    name_file("readonly");
    CHECK(open_file(64 * KIB, ERASE) == ROTA_OK);
    rota_flash_file_close(&file);
    CHECK(!mount(NULL, dir, NULL, MS_REMOUNT | MS_RDONLY | MS_BIND, NULL));
    CHECK(open_file(64 * KIB, ERASE) == ROTA_EREADONLY);
    name_file("readonly-new");
    CHECK(open_file(64 * KIB, ERASE) == ROTA_EREADONLY);
    CHECK(umount2(dir, MNT_DETACH) == 0);
}

static void remove_files(void)
{
    static const char *const names[] = {
        "new",  "kept",     "erased", "cut",   "default", "image", "journal",
        "link", "dangling", "pipe",   "sizes", "limited", "sync"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        name_file(names[i]);
        CHECK(unlink(path) == 0);
    }
    CHECK(rmdir(dir) == 0);
}

int main(void)
{
    static unsigned char memory[16384]; /* for PSA */
    static struct rota_arena arena;

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    for (uint32_t i = 0; i < CAPACITY; i++)
        data[i] = (uint8_t)(1 + i % 251);
    if (!mkdtemp(dir))
        return 1;
    RUN(a_new_file_is_private_empty_and_reads_as_erased);
    RUN(what_was_programmed_is_there_after_opening_again);
    RUN(an_erased_block_reads_as_zeros_and_frees_its_room);
    RUN(a_file_is_cut_to_its_image_and_never_grown);
    RUN(the_default_size_is_what_the_disk_has_room_for);
    RUN(an_image_becomes_a_file_of_its_size);
    RUN(a_journal_lives_in_a_file);
    RUN(only_files_and_devices_are_opened);
    RUN(sizes_that_make_no_sense_are_refused);
    RUN(a_write_that_ends_midway_is_told);
    RUN(a_failed_sync_stays_failed);
    if (mount_small()) {
        RUN(a_full_disk_is_told);
        RUN(a_file_system_that_cannot_be_written_is_told);
    } else {
        printf("no small file system here: two tests left out\n");
    }
    RUN(remove_files);
    return test_end();
}
