/* SPDX-License-Identifier: Apache-2.0 */
#include "anchors_bundle.h"

#include <stdlib.h>
#include <string.h>

#include "support/spec.h"
#include "support/test.h"
#include "base/bytes.h"

#define HEAD 12
#define MAX 8

static uint8_t made[1 << 18];
static size_t made_len;
static struct rota_anchor out[MAX];

static void put32(size_t at, size_t v)
{
    for (int i = 0; i < 4; i++)
        made[at + (size_t)i] = (uint8_t)(v >> 8 * i);
}

static void begin(void)
{
    memcpy(made, "rtr1", 4);
    made_len = HEAD;
}

static void add(const void *bytes, size_t len)
{
    memcpy(made + made_len, bytes, len);
    made_len += len;
}

/* The head for so many certificates, and a CRC that fits whatever it is. */
static void end(size_t count)
{
    put32(4, made_len + 4);
    put32(8, count);
    put32(made_len, rota_bytes_crc32(0, made, made_len));
    made_len += 4;
}

/* A SEQUENCE of body bytes, its length in so many octets, 0 = short form. */
static void add_sequence(size_t body, unsigned octets)
{
    made[made_len++] = 0x30;
    made[made_len++] = (uint8_t)(octets ? 0x80 | octets : body);
    while (octets-- > 0)
        made[made_len++] = (uint8_t)(body >> 8 * octets);
    for (size_t i = 0; i < body; i++)
        made[made_len++] = (uint8_t)(i * 7 + (i >> 8));
}

/* Read len bytes from a block that ends there, for the sanitizers. */
static int read_bytes(const uint8_t *bytes, size_t len, size_t max)
{
    uint8_t *copy = malloc(len ? len : 1);

    memcpy(copy, bytes, len);
    int n = rota_anchors_bundle(copy, len, out, max);
    for (int i = 0; i < n; i++) /* where it points goes with the block */
        CHECK(out[i].der > copy && out[i].der + out[i].len < copy + len);
    free(copy);
    return n;
}

static int read_made(void)
{
    return read_bytes(made, made_len, MAX);
}

static bool anchor_is(size_t i, size_t at, size_t len)
{
    return out[i].der == made + at && out[i].len == len;
}

static void vector(void)
{
    FILE *f = spec_open("Bundle of roots: test vector");
    char line[256];

    CHECK(f);
    made_len = 0;
    while (spec_line(f, line, sizeof(line)))
        made_len += spec_bytes(line, made, sizeof(made));
    CHECK(made_len == 26);
}

static void the_bytes_are_those_of_the_specification(void)
{
    vector();
    CHECK(rota_anchors_bundle(made, made_len, out, MAX) == 2);
    CHECK(anchor_is(0, HEAD, 5) && anchor_is(1, HEAD + 5, 5));
    CHECK(out[0].der[4] == 1 && out[1].der[4] == 2);
}

static void what_lies_behind_does_not_matter(void)
{
    vector();
    for (size_t behind = 0; behind < 64; behind++) {
        made[made_len + behind] = (uint8_t)(behind % 2 ? 0xff : 0x30);
        CHECK(read_bytes(made, made_len + behind, MAX) == 2);
    }
}

static void a_bundle_cut_anywhere_is_none_or_damaged(void)
{
    vector();
    for (size_t len = 0; len < made_len; len++)
        CHECK(read_bytes(made, len, MAX) == (len < 4 ? 0 : ROTA_ECORRUPT));
}

static void a_wrong_bit_anywhere_is_noticed(void)
{
    vector();
    for (size_t bit = 0; bit < 8 * made_len; bit++) {
        made[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(read_made() == (bit < 32 ? 0 : ROTA_ECORRUPT));
        made[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK(read_made() == 2);
}

/* As after a power loss while one bundle was written over another. */
static void a_bundle_torn_anywhere_is_none_or_damaged(void)
{
    uint8_t torn[26];

    vector();
    for (int erased = 0; erased <= 0xff; erased += 0xff)
        for (size_t at = 0; at < made_len; at++) {
            memcpy(torn, made, sizeof(torn));
            memset(torn + at, erased, sizeof(torn) - at);
            CHECK(read_bytes(torn, sizeof(torn), MAX)
                  == (at < 4 ? 0 : ROTA_ECORRUPT));
        }
}

static void erased_flash_is_no_bundle(void)
{
    memset(made, 0xff, 4096);
    CHECK(read_bytes(made, 4096, MAX) == 0);
    memset(made, 0, 4096);
    CHECK(read_bytes(made, 4096, MAX) == 0);
    CHECK(rota_anchors_bundle(NULL, 0, out, MAX) == 0);
}

static void more_than_there_is_room_for_are_refused(void)
{
    vector();
    for (size_t max = 0; max < 4; max++)
        CHECK(read_bytes(made, made_len, max) == (max < 2 ? ROTA_ENOSPC : 2));
    begin();
    for (size_t i = 0; i < MAX; i++)
        add("\x30", 2);
    end(MAX);
    CHECK(read_made() == MAX);
}

static void the_count_must_be_that_of_the_certificates(void)
{
    static const size_t counts[] = {0,       1,          3,         4,
                                    0x10000, 0x80000000, 0xffffffff};

    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        begin();
        add("\x30\x03\x02\x01\x01\x30\x03\x02\x01\x02", 10);
        end(counts[i]);
        int n = read_made();
        CHECK(n == (counts[i] > MAX ? ROTA_ENOSPC : ROTA_ECORRUPT));
    }
    begin();
    end(0);
    CHECK(read_made() == ROTA_ECORRUPT);
}

/* The CRC is right: whoever made it so must not get further than this. */
static void sizes_that_lie_are_refused(void)
{
    static const uint32_t sizes[] = {
        0, 1, 4, 11, 12, 15, 27, 0x7fffffff, 0x80000000, 0xffffffff};

    vector();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        put32(4, sizes[i]);
        put32(22, rota_bytes_crc32(0, made, 22));
        CHECK(read_made() == ROTA_ECORRUPT);
    }
}

static void what_is_no_certificate_in_der_is_refused(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"\x30", 1},
        {"\x31\x03\x02\x01\x01", 5}, /* no SEQUENCE */
        {"\x30\x04\x02\x01\x01", 5}, /* ends behind the end */
        {"\x30\x7f\x02\x01\x01", 5},
        {"\x30\x02\x02\x01\x01", 5},         /* ends before it */
        {"\x30\x80\x02\x01\x01\x00\x00", 7}, /* no length: BER */
        {"\x30\x81", 2},                     /* a length cut off */
        {"\x30\x82\x01", 3},
        {"\x30\x81\x03\x02\x01\x01", 6},         /* a length too long: BER */
        {"\x30\x83\x00\x00\x03\x02\x01\x01", 8}, /* and with zeros */
        {"\x30\x84\xff\xff\xff\xff\x01", 7},     /* no such length */
        {"\x30\x85\x01\x00\x00\x00\x00\x01", 8},
        {"\x30\xff\x01", 3},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        for (size_t place = 0; place < 3; place++)
            for (size_t count = place + 1; count <= MAX; count++) {
                begin();
                for (size_t k = 0; k < 3; k++)
                    if (k == place)
                        add(bad[i].bytes, bad[i].len);
                    else
                        add_sequence(128, 1);
                end(count);
                CHECK(read_made() == ROTA_ECORRUPT);
            }
}

static void a_length_with_a_leading_zero_is_refused(void)
{
    for (int zero = 0; zero <= 1; zero++) {
        begin();
        add_sequence(zero ? 128 : 256, 2);
        end(1);
        CHECK(read_made() == (zero ? ROTA_ECORRUPT : 1));
    }
}

static void certificates_of_every_size_are_found(void)
{
    static const struct {
        size_t body;
        unsigned octets;
    } sizes[] = {{0, 0},   {1, 0},   {127, 0},   {128, 1},
                 {255, 1}, {256, 2}, {65535, 2}, {65536, 3}};
    size_t at[8];

    begin();
    for (size_t i = 0; i < 8; i++) {
        at[i] = made_len;
        add_sequence(sizes[i].body, sizes[i].octets);
    }
    end(8);
    CHECK(rota_anchors_bundle(made, made_len, out, MAX) == 8);
    for (size_t i = 0; i < 8; i++)
        CHECK(anchor_is(i, at[i], 2 + sizes[i].octets + sizes[i].body));
}

int main(void)
{
    RUN(the_bytes_are_those_of_the_specification);
    RUN(what_lies_behind_does_not_matter);
    RUN(a_bundle_cut_anywhere_is_none_or_damaged);
    RUN(a_wrong_bit_anywhere_is_noticed);
    RUN(a_bundle_torn_anywhere_is_none_or_damaged);
    RUN(erased_flash_is_no_bundle);
    RUN(more_than_there_is_room_for_are_refused);
    RUN(the_count_must_be_that_of_the_certificates);
    RUN(sizes_that_lie_are_refused);
    RUN(what_is_no_certificate_in_der_is_refused);
    RUN(a_length_with_a_leading_zero_is_refused);
    RUN(certificates_of_every_size_are_found);
    return test_end();
}
