/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rota.h"
#include "support/test.h"

#define ROW(name, value, classes, text) {value, #name, text},
static const struct {
    int value;
    const char *name, *text;
} errors[] = {ROTA_ERRORS(ROW)};

#define ERRORS (sizeof errors / sizeof *errors)

static void every_error_has_its_name_and_its_text(void)
{
    for (size_t i = 0; i < ERRORS; i++) {
        CHECK(strcmp(rota_err_name(errors[i].value), errors[i].name) == 0);
        CHECK(strcmp(rota_err_text(errors[i].value), errors[i].text) == 0);
    }
}

static void no_two_errors_share_a_value(void)
{
    for (size_t i = 0; i < ERRORS; i++)
        for (size_t k = 0; k < i; k++)
            CHECK(errors[i].value != errors[k].value);
}

static void other_values_are_a_question_mark(void)
{
    static const int other[] = {
        1, -11, -99, -102, -128, -129, -256, 255, -2147483647 - 1, 2147483647};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        CHECK(strcmp(rota_err_name(other[i]), "?") == 0);
        CHECK(strcmp(rota_err_text(other[i]), "?") == 0);
        CHECK(!rota_err_passes(other[i]));
    }
}

static void only_what_time_alone_may_mend_passes(void)
{
    static const int passing[] = {ROTA_EDNS,   ROTA_ECONNECT, ROTA_ECLOSED,
                                  ROTA_ESTALL, ROTA_ETLS,     ROTA_ESERVER,
                                  ROTA_ELIMIT, ROTA_ECHANGED};
    size_t n = 0;
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        CHECK(rota_err_passes(passing[i]));
    for (size_t i = 0; i < ERRORS; i++)
        n += rota_err_passes(errors[i].value);
    CHECK(n == sizeof passing / sizeof *passing);
}

int main(void)
{
    RUN(every_error_has_its_name_and_its_text);
    RUN(no_two_errors_share_a_value);
    RUN(other_values_are_a_question_mark);
    RUN(only_what_time_alone_may_mend_passes);
    return test_end();
}
