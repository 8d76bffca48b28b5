/* Runs of all runtimes that answer, merged. */
#include "cli/command/run_listing.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command/reading.h"
#include "cli/command/run_pages.h"
#include "manager/installation/installation.h"
#include "store/runtime.h"

enum { ASKS = 50, WORDS_MAX = 400 };

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
    enum err err = manager_installation_show(cli->manager, name, &list, e);
    if (err == ERR_OK) {
        *id = mem_strdup(list.rows[0].id);
        *runtime = mem_strdup(list.rows[0].runtime);
    }
    installation_list_clear(&list);
    return err;
}

static void
add_option(struct cli *cli, struct value *arguments, const char *option,
           const char *argument)
{
    if (cli_option(cli, option))
        value_set_text(arguments, argument, cli_option(cli, option));
}

/* A time of an option as the runtime reads it. */
static enum err
add_time(struct cli *cli, struct value *arguments, const char *name,
         struct error *e)
{
    int64_t ms = 0;
    char text[CLOCK_TEXT_SIZE];
    enum err err = cli_option_time(cli, name, &ms, e);
    if (err != ERR_OK || ms == 0)
        return err;
    clock_format(text, ms);
    value_set_text(arguments, name, text);
    return ERR_OK;
}

/* OPTION is one of the COUNT words that WORD_OF has from FIRST on. */
static enum err
check_word(const struct cli *cli, const char *option,
           const char *(*word_of)(int), int first, int count, struct error *e)
{
    const char *given = cli_option(cli, option);
    struct buf words;
    bool known = !given;
    buf_init(&words, WORDS_MAX);
    for (int i = first; i < first + count; i++) {
        known = known || strcmp(given, word_of(i)) == 0;
        buf_addf(&words, "%s%s", i > first ? ", " : "", word_of(i));
    }
    if (!known)
        error_set(e, ERR_USAGE, "--%s %.60s: not known (one of: %s)", option,
                  given, buf_str(&words));
    buf_clear(&words);
    return known ? ERR_OK : ERR_USAGE;
}

static enum err
check_words(const struct cli *cli, struct error *e)
{
    enum err err = check_word(cli, "state", rt_run_state_word, RUN_ACCEPTED,
                              RUN_CANCELLED - RUN_ACCEPTED + 1, e);
    return err != ERR_OK ? err
                         : check_word(cli, "parked", rt_park_word, PARK_PAUSED,
                                      PARK_RESTORED - PARK_PAUSED + 1, e);
}

static enum err
make_arguments(struct cli *cli, const char *installation,
               struct value *arguments, struct error *e)
{
    if (installation)
        value_set_text(arguments, "installationId", installation);
    add_option(cli, arguments, "find", "find");
    add_option(cli, arguments, "state", "state");
    add_option(cli, arguments, "parked", "parkedFor");
    if (cli_has(cli, "parked")) /* what an earlier runtime filters by */
        value_set_text(arguments, "state", "parked");
    enum err err = add_time(cli, arguments, "since", e);
    return err == ERR_OK ? add_time(cli, arguments, "until", e) : err;
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
 * asks for. */
struct listing {
    const struct value *arguments;
    const char *runtime;
    struct run_listing *out;
    struct run_pages pages;
    struct source *sources;
    size_t count;
};

/* What an earlier runtime does not filter by. */
static bool
is_wanted(struct cli *cli, const struct value *run)
{
    const char *version = cli_option(cli, "version");
    const char *parked = cli_option(cli, "parked");
    return (!version || text_equal(value_get_text(run, "versionId"), version) ||
            text_equal(value_get_text(run, "version"), version)) &&
           (!parked || text_equal(value_get_text(run, "parkedFor"), parked));
}

/* The number of CURSOR; BEFORE where it is none. */
static long long
cursor_number(const char *cursor, long long before)
{
    long long n = before;
    if (cursor)
        command_read_number(cursor, 0, LLONG_MAX, &n);
    return n;
}

/* The cursors of BODY fall from row to row, from the one that was asked for:
 * a runtime that ignores it would give the same runs again and again. */
static enum err
check_cursors(const struct source *s, const char *after,
              const struct value *body, struct error *e)
{
    const struct value *data = value_get(body, "data");
    const char *next = value_get_text(body, "cursor");
    long long least = cursor_number(after, LLONG_MAX);
    bool falls = true;
    for (size_t i = 0; i < value_size(data); i++) {
        const char *cursor = value_get_text(value_at(data, i), "cursor");
        falls = falls && (!cursor || cursor_number(cursor, -1) < least);
        least = cursor_number(cursor, least);
    }
    if (next && after)
        falls = falls && cursor_number(next, -1) < cursor_number(after, 0);
    return falls ? ERR_OK
                 : error_set(e, ERR_INVALID,
                             "runtime %s: a page of runs after %s does not "
                             "begin there (upgrade the runtime)",
                             s->runtime, after ? after : "the newest");
}

/* Moves the runs of BODY to ROWS, saying where they run. */
static void
take_runs(struct cli *cli, struct value *rows, struct value *body,
          const char *runtime)
{
    struct value *data = value_get(body, "data");
    while (value_size(data) > 0) {
        struct value *run = value_take_at(data, 0);
        if (!is_wanted(cli, run)) {
            value_free(run);
            continue;
        }
        value_set_text(run, "runtime", runtime);
        value_append(rows, run);
    }
}

/* Asks the runtime of S for the next of its rows; *MORE: there are others. */
static enum err
ask_page(struct cli *cli, struct source *s, struct value *arguments,
         size_t most, bool *more, struct error *e)
{
    struct value *body = NULL;
    char number[24];
    snprintf(number, sizeof number, "%zu", most);
    value_set_text(arguments, "limit", number);
    enum err err = reading_ask(cli, s->runtime, QUESTION_RUNS,
                               value_copy(arguments), &body, e);
    if (err == ERR_OK)
        err = check_cursors(s, value_get_text(arguments, "after"), body, e);
    const char *next = value_get_text(body, "cursor");
    free(s->end);
    s->end = next ? mem_strdup(next) : NULL;
    *more = next != NULL;
    if (next)
        value_set_text(arguments, "after", next);
    if (err == ERR_OK)
        take_runs(cli, s->rows, body, s->runtime);
    value_free(body);
    return err;
}

/* Asks the runtime of S until it gave as many rows as are wanted: a runtime
 * looks at some of its runs only, and may answer fewer, or none. */
static enum err
ask_source(struct cli *cli, const struct listing *l, struct source *s,
           struct error *e)
{
    struct value *arguments = value_copy(l->arguments);
    enum err err = ERR_OK;
    bool more = true;
    if (s->position)
        value_set_text(arguments, "after", s->position);
    for (int i = 0; err == ERR_OK && more && (l->out->whole || i < ASKS); i++) {
        size_t there = value_size(s->rows);
        if (there >= l->out->limit)
            break;
        err = ask_page(cli, s, arguments, l->out->limit - there, &more, e);
    }
    value_free(arguments);
    return err;
}

/* A runtime that does not answer hides no runs of others. */
static void
set_unavailable(struct listing *l, struct source *s, const struct error *why)
{
    struct value *row = value_object();
    value_set_text(row, "runtime", s->runtime);
    value_set_text(row, "message", why->text);
    value_append(l->out->unavailable, row);
    if (l->out->first.code == ERR_OK)
        l->out->first = *why;
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
        s->answered = !run_pages_position(&l->pages, name, &s->position) ||
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

/* Takes the newest runs of all sources; each source goes on behind the
 * last that was taken of it. */
static void
merge(struct listing *l)
{
    struct value *rows = l->out->rows;
    struct source *s;
    while (value_size(rows) < l->out->limit && (s = newest(l))) {
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
    size_t silent = value_size(l->out->unavailable);
    if (l->count == 0 && l->runtime)
        return error_set(e, ERR_NOT_FOUND, "%s: no such runtime", l->runtime);
    if (silent > 0 && silent == l->count)
        return error_set(e, l->out->first.code, "%s", l->out->first.text);
    if (!run_pages_fit(&l->pages))
        return error_set(e, ERR_USAGE,
                         "--after: not valid for this list (omit it to start "
                         "again)");
    return ERR_OK;
}

static void
free_sources(struct listing *l)
{
    for (size_t i = 0; i < l->count; i++) {
        value_free(l->sources[i].rows);
        free(l->sources[i].position);
        free(l->sources[i].end);
    }
    free(l->sources);
}

static enum err
collect(struct cli *cli, struct listing *l, struct error *e)
{
    struct runtime_list list;
    run_pages_begin(&l->pages, cli_option(cli, "after"));
    enum err err = manager_runtime_list(cli->manager, &list, e);
    if (err == ERR_OK) {
        ask_each(cli, l, &list);
        err = check_answers(l, e);
    }
    if (err == ERR_OK) {
        merge(l);
        const char *next = run_pages_next(&l->pages);
        l->out->next = next ? mem_strdup(next) : NULL;
    }
    free_sources(l);
    runtime_list_clear(&list);
    run_pages_end(&l->pages);
    return err;
}

enum err
run_listing_read(struct cli *cli, struct run_listing *out, struct error *e)
{
    char *installation, *runtime;
    struct value *arguments = value_object();
    struct listing l = {.arguments = arguments, .out = out};
    out->rows = value_array();
    out->unavailable = value_array();
    installation = runtime = NULL;
    enum err err = check_words(cli, e);
    if (err == ERR_OK)
        err = find_installation(cli, &installation, &runtime, e);
    if (err == ERR_OK)
        err = may_find(cli->manager, cli_option(cli, "find"), e);
    if (err == ERR_OK)
        err = make_arguments(cli, installation, arguments, e);
    l.runtime = runtime ? runtime : cli_option(cli, "runtime");
    if (err == ERR_OK)
        err = collect(cli, &l, e);
    free(installation);
    free(runtime);
    value_free(arguments);
    return err;
}

void
run_listing_clear(struct run_listing *l)
{
    value_free(l->rows);
    value_free(l->unavailable);
    free(l->next);
    *l = (struct run_listing){.limit = l->limit, .whole = l->whole};
}

void
run_listing_tell_unavailable(struct cli *cli, const struct run_listing *l)
{
    for (size_t i = 0; i < value_size(l->unavailable); i++)
        cli_warn("%s (its runs are not in the list)",
                 value_get_text(value_at(l->unavailable, i), "message"));
    if (value_size(l->unavailable) > 0)
        cli->status = err_exit_code(l->first.code);
}
