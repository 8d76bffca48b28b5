/* Reading from runtimes. */
#include "cli/command/reading.h"

#include <stdio.h>
#include <string.h>

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
reading_ask(struct cli *cli, const char *runtime, enum question question,
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

/* --- a run as a sample ---------------------------------------------------- */
/* Adds an output of block NAME. A search is recorded page by page: the lists
 * of a later page go to the ends of those of the first. */
static void
add_output(struct value *outputs, const char *name, const struct value *output)
{
    struct value *before = value_get(outputs, name);
    if (!value_is(before, VALUE_OBJECT) || !value_is(output, VALUE_OBJECT)) {
        value_set(outputs, name, value_copy(output));
        return;
    }
    for (size_t i = 0; i < value_size(output); i++) {
        const char *key = value_key(output, i, NULL);
        const struct value *page = value_at(output, i);
        struct value *list = value_get(before, key);
        if (value_is(page, VALUE_ARRAY) && value_is(list, VALUE_ARRAY)) {
            for (size_t k = 0; k < value_size(page); k++)
                value_append(list, value_copy(value_at(page, k)));
        } else {
            value_set(before, key, value_copy(page));
        }
    }
}

enum err
reading_sample(struct cli *cli, const char *id, struct value **out,
               char whose[IDENT_SIZE], struct error *e)
{
    struct value *run = NULL;
    enum err err = reading_run(cli, id, &run, e);
    if (err != ERR_OK)
        return err;
    if (value_get(run, "payloadsCut")) {
        value_free(run);
        return error_set(e, ERR_TOO_BIG,
                         "run %s: its payloads are too large to be fetched "
                         "(give a file with the input instead)",
                         id);
    }
    const struct value *blocks = value_get(run, "blocks");
    if (whose)
        snprintf(whose, IDENT_SIZE, "%s",
                 value_text_or(value_get(run, "installationId"), ""));
    struct value *input = value_detach(run, "input");
    struct value *outputs = value_object();
    for (size_t i = 0; i < value_size(blocks); i++) {
        const struct value *b = value_at(blocks, i);
        const char *name = value_get_text(b, "block");
        if (name && value_get(b, "output"))
            add_output(outputs, name, value_get(b, "output"));
    }
    value_free(run);
    *out = value_object();
    value_set(*out, "input", input ? input : value_null());
    value_set(*out, "outputs", outputs);
    return ERR_OK;
}
