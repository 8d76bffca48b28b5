/* tailor run retry and cancel of all runs that are parked for one reason. */
#include "cli/command/run_many.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/command/outcome.h"
#include "cli/command/run_end.h"
#include "cli/command/run_listing.h"
#include "cli/command/run_place.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"

enum { LIMIT = 1000, LIMIT_MOST = 10000 };

static const struct cli_column planned[] = {
    {"RUN", "runId"},       {"CUSTOMER", "customer"},   {"LABEL", "label"},
    {"VERSION", "version"}, {"ACCEPTED", "acceptedAt"}, {NULL, NULL}};
static const struct cli_column ended[] = {
    {"RUN", "runId"},     {"CUSTOMER", "customer"}, {"LABEL", "label"},
    {"STATUS", "status"}, {"STATE", "state"},       {"MESSAGE", "message"},
    {NULL, NULL}};

/* The runs that a command changes, and what became of each. */
struct many {
    bool cancel;
    struct value *runs; /* oldest first */
    bool more;          /* others are parked for the same reason */
    struct outcomes outcomes;
};

/* --- which runs ----------------------------------------------------------- */

/* Names the customer of each run, asking the store once for neighbours. */
static void
name_customers(struct cli *cli, struct value *runs)
{
    const struct value *before = NULL;
    for (size_t i = 0; i < value_size(runs); i++) {
        struct value *run = value_at(runs, i);
        const char *id = value_text_or(value_get(run, "installationId"), "");
        const char *last =
            value_text_or(value_get(before, "installationId"), "");
        struct installation_list list = {.count = 0};
        struct error unknown;
        if (before && strcmp(id, last) == 0)
            value_set_text(run, "customer", value_get_text(before, "customer"));
        else if (manager_installation_show(cli->manager, id, &list, &unknown) ==
                 ERR_OK)
            value_set_text(run, "customer", list.rows[0].who);
        installation_list_clear(&list);
        before = run;
    }
}

/* What is confirmed must be what is done: a runtime of an earlier version does
 * not compare it with what was shown. */
static enum err
check_comparable(const struct many *m, struct error *e)
{
    for (size_t i = 0; i < value_size(m->runs); i++) {
        const struct value *run = value_at(m->runs, i);
        if (!value_get(run, "parkedTimes"))
            return error_set(e, ERR_REFUSED,
                             "runtime %s: it cannot tell whether a run is "
                             "still parked as it was shown (upgrade tailord, "
                             "or name the runs)",
                             value_text_or(value_get(run, "runtime"), "?"));
    }
    return ERR_OK;
}

static enum err
find_runs(struct cli *cli, struct many *m, struct error *e)
{
    long long limit;
    enum err err = cli_option_number(cli, "limit", 1, LIMIT, &limit, e);
    if (err == ERR_OK && limit > LIMIT_MOST)
        err = error_set(e, ERR_USAGE, "--limit %lld: above %d", limit,
                        LIMIT_MOST);
    if (err != ERR_OK)
        return err;
    struct run_listing l = {.limit = (size_t)limit, .whole = true};
    err = run_listing_read(cli, &l, e);
    if (err == ERR_OK) {
        run_listing_tell_unavailable(cli, &l);
        while (value_size(l.rows) > 0)
            value_append(m->runs,
                         value_take_at(l.rows, value_size(l.rows) - 1));
        name_customers(cli, m->runs);
        m->more = l.next != NULL;
    }
    run_listing_clear(&l);
    return err;
}

/* Prints the runs with COLUMNS. */
static void
print(struct cli *cli, struct many *m, const struct cli_column *columns)
{
    struct value *more = value_object();
    if (m->more)
        value_set_bool(more, "more", true);
    cli_print_page(cli, value_copy(m->runs), more, columns,
                   "no runs are parked for this");
    if (m->more)
        cli_say(cli, "… more are parked: run the command again");
}

static enum err
confirm(struct cli *cli, struct many *m, struct error *e)
{
    size_t count = value_size(m->runs);
    char question[160], phrase[24];
    if (cli_at_terminal() && !cli->yes && !cli->json)
        print(cli, m, planned);
    snprintf(phrase, sizeof phrase, "%zu", count);
    snprintf(question, sizeof question, "%s %zu run%s parked for %s",
             m->cancel ? "Cancel" : "Retry", count, count == 1 ? "" : "s",
             cli_option(cli, "parked"));
    return cli_confirm(cli, question, phrase, e) ? ERR_OK : e->code;
}

/* --- the change ----------------------------------------------------------- */

/* Queues the requests, so many in one transaction. */
static enum err
queue(struct cli *cli, struct many *m, struct error *e)
{
    size_t count = value_size(m->runs);
    struct run_ref *refs = mem_array(count + 1, sizeof *refs);
    char(*keys)[IDENT_SIZE] = mem_array(count + 1, sizeof *keys);
    enum err err = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        const struct value *run = value_at(m->runs, i);
        refs[i] = (struct run_ref){
            .run = value_get_text(run, "runId"),
            .runtime = value_get_text(run, "runtime"),
            .parked_for = value_get_text(run, "parkedFor"),
            .parked_times = value_int_or(value_get(run, "parkedTimes"), 0)};
    }
    m->outcomes.at = mem_array(count + 1, sizeof *m->outcomes.at);
    for (size_t i = 0; err == ERR_OK && i < count; i += RUNS_MOST) {
        size_t n = count - i < RUNS_MOST ? count - i : RUNS_MOST;
        err = manager_runs_change(cli->manager, refs + i, n, m->cancel,
                                  keys + i, e);
        for (size_t k = i; err == ERR_OK && k < i + n; k++)
            memcpy(m->outcomes.at[k].key, keys[k], IDENT_SIZE);
        m->outcomes.count += err == ERR_OK ? n : 0;
    }
    free(keys);
    free(refs);
    return err;
}

/* The end of run I that was retried; the first error of all is kept in E. */
static void
wait_for_end(struct cli *cli, struct many *m, size_t i, int ms, struct error *e)
{
    struct value *run = value_at(m->runs, i), *row = NULL;
    struct error why = {.code = ERR_OK};
    enum err err = run_end_wait(cli, value_get_text(run, "runtime"),
                                value_get_text(run, "runId"), ms, &row, &why);
    if (row) {
        value_set_text(run, "state", value_get_text(row, "state"));
        value_set_text(run, "parkedFor", value_get_text(row, "parkedFor"));
        value_set_text(run, "message", value_get_text(row, "message"));
    } else {
        value_set_text(run, "message", why.text);
    }
    if (err != ERR_OK && e->code == ERR_OK)
        *e = why;
    value_free(row);
}

/* Puts what became of each request into its run. With --wait, for a retried run
 * also its end: all runs have one time limit together. */
static enum err
tell_outcomes(struct cli *cli, struct many *m, int64_t end, struct error *e)
{
    struct error first = {.code = ERR_OK};
    for (size_t i = 0; i < m->outcomes.count; i++) {
        struct value *run = value_at(m->runs, i);
        const struct outcome_of *o = &m->outcomes.at[i];
        int64_t left = end - clock_monotonic_ms();
        value_set_text(run, "key", o->key);
        value_set_text(run, "status", *o->word ? o->word : "queued");
        value_set_text(run, "message", *o->message ? o->message : NULL);
        value_set_text(run, "state", NULL);
        if (strcmp(o->word, "started") == 0)
            wait_for_end(cli, m, i, left > 0 ? (int)left : 0, &first);
    }
    if (first.code != ERR_OK)
        *e = first;
    return first.code;
}

static enum err
deliver(struct cli *cli, struct many *m, struct error *e)
{
    struct error late = {.code = ERR_OK};
    int ms = 0;
    enum err err = outcome_wait_ms(cli, &ms, e);
    int64_t end = clock_monotonic_ms() + ms;
    if (err == ERR_OK)
        err = outcomes_deliver(cli, &m->outcomes, e);
    enum err code = tell_outcomes(cli, m, end, &late);
    print(cli, m, ended);
    if (err == ERR_OK && code != ERR_OK)
        *e = late;
    return err == ERR_OK ? code : err;
}

static enum err
change(struct cli *cli, struct many *m, struct error *e)
{
    enum err err = check_comparable(m, e);
    if (err == ERR_OK)
        err = confirm(cli, m, e);
    if (err == ERR_OK)
        err = queue(cli, m, e);
    return err == ERR_OK ? deliver(cli, m, e) : err;
}

/* The runs that the arguments name, each found at its runtime before any is
 * queued. */
static enum err
take_named(struct cli *cli, struct many *m, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < cli->line.arg_count; i++) {
        struct value *run = value_object();
        char *runtime;
        err = run_place_check(cli, cli_arg(cli, i), &runtime, e);
        value_set_text(run, "runId", cli_arg(cli, i));
        value_set_text(run, "runtime", runtime);
        value_append(m->runs, run);
        free(runtime);
    }
    return err;
}

enum err
run_many_named(struct cli *cli, bool cancel, struct error *e)
{
    struct many m = {.cancel = cancel, .runs = value_array()};
    enum err err = take_named(cli, &m, e);
    if (err == ERR_OK)
        err = queue(cli, &m, e);
    if (err == ERR_OK)
        err = deliver(cli, &m, e);
    value_free(m.runs);
    outcomes_clear(&m.outcomes);
    return err;
}

enum err
run_many_parked(struct cli *cli, bool cancel, struct error *e)
{
    struct many m = {.cancel = cancel, .runs = value_array()};
    enum err err = find_runs(cli, &m, e);
    if (err == ERR_OK && (cli_has(cli, "dry-run") || value_size(m.runs) == 0))
        print(cli, &m, planned);
    else if (err == ERR_OK)
        err = change(cli, &m, e);
    value_free(m.runs);
    outcomes_clear(&m.outcomes);
    return err;
}
