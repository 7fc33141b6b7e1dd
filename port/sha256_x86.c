/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 for mbedTLS with the SHA instructions of x86-64 processors, four
 * times as fast as its C. Found at run time; a processor without them gets
 * the plain rounds below. FIPS 180-4, section 6.2. */
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <mbedtls/sha256.h>

static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define SHA_NI __attribute__((target("sha,sse4.1")))

/* State words as the instructions want them, the highest named first. */
struct halves {
    __m128i abef, cdgh;
};

static SHA_NI __m128i load(const void *p)
{
    return _mm_loadu_si128(p);
}

/* Four rounds with the schedule words w. */
static SHA_NI inline void rounds(struct halves *s, __m128i w, int round)
{
    w = _mm_add_epi32(w, load(k + round));
    s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, w);
    w = _mm_shuffle_epi32(w, 0x0e);
    s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, w);
}

/* The four schedule words that follow w0..w3, sixteen words in a row. */
static SHA_NI inline __m128i schedule(__m128i w0, __m128i w1, __m128i w2,
                                      __m128i w3)
{
    w0 = _mm_sha256msg1_epu32(w0, w1);
    w0 = _mm_add_epi32(w0, _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(w0, w3);
}

static SHA_NI void block_ni(uint32_t state[8], const uint8_t *data)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i cdab = _mm_shuffle_epi32(load(state), 0xb1);
    __m128i efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
    struct halves s = {_mm_alignr_epi8(cdab, efgh, 8),
                       _mm_blend_epi16(efgh, cdab, 0xf0)};
    const struct halves was = s;
    __m128i w0 = _mm_shuffle_epi8(load(data), swap);
    __m128i w1 = _mm_shuffle_epi8(load(data + 16), swap);
    __m128i w2 = _mm_shuffle_epi8(load(data + 32), swap);
    __m128i w3 = _mm_shuffle_epi8(load(data + 48), swap);

    for (int i = 0; i < 64; i += 16) {
        rounds(&s, w0, i);
        w0 = schedule(w0, w1, w2, w3);
        rounds(&s, w1, i + 4);
        w1 = schedule(w1, w2, w3, w0);
        rounds(&s, w2, i + 8);
        w2 = schedule(w2, w3, w0, w1);
        rounds(&s, w3, i + 12);
        w3 = schedule(w3, w0, w1, w2);
    }
    s.abef = _mm_shuffle_epi32(_mm_add_epi32(s.abef, was.abef), 0x1b);
    s.cdgh = _mm_shuffle_epi32(_mm_add_epi32(s.cdgh, was.cdgh), 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state,
                     _mm_blend_epi16(s.abef, s.cdgh, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4),
                     _mm_alignr_epi8(s.cdgh, s.abef, 8));
}

static uint32_t ror(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static uint32_t load_be(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8
         | p[3];
}

/* One round: d and h get new values, and the next round is called with the
 * letters one place on, so that no word ever moves. */
static inline void round_c(uint32_t a, uint32_t b, uint32_t c, uint32_t *d,
                           uint32_t e, uint32_t f, uint32_t g, uint32_t *h,
                           uint32_t kw)
{
    *h += (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + (g ^ (e & (f ^ g))) + kw;
    *d += *h;
    *h += (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) | (c & (a | b)));
}

static void block_c(uint32_t state[8], const uint8_t *data)
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    uint32_t w[64];

    for (int i = 0; i < 16; i++)
        w[i] = load_be(data + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (ror(x, 7) ^ ror(x, 18) ^ x >> 3) + w[i - 7]
             + (ror(y, 17) ^ ror(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 64; i += 8) {
        round_c(a, b, c, &d, e, f, g, &h, k[i] + w[i]);
        round_c(h, a, b, &c, d, e, f, &g, k[i + 1] + w[i + 1]);
        round_c(g, h, a, &b, c, d, e, &f, k[i + 2] + w[i + 2]);
        round_c(f, g, h, &a, b, c, d, &e, k[i + 3] + w[i + 3]);
        round_c(e, f, g, &h, a, b, c, &d, k[i + 4] + w[i + 4]);
        round_c(d, e, f, &g, h, a, b, &c, k[i + 5] + w[i + 5]);
        round_c(c, d, e, &f, g, h, a, &b, k[i + 6] + w[i + 6]);
        round_c(b, c, d, &e, f, g, h, &a, k[i + 7] + w[i + 7]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

static bool cpu_has_sha(void)
{
    unsigned a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1)
        || !(c & bit_SSSE3))
        return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

/* mbedTLS's hook, MBEDTLS_SHA256_PROCESS_ALT. */
int mbedtls_internal_sha256_process(mbedtls_sha256_context *ctx,
                                    const unsigned char data[64])
{
    static atomic_int known; /* asking the processor is slow: 1 no, 2 yes */

    int has = atomic_load_explicit(&known, memory_order_relaxed);
    if (!has) {
        has = cpu_has_sha() ? 2 : 1;
        atomic_store_explicit(&known, has, memory_order_relaxed);
    }
    if (has == 2)
        block_ni(ctx->MBEDTLS_PRIVATE(state), data);
    else
        block_c(ctx->MBEDTLS_PRIVATE(state), data);
    return 0;
}
