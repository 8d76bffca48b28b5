/* tailor runtime …: the runtimes that this store knows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/pem.h"
#include "cli/command/outcome.h"
#include "cli/command/reading.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/exchange/lost.h"
#include "manager/exchange/removed.h"
#include "manager/exchange/runtime.h"

enum { CA_MAX = 4 << 20 };

/* How far the clock of a runtime was from this one's at the last contact, where
 * that is more than the way there and back explains. */
static void
set_clock(struct value *v, int64_t skew_ms)
{
    char span[CLOCK_SPAN_SIZE];
    int64_t off = skew_ms < 0 ? -skew_ms : skew_ms;
    if (off <= 2000)
        return;
    clock_span(span, off);
    char *text = mem_printf("%s %s", span, skew_ms < 0 ? "behind" : "ahead");
    value_set_text(v, "clock", text);
    free(text);
}

static struct value *
runtime_json(const struct runtime_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "runtimeId", r->id);
    value_set_text(v, "name", r->name);
    value_set_text(v, "environment", r->environment);
    value_set_text(v, "url", r->url);
    value_set_text(v, "ca", r->ca_file);
    value_set_text(v, "pin", r->pin);
    value_set_int(v, "protocol", r->protocol);
    row_set_time(v, "lastContact", r->heard_at);
    row_set_time(v, "certificateEnds", r->certificate_ends);
    value_set_text(v, "lastError", r->last_error);
    value_set_int(v, "clockSkewMs", r->clock_skew_ms);
    set_clock(v, r->clock_skew_ms);
    value_set_bool(v, "held", r->held);
    value_set_int(v, "feedCursor", r->feed_cursor);
    value_set_int(v, "feedHead", r->feed_head);
    value_set_int(v, "receiptSequence", r->receipt_sequence);
    value_set_int(v, "queued", r->queued);
    value_set_int(v, "unknownVersions", r->unknown);
    value_set_text(v, "notice", r->notice);
    row_set_time(v, "noticeAt", r->notice_at);
    row_set_json(v, "undone", r->undone);
    return v;
}

/* A removed one is no row of the list, but what is still at it is said. */
static enum err
tell_removed(struct cli *cli, struct error *e)
{
    struct removed_list list;
    enum err err = manager_removed_list(cli->manager, &list, e);
    for (size_t i = 0; i < list.count; i++) {
        const struct removed_runtime *r = &list.rows[i];
        cli_warn("runtime %s: was removed from this store: nothing reaches "
                 "its %lld installation%s, queued for it: %lld (add it again "
                 "with tailor runtime add %s: its installations come back)",
                 r->name, (long long)r->installations,
                 r->installations == 1 ? "" : "s", (long long)r->queued,
                 r->name);
    }
    removed_list_clear(&list);
    return err;
}

enum err
cmd_runtime_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"NAME", "name"},     {"ENVIRONMENT", "environment"},
        {"URL", "url"},       {"LAST CONTACT", "lastContact"},
        {"QUEUED", "queued"}, {"LAST ERROR", "lastError"},
        {"NOTICE", "notice"}, {"UNKNOWN VERSIONS", "unknownVersions"},
        {"CLOCK", "clock"},   {NULL, NULL}};
    struct runtime_list list;
    struct value *rows = value_array();
    enum err err = manager_runtime_list(cli->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, runtime_json(&list.rows[i]));
    runtime_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns,
                       "no runtimes (add one: tailor runtime add NAME URL …)");
    else
        value_free(rows);
    return err == ERR_OK ? tell_removed(cli, e) : err;
}

enum err
cmd_runtime_test(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"runtime", "name"},
        {"version", "version"},
        {"environment", "environment"},
        {"speaks protocols", "protocol"},
        {"clock skew in ms", "clockSkewMs"},
        {"held", "held"},
        {"feed head", "feedHead"},
        {"id there", "runtimeId"},
        {NULL, NULL}};
    const char *name = cli_arg(cli, 0);
    struct runtime_list list;
    struct value *info = NULL;
    int64_t there = 0;
    enum err err = manager_runtime_list(cli->manager, &list, e);
    if (err == ERR_OK)
        err = error_set(e, ERR_NOT_FOUND, "%s: no such runtime", name);
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.rows[i].name, name) == 0)
            err = reading_ask(cli, name, QUESTION_INFO, NULL, &info, e);
    }
    runtime_list_clear(&list);
    if (err != ERR_OK)
        return err;
    const char *time = value_get_text(info, "time");
    value_set_text(info, "name", name);
    if (time && clock_parse(time, &there) == 0)
        value_set_int(info, "clockSkewMs", there - clock_now_ms());
    cli_print_object(cli, info, columns);
    return ERR_OK;
}

static struct runtime_settings
settings_of(const struct cli *cli)
{
    return (struct runtime_settings){
        .environment = cli_option(cli, "environment"),
        .ca_file = cli_option(cli, "ca"),
        .pin = cli_option(cli, "pin"),
        .token_file = cli_option(cli, "token-file"),
        .read_token_file = cli_option(cli, "read-token-file")};
}

/* A file that holds no certificate is told now, and not at the first contact. A
 * CA that sync alone may read is its business. */
static enum err
check_ca(const char *file, struct error *e)
{
    struct buf text;
    struct error why = {.code = ERR_OK};
    if (!file || !*file)
        return ERR_OK;
    buf_init(&text, CA_MAX);
    enum err err = file_read(file, &text, &why);
    if (err == ERR_OK && !pem_has_certificates(buf_str(&text), text.len))
        err = error_set(&why, ERR_INVALID,
                        "CA file %s: not a PEM certificate (it begins with "
                        "-----BEGIN CERTIFICATE-----)",
                        file);
    else if (err != ERR_OK && access(file, F_OK) == 0 &&
             access(file, R_OK) != 0)
        err = ERR_OK;
    buf_clear(&text);
    if (err != ERR_OK)
        *e = why;
    return err;
}

/* The token may be put there later, and a file that sync alone may read is its
 * business; a name with a mistake is told. */
static void
warn_of_token(const char *file)
{
    if (file && *file && access(file, F_OK) != 0 &&
        (errno == ENOENT || errno == ENOTDIR))
        cli_warn("token file %s: not there yet (sync needs it)", file);
}

static void
warn_of_tokens(const struct runtime_settings *settings)
{
    warn_of_token(settings->token_file);
    warn_of_token(settings->read_token_file);
}

enum err
cmd_runtime_add(struct cli *cli, struct error *e)
{
    struct runtime_settings settings = settings_of(cli);
    settings.name = cli_arg(cli, 0);
    settings.url = cli_arg(cli, 1);
    enum err err = check_ca(settings.ca_file, e);
    if (err == ERR_OK)
        err = manager_runtime_add(cli->manager, &settings, e);
    if (err != ERR_OK)
        return err;
    warn_of_tokens(&settings);
    cli_say(cli, "%s: added (try it: tailor runtime test %s)", settings.name,
            settings.name);
    return err;
}

/* The environment that the store has of the runtime NAME, in OUT. */
static enum err
load_environment(struct cli *cli, const char *name,
                 char out[RUNTIME_ENVIRONMENT_SIZE], struct error *e)
{
    struct runtime_list list;
    enum err err = manager_runtime_list(cli->manager, &list, e);
    *out = '\0';
    for (size_t i = 0; !err && i < list.count; i++)
        if (strcmp(list.rows[i].name, name) == 0)
            snprintf(out, RUNTIME_ENVIRONMENT_SIZE, "%s",
                     list.rows[i].environment);
    runtime_list_clear(&list);
    return err;
}

/* Asks before a runtime that an earlier program set to the other environment is
 * set back: from then on sync delivers to it again. */
static enum err
confirm_environment(struct cli *cli, const char *name, const char *wanted,
                    struct error *e)
{
    char met[RUNTIME_ENVIRONMENT_SIZE], now[RUNTIME_ENVIRONMENT_SIZE];
    char question[300];
    if (!wanted)
        return ERR_OK;
    enum err err = manager_runtime_met(cli->manager, name, met, e);
    if (!err)
        err = load_environment(cli, name, now, e);
    if (err || !*met || strcmp(met, wanted) != 0 || strcmp(now, wanted) == 0)
        return err;
    snprintf(question, sizeof question,
             "Set runtime %.100s back from %s to %s, as which it was met; "
             "sync delivers to it again then",
             name, now, met);
    return cli_confirm(cli, question, name, e) ? ERR_OK : e->code;
}

enum err
cmd_runtime_set(struct cli *cli, struct error *e)
{
    struct runtime_settings settings = settings_of(cli);
    settings.url = cli_option(cli, "url");
    settings.name = cli_option(cli, "name");
    if (cli->line.option_count == 0)
        return error_set(e, ERR_USAGE,
                         "nothing to change (give at least one option)");
    enum err err = check_ca(settings.ca_file, e);
    if (err == ERR_OK)
        err =
            confirm_environment(cli, cli_arg(cli, 0), settings.environment, e);
    if (err == ERR_OK)
        err = manager_runtime_set(cli->manager, cli_arg(cli, 0), &settings, e);
    if (err != ERR_OK)
        return err;
    warn_of_tokens(&settings);
    cli_say(cli, "%s: changed", cli_arg(cli, 0));
    return err;
}

/* The notice of R, and what is queued for what it has lost; *OUT is freed by
 * the caller. */
static enum err
notice_text(struct cli *cli, const struct runtime_row *r, char **out,
            struct error *e)
{
    enum { NAMED = 20 };
    struct lost_requests queued = {.count = 0};
    enum err err =
        manager_lost_requests_of_runtime(cli->manager, r->name, &queued, e);
    char *names = lost_requests_text(&queued, true, NAMED);
    *out = mem_printf("%s: %s%s%s", r->name, r->notice,
                      queued.count ? ". Queued for what is missing, so that "
                                     "the runtime will refuse it: "
                                   : "",
                      names);
    free(names);
    lost_requests_clear(&queued);
    return err;
}

static enum err
tell_notice_of(struct cli *cli, const struct runtime_row *r, struct error *e)
{
    char *text;
    enum err err = notice_text(cli, r, &text, e);
    if (err == ERR_OK && (cli->yes || !cli_at_terminal()))
        cli_warn("%s", text);
    else if (err == ERR_OK && !cli_confirm(cli, text, r->name, e))
        err = e->code;
    free(text);
    return err;
}

/* The runtime that the first argument names, as LIST, to be cleared by the
 * caller, has it. */
static enum err
find_runtime(struct cli *cli, struct runtime_list *list,
             const struct runtime_row **out, struct error *e)
{
    const char *name = cli_arg(cli, 0);
    enum err err = manager_runtime_list(cli->manager, list, e);
    *out = NULL;
    for (size_t i = 0; err == ERR_OK && i < list->count; i++)
        if (strcmp(list->rows[i].name, name) == 0 ||
            strcmp(list->rows[i].id, name) == 0)
            *out = &list->rows[i];
    return err == ERR_OK && !*out ? runtime_list_has(list, &name, 1, e) : err;
}

/* What the comparison has found is read by whoever accepts it, who need not be
 * who saw it first: in the question, else on stderr. That is what is accepted:
 * a restore that came meanwhile has another notice. */
static enum err
accept_restore(struct cli *cli, const struct runtime_row *r,
               char key[IDENT_SIZE], struct error *e)
{
    enum err err = (r->held || r->restored) && r->notice
                       ? tell_notice_of(cli, r, e)
                       : ERR_OK;
    return err == ERR_OK
               ? manager_runtime_accept_restore(cli->manager, r->name, r,
                                                key, e)
               : err;
}

/* Where the runtime's answer is not waited for, nothing is said of it. One that
 * runs is not asked. */
enum err
cmd_runtime_accept_restore(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    struct runtime_list list;
    const struct runtime_row *r;
    enum err err = find_runtime(cli, &list, &r, e);
    if (err == ERR_OK)
        err = accept_restore(cli, r, key, e);
    runtime_list_clear(&list);
    if (err == ERR_OK && !*key) {
        cli_say(cli, "%s: the restore is accepted (the runtime was not held)",
                cli_arg(cli, 0));
        return ERR_OK;
    }
    return err == ERR_OK ? outcome_deliver_one(cli, key, NULL, e) : err;
}

enum err
cmd_runtime_remove(struct cli *cli, struct error *e)
{
    struct runtime_list list;
    const struct runtime_row *r;
    enum err err = find_runtime(cli, &list, &r, e);
    if (err == ERR_OK &&
        !cli_confirm(cli, "Remove the runtime", cli_arg(cli, 0), e))
        err = e->code;
    if (err == ERR_OK)
        err = manager_runtime_remove(cli->manager, r->id, e);
    runtime_list_clear(&list);
    if (err == ERR_OK)
        cli_say(cli, "%s: removed", cli_arg(cli, 0));
    return err;
}

/* What was queued at the runtimes of a command, and where those of each end. */
struct offers {
    struct outcomes outcomes;
    size_t *ends;
    size_t count; /* of runtimes */
};

static void
add_published(struct offers *o, const struct published *p)
{
    struct outcomes *all = &o->outcomes;
    all->at = mem_resize(all->at, all->count + p->count + 1, sizeof *all->at);
    for (size_t i = 0; i < p->count; i++) {
        struct outcome_of *one = &all->at[all->count++];
        *one = (struct outcome_of){.err = ERR_OK};
        memcpy(one->key, p->keys[i], IDENT_SIZE);
    }
    o->ends[o->count++] = all->count;
}

/* Queues at every runtime, or at none. */
static enum err
queue_offers(struct cli *cli, struct offers *o, struct error *e)
{
    size_t count = cli->line.arg_count - 1;
    struct published *queued = mem_array(count, sizeof *queued);
    enum err err = manager_publish(cli->manager, cli_arg(cli, 0),
                                   cli->line.args + 1, count, queued, e);
    o->ends = mem_array(count, sizeof *o->ends);
    for (size_t i = 0; i < count; i++) {
        if (err == ERR_OK)
            add_published(o, &queued[i]);
        free(queued[i].keys);
    }
    free(queued);
    return err;
}

/* Says of each runtime what is known: nothing where nothing delivers. */
static void
say_offers(struct cli *cli, const struct offers *o)
{
    size_t from = 0;
    if (o->outcomes.count > 0 && !o->outcomes.at[0].word[0])
        return;
    for (size_t i = 0; i < o->count; i++) {
        const struct outcomes mine = {o->outcomes.at + from, o->ends[i] - from};
        const struct outcome_of *bad = outcomes_worst(&mine);
        const char *runtime = cli_arg(cli, i + 1);
        from = o->ends[i];
        if (bad && bad->err != ERR_OK)
            cli_say(cli, "%s: not confirmed by %s: %s%s%s", cli_arg(cli, 0),
                    runtime, bad->word, *bad->message ? ": " : "",
                    bad->message);
        else
            cli_say(cli,
                    cli_has(cli, "wait") ? "%s: offered at %s"
                                         : "%s: queued for %s",
                    cli_arg(cli, 0), runtime);
    }
}

/* A runtime that does not answer keeps no other one waiting. */
enum err
cmd_integration_publish(struct cli *cli, struct error *e)
{
    struct offers o = {.count = 0};
    enum err err = queue_offers(cli, &o, e);
    if (err == ERR_OK)
        err = outcomes_deliver(cli, &o.outcomes, e);
    say_offers(cli, &o);
    outcomes_clear(&o.outcomes);
    free(o.ends);
    return err;
}
