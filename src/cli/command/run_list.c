/* tailor run list: runs of all runtimes that answer, merged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/command/reading.h"
#include "cli/command/run_pages.h"
#include "cli/frame/commands.h"
#include "manager/installation/installation.h"

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
               struct value *arguments, size_t *most, struct error *e)
{
    long long limit = PAGE;
    enum err rc = cli_option_number(cli, "limit", 1, PAGE, &limit, e);
    *most = (size_t)limit;
    if (installation)
        value_set_text(arguments, "installationId", installation);
    add_option(cli, arguments, "find");
    add_option(cli, arguments, "state");
    if (rc == ERR_OK)
        rc = add_time(cli, arguments, "since", e);
    return rc == ERR_OK ? add_time(cli, arguments, "until", e) : rc;
}

/* What one runtime gave for the page. */
struct source {
    const char *runtime; /* of the list of runtimes */
    struct value *rows;  /* those that the page has not taken, newest first */
    char *position;      /* behind what the page took; NULL: the beginning */
    char *end;           /* behind the rows; NULL where there is no more */
    bool answered;
};

/* A page of all sources: the runs of RUNTIME (NULL: of each) that ARGUMENTS
 * asks for, LIMIT at most. */
struct listing {
    const struct value *arguments;
    const char *runtime;
    size_t limit;
    struct run_pages pages;
    struct source *sources;
    size_t count;
    struct value *unavailable; /* {runtime, message} of those not answering */
    struct error first;        /* why the first of them did not */
};

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

/* Asks the runtime of S until it gave LIMIT rows: a runtime looks at some of
 * its runs only, and may answer fewer, or none. */
static enum err
ask_source(struct cli *cli, const struct listing *l, struct source *s,
           struct error *e)
{
    struct value *arguments = value_copy(l->arguments);
    enum err rc = ERR_OK;
    bool more = true;
    if (s->position)
        value_set_text(arguments, "after", s->position);
    for (int i = 0; rc == ERR_OK && i < ASKS && more; i++) {
        struct value *body = NULL;
        char number[24];
        if (value_size(s->rows) >= l->limit)
            break;
        snprintf(number, sizeof number, "%zu", l->limit - value_size(s->rows));
        value_set_text(arguments, "limit", number);
        rc = reading_ask(cli, s->runtime, QUESTION_RUNS, value_copy(arguments),
                         &body, e);
        const char *next = value_get_text(body, "cursor");
        free(s->end);
        s->end = next ? mem_strdup(next) : NULL;
        more = next != NULL;
        if (more)
            value_set_text(arguments, "after", next);
        take_runs(cli, s->rows, body, s->runtime);
        value_free(body);
    }
    value_free(arguments);
    return rc;
}

/* A runtime that does not answer hides no runs of others. */
static void
set_unavailable(struct listing *l, struct source *s, const struct error *why)
{
    struct value *row = value_object();
    value_set_text(row, "runtime", s->runtime);
    value_set_text(row, "message", why->text);
    value_append(l->unavailable, row);
    if (l->first.code == ERR_OK)
        l->first = *why;
    value_free(s->rows);
    s->rows = value_array();
}

static void
ask_each(struct cli *cli, struct listing *l, const struct runtime_list *list)
{
    l->sources = mem_array(list->count + 1, sizeof *l->sources);
    for (size_t i = 0; i < list->count; i++) {
        struct error why = {.code = ERR_OK};
        const char *name = list->rows[i].name;
        if (l->runtime && strcmp(l->runtime, name) != 0)
            continue;
        struct source *s = &l->sources[l->count++];
        *s = (struct source){.runtime = name, .rows = value_array()};
        s->answered =
            !run_pages_position(&l->pages, name, &s->position) ||
            ask_source(cli, l, s, &why) == ERR_OK;
        if (!s->answered)
            set_unavailable(l, s, &why);
    }
}

/* The source of the newest run that is left, NULL where none is. */
static struct source *
newest(const struct listing *l)
{
    struct source *found = NULL;
    const char *at = NULL;
    for (size_t i = 0; i < l->count; i++) {
        struct source *s = &l->sources[i];
        const struct value *run = value_at(s->rows, 0);
        const char *accepted = value_text_or(value_get(run, "acceptedAt"), "");
        if (run && (!found || strcmp(accepted, at) > 0)) {
            found = s;
            at = accepted;
        }
    }
    return found;
}

/* Takes the newest runs of all sources to ROWS; each source goes on behind the
 * last that was taken of it. */
static void
merge(struct listing *l, struct value *rows)
{
    struct source *s;
    while (value_size(rows) < l->limit && (s = newest(l))) {
        struct value *run = value_take_at(s->rows, 0);
        const char *cursor = value_get_text(run, "cursor");
        if (cursor) {
            free(s->position);
            s->position = mem_strdup(cursor);
        }
        value_remove(run, "cursor");
        value_append(rows, run);
    }
    for (size_t i = 0; i < l->count; i++) {
        s = &l->sources[i];
        if (!s->answered)
            run_pages_keep(&l->pages, s->runtime, s->position);
        else if (value_size(s->rows) > 0)
            run_pages_add(&l->pages, s->runtime,
                          s->position ? s->position : "");
        else
            run_pages_add(&l->pages, s->runtime, s->end);
    }
}

/* Whether the list can be printed: some runtime answered, or there is none. */
static enum err
check_answers(const struct listing *l, struct error *e)
{
    size_t silent = value_size(l->unavailable);
    if (l->count == 0 && l->runtime)
        return error_set(e, ERR_NOT_FOUND, "%s: no such runtime", l->runtime);
    if (silent > 0 && silent == l->count)
        return error_set(e, l->first.code, "%s", l->first.text);
    if (!run_pages_fit(&l->pages))
        return error_set(e, ERR_USAGE,
                         "--after: not valid for this list (omit it to start "
                         "again)");
    return ERR_OK;
}

/* Fills ROWS with a page, and MORE with the cursor of the next and with the
 * runtimes that did not answer. */
static enum err
collect_runs(struct cli *cli, struct listing *l, struct value *rows,
             struct value *more, struct error *e)
{
    struct runtime_list list;
    l->unavailable = value_array();
    run_pages_begin(&l->pages, cli_option(cli, "after"));
    enum err rc = manager_runtime_list(cli->manager, &list, e);
    if (rc == ERR_OK) {
        ask_each(cli, l, &list);
        rc = check_answers(l, e);
    }
    if (rc == ERR_OK) {
        merge(l, rows);
        if (run_pages_next(&l->pages))
            value_set_text(more, "next", run_pages_next(&l->pages));
    }
    for (size_t i = 0; i < l->count; i++) {
        value_free(l->sources[i].rows);
        free(l->sources[i].position);
        free(l->sources[i].end);
    }
    free(l->sources);
    runtime_list_clear(&list);
    run_pages_end(&l->pages);
    return rc;
}

/* Says on stderr, and in MORE, which runtimes did not answer (l->unavailable
 * moves there); the exit code tells a script. */
static void
tell_unavailable(struct cli *cli, const struct listing *l, struct value *more)
{
    size_t n = value_size(l->unavailable);
    for (size_t i = 0; i < n; i++) {
        const struct value *row = value_at(l->unavailable, i);
        cli_warn("%s (its runs are not in the list)",
                 value_get_text(row, "message"));
    }
    if (n == 0) {
        value_free(l->unavailable);
        return;
    }
    value_set(more, "unavailable", l->unavailable);
    cli->status = err_exit_code(l->first.code);
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

static void
print_runs(struct cli *cli, struct value *rows, struct value *more)
{
    static const struct cli_column causes[] = {{"RUNS", "runs"},
                                               {"CAUSE", "message"},
                                               {"NEWEST", "newest"},
                                               {NULL, NULL}};
    const char *cursor = value_get_text(more, "next");
    char *next = cursor ? mem_strdup(cursor) : NULL;
    if (cli_has(cli, "by-cause"))
        cli_print_page(cli, by_cause(rows), more, causes, "no runs");
    else
        cli_print_page(cli, rows, more, columns, "no runs");
    if (next)
        cli_say(cli, "… more: --after %s", next);
    free(next);
}

enum err
cmd_run_list(struct cli *cli, struct error *e)
{
    char *installation, *runtime;
    struct value *rows = value_array(), *more = value_object();
    struct value *arguments = value_object();
    struct listing l = {.arguments = arguments};
    enum err rc = find_installation(cli, &installation, &runtime, e);
    if (rc == ERR_OK)
        rc = may_find(cli->manager, cli_option(cli, "find"), e);
    if (rc == ERR_OK)
        rc = make_arguments(cli, installation, arguments, &l.limit, e);
    l.runtime = runtime ? runtime : cli_option(cli, "runtime");
    if (rc == ERR_OK)
        rc = collect_runs(cli, &l, rows, more, e);
    if (rc == ERR_OK) {
        tell_unavailable(cli, &l, more);
        print_runs(cli, rows, more);
    } else {
        value_free(l.unavailable);
        value_free(rows);
        value_free(more);
    }
    free(installation);
    free(runtime);
    value_free(arguments);
    return rc;
}
