/* Reading from runtimes. */
#include "cli/command/reading.h"

#include <stdio.h>
#include <string.h>

#include "manager/catalogue/run_sample.h"

/* Outside a session the command starts its own way to the runtimes. */
static enum err
ensure_fetch(struct cli *cli, bool payloads, struct error *e)
{
    const struct questioner who = {.actor = manager_actor(cli->manager),
                                   .payloads = payloads};
    struct runtime_list list;
    if (cli->fetch)
        return ERR_OK;
    enum err err = manager_runtime_list(cli->manager, &list, e);
    if (err == ERR_OK)
        err = fetch_start(&cli->fetch, &list, &who, e);
    runtime_list_clear(&list);
    cli->own_fetch = err == ERR_OK;
    return err;
}

static void
say_silent(void *context, const char *runtime, int seconds)
{
    const struct cli *cli = context;
    cli_say_waiting(cli, runtime, seconds);
}

enum err
reading_ask(struct cli *cli, const char *runtime, enum fetch_question question,
            struct value *arguments, struct value **body, struct error *e)
{
    bool payloads = manager_may_see_payloads(cli->manager, NULL) == ERR_OK;
    *body = NULL;
    enum err err = ensure_fetch(cli, payloads, e);
    if (err == ERR_OK)
        fetch_tell_silence(cli->fetch, say_silent, cli);
    if (err == ERR_OK)
        return fetch_ask(cli->fetch, runtime, question, arguments, payloads,
                         body, e);
    value_free(arguments);
    return err;
}

/* What it means that no runtime gave run ID: FIRST is why the first of SILENT
 * of ASKED runtimes did not answer. */
static enum err
not_given(const char *id, size_t asked, size_t silent,
          const struct error *first, struct error *e)
{
    if (silent == 0)
        return error_set(e, ERR_NOT_FOUND, "run %s: no runtime has it", id);
    if (silent == asked) {
        *e = *first;
        return e->code;
    }
    return error_set(e, first->code,
                     "run %s: no runtime that answers has it, and %zu did not "
                     "answer: %s",
                     id, silent, first->text);
}

enum err
reading_run(struct cli *cli, const char *id, struct value **run,
            struct error *e)
{
    const char *only = cli_option(cli, "runtime");
    struct runtime_list list = {.count = 0};
    struct error first = {.code = ERR_OK};
    size_t asked = 0, silent = 0;
    *run = NULL;
    enum err err = manager_may_see_payloads(cli->manager, e);
    if (err == ERR_OK)
        err = manager_runtime_list(cli->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && !*run && i < list.count; i++) {
        struct value *arguments = value_object();
        struct error why = {.code = ERR_OK};
        value_set_text(arguments, "runId", id);
        if (only && strcmp(only, list.rows[i].name) != 0) {
            value_free(arguments);
            continue;
        }
        asked++;
        enum err code = reading_ask(cli, list.rows[i].name, QUESTION_RUN,
                                    arguments, run, &why);
        silent += code != ERR_OK && code != ERR_NOT_FOUND;
        if (silent == 1 && first.code == ERR_OK)
            first = why;
    }
    runtime_list_clear(&list);
    return err == ERR_OK && !*run ? not_given(id, asked, silent, &first, e)
                                  : err;
}

enum err
reading_sample(struct cli *cli, const char *id, struct value **out,
               char whose[IDENT_SIZE], struct error *e)
{
    struct value *run = NULL;
    enum err err = reading_run(cli, id, &run, e);
    if (err == ERR_OK && whose)
        snprintf(whose, IDENT_SIZE, "%s",
                 value_text_or(value_get(run, "installationId"), ""));
    if (err == ERR_OK)
        err = sample_of_run(out, run, e);
    return err;
}
