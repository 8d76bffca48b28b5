/* Which runtime has a run that a command names. */
#include "cli/command/run_place.h"

#include <stdlib.h>

#include "base/ident.h"
#include "base/mem.h"
#include "cli/command/run_end.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"

enum { NAMES_MAX = 900 };

/* "a, b": the names in LIST, which the caller frees. */
static char *
names_of(const struct runtime_list *list)
{
    struct buf out;
    buf_init(&out, NAMES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        buf_addf(&out, "%s%s", i ? ", " : "", list->rows[i].name);
        if (buf_failed(&out))
            buf_truncate(&out, 0);
    }
    return buf_take(&out);
}

/* What it means that no runtime of LIST gave RUN: FIRST is why the first that
 * did not answer did not. */
static enum err
not_given(const struct runtime_list *list, const char *run,
          const struct error *first, struct error *e)
{
    if (first->code == ERR_OK)
        return error_set(e, ERR_NOT_FOUND, "run %s: no runtime has it", run);
    char *names = names_of(list);
    error_set(e, first->code,
              "run %s: not found at the runtimes that answer (say where it is: "
              "--runtime with one of %s): %s",
              run, names, first->text);
    free(names);
    return first->code;
}

/* Nothing of what customers sent is read: the list of runs is asked. */
static enum err
ask_each(struct cli *cli, const struct runtime_list *list, const char *run,
         char **runtime, struct error *e)
{
    struct error first = {.code = ERR_OK};
    for (size_t i = 0; i < list->count; i++) {
        struct value *row = NULL;
        struct error why = {.code = ERR_OK};
        const char *name = list->rows[i].name;
        enum err err = run_end_look(cli, name, run, &row, &why);
        value_free(row);
        if (err == ERR_OK) {
            *runtime = mem_strdup(name);
            return ERR_OK;
        }
        if (err != ERR_NOT_FOUND && first.code == ERR_OK)
            first = why;
    }
    return not_given(list, run, &first, e);
}

/* NAME where it has RUN. */
static enum err
ask_one(struct cli *cli, const char *name, const char *run, char **runtime,
        struct error *e)
{
    struct value *row = NULL;
    enum err err = run_end_look(cli, name, run, &row, e);
    if (err == ERR_OK)
        *runtime = mem_strdup(name);
    value_free(row);
    return err;
}

enum err
run_place_check(struct cli *cli, const char *run, char **runtime,
                struct error *e)
{
    struct runtime_list list = {.count = 0};
    const char *name = cli_option(cli, "runtime");
    *runtime = NULL;
    enum err err = manager_run_check(run, e);
    if (err == ERR_OK && name)
        return ask_one(cli, name, run, runtime, e);
    if (err == ERR_OK)
        err = manager_runtime_list(cli->manager, &list, e);
    if (err == ERR_OK)
        err = ask_each(cli, &list, run, runtime, e);
    runtime_list_clear(&list);
    return err;
}

enum err
run_place_find(struct cli *cli, const char *run, char **runtime,
               struct error *e)
{
    struct runtime_list list = {.count = 0};
    const char *name = cli_option(cli, "runtime");
    *runtime = name ? mem_strdup(name) : NULL;
    if (name || !ident_is(run))
        return ERR_OK;
    enum err err = manager_runtime_list(cli->manager, &list, e);
    if (err == ERR_OK && list.count == 1)
        *runtime = mem_strdup(list.rows[0].name);
    else if (err == ERR_OK)
        err = ask_each(cli, &list, run, runtime, e);
    runtime_list_clear(&list);
    return err;
}
