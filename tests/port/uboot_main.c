/* SPDX-License-Identifier: Apache-2.0 */
/* boot_uboot for scripts: uboot_main CONFIG WORDS VERB [NAME [VALUE]]
 *
 * CONFIG is a file like /etc/fw_env.config, WORDS mender or rauc. Prints what
 * came of it on one line; the exit status is 1 after an error. */
#include "boot_uboot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rota.h"

static uint8_t buf[1 << 20];
static char paths[2][256];

static bool read_config(struct rota_uboot_file *f, const char *path)
{
    FILE *in = fopen(path, "r");
    int n = 0;

    while (in && n < 2
           && fscanf(in, "%255s %" SCNi64 " %" SCNi32, paths[n],
                     (int64_t *)&f->copy[n].off, (int32_t *)&f->size)
                  == 3) {
        f->copy[n].path = paths[n];
        n++;
    }
    if (in)
        fclose(in);
    return n > 0;
}

static int tell_state(struct rota_boot_uboot *b, struct rota_boot *boot)
{
    static const char *const names[] = {"confirmed", "trial", "rolled back",
                                        "undone"};
    struct rota_boot_uboot_view v;
    int state = boot->state(boot->ctx), err;

    if (state < 0)
        return state;
    err = rota_boot_uboot_look(b, &v);
    if (!err)
        printf("%s %s %u/%u%s\n", names[state], b->slot[v.active], v.starts,
               v.limit, v.previous ? " previous" : "");
    return err;
}

/* Any variable, by the functions below boot_uboot. */
static int variable(struct rota_uboot_file *f, const char *name, bool change,
                    const char *value)
{
    struct rota_uboot_env e;
    int fd, err = rota_uboot_file_lock(f, change, &fd);

    if (!err)
        err = rota_uboot_file_load(f, &e);
    if (!err && change)
        err = rota_uboot_env_set(&e, name, value);
    if (!err && change)
        err = rota_uboot_file_store(f, &e);
    if (!err && !change && rota_uboot_env_get(&e, name))
        puts(rota_uboot_env_get(&e, name));
    return err;
}

static int act(struct rota_boot_uboot *b, const char *verb, char **args)
{
    struct rota_boot boot = rota_boot_uboot_init(b);

    if (!strcmp(verb, "state"))
        return tell_state(b, &boot);
    if (!strcmp(verb, "try_next"))
        return boot.try_next(boot.ctx);
    if (!strcmp(verb, "confirm"))
        return boot.confirm(boot.ctx);
    if (!strcmp(verb, "rollback"))
        return rota_boot_uboot_rollback(b);
    if (!strcmp(verb, "get") && args[0])
        return variable(&b->file, args[0], false, NULL);
    if (!strcmp(verb, "set") && args[0])
        return variable(&b->file, args[0], true, args[1]);
    return ROTA_EINVAL;
}

int main(int argc, char **argv)
{
    bool rauc = argc > 2 && !strcmp(argv[2], "rauc");
    struct rota_boot_uboot b = {.file = {.buf = buf, .in_place = true},
                                .slot = {rauc ? "A" : "2", rauc ? "B" : "3"},
                                .slot_var = rauc ? NULL : "mender_boot_part",
                                .slot_hex_var =
                                    rauc ? NULL : "mender_boot_part_hex"};
    int err;

    if (argc < 4 || !read_config(&b.file, argv[1]))
        return 2;
    err = act(&b, argv[3], argv + 4);
    if (err)
        printf("%s: %s\n", rota_err_name(err), b.file.why ? b.file.why : "");
    return err != 0;
}
