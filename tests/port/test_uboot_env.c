/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an environment. */
#include "uboot_env.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

static uint8_t buf[64];
static struct rota_uboot_env e = {buf, sizeof buf, true};

static void begin(bool flag)
{
    memset(buf, 0, sizeof buf);
    e = (struct rota_uboot_env){buf, sizeof buf, flag};
}

static int set(const char *name, const char *value)
{
    return rota_uboot_env_set(&e, name, value);
}

static bool is(const char *name, const char *value)
{
    const char *found = rota_uboot_env_get(&e, name);

    return found ? value && !strcmp(found, value) : !value;
}

/* All bytes from the variables on: s and zeros. */
static bool holds(const char *s, size_t len)
{
    size_t head = e.flag ? 5 : 4, room = sizeof buf - head;

    if (memcmp(buf + head, s, len) != 0)
        return false;
    for (size_t i = len; i < room; i++)
        if (buf[head + i])
            return false;
    return true;
}
#define HOLDS(s) holds(s, sizeof(s))

/* What fw_setenv of libubootenv 0.3.2 wrote into a copy of 64 bytes. */
static const uint8_t one_copy[64] =
    "\x00\x00\x00\x00"
    "a1=x\0alpha=two\0bootcount=0\0foo=bar\0zeta=1\0";

static void variables_are_kept_in_the_order_of_their_names(void)
{
    begin(true);
    CHECK(!set("zeta", "1") && !set("a1", "x") && !set("foo", "bar"));
    CHECK(!set("alpha", "two") && !set("a", "y") && !set("foo", "b"));
    CHECK(HOLDS("a=y\0a1=x\0alpha=two\0foo=b\0zeta=1\0"));
    CHECK(is("a", "y") && is("a1", "x") && is("zeta", "1"));
    CHECK(is("b", NULL) && is("", NULL) && is("zet", NULL)
          && is("zeta1", NULL));
}

static void no_value_and_an_empty_one_remove_a_variable(void)
{
    begin(false);
    CHECK(!set("b", "2") && !set("a", "1") && !set("c", "3"));
    CHECK(!set("b", NULL) && HOLDS("a=1\0c=3\0"));
    CHECK(!set("c", "") && HOLDS("a=1\0"));
    CHECK(!set("x", NULL) && HOLDS("a=1\0"));
    CHECK(!set("a", NULL) && HOLDS(""));
    rota_uboot_env_seal(&e, 0);
    CHECK(rota_uboot_env_valid(&e));
}

static void of_a_variable_that_is_there_twice_the_last_counts(void)
{
    begin(true);
    memcpy(buf + 5, "b=1\0a=9\0b=2\0b\0c=3\0", 19);
    CHECK(is("b", "2"));
    CHECK(!set("b", "4") && is("b", "4") && is("c", "3") && is("a", "9"));
    CHECK(!set("b", NULL) && HOLDS("a=9\0c=3\0"));
}

static void a_name_that_cannot_be_is_refused(void)
{
    begin(true);
    CHECK(set("", "1") == ROTA_EINVAL && set("a=b", "1") == ROTA_EINVAL);
    CHECK(HOLDS(""));
}

static void what_does_not_fit_changes_nothing(void)
{
    char value[64];

    for (int flag = 0; flag < 2; flag++) {
        size_t room = sizeof buf - 4 - (size_t)flag;
        begin(flag);
        CHECK(!set("b", "1"));
        memset(value, 'v', sizeof value);
        value[room - 5 - 2] = '\0'; /* b=1 and a= with their ends, and all's */
        CHECK(set("a", value) == ROTA_ENOSPC && HOLDS("b=1\0"));
        value[room - 5 - 3] = '\0';
        CHECK(!set("a", value) && is("a", value) && is("b", "1"));
        rota_uboot_env_seal(&e, 1);
        CHECK(rota_uboot_env_valid(&e));
        CHECK(set("b", "22") == ROTA_ENOSPC && is("b", "1"));
        CHECK(!set("a", "s") && !set("b", "22"));
    }
}

static void the_crc_covers_the_variables_and_not_the_flag(void)
{
    begin(false);
    memcpy(buf, one_copy, sizeof buf);
    rota_uboot_env_seal(&e, 7);
    CHECK(!memcmp(buf, "\xbc\x57\xd6\xdf", 4));
    CHECK(buf[4] == 'a');
    begin(true);
    memcpy(buf + 5, one_copy + 4, sizeof buf - 5);
    rota_uboot_env_seal(&e, 7);
    CHECK(!memcmp(buf, "\x8a\x0f\xd2\xb9\x07", 5));
    buf[4] = 9;
    CHECK(rota_uboot_env_valid(&e));
}

static void each_wrong_bit_is_found(void)
{
    begin(false);
    memcpy(buf, one_copy, sizeof buf);
    rota_uboot_env_seal(&e, 0);
    for (size_t i = 0; i < 8 * sizeof buf; i++) {
        buf[i / 8] ^= (uint8_t)(1 << i % 8);
        CHECK(!rota_uboot_env_valid(&e));
        buf[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    CHECK(rota_uboot_env_valid(&e));
}

static void a_list_without_an_end_is_not_valid(void)
{
    for (int flag = 0; flag < 2; flag++) {
        begin(flag);
        memset(buf, 'x', sizeof buf);
        rota_uboot_env_seal(&e, 0);
        CHECK(!rota_uboot_env_valid(&e));
        buf[sizeof buf - 1] = '\0';
        rota_uboot_env_seal(&e, 0);
        CHECK(!rota_uboot_env_valid(&e));
        buf[sizeof buf - 2] = '\0';
        rota_uboot_env_seal(&e, 0);
        CHECK(rota_uboot_env_valid(&e));
        CHECK(is("x", NULL) && set("x", "1") == ROTA_ENOSPC);
    }
}

/* Filled to the last byte or not, with a right CRC: nothing reads or writes
 * outside, and what was set is there. */
static void random_bytes_with_a_right_crc_are_lived_with(void)
{
    static const char *const names[] = {"a", "=", "b", "BOOT_ORDER"};
    int valid = 0;

    srand(1);
    for (int run = 0; run < 20000; run++) {
        uint8_t *p = malloc(24); /* for the sanitizer to guard */
        struct rota_uboot_env r = {p, 24, run % 2};
        for (int i = 0; i < 24; i++)
            p[i] = (uint8_t) "ab=\0\0b"[rand() % 6];
        rota_uboot_env_seal(&r, 0);
        if (rota_uboot_env_valid(&r)) {
            const char *name = names[rand() % 4];
            valid++;
            if (!rota_uboot_env_set(&r, name, "1"))
                CHECK(!strcmp(rota_uboot_env_get(&r, name), "1"));
            rota_uboot_env_seal(&r, 0);
            CHECK(rota_uboot_env_valid(&r));
        }
        free(p);
    }
    CHECK(valid > 1000);
}

static void the_newer_of_two_flags_wraps_at_255(void)
{
    for (int i = 0; i < 256; i++) {
        CHECK(rota_uboot_env_newer((uint8_t)i, (uint8_t)(i + 1)) == 1);
        CHECK(rota_uboot_env_newer((uint8_t)(i + 1), (uint8_t)i) == 0);
        CHECK(rota_uboot_env_newer((uint8_t)i, (uint8_t)i) == 0);
    }
    CHECK(rota_uboot_env_newer(254, 0) == 0);
    CHECK(rota_uboot_env_newer(1, 255) == 1);
}

int main(void)
{
    RUN(variables_are_kept_in_the_order_of_their_names);
    RUN(no_value_and_an_empty_one_remove_a_variable);
    RUN(of_a_variable_that_is_there_twice_the_last_counts);
    RUN(a_name_that_cannot_be_is_refused);
    RUN(what_does_not_fit_changes_nothing);
    RUN(the_crc_covers_the_variables_and_not_the_flag);
    RUN(each_wrong_bit_is_found);
    RUN(a_list_without_an_end_is_not_valid);
    RUN(random_bytes_with_a_right_crc_are_lived_with);
    RUN(the_newer_of_two_flags_wraps_at_255);
    return test_end();
}
