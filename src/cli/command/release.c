/* tailor release, withdraw, rollback, base, upgrade: what makes live. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/command/outcome.h"
#include "cli/command/plan.h"
#include "cli/command/reading.h"
#include "cli/frame/commands.h"
#include "manager/draft/version.h"
#include "manager/installation/installation.h"

static struct release_options
options_of(const struct cli *cli)
{
    return (struct release_options){.note = cli_option(cli, "note"),
                                    .dry_run = cli_has(cli, "dry-run"),
                                    .replace_awaiting =
                                        cli_has(cli, "replace-waiting"),
                                    .stale_ok = cli_has(cli, "allow-stale"),
                                    .run_now = cli_has(cli, "run-now")};
}

#define FAILED_PAGE "50" /* runs */
enum { FAILED_PAGES = 20 };

static bool
is_failed_run_of(const struct value *run, const char *version)
{
    const char *of = value_get_text(run, "versionId");
    return of && strcmp(of, version) == 0;
}

/* Counts the failed runs of VERSION that RUNTIME has for ARGUMENTS, page by
 * page; *MORE says whether there may be others. */
static int64_t
count_pages(struct cli *cli, const char *runtime, struct value *arguments,
            const char *version, bool *more)
{
    int64_t failed = 0;
    *more = true;
    for (int page = 0; page < FAILED_PAGES && *more; page++) {
        struct error e;
        struct value *body = NULL;
        *more = reading_ask(cli, runtime, QUESTION_RUNS, value_copy(arguments),
                            &body, &e) == ERR_OK;
        const struct value *runs = value_get(body, "data");
        const char *next = value_get_text(body, "cursor");
        for (size_t i = 0; i < value_size(runs); i++)
            failed += is_failed_run_of(value_at(runs, i), version);
        *more = *more && next;
        if (*more)
            value_set_text(arguments, "after", next);
        value_free(body);
    }
    return failed;
}

/* How many runs of the version that ITEM replaced failed: a release changes
 * none of them. 0 where the runtime cannot be asked. */
static void
count_failed(struct cli *cli, const struct release_item *item,
             struct outcome_of *out)
{
    struct installation_list list;
    struct error e = {.code = ERR_OK};
    struct value *arguments = value_object();
    value_set_text(arguments, "installationId", item->installation_id);
    value_set_text(arguments, "state", "failed");
    value_set_text(arguments, "limit", FAILED_PAGE);
    if (manager_installation_show(cli->manager, item->installation_id, &list,
                                  &e) == ERR_OK)
        out->failed = count_pages(cli, list.rows[0].runtime, arguments,
                                  item->live.id, &out->failed_more);
    value_free(arguments);
    installation_list_clear(&list);
}

/* Counts the failed runs of what each item that is live has replaced. */
static void
look_at_failed(struct cli *cli, const struct release_plan *plan,
               struct outcomes *o)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct release_item *item = &plan->items[i];
        struct outcomes mine = outcomes_of_item(o, plan, i);
        if (mine.count && strcmp(mine.at[0].word, "live") == 0 &&
            item->installation_id && item->live.id[0])
            count_failed(cli, item, &mine.at[0]);
    }
}

/* Nothing of PLAN was queued: a release was repeated. */
static bool
is_all_done(const struct release_plan *plan)
{
    bool all = true;
    for (size_t i = 0; i < plan->count; i++)
        all = all && plan->items[i].done;
    return all;
}

/* A repeated release runs nothing: what was released without a run has none,
 * and nobody may believe that it ran. */
static enum err
check_run(struct cli *cli, const struct release_plan *plan, struct error *e)
{
    if (!cli_has(cli, "run-now") || cli_has(cli, "dry-run"))
        return ERR_OK;
    for (size_t i = 0; i < plan->count; i++) {
        const struct release_item *item = &plan->items[i];
        if (item->without_run)
            return error_set(e, ERR_CONFLICT,
                             "%s of %s: was released before without a run, and "
                             "is not run now (run it: tailor run start %s %s)",
                             item->version.label, item->who,
                             item->installation_id, item->workflow);
    }
    return ERR_OK;
}

/* plan_print or plan_print_withdrawal */
typedef void plan_printer(struct cli *, const struct release_plan *,
                          const struct outcomes *, enum err);

/* Shows PLAN by PRINT, and what became of it where --wait asks for that. */
static enum err
finish(struct cli *cli, struct release_plan *plan, plan_printer *print,
       enum err err, struct error *e)
{
    struct outcomes outcomes = {.count = 0};
    if (err == ERR_OK && plan->released && !is_all_done(plan)) {
        outcomes_of_plan(&outcomes, plan);
        err = outcomes_deliver(cli, &outcomes, e);
        if (err == ERR_OK)
            look_at_failed(cli, plan, &outcomes);
    }
    if (err == ERR_OK)
        err = check_run(cli, plan, e);
    if (err == ERR_OK || plan->count > 0)
        print(cli, plan, &outcomes, err);
    outcomes_clear(&outcomes);
    release_plan_clear(plan);
    return err;
}

/* Asks to type the phrase of PLAN, of base versions: the same as the console
 * wants, for several their number. */
static enum err
confirm_base(struct cli *cli, const struct release_plan *plan, struct error *e)
{
    const struct release_item *item = &plan->items[0];
    char count[32], question[400];
    snprintf(count, sizeof count, "%zu", plan->count);
    if (plan->count > 1)
        snprintf(question, sizeof question,
                 "Release %s base versions for all new installations", count);
    else
        snprintf(question, sizeof question,
                 "Release base %s of %.200s for all new installations",
                 item->version.label, item->workflow);
    return cli_confirm(cli, question,
                       plan->count > 1 ? count : release_item_phrase(item), e)
               ? ERR_OK
               : e->code;
}

/* Plans the release of base versions into PLAN and asks about it. What is
 * refused is not asked about: releasing it says why. */
static enum err
ask_release(struct cli *cli, const struct release_options *options,
            struct release_plan *plan, struct error *e)
{
    struct release_options look = *options;
    look.dry_run = true;
    enum err err = manager_may(cli->manager, ACTION_RELEASE_BASE, e);
    if (err == ERR_OK)
        err = manager_release(cli->manager, cli->line.args, cli->line.arg_count,
                              &look, plan, e);
    for (size_t i = 0; err == ERR_OK && i < plan->count; i++)
        if (plan->items[i].refusal)
            return ERR_OK;
    return err == ERR_OK ? confirm_base(cli, plan, e) : err;
}

/* Whether the first draft is of a base version; releasing takes no mixture. */
static enum err
look_at_base(struct cli *cli, bool *is_base, struct error *e)
{
    struct version_list list = {0};
    enum err err = manager_version_show(cli->manager, cli_arg(cli, 0), NULL,
                                        NULL, &list, e);
    *is_base = err == ERR_OK && !list.rows[0].installation_id;
    version_list_clear(&list);
    return err;
}

static bool
find_repeated(struct cli *cli, struct release_plan *plan)
{
    return manager_release_repeated(cli->manager, cli->line.args,
                                    cli->line.arg_count, plan,
                                    NULL) == ERR_OK &&
           plan->released;
}

/* The runtimes of PLAN say what they have now; PLAN is read again. */
static enum err
ask_again(struct cli *cli, struct release_plan *plan, bool *is, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < plan->count && !err; i++) {
        const char **names = plan->items[i].runtimes;
        size_t n = 0;
        while (names && names[n])
            n++;
        if (n)
            err = outcomes_ask(cli, names, n, e);
    }
    release_plan_clear(plan);
    *is = !err && find_repeated(cli, plan);
    return err;
}

/* *IS says whether what is to be released was released before, as where the
 * connection of who released it broke: it has taken effect, which with --wait
 * its runtime says, or with --wait PLAN waits for that. */
static enum err
look_at_repeated(struct cli *cli, struct release_plan *plan, bool *is,
                 struct error *e)
{
    bool waits = cli_has(cli, "wait") && !cli_has(cli, "dry-run");
    enum err err = ERR_OK;
    *is = find_repeated(cli, plan);
    if (*is && waits && is_all_done(plan))
        err = ask_again(cli, plan, is, e);
    *is = *is && (waits || is_all_done(plan));
    if (!*is)
        release_plan_clear(plan);
    return err;
}

/* A released version keeps the note that it was released with. */
static void
warn_of_note(const struct cli *cli, const struct release_plan *plan)
{
    const char *note = cli_option(cli, "note");
    for (size_t i = 0; note && i < plan->count; i++)
        if (!text_equal(plan->items[i].version.note, note))
            cli_warn("%s: was released before and keeps its note (the new "
                     "note is not saved)",
                     plan->items[i].version.label);
}

/* Whether PLAN, of a repeated release, is of what was ASKED about. */
static bool
is_as_asked(const struct release_plan *asked, const struct release_plan *plan)
{
    for (size_t i = 0; i < asked->count && i < plan->count; i++)
        if (strcmp(asked->items[i].hash, plan->items[i].hash) != 0)
            return false;
    return true;
}

/* Releases what was ASKED about. Where that fails because another command
 * released the same since it was looked at, it is repeated like any other. */
static enum err
release_now(struct cli *cli, const struct release_options *options,
            const struct release_plan *asked, struct release_plan *plan,
            struct error *e)
{
    struct release_plan again = {.count = 0};
    struct error why;
    bool repeated = false;
    enum err err = manager_release(cli->manager, cli->line.args,
                                   cli->line.arg_count, options, plan, e);
    if (err == ERR_OK)
        return err;
    enum err looked = look_at_repeated(cli, &again, &repeated, &why);
    if (looked == ERR_OK && (!repeated || !is_as_asked(asked, &again))) {
        release_plan_clear(&again);
        return err;
    }
    release_plan_clear(plan);
    *plan = again;
    if (looked != ERR_OK)
        *e = why;
    else
        warn_of_note(cli, plan);
    return looked;
}

enum err
cmd_release(struct cli *cli, struct error *e)
{
    struct release_options options = options_of(cli);
    struct release_plan asked = {.count = 0}, plan = {.count = 0};
    bool asks = false;
    bool repeated;
    enum err err = look_at_repeated(cli, &plan, &repeated, e);
    if (repeated)
        warn_of_note(cli, &plan);
    if (err != ERR_OK || repeated)
        return finish(cli, &plan, plan_print, err, e);
    if (!options.dry_run && !cli->yes)
        err = look_at_base(cli, &asks, e);
    if (err == ERR_OK && asks)
        err = ask_release(cli, &options, &asked, e);
    const char **shown = mem_array(cli->line.arg_count, sizeof *shown);
    for (size_t i = 0; i < asked.count; i++)
        shown[i] = asked.items[i].hash;
    options.shown = shown; /* what was asked about is what is released */
    options.asked = asks ? &asked : NULL;
    if (err == ERR_OK)
        err = release_now(cli, &options, &asked, &plan, e);
    err = finish(cli, &plan, plan_print, err, e);
    release_plan_clear(&asked);
    free(shown);
    return err;
}

enum err
cmd_withdraw(struct cli *cli, struct error *e)
{
    struct release_options options = options_of(cli);
    struct release_plan plan = {.count = 0};
    enum err err = manager_withdraw(cli->manager, cli_arg(cli, 0),
                                    cli_arg(cli, 1), &options, &plan, e);
    return finish(cli, &plan, plan_print_withdrawal, err, e);
}

/* Asks before CHANGE, of what ASKED says: the customer, too, who may have the
 * name of another, what becomes live and what it replaces. */
static enum err
confirm_change(struct cli *cli, const char *change,
               const struct release_plan *asked, struct error *e)
{
    const struct release_item *item = &asked->items[0];
    if (asked->count == 0 || item->refusal)
        return ERR_OK;
    char *question =
        mem_printf("%.100s of %s: %s%s in place of %s%s%s", item->workflow,
                   item->who, change, item->version.label,
                   *item->live.label ? item->live.label : "no version",
                   item->live.author ? " by " : "",
                   item->live.author ? item->live.author : "");
    enum err err =
        cli_confirm(cli, question, item->phrase, e) ? ERR_OK : e->code;
    free(question);
    return err;
}

/* manager_rollback and those like it */
typedef enum err change_of_live(struct manager *, const char *, const char *,
                                const char *, const struct release_options *,
                                struct release_plan *, struct error *);

/* Plans into ASKED and asks about that. What is refused is not asked about:
 * doing it says why. */
static enum err
ask_change(struct cli *cli, change_of_live *operation, const char *to,
           const char *question, struct release_options *options,
           struct release_plan *asked, struct error *e)
{
    struct release_options look = *options;
    look.dry_run = true;
    enum err err = operation(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1), to,
                             &look, asked, e);
    if (err == ERR_OK)
        err = confirm_change(cli, question, asked, e);
    options->asked = asked;
    return err;
}

/* rollback, base and upgrade of one installation: the same shape. */
static enum err
change_live(struct cli *cli, change_of_live *operation, const char *to,
            const char *question, struct error *e)
{
    struct release_options options = options_of(cli);
    struct release_plan asked = {.count = 0}, plan = {.count = 0};
    enum err err = ERR_OK;
    if (question && !options.dry_run && !cli->yes)
        err = ask_change(cli, operation, to, question, &options, &asked, e);
    if (err == ERR_OK)
        err = operation(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1), to,
                        &options, &plan, e);
    err = finish(cli, &plan, plan_print, err, e);
    release_plan_clear(&asked);
    return err;
}

static enum err
to_base(struct cli *cli, const char *to, struct error *e)
{
    return change_live(cli, manager_base, to,
                       "the user-specific version is left for base ", e);
}

enum err
cmd_rollback(struct cli *cli, struct error *e)
{
    const char *to = cli_option(cli, "to");
    if (to && strcmp(to, "base") == 0)
        return to_base(cli, NULL, e);
    return change_live(cli, manager_rollback, to, "back to ", e);
}

enum err
cmd_base(struct cli *cli, struct error *e)
{
    return to_base(cli, cli_option(cli, "to"), e);
}

static void
show_progress(void *context, int64_t done, int64_t all)
{
    const struct cli *cli = context;
    if (!cli->quiet && !cli->json)
        cli_warn("%lld of %lld installations planned", (long long)done,
                 (long long)all);
}

/* What became of the request of ROW; NULL where it has none. */
static const struct outcome_of *
outcome_of_row(const struct upgrade_row *row, const struct outcomes *outcomes)
{
    return row->fate != UPGRADE_SKIPPED && row->key < outcomes->count
               ? &outcomes->at[row->key]
               : NULL;
}

static struct value *
upgrade_json(const struct upgrade_plan *plan, const struct outcomes *outcomes)
{
    static const char *const fates[] = {"atOnce", "mustAsk", "skipped"};
    struct value *v = value_object();
    struct value *rows = value_array();
    value_set_text(v, "versionId", plan->to.id);
    value_set_text(v, "version", plan->to.label);
    value_set_int(v, "atOnce", plan->at_once);
    value_set_int(v, "mustAsk", plan->must_ask);
    value_set_int(v, "skipped", plan->skipped);
    for (size_t i = 0; i < plan->count; i++) {
        struct value *row = value_object();
        value_set_text(row, "installationId", plan->rows[i].installation_id);
        value_set_text(row, "customer", plan->rows[i].customer);
        value_set_text(row, "username", plan->rows[i].username);
        value_set_text(row, "fate", fates[plan->rows[i].fate]);
        value_set_text(row, "reason", plan->rows[i].reason);
        value_set_text(row, "expected", plan->rows[i].expected);
        const struct outcome_of *o = outcome_of_row(&plan->rows[i], outcomes);
        if (o) {
            value_set_text(row, "key", o->key);
            value_set_text(row, "status", o->word);
            value_set_text(row, "message", *o->message ? o->message : NULL);
        }
        value_append(rows, row);
    }
    value_set(v, "data", rows);
    return v;
}

/* One line for what became of ROW's request, where that was waited for. */
static void
print_upgraded(struct cli *cli, const struct upgrade_row *row,
               const struct outcome_of *o)
{
    if (o && cli_has(cli, "wait"))
        cli_say(cli, "  %s: %s%s%s", row->who, o->word, *o->message ? ": " : "",
                o->message);
}

static void
print_upgrade(struct cli *cli, const struct upgrade_plan *plan,
              const struct outcomes *outcomes)
{
    if (cli->json) {
        cli_print_json(cli, upgrade_json(plan, outcomes));
        return;
    }
    cli_say(cli, "to %s: %lld at once, %lld must be asked, %lld skipped",
            plan->to.label, (long long)plan->at_once, (long long)plan->must_ask,
            (long long)plan->skipped);
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->rows[i].fate == UPGRADE_SKIPPED)
            cli_say(cli, "  %s: skipped: %s", plan->rows[i].who,
                    plan->rows[i].reason);
        else
            print_upgraded(cli, &plan->rows[i],
                           outcome_of_row(&plan->rows[i], outcomes));
        if (plan->rows[i].expected)
            cli_say(cli, "  %s: expected results: %s", plan->rows[i].who,
                    plan->rows[i].expected);
    }
}

/* Plans into ASKED and asks with its counts, unless there is nothing to
 * change. */
static enum err
confirm_upgrade(struct cli *cli, struct upgrade_options *options,
                struct upgrade_plan *asked, struct error *e)
{
    struct upgrade_options look = *options;
    char question[200];
    look.dry_run = true;
    enum err err =
        manager_upgrade_many(cli->manager, cli_arg(cli, 0), &look, asked, e);
    int64_t count = asked->at_once + asked->must_ask;
    if (err == ERR_OK && count > 0) {
        snprintf(question, sizeof question,
                 "Upgrade %lld installation%s to %s: %lld at once, %lld must "
                 "be asked",
                 (long long)count, count == 1 ? "" : "s", asked->to.label,
                 (long long)asked->at_once, (long long)asked->must_ask);
        if (!cli_confirm(cli, question, "upgrade", e))
            err = e->code;
    }
    options->asked = asked;
    return err;
}

/* Delivers what PLAN has queued and prints it, with what became of each. */
static enum err
finish_upgrade(struct cli *cli, const struct upgrade_plan *plan,
               struct error *e)
{
    struct outcomes outcomes = {.count = plan->key_count};
    enum err err = ERR_OK;
    outcomes.at = mem_array(outcomes.count + 1, sizeof *outcomes.at);
    for (size_t i = 0; i < outcomes.count; i++)
        memcpy(outcomes.at[i].key, plan->keys[i], IDENT_SIZE);
    if (outcomes.count)
        err = outcomes_deliver(cli, &outcomes, e);
    print_upgrade(cli, plan, &outcomes);
    outcomes_clear(&outcomes);
    return err;
}

static enum err
upgrade_many(struct cli *cli, struct error *e)
{
    long long limit = 0;
    struct upgrade_plan asked = {.count = 0}, plan = {.count = 0};
    enum err err = cli_option_number(cli, "limit", 1, 0, &limit, e);
    struct upgrade_options options = {.note = cli_option(cli, "note"),
                                      .to = cli_option(cli, "to"),
                                      .filter = cli_option(cli, "filter"),
                                      .limit = limit,
                                      .dry_run = cli_has(cli, "dry-run"),
                                      .progress = show_progress,
                                      .context = cli};
    const struct installation_filter filter = {.text = options.filter};
    if (err == ERR_OK) /* the same error as the list, whatever else is wrong */
        err = manager_installation_filter(cli->manager, &filter, e);
    if (err == ERR_OK && !options.dry_run && !cli->yes)
        err = confirm_upgrade(cli, &options, &asked, e);
    if (err == ERR_OK)
        err = manager_upgrade_many(cli->manager, cli_arg(cli, 0), &options,
                                   &plan, e);
    if (err == ERR_OK)
        err = finish_upgrade(cli, &plan, e);
    upgrade_plan_clear(&asked);
    upgrade_plan_clear(&plan);
    return err;
}

/* Refuses an option that the other form of the command has. */
static enum err
check_upgrade_form(const struct cli *cli, struct error *e)
{
    static const struct {
        const char *option;
        bool many;
    } forms[] = {{"filter", true}, {"limit", true}, {"replace-waiting", false}};
    bool many = !cli_arg(cli, 1);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (cli_has(cli, forms[i].option) && forms[i].many != many)
            return error_set(e, ERR_USAGE,
                             "upgrade: --%s applies only to %s (remove it)",
                             forms[i].option,
                             many ? "one installation" : "a whole workflow");
    return ERR_OK;
}

enum err
cmd_upgrade(struct cli *cli, struct error *e)
{
    enum err err = check_upgrade_form(cli, e);
    if (err != ERR_OK)
        return err;
    return cli_arg(cli, 1) ? change_live(cli, manager_upgrade,
                                         cli_option(cli, "to"), NULL, e)
                           : upgrade_many(cli, e);
}
