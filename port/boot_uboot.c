/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "boot_uboot.h"

#include <string.h>
#include <unistd.h>

#include "uboot_words.h"

#define SLOT_MAX 15
#define LIMIT_MAX 9

struct situation {
    struct rota_uboot_env env;
    const struct rota_uboot_words *words;
    struct rota_uboot_said said;
    int tried;      /* slot that rota_slot names, -1 = none */
    int running;    /* slot, -1 = not told */
    int active;     /* 0 or 1 */
    int state;      /* enum rota_boot_state */
    bool fell_back; /* and the environment does not say so yet */
};

static int fail(struct rota_boot_uboot *b, int err, const char *why)
{
    return rota_uboot_file_fail(&b->file, err, why);
}

/* --- What the environment says -------------------------------------------- */

static int slot_called(const struct rota_boot_uboot *b, const char *name)
{
    for (int i = 0; name && i < 2; i++)
        if (!strcmp(name, b->slot[i]))
            return i;
    return -1;
}

/* Did U-Boot start something else than the image on trial, having started that
 * before? */
static bool fell_back(const struct situation *s)
{
    if (s->running >= 0)
        return s->running != s->said.first && s->said.starts > 0;
    return s->said.passed;
}

static bool was_started(const struct situation *s)
{
    return s->running >= 0 ? s->running == s->said.first : s->said.starts > 0;
}

/* The table in boot_uboot.h. */
static int state_of(const struct situation *s)
{
    if (s->said.trial && !s->fell_back)
        return ROTA_BOOT_TRIAL;
    if (s->fell_back)
        return ROTA_BOOT_ROLLED_BACK;
    if (s->tried < 0 || s->tried == s->active)
        return ROTA_BOOT_CONFIRMED;
    return rota_uboot_trial_is(&s->env, "undone") ? ROTA_BOOT_UNDONE
                                                  : ROTA_BOOT_ROLLED_BACK;
}

static int look(struct rota_boot_uboot *b, struct situation *s)
{
    int err = s->words->look(b, &s->env, &s->said);

    if (err)
        return err;
    s->tried = slot_called(b, rota_uboot_env_get(&s->env, "rota_slot"));
    s->running = slot_called(b, b->running);
    s->fell_back = s->said.trial && fell_back(s);
    s->active = s->fell_back ? !s->said.first : s->said.first;
    if (s->tried < 0 && !s->said.trial && s->running >= 0)
        s->active = s->running;
    s->state = state_of(s);
    return ROTA_OK;
}

static bool can_go_back(const struct situation *s)
{
    return s->state == ROTA_BOOT_TRIAL
        || (s->state == ROTA_BOOT_CONFIRMED && s->tried == s->active
            && rota_uboot_trial_is(&s->env, "kept"));
}

/* --- Changes in memory ---------------------------------------------------- */

/* word NULL: nothing was tried. */
static int note(struct rota_boot_uboot *b, struct situation *s, int tried,
                const char *word)
{
    int err =
        rota_uboot_env_set(&s->env, "rota_slot", word ? b->slot[tried] : NULL);

    if (!err)
        err = rota_uboot_env_set(&s->env, "rota_trial", word);
    return err ? fail(b, err, "the environment has no room left") : ROTA_OK;
}

static int keep(struct rota_boot_uboot *b, struct situation *s, int slot,
                int tried, const char *word)
{
    int err = s->words->keep(b, &s->env, slot);

    return err ? err : note(b, s, tried, word);
}

static int settle(struct rota_boot_uboot *b, struct situation *s)
{
    if (!s->fell_back)
        return ROTA_OK;
    s->tried = !s->active;
    return keep(b, s, s->active, s->tried, "failed");
}

static int tell_state(struct rota_boot_uboot *b, struct situation *s)
{
    (void)b;
    return s->state;
}

static int begin_trial(struct rota_boot_uboot *b, struct situation *s)
{
    int err;

    if (s->state == ROTA_BOOT_TRIAL)
        return fail(b, ROTA_ETRIAL, "the other image is still needed");
    if (s->running >= 0 && s->running != s->active)
        return fail(b, ROTA_EBOOT, "the slot to start is not the running one");
    err = s->words->arm(b, &s->env, !s->active);
    return err ? err : note(b, s, !s->active, "on");
}

static int end_trial(struct rota_boot_uboot *b, struct situation *s)
{
    if (s->state == ROTA_BOOT_CONFIRMED)
        return s->words->refresh(b, &s->env, s->active);
    if (s->state != ROTA_BOOT_TRIAL)
        return keep(b, s, s->active, 0, NULL);
    if (!was_started(s))
        return fail(b, ROTA_ENOTHING, "the image on trial was not started yet");
    return keep(b, s, s->active, s->active, "kept");
}

static int go_back(struct rota_boot_uboot *b, struct situation *s)
{
    bool undone = s->state == ROTA_BOOT_TRIAL && !was_started(s);

    if (!can_go_back(s))
        return fail(b, ROTA_ENOTHING, "there is no image to go back to");
    return keep(b, s, !s->active, s->active, undone ? "undone" : "failed");
}

static int forget_previous(struct rota_boot_uboot *b, struct situation *s)
{
    if (s->state == ROTA_BOOT_TRIAL)
        return fail(b, ROTA_ETRIAL, "the other image is still needed");
    if (s->state != ROTA_BOOT_CONFIRMED)
        return ROTA_OK;
    return keep(b, s, s->active, 0, NULL);
}

/* --- One step under the lock ---------------------------------------------- */

static int check_slot(const char *name, bool number)
{
    size_t len = name ? strlen(name) : 0;

    if (!len || len > SLOT_MAX || strchr(name, ' ') || strchr(name, '='))
        return ROTA_EINVAL;
    return number && strspn(name, "0123456789") != len ? ROTA_EINVAL : ROTA_OK;
}

static int check(struct rota_boot_uboot *b)
{
    if (check_slot(b->slot[0], b->slot_hex_var)
        || check_slot(b->slot[1], b->slot_hex_var)
        || !strcmp(b->slot[0], b->slot[1]))
        return fail(b, ROTA_EINVAL, "the names of the slots cannot be");
    if (b->limit > LIMIT_MAX)
        return fail(b, ROTA_EINVAL, "the limit of starts is above 9");
    if (b->running && slot_called(b, b->running) < 0)
        return fail(b, ROTA_EINVAL, "the running slot is none of the two");
    return rota_uboot_file_check(&b->file);
}

static int change(struct rota_boot_uboot *b, struct situation *s,
                  int (*act)(struct rota_boot_uboot *b, struct situation *s))
{
    int err = settle(b, s), result = err ? err : act(b, s);

    if (result >= 0)
        err = rota_uboot_file_store(&b->file, &s->env);
    return err ? err : result;
}

static int step(struct rota_boot_uboot *b, bool to_write,
                int (*act)(struct rota_boot_uboot *b, struct situation *s),
                struct situation *s)
{
    int fd, err;

    fail(b, 0, NULL);
    s->words = b->slot_var ? &rota_uboot_mender : &rota_uboot_rauc;
    err = check(b);
    if (!err)
        err = rota_uboot_file_lock(&b->file, to_write, &fd);
    if (err)
        return err;
    err = rota_uboot_file_load(&b->file, &s->env);
    if (!err)
        err = look(b, s);
    if (!err)
        err = to_write ? change(b, s, act) : act(b, s);
    if (fd >= 0)
        close(fd);
    return err;
}

/* --- The table and the rest: see boot_uboot.h ----------------------------- */

/* A fallback is written down before U-Boot's counters move on, but told also
 * where it cannot be. */
static int boot_state(void *ctx)
{
    struct rota_boot_uboot *b = ctx;
    struct situation s;
    int state = step(b, false, tell_state, &s);

    if (state >= 0 && s.fell_back)
        (void)!step(b, true, tell_state, &s);
    return state;
}

static int boot_try_next(void *ctx)
{
    struct situation s;

    return step(ctx, true, begin_trial, &s);
}

static int boot_confirm(void *ctx)
{
    struct situation s;

    return step(ctx, true, end_trial, &s);
}

struct rota_boot rota_boot_uboot_init(struct rota_boot_uboot *b)
{
    return (struct rota_boot){b, boot_state, boot_try_next, boot_confirm};
}

int rota_boot_uboot_look(struct rota_boot_uboot *b,
                         struct rota_boot_uboot_view *v)
{
    struct situation s;
    int err = step(b, false, tell_state, &s);
    bool trial;

    if (err < 0)
        return err;
    trial = s.state == ROTA_BOOT_TRIAL;
    *v = (struct rota_boot_uboot_view){.state = s.state,
                                       .active = s.active,
                                       .starts = trial ? s.said.starts : 0,
                                       .limit = s.said.limit,
                                       .previous = can_go_back(&s)};
    return ROTA_OK;
}

int rota_boot_uboot_rollback(struct rota_boot_uboot *b)
{
    struct situation s;

    return step(b, true, go_back, &s);
}

int rota_boot_uboot_forget_previous(struct rota_boot_uboot *b)
{
    struct situation s;

    return step(b, true, forget_previous, &s);
}
