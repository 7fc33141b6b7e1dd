/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "fwenv.h"
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct rota_fwenv e;

static const char *read_text(const char *text)
{
    char name[] = "/tmp/rota-fwenv-XXXXXX";
    int fd = mkstemp(name);
    size_t len = strlen(text);
    const char *why;

    CHECK(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    close(fd);
    why = rota_fwenv_read(&e, name);
    unlink(name);
    return why;
}

static bool says(const char *text, const char *part)
{
    const char *why = read_text(text);

    if (why && strstr(why, part))
        return true;
    printf("no \"%s\" in \"%s\"\n", part, why ? why : "");
    return false;
}

static void one_copy_and_two_are_read(void)
{
    struct rota_uboot_file f = {.size = 0};

    CHECK(!read_text("/boot/uboot.env 0x0000 0x4000\n"));
    CHECK(e.count == 1 && e.off[0] == 0 && e.size == 0x4000);
    CHECK(strcmp(e.name[0], "/boot/uboot.env") == 0);
    CHECK(!read_text("/dev/mmcblk0 0x3fffffff00 8192\n"
                     "/dev/mmcblk1\t4194304 020000"));
    CHECK(e.count == 2 && e.size == 8192);
    CHECK(e.off[0] == 0x3fffffff00 && e.off[1] == 4194304);
    rota_fwenv_fill(&e, &f);
    CHECK(f.copy[0].path == e.name[0] && f.copy[1].path == e.name[1]);
    CHECK(f.copy[1].off == 4194304 && f.size == 8192);
}

static void what_is_not_for_us_is_passed_over(void)
{
    CHECK(!read_text("# name off size\n\n  \t\n"
                     "/dev/mtd1 0 0x4000 0x4000 2 1 # two sectors\r\n"));
    CHECK(e.count == 1 && strcmp(e.name[0], "/dev/mtd1") == 0);
    CHECK(!read_text("/e 0 0x4000#\n#/f 0 0x4000\n") && e.count == 1);
}

static void what_makes_no_sense_is_named(void)
{
    CHECK(says("", "names no environment"));
    CHECK(says("# /dev/mmcblk0 0 0x4000\n", "names no environment"));
    CHECK(says("/e 0 16\n/f 0 16\n/g 0 16\n", "more than two"));
    CHECK(says("/e 0 16\n/f 0 32\n", "different sizes"));
    CHECK(says("/e\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 0\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 0 -16\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e -0x4000 16\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 0x 16\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 9 16\n/f 09 16\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 0 16k\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 0 0x100001\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 0x8000000000000000 16\n", "DEVICE OFFSET SIZE"));
    CHECK(says("/e 99999999999999999999 16\n", "DEVICE OFFSET SIZE"));
    CHECK(!read_text("/e 0x7fffffffffffffff 0x100000\n"));
}

static void names_and_lines_have_a_length(void)
{
    char text[1024];

    memset(text, 'x', sizeof(text));
    strcpy(text + ROTA_FWENV_NAME - 1, " 0 16\n");
    CHECK(!read_text(text) && strlen(e.name[0]) == ROTA_FWENV_NAME - 1);
    text[ROTA_FWENV_NAME - 1] = 'x';
    strcpy(text + ROTA_FWENV_NAME, " 0 16\n");
    CHECK(says(text, "too long a name"));
    memset(text, ' ', sizeof(text));
    strcpy(text + 1000, "/e 0 16\n");
    CHECK(says(text, "too long a line"));
}

static void a_file_that_cannot_be_read_says_so(void)
{
    CHECK(strcmp(rota_fwenv_read(&e, "/nonexistent/fw_env.config"),
                 strerror(ENOENT))
          == 0);
    CHECK(strcmp(rota_fwenv_read(&e, "/tmp"), strerror(EISDIR)) == 0);
}

int main(void)
{
    RUN(one_copy_and_two_are_read);
    RUN(what_is_not_for_us_is_passed_over);
    RUN(what_makes_no_sense_is_named);
    RUN(names_and_lines_have_a_length);
    RUN(a_file_that_cannot_be_read_says_so);
    return test_end();
}
