/* SPDX-License-Identifier: Apache-2.0 */
/* Division of 64 bits, a bit at a time, in a tenth of the room that the
 * compiler's takes. It is what the compiler's other functions call; divisors
 * of 0 do not get here. Nothing that is divided often or in secret is: times,
 * lengths, and numbers of signatures. */
#include <stddef.h>
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t divisor, uint64_t *rest);

/* As bits leave n at its top, those of the quotient enter below. */
uint64_t __udivmoddi4(uint64_t n, uint64_t divisor, uint64_t *rest)
{
    uint64_t r = 0;

    for (int i = 0; i < 64; i++) {
        uint64_t carry = r >> 63;

        r = r << 1 | n >> 63;
        n <<= 1;
        if (carry || r >= divisor) {
            r -= divisor;
            n |= 1;
        }
    }
    if (rest)
        *rest = r;
    return n;
}
