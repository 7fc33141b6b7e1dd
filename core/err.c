/* SPDX-License-Identifier: Apache-2.0 */
#include "rota.h"

#include <string.h>

#define VALUE(name, value, text) value,
#define NAME(name, value, text) #name "\0"
#define TEXT(name, value, text) text "\0"

/* Names and texts lie one after the other without a table of pointers, which
 * would take more room than the names. A program that asks for names alone
 * does not carry the texts. */
static const int8_t values[] = {ROTA_ERRORS(VALUE)};
static const char names[] = ROTA_ERRORS(NAME);
static const char texts[] = ROTA_ERRORS(TEXT);

/* That of the strings which belongs to err. */
static const char *look_up(const char *strings, int err)
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
    return look_up(names, err);
}

const char *rota_err_text(int err)
{
    return look_up(texts, err);
}

bool rota_err_passes(int err)
{
    switch (err) {
    case ROTA_EDNS:
    case ROTA_ECONNECT:
    case ROTA_ECLOSED:
    case ROTA_ESTALL:
    case ROTA_ETLS:
    case ROTA_ESERVER:
    case ROTA_ELIMIT:
    case ROTA_ECHANGED: return true;
    default: return false;
    }
}
