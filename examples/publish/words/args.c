/* SPDX-License-Identifier: Apache-2.0 */
#include "words/args.h"

#include <string.h>

#include "base/text.h"

const char *pub_arg_text(void *field, const char *value)
{
    if (!value[0])
        return "something";
    *(const char **)field = value;
    return NULL;
}

const char *pub_arg_list(void *field, const char *value)
{
    struct pub_list *list = field;

    if (!value[0])
        return "something";
    if (list->count == PUB_LIST_MAX)
        return "given fewer times";
    list->item[list->count++] = value;
    return NULL;
}

const char *pub_arg_number(void *field, const char *value)
{
    struct pub_number *n = field;
    uint64_t v;

    if (!rota_text_decimal(value, strlen(value), UINT32_MAX, &v))
        return "a whole number from 0 to 4294967295";
    *n = (struct pub_number){(uint32_t)v, true};
    return NULL;
}

const char *pub_arg_percent(void *field, const char *value)
{
    size_t len = strlen(value);
    uint64_t v;

    if (len && value[len - 1] == '%')
        len--;
    if (!rota_text_decimal(value, len, 100, &v))
        return "a percentage from 0 to 100";
    *(struct pub_number *)field = (struct pub_number){(uint32_t)v, true};
    return NULL;
}

static const struct pub_arg *find(const struct pub_arg *table, const char *name,
                                  size_t len)
{
    for (; table->name; table++)
        if (rota_text_same(name, len, table->name))
            return table;
    return NULL;
}

static void *member(void *command, const struct pub_arg *a)
{
    return (char *)command + a->field;
}

/* An option, and its value in the same argument or in the next: how many
 * arguments that took, or 0 after saying what is wrong. */
static int take_option(const struct pub_say *s, const struct pub_arg *table,
                       void *command, char *const *arg)
{
    size_t len =
        strncmp(arg[0], "--", 2) == 0 ? strcspn(arg[0], "=") : strlen(arg[0]);
    bool joined = arg[0][len] == '=';
    const struct pub_arg *a = find(table, arg[0], len);
    const char *value = joined ? arg[0] + len + 1 : arg[1];
    const char *form;

    if (!a || (joined && !a->value)) {
        pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "unknown option '%.60s'",
                        arg[0]);
        return 0;
    }
    if (!a->value) {
        *(bool *)member(command, a) = true;
        return 1;
    }
    if (!value) {
        pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s needs a value",
                        a->name);
        return 0;
    }
    form = a->set(member(command, a), value);
    if (form)
        pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                        "%s must be %s, not '%.60s'", a->name, form, value);
    return form ? 0 : joined ? 1 : 2;
}

static bool is_help(const char *arg)
{
    return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

/* Before all else, so that what is wrong with the rest is said in its form. */
static void look_for_json(struct pub_say *s, int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        s->json = s->json || strcmp(argv[i], "--json") == 0;
}

int pub_args_read(struct pub_say *s, const struct pub_command *c, void *command,
                  int argc, char **argv, struct pub_words *words, bool *help)
{
    bool options = true;

    *words = (struct pub_words){.word = argv};
    look_for_json(s, argc, argv);
    for (int i = 0; i < argc;) {
        int took = 1;

        if (!options || argv[i][0] != '-' || !argv[i][1])
            words->word[words->count++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            options = false;
        else if (is_help(argv[i]))
            *help = true;
        else if (strcmp(argv[i], "--json") != 0)
            took = take_option(s, c->options, command, argv + i);
        if (!took)
            return ROTA_EXIT_USAGE;
        i += took;
    }
    return ROTA_EXIT_OK;
}
