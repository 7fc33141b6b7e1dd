/* SPDX-License-Identifier: Apache-2.0 */
/* The whole test framework. A test is a void function whose name is a
 * sentence; CHECK notes a failure and lets the test go on. */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>

/* What failed in this test; the tests that passed and failed. test.c has them,
 * so that a helper may CHECK as well. */
extern int test_bad, test_passed, test_failed;

#define CHECK(c)                                                               \
    ((c) ? (void)0                                                             \
         : (void)(test_bad++, printf("%s:%d: %s\n", __FILE__, __LINE__, #c)))

#define RUN(t)                                                                 \
    do {                                                                       \
        test_bad = 0;                                                          \
        t();                                                                   \
        test_bad ? test_failed++ : test_passed++;                              \
        if (test_bad)                                                          \
            printf("FAIL %s\n", #t);                                           \
        fflush(stdout); /* lest a crash of the next one takes it away */       \
    } while (0)

/* Print the sum, for make to read; main returns the result. */
int test_end(void);

#endif
