/* tailor status: how all is, from the store alone; for people and monitors. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/installation/status.h"
#include "remote/lock.h"

enum { EXIT_ATTENTION = 1 };

static struct value *
runtime_json(const struct status *s, size_t i)
{
    const struct runtime_row *r = &s->runtimes.rows[i];
    const struct status_queue *q = &s->queues[i];
    struct value *v = value_object();
    value_set_text(v, "name", r->name);
    value_set_text(v, "environment", r->environment);
    row_set_time(v, "lastContact", r->heard_at);
    value_set_int(v, "feedBehind", r->feed_head - r->feed_cursor);
    value_set_int(v, "queued", q->count);
    value_set_int(v, "uncertain", q->uncertain);
    row_set_time(v, "oldestQueued", q->oldest_at);
    value_set_bool(v, "held", r->held);
    row_set_time(v, "certificateEnds", r->certificate_ends);
    value_set_text(v, "lastError", r->last_error);
    return v;
}

static struct value *
installations_json(const struct status *s)
{
    static const struct {
        const char *name;
        int condition;
    } members[] = {{"failing", CONDITION_FAILING},
                   {"parked", CONDITION_PARKED},
                   {"todo", CONDITION_TO_DO},
                   {"awaiting", CONDITION_AWAITING},
                   {"paused", CONDITION_PAUSED},
                   {"unknownVersion", CONDITION_UNKNOWN}};
    struct value *v = value_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        value_set_int(v, members[i].name, s->conditions[members[i].condition]);
    int64_t removed = 0;
    for (size_t i = 0; i < s->removed.count; i++)
        removed += s->removed.rows[i].installations;
    value_set_int(v, "refusedCredentials", s->refused);
    value_set_int(v, "atRemovedRuntimes", removed);
    return v;
}

static struct value *
problems_json(const struct status *s)
{
    struct value *list = value_array();
    for (size_t i = 0; i < s->problem_count; i++) {
        struct value *v = value_object();
        struct buf text;
        buf_init(&text, 2000);
        cli_tell(&s->problems[i].what, &text);
        value_set_text(v, "kind", s->problems[i].kind);
        value_set_text(v, "runtime", s->problems[i].runtime);
        value_set_text(v, "message", buf_str(&text));
        value_append(list, v);
        buf_clear(&text);
    }
    return list;
}

static struct value *
status_json(const struct cli *cli, const struct status *s)
{
    struct value *v = value_object(), *runtimes = value_array();
    for (size_t i = 0; i < s->runtimes.count; i++)
        value_append(runtimes, runtime_json(s, i));
    value_set_bool(v, "ok", s->problem_count == 0);
    row_set_time(v, "at", s->at);
    value_set_text(v, "store", cli->store);
    value_set_int(v, "bytes", s->bytes);
    value_set_int(v, "freeBytes", s->free);
    value_set_int(v, "openSessions", s->open_sessions);
    value_set_bool(v, "syncRuns", sync_lock_is_held(cli->store));
    value_set(v, "runtimes", runtimes);
    value_set(v, "installations", installations_json(s));
    value_set(v, "problems", problems_json(s));
    return v;
}

/* The time MEMBER of each of ROWS as how long ago it was. */
static void
set_age(struct value *rows, const char *member, int64_t now)
{
    for (size_t i = 0; i < value_size(rows); i++) {
        struct value *row = value_at(rows, i);
        char span[CLOCK_SPAN_SIZE];
        const char *text = value_get_text(row, member);
        int64_t ms;
        if (!text || clock_parse(text, &ms) != 0)
            continue;
        clock_span(span, now - ms);
        char *age = mem_printf("%s ago", span);
        value_set_text(row, member, age);
        free(age);
    }
}

static void
print_store(struct cli *cli, struct value *v)
{
    static const struct cli_column columns[] = {{"store", "store"},
                                                {"size", "bytes"},
                                                {"free", "freeBytes"},
                                                {"sync runs", "syncRuns"},
                                                {"sessions without an end "
                                                 "(24 h)",
                                                 "openSessions"},
                                                {NULL, NULL}};
    static const char *const sizes[] = {"bytes", "freeBytes"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int64_t n = value_int_or(value_get(v, sizes[i]), 0);
        char *text = mem_printf("%lld MB", (long long)(n >> 20));
        value_set_text(v, sizes[i], n < 0 ? "not known" : text);
        free(text);
    }
    cli_print_object(cli, v, columns);
}

static void
print_runtimes(struct cli *cli, struct value *rows, int64_t now)
{
    static const struct cli_column columns[] = {
        {"RUNTIME", "name"},           {"LAST CONTACT", "lastContact"},
        {"BEHIND", "feedBehind"},      {"QUEUED", "queued"},
        {"OLDEST", "oldestQueued"},    {"CERTIFICATE ENDS", "certificateEnds"},
        {NULL, NULL}};
    set_age(rows, "lastContact", now);
    set_age(rows, "oldestQueued", now);
    cli_print_list(cli, rows, columns, "no runtimes");
}

static void
print_status(struct cli *cli, const struct status *s)
{
    static const struct cli_column counts[] = {
        {"failing", "failing"},
        {"parked", "parked"},
        {"to do", "todo"},
        {"waiting for the customer", "awaiting"},
        {"paused", "paused"},
        {"version not in this store", "unknownVersion"},
        {"credential refused", "refusedCredentials"},
        {"at a removed runtime", "atRemovedRuntimes"},
        {NULL, NULL}};
    struct value *v = status_json(cli, s);
    struct value *runtimes = value_detach(v, "runtimes");
    struct value *installations = value_detach(v, "installations");
    struct value *problems = value_detach(v, "problems");
    print_store(cli, v);
    cli_say(cli, "%s", "");
    print_runtimes(cli, runtimes, s->at);
    cli_say(cli, "%s", "");
    cli_print_object(cli, installations, counts);
    cli_say(cli, "%s", "");
    cli_say(cli, "%s", s->problem_count ? "needs a person:"
                                        : "Nothing needs a person.");
    for (size_t i = 0; i < value_size(problems); i++)
        cli_say(cli, "  %s",
                value_text_or(value_get(value_at(problems, i), "message"), ""));
    value_free(problems);
}

enum err
cmd_status(struct cli *cli, struct error *e)
{
    struct status s;
    enum err err = manager_status(cli->manager, &s, e);
    if (err == ERR_OK && cli->json)
        cli_print_json(cli, status_json(cli, &s));
    else if (err == ERR_OK)
        print_status(cli, &s);
    if (s.problem_count) {
        cli->status = EXIT_ATTENTION;
        fflush(stdout);
        cli_warn("status: %zu problem%s", s.problem_count,
                 s.problem_count > 1 ? "s" : "");
    }
    status_clear(&s);
    return err;
}
