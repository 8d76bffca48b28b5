/* tailor run list, show, cancel, retry: runs at the runtimes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command/outcome.h"
#include "cli/command/reading.h"
#include "cli/command/run_end.h"
#include "cli/command/run_pages.h"
#include "cli/frame/commands.h"
#include "manager/installation/installation.h"

enum {
    LONG_RUN = 60, /* rows that are still read one by one */
    SHOWN = 1000   /* bytes of a payload, for people */
};

enum { PAGE = 100, ASKS = 50 };

static const struct cli_column columns[] = {{"RUN", "runId"},
                                            {"STATE", "state"},
                                            {"LABEL", "label"},
                                            {"VERSION", "version"},
                                            {"EVENT", "event"},
                                            {"ACCEPTED", "acceptedAt"},
                                            {"SET ASIDE", "setAside"},
                                            {"MESSAGE", "message"},
                                            {NULL, NULL}};

/* Looking for a text finds what customers sent. */
static enum err
may_find(struct manager *m, const char *find, struct error *e)
{
    return find && *find ? manager_may_see_payloads(m, e) : ERR_OK;
}

/* What --installation names: its id and its runtime; "" without it. */
static enum err
find_installation(struct cli *cli, char **id, char **runtime, struct error *e)
{
    struct installation_list list;
    const char *name = cli_option(cli, "installation");
    *id = *runtime = NULL;
    if (!name)
        return ERR_OK;
    enum err rc = manager_installation_show(cli->manager, name, &list, e);
    if (rc == ERR_OK) {
        *id = mem_strdup(list.rows[0].id);
        *runtime = mem_strdup(list.rows[0].runtime);
    }
    installation_list_clear(&list);
    return rc;
}

/* The option NAME as an argument of the same name. */
static void
add_option(struct cli *cli, struct value *arguments, const char *name)
{
    if (cli_option(cli, name))
        value_set_text(arguments, name, cli_option(cli, name));
}

/* A time of an option as the runtime reads it. */
static enum err
add_time(struct cli *cli, struct value *arguments, const char *name,
         struct error *e)
{
    int64_t ms = 0;
    char text[CLOCK_TEXT_SIZE];
    enum err rc = cli_option_time(cli, name, &ms, e);
    if (rc != ERR_OK || ms == 0)
        return rc;
    clock_format(text, ms);
    value_set_text(arguments, name, text);
    return ERR_OK;
}

static enum err
make_arguments(struct cli *cli, const char *installation,
               struct value *arguments, struct error *e)
{
    long long limit = PAGE;
    char number[24];
    enum err rc = cli_option_number(cli, "limit", 1, PAGE, &limit, e);
    snprintf(number, sizeof number, "%lld", limit);
    if (installation)
        value_set_text(arguments, "installationId", installation);
    add_option(cli, arguments, "find");
    add_option(cli, arguments, "state");
    value_set_text(arguments, "limit", number);
    if (rc == ERR_OK)
        rc = add_time(cli, arguments, "since", e);
    return rc == ERR_OK ? add_time(cli, arguments, "until", e) : rc;
}

/* Moves the runs of BODY to ROWS, saying where they run. */
static void
take_runs(struct cli *cli, struct value *rows, struct value *body,
          const char *runtime)
{
    const char *version = cli_option(cli, "version");
    struct value *data = value_get(body, "data");
    while (value_size(data) > 0) {
        struct value *run = value_take_at(data, 0);
        const char *of = value_get_text(run, "versionId");
        const char *label = value_get_text(run, "version");
        if (version && (!of || strcmp(of, version) != 0) &&
            (!label || strcmp(label, version) != 0)) {
            value_free(run);
            continue;
        }
        value_set_text(run, "runtime", runtime);
        value_append(rows, run);
    }
}

/* Asks one runtime until ROWS has as many more as were asked for: a runtime
 * looks at some of its runs only, and may answer fewer, or none. */
static enum err
ask_runs(struct cli *cli, const struct value *asked, const char *runtime,
         struct value *rows, struct run_pages *pages, struct error *e)
{
    size_t wanted =
        value_size(rows) + strtoul(value_get_text(asked, "limit"), NULL, 10);
    struct value *arguments = value_copy(asked);
    char *cursor = NULL;
    bool more = run_pages_position(pages, runtime, &cursor);
    enum err rc = ERR_OK;
    for (int i = 0; rc == ERR_OK && i < ASKS && more; i++) {
        struct value *body = NULL;
        char number[24];
        if (value_size(rows) >= wanted)
            break;
        snprintf(number, sizeof number, "%zu", wanted - value_size(rows));
        value_set_text(arguments, "limit", number);
        if (cursor)
            value_set_text(arguments, "after", cursor);
        rc = reading_ask(cli, runtime, QUESTION_RUNS, value_copy(arguments),
                         &body, e);
        free(cursor);
        const char *next = value_get_text(body, "cursor");
        cursor = next ? mem_strdup(next) : NULL;
        more = cursor != NULL;
        take_runs(cli, rows, body, runtime);
        value_free(body);
    }
    run_pages_add(pages, runtime, cursor);
    free(cursor);
    value_free(arguments);
    return rc;
}

static enum err
ask_each(struct cli *cli, const struct value *arguments, const char *runtime,
         struct value *rows, struct run_pages *pages, struct error *e)
{
    struct runtime_list list;
    bool asked = false;
    enum err rc = manager_runtime_list(cli->manager, &list, e);
    for (size_t i = 0; rc == ERR_OK && i < list.count; i++) {
        if (runtime && strcmp(runtime, list.rows[i].name) != 0)
            continue;
        asked = true;
        rc = ask_runs(cli, arguments, list.rows[i].name, rows, pages, e);
    }
    runtime_list_clear(&list);
    if (rc == ERR_OK && !asked && runtime)
        rc = error_set(e, ERR_NOT_FOUND, "%s: no such runtime", runtime);
    return rc;
}

/* Fills ROWS with a page of RUNTIME (NULL: of each); MORE gets the cursor of
 * the next page. */
static enum err
collect_runs(struct cli *cli, const struct value *arguments,
             const char *runtime, struct value *rows, struct value *more,
             struct error *e)
{
    struct run_pages pages;
    run_pages_begin(&pages, cli_option(cli, "after"));
    enum err rc = ask_each(cli, arguments, runtime, rows, &pages, e);
    if (rc == ERR_OK && !run_pages_fit(&pages))
        rc = error_set(e, ERR_USAGE,
                       "--after: not valid for this list (omit it to start "
                       "again)");
    if (rc == ERR_OK && run_pages_next(&pages))
        value_set_text(more, "next", run_pages_next(&pages));
    run_pages_end(&pages);
    return rc;
}

/* Runs grouped by what they say went wrong, the most frequent first. */
static struct value *
by_cause(struct value *rows)
{
    struct value *causes = value_array();
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *run = value_at(rows, i);
        const char *message = value_get_text(run, "message");
        if (!message || !*message)
            continue;
        struct value *found = NULL;
        for (size_t k = 0; k < value_size(causes) && !found; k++) {
            struct value *c = value_at(causes, k);
            if (strcmp(value_get_text(c, "message"), message) == 0)
                found = c;
        }
        if (!found) {
            found = value_object();
            value_set_text(found, "message", message);
            value_set_int(found, "runs", 0);
            value_set_text(found, "newest", value_get_text(run, "runId"));
            value_append(causes, found);
        }
        value_set_int(found, "runs",
                      value_int_or(value_get(found, "runs"), 0) + 1);
    }
    value_free(rows);
    return causes;
}

enum err
cmd_run_list(struct cli *cli, struct error *e)
{
    static const struct cli_column causes[] = {{"RUNS", "runs"},
                                               {"CAUSE", "message"},
                                               {"NEWEST", "newest"},
                                               {NULL, NULL}};
    char *installation, *runtime;
    struct value *rows = value_array(), *more = value_object();
    struct value *arguments = value_object();
    enum err rc = find_installation(cli, &installation, &runtime, e);
    if (rc == ERR_OK)
        rc = may_find(cli->manager, cli_option(cli, "find"), e);
    if (rc == ERR_OK)
        rc = make_arguments(cli, installation, arguments, e);
    if (rc == ERR_OK)
        rc = collect_runs(cli, arguments,
                          runtime ? runtime : cli_option(cli, "runtime"), rows,
                          more, e);
    if (rc == ERR_OK && cli_has(cli, "by-cause")) {
        cli_print_page(cli, by_cause(rows), more, causes, "no runs");
    } else if (rc == ERR_OK) {
        cli_print_page(cli, rows, more, columns, "no runs");
    } else {
        value_free(rows);
        value_free(more);
    }
    free(installation);
    free(runtime);
    value_free(arguments);
    return rc;
}

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
        cli_say(cli, "\n%s%s%s", value_text_or(value_get(b, "block"), "?"),
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
        {"message", "message"},
        {NULL, NULL}};
    static const struct cli_column each[] = {
        {"BLOCK", "block"},     {"KIND", "kind"},     {"PLACE", "place"},
        {"STATE", "state"},     {"STATUS", "status"}, {"ATTEMPTS", "attempts"},
        {"MESSAGE", "message"}, {NULL, NULL}};
    struct value *run = NULL;
    enum err rc = reading_run(cli, cli_arg(cli, 0), &run, e);
    if (rc != ERR_OK)
        return rc;
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
enum err
cmd_run_cancel(struct cli *cli, struct error *e)
{
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < cli->arg_count; i++) {
        char key[IDENT_SIZE];
        rc = manager_run_change(cli->manager, cli->args[i],
                                cli_option(cli, "runtime"), true, key, e);
        if (rc == ERR_OK)
            rc = outcome_deliver_one(cli, key, e);
    }
    return rc;
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
    enum err rc = outcome_wait_ms(cli, &ms, e);
    if (rc == ERR_OK)
        rc = outcomes_deliver(cli, &one, e);
    bool started = rc == ERR_OK && strcmp(one.at[0].word, "started") == 0;
    if (started)
        rc = run_end_wait(cli, runtime, run, ms, &row, e);
    else if (rc == ERR_OK)
        run_end_look(cli, runtime, run, &row, &unreached);
    if (rc == ERR_OK || row)
        print_retried(cli, key, run, one.at[0].word, row);
    value_free(row);
    outcomes_clear(&one);
    return rc;
}

/* The runtime of --runtime, or the only one there is; the caller frees it. */
static char *
runtime_of_runs(struct cli *cli)
{
    struct runtime_list list;
    struct error e = {.code = ERR_OK};
    const char *name = cli_option(cli, "runtime");
    if (name)
        return mem_strdup(name);
    char *only = NULL;
    if (manager_runtime_list(cli->manager, &list, &e) == ERR_OK &&
        list.count == 1)
        only = mem_strdup(list.rows[0].name);
    runtime_list_clear(&list);
    return only;
}

enum err
cmd_run_retry(struct cli *cli, struct error *e)
{
    char *runtime = runtime_of_runs(cli);
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < cli->arg_count; i++) {
        char key[IDENT_SIZE];
        rc = manager_run_change(cli->manager, cli->args[i], runtime, false, key,
                                e);
        if (rc == ERR_OK)
            rc = deliver_retry(cli, key, cli->args[i], runtime, e);
    }
    free(runtime);
    return rc;
}
