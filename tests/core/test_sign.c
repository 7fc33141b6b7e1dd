/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/sign.h"

#include <string.h>

#include "support/signer.h"
#include "support/test.h"

static unsigned char memory[32768];
static struct rota_arena arena;
static struct signer alice, bob;

static const char text[] = "{\"rota\":1,\"seq\":42}";
#define LEN (sizeof text - 1)

/* However many steps that takes. */
static int check_by(const struct rota_key *key, const void *it, size_t it_len,
                    const uint8_t *der, size_t len)
{
    struct rota_sign s = {0};
    int err;

    do
        err = rota_sign_check(&s, key, it, it_len, der, len);
    while (err == ROTA_EAGAIN);
    return err;
}

static int check(const uint8_t *der, size_t len)
{
    return check_by(&alice.key, text, LEN, der, len);
}

static void what_was_signed_is_known_again(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX];

    for (int i = 0; i < 50; i++) {
        size_t n = signer_sign(&alice, text, LEN, der);
        CHECK(check(der, n) == ROTA_OK);
        CHECK(check_by(&bob.key, text, LEN, der, n) == ROTA_ESIGNATURE);
        CHECK(check_by(&alice.key, text, LEN - 1, der, n) == ROTA_ESIGNATURE);
    }
    size_t n = signer_sign(&alice, "", 0, der);
    CHECK(check_by(&alice.key, "", 0, der, n) == ROTA_OK);
}

/* Of a signature no other encoding counts. */
static void each_changed_bit_and_length_of_a_signature_is_refused(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX + 1] = {0};
    size_t n = signer_sign(&alice, text, LEN, der);

    for (size_t bit = 0; bit < 8 * n; bit++) {
        der[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(check(der, n) == ROTA_ESIGNATURE);
        der[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t len = 0; len < n; len++)
        CHECK(check(der, len) == ROTA_ESIGNATURE);
    CHECK(check(der, n + 1) == ROTA_ESIGNATURE);
    CHECK(check(der, n) == ROTA_OK);
}

static void each_changed_bit_of_the_text_is_refused(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX];
    char copy[sizeof text];
    size_t n = signer_sign(&alice, text, LEN, der);

    memcpy(copy, text, sizeof text);
    for (size_t bit = 0; bit < 8 * LEN; bit++) {
        copy[bit / 8] ^= (char)(1 << bit % 8);
        CHECK(check_by(&alice.key, copy, LEN, der, n) == ROTA_ESIGNATURE);
        copy[bit / 8] ^= (char)(1 << bit % 8);
    }
}

/* The two numbers of a signature, as they are encoded. */
struct numbers {
    const uint8_t *r, *s;
    size_t r_len, s_len;
};

static struct numbers take_apart(const uint8_t *der)
{
    struct numbers v = {der + 4, der + 6 + der[3], der[3], der[5 + der[3]]};
    return v;
}

/* The signature again, with zeros in front of the numbers. */
static size_t put_together(const struct numbers *v, size_t r_pad, size_t s_pad,
                           uint8_t *out)
{
    uint8_t *p = out;

    *p++ = 0x30;
    *p++ = (uint8_t)(4 + r_pad + v->r_len + s_pad + v->s_len);
    *p++ = 0x02;
    *p++ = (uint8_t)(r_pad + v->r_len);
    memset(p, 0, r_pad);
    memcpy(p + r_pad, v->r, v->r_len);
    p += r_pad + v->r_len;
    *p++ = 0x02;
    *p++ = (uint8_t)(s_pad + v->s_len);
    memset(p, 0, s_pad);
    memcpy(p + s_pad, v->s, v->s_len);
    return (size_t)(p + s_pad + v->s_len - out);
}

static void numbers_have_one_encoding(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX], other[ROTA_SIGN_DER_MAX + 4];
    int short_ones = 0;

    while (short_ones < 8) {
        size_t n = signer_sign(&alice, text, LEN, der);
        struct numbers v = take_apart(der);
        CHECK(put_together(&v, 0, 0, other) == n && !memcmp(der, other, n));
        CHECK(check(other, n) == ROTA_OK);
        /* A zero in front that a positive number does not need. */
        if (v.r_len < 33) {
            CHECK(check(other, put_together(&v, 1, 0, other))
                  == ROTA_ESIGNATURE);
            short_ones++;
        }
        if (v.s_len < 33)
            CHECK(check(other, put_together(&v, 0, 1, other))
                  == ROTA_ESIGNATURE);
        CHECK(check(other, put_together(&v, 2, 0, other)) == ROTA_ESIGNATURE);
        /* One that it needs is missing. */
        if (v.s_len == 33) {
            v.s++, v.s_len--;
            CHECK(check(other, put_together(&v, 0, 0, other))
                  == ROTA_ESIGNATURE);
        }
    }
}

static void lengths_have_one_encoding(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX], other[ROTA_SIGN_DER_MAX + 4];
    size_t n = signer_sign(&alice, text, LEN, der);

    /* 30 81 len: the long form of a length that fits the short one. */
    other[0] = 0x30;
    other[1] = 0x81;
    memcpy(other + 2, der + 1, n - 1);
    CHECK(check(other, n + 1) == ROTA_ESIGNATURE);
    /* The same of the first number. */
    memcpy(other, der, 3);
    other[1]++;
    other[3] = 0x81;
    memcpy(other + 4, der + 3, n - 3);
    CHECK(check(other, n + 1) == ROTA_ESIGNATURE);
    /* A third member, which must not make it too long. */
    while (n > ROTA_SIGN_DER_MAX - 2)
        n = signer_sign(&alice, text, LEN, der);
    memcpy(other, der, n);
    memcpy(other + n, "\x05\x00", 2);
    CHECK(check(other, n + 2) == ROTA_ESIGNATURE);
    other[1] = (uint8_t)(other[1] + 2);
    CHECK(check(other, n + 2) == ROTA_ESIGNATURE);
}

static void numbers_that_no_signature_has_are_refused(void)
{
    static const uint8_t zero[] = {0}, one[] = {1};
    static const uint8_t order[] = {
        0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
        0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    static const uint8_t large[] = {
        0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const struct numbers odd[] = {
        {zero, zero, 1, 1},     {zero, one, 1, 1},    {one, zero, 1, 1},
        {order, order, 33, 33}, {order, one, 33, 1},  {one, order, 1, 33},
        {large, large, 33, 33}, {zero, order, 1, 33}, {one, one, 0, 0},
        {one, one, 1, 1},
    };
    uint8_t der[ROTA_SIGN_DER_MAX];

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        CHECK(check(der, put_together(&odd[i], 0, 0, der)) == ROTA_ESIGNATURE);
}

static void the_id_of_a_key_begins_its_sha256(void)
{
    /* openssl pkey -pubin -outform DER | sha256sum | cut -c1-16 */
    uint8_t id[ROTA_KEY_ID_LEN];
    char hex[2 * ROTA_KEY_ID_LEN + 1];

    CHECK(rota_sign_key_id(&alice.key, id) == ROTA_OK);
    for (int i = 0; i < ROTA_KEY_ID_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    CHECK(strcmp(hex, alice.hex) == 0);
    CHECK(strcmp(bob.hex, alice.hex) != 0);
}

static bool refused(const uint8_t *der, size_t len)
{
    struct rota_key key = {der, len};
    uint8_t sig[ROTA_SIGN_DER_MAX];
    size_t n = signer_sign(&alice, text, LEN, sig);

    return rota_sign_key_check(&key) == ROTA_EINVAL
        && check_by(&key, text, LEN, sig, n) == ROTA_EINVAL;
}

static void only_keys_on_p_256_are_keys(void)
{
    uint8_t der[SIGNER_DER + 1] = {0};

    CHECK(rota_sign_key_check(&alice.key) == ROTA_OK);
    memcpy(der, alice.der, SIGNER_DER);
    for (size_t bit = 0; bit < 8 * SIGNER_DER; bit++) {
        der[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(refused(der, SIGNER_DER));
        der[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK(refused(der, SIGNER_DER + 1));
    CHECK(refused(der, SIGNER_DER - 1));
    CHECK(refused(der, 0));
    CHECK(refused(NULL, SIGNER_DER));
}

/* With little memory a signature that is right is never called wrong, nor the
 * other way round. */
static void lack_of_memory_is_told_as_such(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX];
    size_t n = signer_sign(&alice, text, LEN, der);
    int refusals = 0;

    for (size_t room = arena.size - arena.used; room > 64; room -= 64) {
        uint32_t before = arena.failed;
        void *taken = rota_arena_calloc(&arena, 1, room - 48);
        int err = check(der, n);
        bool short_of = arena.failed != before;
        CHECK(err == (short_of ? ROTA_ENOMEM : ROTA_OK));
        refusals += short_of;
        rota_arena_free(&arena, taken);
    }
    CHECK(refusals > 10);
    CHECK(check(der, n) == ROTA_OK);
}

static void nothing_is_left_behind(void)
{
    uint8_t der[ROTA_SIGN_DER_MAX], id[ROTA_KEY_ID_LEN];
    size_t n = signer_sign(&alice, text, LEN, der), before = arena.used;

    for (int i = 0; i < 100; i++) { /* PSA has 16 places for keys */
        CHECK(check(der, n) == ROTA_OK);
        CHECK(check(der, n - 1) == ROTA_ESIGNATURE);
        CHECK(rota_sign_key_check(&bob.key) == ROTA_OK);
        CHECK(rota_sign_key_id(&bob.key, id) == ROTA_OK);
    }
    CHECK(arena.used == before);
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    signer_init(&alice);
    signer_init(&bob);
    RUN(what_was_signed_is_known_again);
    RUN(each_changed_bit_and_length_of_a_signature_is_refused);
    RUN(each_changed_bit_of_the_text_is_refused);
    RUN(numbers_have_one_encoding);
    RUN(lengths_have_one_encoding);
    RUN(numbers_that_no_signature_has_are_refused);
    RUN(the_id_of_a_key_begins_its_sha256);
    RUN(only_keys_on_p_256_are_keys);
    RUN(lack_of_memory_is_told_as_such);
    RUN(nothing_is_left_behind);
    signer_end(&alice);
    signer_end(&bob);
    return test_end();
}
