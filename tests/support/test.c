/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

int test_bad, test_passed, test_failed;

int test_end(void)
{
    printf("%d passed, %d failed\n", test_passed, test_failed);
    return test_failed != 0;
}
