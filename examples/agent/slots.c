/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "slots.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

const char *rota_slots_init(struct rota_slots *s, const struct rota_options *o)
{
    if (!name_paths(s, o))
        return "a path is too long";
    s->boot = rota_boot_symlink_init(
        &s->link, s->link_path, o->root ? "a" : s->path[0],
        o->root ? "b" : s->path[1], o->state, o->trial_starts);
    s->link.install_as = o->root ? o->install_as : NULL;
    s->link.link_optional = !o->root;
    return NULL;
}

int rota_slots_look(struct rota_slots *s, struct rota_slots_view *v)
{
    struct rota_boot_symlink_view link;
    int err = rota_boot_symlink_look(&s->link, &link);

    if (err)
        return err;
    *v = (struct rota_slots_view){.state = link.state,
                                  .active = link.active,
                                  .starts = link.starts,
                                  .limit = link.limit,
                                  .used_up = link.starts >= link.limit
                                          && !link.confirmed};
    return ROTA_OK;
}

int rota_slots_starting(struct rota_slots *s)
{
    return rota_boot_symlink_starting(&s->link);
}

int rota_slots_rollback(struct rota_slots *s)
{
    return rota_boot_symlink_rollback(&s->link);
}

int rota_slots_forget_previous(struct rota_slots *s)
{
    return rota_boot_symlink_forget_previous(&s->link);
}

const char *rota_slots_why(const struct rota_slots *s, int err)
{
    return err == ROTA_EBOOT ? s->link.why : NULL;
}
