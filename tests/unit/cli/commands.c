/* The table of commands agrees with the actions of the manager. */
#include "cli/frame/commands.h"

#include <ctype.h>

#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

/* The action that a command is named after, or NULL. */
static const struct action_info *
action_of(const struct command *c)
{
    char name[64], edit[] = "draft.edit";
    snprintf(name, sizeof name, "%s%s%s", c->noun, *c->verb ? "." : "",
             c->verb);
    bool edits = !(c->flags & CMD_READS) && (strcmp(c->noun, "block") == 0 ||
                                             strcmp(c->noun, "mapping") == 0 ||
                                             strcmp(c->noun, "table") == 0);
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(action_table[i].name, edits ? edit : name) == 0)
            return &action_table[i];
    }
    return NULL;
}

/* What the program changes beside the store makes a command no reader. */
static bool
changes_files(const struct command *c)
{
    return strcmp(c->noun, "store") == 0 && strcmp(c->verb, "backup") == 0;
}

static void
readers_are_those_whose_action_changes_nothing(void)
{
    size_t compared = 0;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        const struct action_info *a = action_of(c);
        bool reads = (c->flags & CMD_READS) != 0;
        if (!a || changes_files(c))
            continue;
        compared++;
        if (reads == a->mutates)
            printf("# %s %s: reads %d, its action %s mutates %d\n", c->noun,
                   c->verb, reads, a->name, a->mutates);
        CHECK(reads != a->mutates);
    }
    CHECK(compared > 50);
}

static void
words_are_unique_and_helped(void)
{
    for (size_t i = 0; i < command_count; i++) {
        CHECK(*commands[i].help != '\0');
        CHECK(!cli_actions[i].run != !cli_actions[i].program);
        CHECK(commands[i].help[strlen(commands[i].help) - 1] != '.');
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(commands[i].noun, commands[k].noun) != 0 ||
                  strcmp(commands[i].verb, commands[k].verb) != 0);
    }
}

/* A word in small letters behind an option would not be its value. Sabotage:
 * write [--rest keep|drop] in src/cli/frame/commands.def. */
static void
values_of_options_are_in_capitals(void)
{
    for (size_t i = 0; i < command_count; i++)
        for (const char *at = commands[i].usage; (at = strstr(at, "--"));) {
            at += strcspn(at, " ]|");
            bool value = *at == ' ' && islower((unsigned char)at[1]);
            if (value)
                printf("# %s %s: %s\n", commands[i].noun, commands[i].verb, at);
            CHECK(!value);
        }
}

/* Local files may not be named by what a session runs, but as "-". */
static void
what_writes_files_is_local(void)
{
    static const char *const local[] = {
        "store init", "store backup", "store restore", "runtime add",
        "sync ",      "demo ",        "session "};
    for (size_t k = 0; k < sizeof local / sizeof *local; k++) {
        bool found = false;
        for (size_t i = 0; i < command_count; i++) {
            char name[64];
            snprintf(name, sizeof name, "%s %s", commands[i].noun,
                     commands[i].verb);
            if (strcmp(name, local[k]) != 0)
                continue;
            found = true;
            CHECK(!(commands[i].flags & CMD_REMOTE));
        }
        CHECK(found);
    }
}

void
test_cli_commands(void)
{
    static const struct test tests[] = {
        {"values of options are in capitals",
         values_of_options_are_in_capitals},
        {"readers are those whose action changes nothing",
         readers_are_those_whose_action_changes_nothing},
        {"words are unique and helped", words_are_unique_and_helped},
        {"what writes files is local", what_writes_files_is_local},
        {NULL, NULL}};
    test_run("commands", tests);
    failed_tests += test_result();
}
