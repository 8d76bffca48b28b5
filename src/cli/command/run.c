/* tailor run show, cancel, retry: runs at the runtimes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/command/outcome.h"
#include "cli/command/reading.h"
#include "cli/command/run_end.h"
#include "cli/command/run_many.h"
#include "cli/command/run_place.h"
#include "cli/frame/commands.h"
#include "manager/installation/installation.h"

enum {
    LONG_RUN = 60, /* rows that are still read one by one */
    SHOWN = 1000   /* bytes of a payload, for people */
};

/* A run over a long list: the elements that are done are only counted. */
static void
leave_out_done(struct cli *cli, struct value *blocks)
{
    size_t left_out = 0;
    bool is_long = value_size(blocks) > LONG_RUN;
    for (size_t i = value_size(blocks); is_long && i > 0; i--) {
        const struct value *row = value_at(blocks, i - 1);
        const char *place = value_get_text(row, "place");
        if (place && *place &&
            strcmp(value_text_or(value_get(row, "state"), ""), "done") == 0) {
            value_free(value_take_at(blocks, i - 1));
            left_out++;
        }
    }
    if (left_out > 0)
        cli_say(cli, "%zu elements that are done are left out (--json has all)",
                left_out);
}

/* A payload in one line, cut after SHOWN bytes. */
static void
say_payload(struct cli *cli, const char *title, const struct value *payload)
{
    if (!payload || value_is(payload, VALUE_NULL))
        return;
    char *text = value_to_text(payload);
    size_t len = strlen(text);
    if (len > SHOWN) {
        text[utf8_valid_prefix(text, SHOWN)] = '\0';
        cli_say(cli, "%-12s  %s... (%zu bytes; --json shows all)", title, text,
                len);
    } else {
        cli_say(cli, "%-12s  %s", title, text);
    }
    free(text);
}

/* Input and output of each of BLOCKS. */
static void
say_payloads(struct cli *cli, const struct value *blocks)
{
    for (size_t i = 0; i < value_size(blocks); i++) {
        const struct value *b = value_at(blocks, i);
        const struct value *input = value_get(b, "input");
        const struct value *output = value_get(b, "output");
        const char *place = value_text_or(value_get(b, "place"), "");
        if ((!input || value_is(input, VALUE_NULL)) &&
            (!output || value_is(output, VALUE_NULL)))
            continue;
        cli_say(cli, "%s", "");
        cli_say(cli, "%s%s%s", value_text_or(value_get(b, "block"), "?"),
                *place ? ", element " : "", place);
        say_payload(cli, "input", input);
        say_payload(cli, "output", output);
    }
}

enum err
cmd_run_show(struct cli *cli, struct error *e)
{
    static const struct cli_column shown[] = {
        {"run", "runId"},
        {"state", "state"},
        {"parked for", "parkedFor"},
        {"label", "label"},
        {"version", "version"},
        {"installation", "installationId"},
        {"accepted", "acceptedAt"},
        {"started", "startedAt"},
        {"stopped", "stoppedAt"},
        {"next attempt", "nextAttemptAt"},
        {"message", "message"},
        {NULL, NULL}};
    static const struct cli_column each[] = {
        {"BLOCK", "block"},     {"KIND", "kind"},     {"PLACE", "place"},
        {"STATE", "state"},     {"STATUS", "status"}, {"ATTEMPTS", "attempts"},
        {"MESSAGE", "message"}, {NULL, NULL}};
    struct value *run = NULL;
    enum err err = reading_run(cli, cli_arg(cli, 0), &run, e);
    if (err != ERR_OK)
        return err;
    if (cli->json) {
        cli_print_json(cli, run);
        return ERR_OK;
    }
    struct value *blocks = value_detach(run, "blocks");
    struct value *input = value_detach(run, "input");
    cli_print_object(cli, run, shown);
    say_payload(cli, "input", input);
    value_free(input);
    cli_say(cli, "%s", "");
    leave_out_done(cli, blocks);
    cli_print_list(cli, blocks ? value_copy(blocks) : value_array(), each,
                   "no block ran");
    say_payloads(cli, blocks);
    value_free(blocks);
    return ERR_OK;
}

/* --- what changes a run --------------------------------------------------- */
/* Refuses a command that names no runs or names them in two ways. */
static enum err
check_which(const struct cli *cli, struct error *e)
{
    static const char *const of_many[] = {"installation", "limit", "dry-run"};
    const char *verb = cli->line.command->verb;
    bool many = cli_has(cli, "parked");
    if (many && cli_arg(cli, 0))
        return error_set(e, ERR_USAGE,
                         "run %s: runs and --parked (name the runs, or give "
                         "--parked)",
                         verb);
    if (!many && !cli_arg(cli, 0))
        return error_set(e, ERR_USAGE,
                         "run %s: RUN is missing (or give --parked)", verb);
    for (size_t i = 0; i < sizeof of_many / sizeof *of_many; i++)
        if (!many && cli_has(cli, of_many[i]))
            return error_set(e, ERR_USAGE,
                             "run %s: --%s applies only to --parked (remove "
                             "it)",
                             verb, of_many[i]);
    return ERR_OK;
}

/* What is known of a retried run: ROW is NULL where its runtime was not
 * reached. */
static void
print_retried(struct cli *cli, const char *key, const char *run,
              const char *status, struct value *row)
{
    static const char *const told[] = {"version",   "versionId",
                                       "state",     "parkedFor",
                                       "setAside",  "nextAttemptAt",
                                       "stoppedAt", "message"};
    struct value *v = value_object();
    value_set_text(v, "key", key);
    value_set_text(v, "status", status);
    value_set_text(v, "run", run);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (value_get(row, told[i]))
            value_set(v, told[i], value_detach(row, told[i]));
    cli_print_object(cli, v, NULL);
}

/* Delivers the retry KEY of RUN and says which version the run goes on with;
 * with --wait, also what became of it. */
static enum err
deliver_retry(struct cli *cli, const char *key, const char *run,
              const char *runtime, struct error *e)
{
    struct outcomes one = {.count = 1, .at = mem_alloc(sizeof *one.at)};
    struct value *row = NULL;
    struct error unreached = {.code = ERR_OK};
    int ms = 0;
    memcpy(one.at[0].key, key, IDENT_SIZE);
    enum err err = outcome_wait_ms(cli, &ms, e);
    if (err == ERR_OK)
        err = outcomes_deliver(cli, &one, e);
    bool started = err == ERR_OK && strcmp(one.at[0].word, "started") == 0;
    if (started)
        err = run_end_wait(cli, runtime, run, ms, &row, e);
    else if (err == ERR_OK)
        run_end_look(cli, runtime, run, &row, &unreached);
    if (err == ERR_OK || row)
        print_retried(cli, key, run, one.at[0].word, row);
    value_free(row);
    outcomes_clear(&one);
    return err;
}

/* Queues the change of the run that is named alone and says what became of it.
 */
static enum err
change_one(struct cli *cli, bool cancel, struct error *e)
{
    const char *run = cli_arg(cli, 0);
    char key[IDENT_SIZE], *runtime;
    enum err err = run_place_find(cli, run, &runtime, e);
    if (err == ERR_OK)
        err = manager_run_change(cli->manager, run, runtime, cancel, key, e);
    if (err == ERR_OK)
        err = cancel ? outcome_deliver_one(cli, key, NULL, e)
                     : deliver_retry(cli, key, run, runtime, e);
    free(runtime);
    return err;
}

static enum err
change(struct cli *cli, bool cancel, struct error *e)
{
    enum err err = check_which(cli, e);
    if (err != ERR_OK)
        return err;
    if (cli_has(cli, "parked"))
        return run_many_parked(cli, cancel, e);
    return cli->line.arg_count > 1 ? run_many_named(cli, cancel, e)
                                   : change_one(cli, cancel, e);
}

enum err
cmd_run_cancel(struct cli *cli, struct error *e)
{
    return change(cli, true, e);
}

enum err
cmd_run_retry(struct cli *cli, struct error *e)
{
    return change(cli, false, e);
}
