/* SPDX-License-Identifier: Apache-2.0 */
#include "uboot_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 0xffffu
#define NAME_SIZE 32 /* BOOT_, 15 characters, _LEFT */
#define ORDER_SIZE 256

static int fail(struct rota_boot_uboot *b, const char *why)
{
    return rota_uboot_file_fail(&b->file, ROTA_EBOOT, why);
}

/* A missing variable leaves *n alone. */
static int get_number(struct rota_boot_uboot *b, const struct rota_uboot_env *e,
                      const char *name, unsigned base, unsigned *n)
{
    static const char digits[] = "0123456789abcdef";
    const char *s = rota_uboot_env_get(e, name);
    unsigned v = 0;

    if (!s)
        return ROTA_OK;
    if (base == 16 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
        s += 2;
    do {
        char c = (char)(*s >= 'A' && *s <= 'F' ? *s - 'A' + 'a' : *s);
        const char *d = c ? memchr(digits, c, base) : NULL;
        if (d)
            v = v * base + (unsigned)(d - digits);
        if (!d || v > NUMBER_MAX)
            return fail(b, "a number in the environment makes no sense");
    } while (*++s);
    *n = v;
    return ROTA_OK;
}

static int set(struct rota_boot_uboot *b, struct rota_uboot_env *e,
               const char *name, const char *value)
{
    int err = rota_uboot_env_set(e, name, value);

    return err ? rota_uboot_file_fail(&b->file, err,
                                      "the environment has no room left")
               : ROTA_OK;
}

static int set_number(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                      const char *name, unsigned base, unsigned n)
{
    char text[16];

    snprintf(text, sizeof text, base == 16 ? "%x" : "%u", n);
    return set(b, e, name, text);
}

bool rota_uboot_trial_is(const struct rota_uboot_env *e, const char *word)
{
    const char *value = rota_uboot_env_get(e, "rota_trial");

    return value && !strcmp(value, word);
}

/* --- Mender's ------------------------------------------------------------- */

static int mender_look(struct rota_boot_uboot *b,
                       const struct rota_uboot_env *e,
                       struct rota_uboot_said *s)
{
    const char *slot = rota_uboot_env_get(e, b->slot_var);
    unsigned trial = 0;
    int err;

    *s = (struct rota_uboot_said){.first = slot && !strcmp(slot, b->slot[1])};
    if (!slot || strcmp(slot, b->slot[s->first]) != 0)
        return fail(b, "the variable of the slot names neither");
    err = get_number(b, e, "upgrade_available", 10, &trial);
    if (!err)
        err = get_number(b, e, "bootcount", 10, &s->starts);
    if (!err)
        err = get_number(b, e, "bootlimit", 10, &s->limit);
    s->trial = trial != 0;
    s->passed = s->limit > 0 && s->starts > s->limit;
    return err;
}

static int mender_set(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                      int slot, bool trial)
{
    int err = set(b, e, b->slot_var, b->slot[slot]);

    if (!err && b->slot_hex_var)
        err = set_number(b, e, b->slot_hex_var, 16,
                         (unsigned)strtoul(b->slot[slot], NULL, 10));
    if (!err)
        err = set_number(b, e, "upgrade_available", 10, trial);
    if (!err)
        err = set_number(b, e, "bootcount", 10, 0);
    return err;
}

/* No limit would let U-Boot try for ever. */
static int mender_arm(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                      int slot)
{
    unsigned limit = 0;
    int err = get_number(b, e, "bootlimit", 10, &limit);

    if (b->limit || !limit)
        limit = b->limit ? b->limit : ROTA_UBOOT_LIMIT;
    if (!err)
        err = set_number(b, e, "bootlimit", 10, limit);
    return err ? err : mender_set(b, e, slot, true);
}

static int mender_keep(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                       int slot)
{
    return mender_set(b, e, slot, false);
}

/* Starts are counted during a trial alone. */
static int mender_refresh(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                          int slot)
{
    (void)b, (void)e, (void)slot;
    return ROTA_OK;
}

const struct rota_uboot_words rota_uboot_mender = {mender_look, mender_arm,
                                                   mender_keep, mender_refresh};

/* --- RAUC's --------------------------------------------------------------- */

/* As RAUC's script has it while there is none. */
static const char *order_of(const struct rota_uboot_env *e)
{
    const char *order = rota_uboot_env_get(e, "BOOT_ORDER");

    return order ? order : "A B";
}

/* The next word: its length, 0 at the end. */
static size_t word(const char **s)
{
    *s += strspn(*s, " ");
    return strcspn(*s, " ");
}

/* Which slot is called this? -1: neither. */
static int slot_of(const struct rota_boot_uboot *b, const char *s, size_t len)
{
    for (int i = 0; i < 2; i++)
        if (strlen(b->slot[i]) == len && !memcmp(b->slot[i], s, len))
            return i;
    return -1;
}

static const char *left_of(const struct rota_boot_uboot *b, int slot,
                           char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "BOOT_%s_LEFT", b->slot[slot]);
    return name;
}

static unsigned rauc_limit(const struct rota_boot_uboot *b)
{
    return b->limit ? b->limit : ROTA_UBOOT_LIMIT;
}

/* The slots in BOOT_ORDER, -1 after the last. */
static void read_order(const struct rota_boot_uboot *b,
                       const struct rota_uboot_env *e, int slot[2])
{
    const char *s = order_of(e);

    slot[0] = slot[1] = -1;
    for (size_t len = word(&s); len > 0; s += len, len = word(&s)) {
        int i = slot_of(b, s, len);
        if (i >= 0 && i != slot[0])
            slot[slot[0] >= 0] = i;
    }
}

/* Both slots began with as many starts, so that fewer of the second say that
 * U-Boot has come to it. */
static int rauc_look(struct rota_boot_uboot *b, const struct rota_uboot_env *e,
                     struct rota_uboot_said *s)
{
    const char *tried = rota_uboot_env_get(e, "rota_slot");
    unsigned limit = rauc_limit(b), left[2] = {limit, limit};
    char name[NAME_SIZE];
    int slot[2], err = ROTA_OK;

    *s = (struct rota_uboot_said){.limit = limit};
    read_order(b, e, slot);
    if (slot[0] < 0)
        return fail(b, "BOOT_ORDER names neither slot");
    for (int i = 0; !err && i < 2; i++)
        err = get_number(b, e, left_of(b, i, name), 16, &left[i]);
    if (!err)
        err = get_number(b, e, "rota_limit", 16, &s->limit);
    s->first = slot[0];
    s->trial = tried && !strcmp(tried, b->slot[s->first])
            && rota_uboot_trial_is(e, "on");
    s->starts = s->limit > left[s->first] ? s->limit - left[s->first] : 0;
    s->passed = slot[1] >= 0 && left[s->first] == 0 && left[slot[1]] < s->limit;
    return err;
}

/* These slots first, then all that is none of ours, such as a rescue system. */
static int set_order(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                     const char *first, const char *second)
{
    char order[ORDER_SIZE];
    const char *s = order_of(e);
    int n = snprintf(order, sizeof order, "%s%s%s", first, second ? " " : "",
                     second ? second : "");

    for (size_t len = word(&s); len > 0; s += len, len = word(&s)) {
        if (slot_of(b, s, len) >= 0)
            continue;
        if ((size_t)n + len + 2 > sizeof order)
            return fail(b, "BOOT_ORDER is too long");
        n += sprintf(order + n, " %.*s", (int)len, s);
    }
    return set(b, e, "BOOT_ORDER", order);
}

static int rauc_refresh(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                        int slot)
{
    char name[NAME_SIZE];

    return set_number(b, e, left_of(b, slot, name), 16, rauc_limit(b));
}

static int rauc_arm(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                    int slot)
{
    int err = set_order(b, e, b->slot[slot], b->slot[!slot]);

    if (!err)
        err = rauc_refresh(b, e, 0);
    if (!err)
        err = rauc_refresh(b, e, 1);
    if (!err)
        err = set_number(b, e, "rota_limit", 16, rauc_limit(b));
    return err;
}

static int rauc_keep(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                     int slot)
{
    char name[NAME_SIZE];
    int err = set_order(b, e, b->slot[slot], NULL);

    if (!err)
        err = rauc_refresh(b, e, slot);
    if (!err)
        err = set_number(b, e, left_of(b, !slot, name), 16, 0);
    if (!err)
        err = set(b, e, "rota_limit", NULL);
    return err;
}

const struct rota_uboot_words rota_uboot_rauc = {rauc_look, rauc_arm, rauc_keep,
                                                 rauc_refresh};
