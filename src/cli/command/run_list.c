/* tailor run list: runs of all runtimes that answer, merged. */
#include <string.h>

#include "cli/command/run_listing.h"
#include "cli/frame/commands.h"

enum { PAGE = 100 };

static const struct cli_column columns[] = {
    {"RUN", "runId"},          {"STATE", "state"},
    {"LABEL", "label"},        {"VERSION", "version"},
    {"EVENT", "event"},        {"ACCEPTED", "acceptedAt"},
    {"SET ASIDE", "setAside"}, {"NEXT ATTEMPT", "nextAttemptAt"},
    {"MESSAGE", "message"},    {NULL, NULL}};

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
print_runs(struct cli *cli, struct run_listing *l)
{
    static const struct cli_column causes[] = {{"RUNS", "runs"},
                                               {"CAUSE", "message"},
                                               {"NEWEST", "newest"},
                                               {NULL, NULL}};
    struct value *more = value_object();
    struct value *rows = l->rows;
    l->rows = NULL;
    if (l->next)
        value_set_text(more, "next", l->next);
    if (value_size(l->unavailable) > 0)
        value_set(more, "unavailable", value_copy(l->unavailable));
    if (cli_has(cli, "by-cause"))
        cli_print_page(cli, by_cause(rows), more, causes, "no runs");
    else
        cli_print_page(cli, rows, more, columns, "no runs");
    if (l->next)
        cli_say(cli, "… more: --after %s", l->next);
}

enum err
cmd_run_list(struct cli *cli, struct error *e)
{
    long long limit;
    enum err err = cli_option_number(cli, "limit", 1, PAGE, &limit, e);
    if (err != ERR_OK)
        return err;
    struct run_listing l = {.limit = (size_t)limit};
    err = run_listing_read(cli, &l, e);
    if (err == ERR_OK) {
        run_listing_tell_unavailable(cli, &l);
        print_runs(cli, &l);
    }
    run_listing_clear(&l);
    return err;
}
