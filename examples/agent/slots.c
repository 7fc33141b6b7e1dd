/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "slots.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exitcode.h"

bool rota_path_join(char out[ROTA_PATH_SIZE], const char *dir, const char *name)
{
    int len = snprintf(out, ROTA_PATH_SIZE, "%s/%s", dir, name);

    return len > 0 && len < ROTA_PATH_SIZE;
}

/* A link in another folder leads to it, so the path must be absolute. */
static bool absolute(char out[ROTA_PATH_SIZE], const char *path)
{
    char here[ROTA_PATH_SIZE];

    if (path[0] != '/')
        return getcwd(here, sizeof(here)) && rota_path_join(out, here, path);
    return strlen(path) < ROTA_PATH_SIZE && strcpy(out, path);
}

static bool name_paths(struct rota_slots *s, const struct rota_options *o)
{
    if (o->root)
        return rota_path_join(s->link_path, o->root, "current")
            && rota_path_join(s->path[0], o->root, "a")
            && rota_path_join(s->path[1], o->root, "b");
    return rota_path_join(s->link_path, o->state, "current")
        && absolute(s->path[0], o->slot_a) && absolute(s->path[1], o->slot_b);
}

static void init_link(struct rota_slots *s, const struct rota_options *o)
{
    s->boot = rota_boot_symlink_init(
        &s->link, s->link_path, o->root ? "a" : s->path[0],
        o->root ? "b" : s->path[1], o->state, o->trial_starts);
    s->link.install_as = o->root ? o->install_as : NULL;
    s->link.link_optional = !o->root;
}

/* What U-Boot calls the slots, and in which words it is told. */
static void name_slots(struct rota_slots *s, const struct rota_options *o)
{
    bool mender = strcmp(o->boot, "uboot-mender") == 0;
    const char *names = o->uboot_slots ? o->uboot_slots : "A, B";

    (void)rota_value_split(names, s->name); /* options has looked at it */
    s->uboot.slot[0] = s->name[0];
    s->uboot.slot[1] = s->name[1];
    s->uboot.slot_var = mender ? "mender_boot_part" : NULL;
    s->uboot.slot_hex_var = mender ? "mender_boot_part_hex" : NULL;
}

static const char *init_uboot(struct rota_slots *s,
                              const struct rota_options *o)
{
    const char *path = o->uboot_env ? o->uboot_env : ROTA_FWENV_DEFAULT;
    const char *why = rota_fwenv_read(&s->env, path);

    if (why) {
        snprintf(s->why, sizeof(s->why), "uboot-env: %.90s: %s", path, why);
        return s->why;
    }
    s->uboot = (struct rota_boot_uboot){.limit = o->trial_starts};
    rota_fwenv_fill(&s->env, &s->uboot.file);
    s->uboot.file.buf = s->env_bytes;
    name_slots(s, o);
    s->boot = rota_boot_uboot_init(&s->uboot);
    return NULL;
}

const char *rota_slots_init(struct rota_slots *s, const struct rota_options *o)
{
    if (!name_paths(s, o))
        return "a path is too long";
    s->by_uboot = strcmp(o->boot, "link") != 0;
    if (s->by_uboot)
        return init_uboot(s, o);
    init_link(s, o);
    return NULL;
}

/* --- What is started ------------------------------------------------------ */

static int look_at_link(struct rota_slots *s, struct rota_slots_view *v)
{
    struct rota_boot_symlink_view link;
    int err = rota_boot_symlink_look(&s->link, &link);

    if (err)
        return err;
    *v = (struct rota_slots_view){link.state, link.active, link.starts,
                                  link.limit, ROTA_END_BY_HAND};
    if (link.starts >= link.limit && !link.confirmed)
        v->end = ROTA_END_USED_UP;
    return ROTA_OK;
}

static int look_at_uboot(struct rota_slots *s, struct rota_slots_view *v)
{
    struct rota_boot_uboot_view uboot;
    int err = rota_boot_uboot_look(&s->uboot, &uboot);

    if (err)
        return err;
    *v = (struct rota_slots_view){uboot.state, uboot.active, uboot.starts,
                                  uboot.limit, ROTA_END_UNKNOWN};
    return ROTA_OK;
}

int rota_slots_look(struct rota_slots *s, struct rota_slots_view *v)
{
    return s->by_uboot ? look_at_uboot(s, v) : look_at_link(s, v);
}

int rota_slots_starting(struct rota_slots *s)
{
    int state;

    if (!s->by_uboot)
        return rota_boot_symlink_starting(&s->link);
    state = s->boot.state(s->boot.ctx);
    if (state < 0)
        return state;
    return state == ROTA_BOOT_TRIAL ? ROTA_START_TRIAL : ROTA_START_NORMAL;
}

int rota_slots_still_good(struct rota_slots *s)
{
    return s->by_uboot ? s->boot.confirm(s->boot.ctx) : ROTA_OK;
}

int rota_slots_rollback(struct rota_slots *s)
{
    return s->by_uboot ? rota_boot_uboot_rollback(&s->uboot)
                       : rota_boot_symlink_rollback(&s->link);
}

int rota_slots_forget_previous(struct rota_slots *s)
{
    return s->by_uboot ? rota_boot_uboot_forget_previous(&s->uboot)
                       : rota_boot_symlink_forget_previous(&s->link);
}

const char *rota_slots_why(struct rota_slots *s, int err)
{
    const struct rota_uboot_file *f = &s->uboot.file;
    enum rota_exit code = rota_exit_code(err);

    if (!s->by_uboot)
        return err == ROTA_EBOOT ? s->link.why : NULL;
    if (!f->why
        || (code != ROTA_EXIT_DEVICE && code != ROTA_EXIT_USAGE
            && code != ROTA_EXIT_NOTHING))
        return NULL;
    snprintf(s->why, sizeof(s->why), "%s%s%s", f->why, f->sys_err ? ": " : "",
             f->sys_err ? strerror(f->sys_err) : "");
    return s->why;
}
