/* SPDX-License-Identifier: Apache-2.0 */
/* Roots from PEM in memory, without and with a heap; files, and all that text
 * may be like: test_anchors_pem.c. */
#include "anchors_text.h"
#include "support/test.h"

#include <stdbool.h>
#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

/* DER enough for a reader that leaves the inside to others: 30 03 02 01 n. */
#define ONE BEGIN "MAMCAQE=\n" END
#define TWO BEGIN "MAMCAQI=\n" END
#define CRLF                                                                   \
    "-----BEGIN CERTIFICATE-----\r\nMAMCAQE=\r\n-----END CERTIFICATE-----\r\n"

enum { DER = 5, ROOM = 3 };

static struct rota_anchor list[ROOM];
static uint8_t der[64];

static bool root_is(size_t i, uint8_t n)
{
    const uint8_t want[DER] = {0x30, 3, 2, 1, n};

    return list[i].len == DER && !memcmp(list[i].der, want, DER);
}

/* Read a copy of just len bytes: what lies behind it is not text's. */
static int read_bytes(const char *text, size_t len)
{
    char copy[512];

    memcpy(copy, text, len);
    memset(copy + len, '=', sizeof copy - len);
    return rota_anchors_text(copy, len, der, sizeof der, list, ROOM);
}

static int read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void certificates_come_in_order_one_behind_the_other(void)
{
    CHECK(read_text(ONE) == 1 && root_is(0, 1));
    CHECK(read_text(TWO "words\n" ONE CRLF) == 3);
    CHECK(root_is(0, 2) && root_is(1, 1) && root_is(2, 1));
    CHECK(list[0].der == der && list[1].der == der + DER);
    CHECK(rota_anchors_text_count(ONE TWO, strlen(ONE TWO)) == 2);
}

static void text_may_end_without_a_nul_or_at_one(void)
{
    static const char padded[300] = ONE;

    CHECK(read_bytes(ONE TWO, strlen(ONE)) == 1);
    CHECK(read_bytes(padded, sizeof padded) == 1 && root_is(0, 1));
    CHECK(read_bytes("\0" ONE, strlen(ONE) + 1) == 0);
    CHECK(rota_anchors_text_count("\0" ONE, strlen(ONE) + 1) == 0);
}

static void the_bytes_may_take_the_place_of_the_text(void)
{
    static char text[] = "Some CA\n" ONE CRLF TWO;
    size_t len = strlen(text);

    CHECK(rota_anchors_text(text, len, text, len, list, ROOM) == 3);
    CHECK(root_is(0, 1) && root_is(1, 1) && root_is(2, 2));
    CHECK((const char *)list[0].der == text);
}

static void without_a_certificate_there_are_none(void)
{
    CHECK(rota_anchors_text(NULL, 0, NULL, 0, NULL, 0) == 0);
    CHECK(rota_anchors_text_count(NULL, 0) == 0);
    CHECK(read_text("hello\n") == 0);
    CHECK(read_text("text " ONE) == 0);
}

static void a_damaged_certificate_in_memory_is_an_error(void)
{
    static const char *const bad[] = {
        BEGIN END,
        BEGIN "MAMCAQE\n" END,
        BEGIN "MAMCA?E=\n" END,
        BEGIN "MAMC=QE=\n" END,
        BEGIN "MAMC====\n" END,
        BEGIN "AAMCAQE=\n" END, /* no SEQUENCE */
        BEGIN "MIACAQE=\n" END, /* of no stated length */
        BEGIN "MAMCAQEA\n" END, /* too long */
        BEGIN "MAMCAQE=\n" ONE,
        ONE BEGIN "MAMCA\n" END,
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(read_text(bad[i]) == ROTA_EINVAL);
}

static void text_cut_anywhere_is_refused_or_a_root_shorter(void)
{
    static const char all[] = CRLF ONE TWO;
    const size_t first = strlen(CRLF), mark = sizeof(BEGIN) - 2;

    for (size_t len = 0; len < sizeof all - 1; len++) {
        int n = read_bytes(all, len);
        CHECK(n == ROTA_EINVAL || (n >= 0 && n <= 3));
        CHECK(n <= 0 || root_is(0, 1));
        CHECK(n != 0 || len < mark);
        CHECK(n != 1 || (len >= first - 3 && len < first + mark));
    }
}

static void too_little_room_is_told_and_never_passed(void)
{
    for (size_t room = 0; room <= 2 * DER; room++) {
        int want = room < 2 * DER ? ROTA_ENOSPC : 2;
        memset(der, 0xa5, sizeof der);
        CHECK(rota_anchors_text(ONE TWO, strlen(ONE TWO), der, room, list, 2)
              == want);
        CHECK(der[room] == 0xa5);
    }
    for (size_t max = 0; max < 2; max++)
        CHECK(rota_anchors_text(ONE TWO, strlen(ONE TWO), der, sizeof der, list,
                                max)
              == ROTA_ENOSPC);
}

int main(void)
{
    RUN(certificates_come_in_order_one_behind_the_other);
    RUN(text_may_end_without_a_nul_or_at_one);
    RUN(the_bytes_may_take_the_place_of_the_text);
    RUN(without_a_certificate_there_are_none);
    RUN(a_damaged_certificate_in_memory_is_an_error);
    RUN(text_cut_anywhere_is_refused_or_a_root_shorter);
    RUN(too_little_room_is_told_and_never_passed);
    return test_end();
}
