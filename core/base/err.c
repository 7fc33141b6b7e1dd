/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <string.h>

#define VALUE(name, value, classes, text) value,
#define CLASSES(name, value, classes, text) [-(value)] = classes,
#define NAME(name, value, classes, text) #name "\0"
#define TEXT(name, value, classes, text) text "\0"

/* Names and texts lie one after the other without a table of pointers, which
 * would take more room than the names. A program that asks for names alone
 * does not carry the texts. */
static const int8_t values[] = {ROTA_ERRORS(VALUE)};
static const uint8_t classes_of[] = {ROTA_ERRORS(CLASSES)}; /* of -err */
static const char names[] = ROTA_ERRORS(NAME);
static const char texts[] = ROTA_ERRORS(TEXT);

/* That of the strings which belongs to err. */
static const char *err_look_up(const char *strings, int err)
{
    for (size_t i = 0; i < sizeof values; i++) {
        if (values[i] == err)
            return strings;
        strings += strlen(strings) + 1;
    }
    return "?";
}

const char *rota_err_name(int err)
{
    return err_look_up(names, err);
}

const char *rota_err_text(int err)
{
    return err_look_up(texts, err);
}

bool rota_err_is(int err, unsigned classes)
{
    unsigned i = 0u - (unsigned)err;

    return i < sizeof classes_of && (classes_of[i] & classes);
}

bool rota_err_passes(int err)
{
    return rota_err_is(err, ROTA_ERR_PASSES);
}
