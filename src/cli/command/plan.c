/* A release plan, printed. */
#include "cli/command/plan.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command/checked_rows.h"
#include "manager/draft/idle_rows.h"
#include "manager/draft/previewing.h"
#include "manager/draft/sending.h"
#include "manager/draft/warnings.h"
#include "manager/draft/written.h"
#include "workflow/validate/material.h"

#define SENDING_MS 2000 /* a plan waits no longer for the samples */

static struct value *
lines_json(const char *const *lines)
{
    struct value *v = value_array();
    for (; lines && *lines; lines++)
        value_append(v, value_string(*lines));
    return v;
}

static void
set_version(struct value *v, const char *id_key, const char *label_key,
            const struct plan_version *version)
{
    bool none = version->id[0] == '\0';
    value_set_text(v, id_key, none ? NULL : version->id);
    value_set_text(v, label_key, none ? NULL : version->label);
}

static const char *
foretold(const struct release_item *item)
{
    return item->material ? "awaiting" : "live";
}

static void
set_refusal(struct value *item, const struct error *refusal)
{
    struct buf text;
    buf_init(&text, 2000);
    if (refusal)
        cli_tell(refusal, &text);
    value_set_text(item, "refusal", refusal ? buf_str(&text) : NULL);
    buf_clear(&text);
}

/* What the samples say of a version before it is released. */
struct tried {
    const char *failing; /* NULL: not all of them fail */
    struct idle_rows idle;
    struct warning_lines warnings;
    char **sends; /* lines: what is sent otherwise; NULL: not looked at */
    char **written; /* lines: whose changes these are */
};

/* What each runtime of an item answered, or where its request stands. */
static struct value *
answers_json(const struct release_item *item, const struct outcomes *mine)
{
    struct value *all = value_array();
    for (size_t i = 0; i < item->request_count; i++) {
        const struct outcome_of *o = i < mine->count ? &mine->at[i] : NULL;
        struct value *v = value_object();
        value_set_text(v, "runtime", item->requests[i].runtime);
        value_set_text(v, "key", item->requests[i].key);
        value_set_text(v, "status", o && *o->word ? o->word : "queued");
        value_set_text(v, "message", o && *o->message ? o->message : NULL);
        value_append(all, v);
    }
    return all;
}

/* The key is that of the request whose status stands for the item. */
static void
set_answers(struct value *v, const struct release_item *item,
            const struct outcomes *mine)
{
    const struct outcome_of *worst = outcomes_worst(mine);
    const char *key = worst ? worst->key : release_item_key(item);
    if (!key)
        return;
    value_set_text(v, "key", key);
    value_set(v, "answers", answers_json(item, mine));
}

/* What the version of ITEM is of, where it goes, and what is live there. */
static void
set_place(struct value *v, const struct release_item *item)
{
    value_set_text(v, "hash", item->hash);
    value_set_text(v, "integration", item->integration);
    value_set_text(v, "workflow", item->workflow);
    value_set_text(v, "installationId", item->installation_id);
    value_set_text(v, "customer", item->customer);
    value_set_text(v, "username", item->username);
    value_set_text(v, "environment", item->environment);
    value_set(v, "runtimes", lines_json(item->runtimes));
    set_version(v, "liveVersionId", "live", &item->live);
    value_set_bool(v, "unseen", item->unseen);
}

/* A release that leads to another base: of what that is, and what of CHANGES
 * comes from there. */
static void
set_base_change(struct value *v, const struct release_item *item)
{
    value_set_text(v, "baseFrom", item->base_from);
    value_set_text(v, "baseTo", item->base_to);
    if (!item->base_to)
        return;
    value_set(v, "baseChanges", lines_json(item->base_changes));
    value_set(v, "ownChanges", lines_json(item->own_changes));
    value_set(v, "ownEdits", lines_json(item->own_edits));
}

static struct value *
item_json(const struct release_item *item, const char *status,
          const struct tried *tried, const struct outcomes *mine)
{
    struct value *v = value_object();
    set_version(v, "versionId", "version", &item->version);
    value_set_text(v, "status", status);
    set_refusal(v, item->refusal);
    value_set_text(v, "foretold", foretold(item));
    set_place(v, item);
    value_set_text(v, "forkedFrom", item->forked_from);
    set_version(v, "awaitingVersionId", "awaiting", &item->awaiting);
    value_set_text(v, "paused", item->paused);
    value_set_text(v, "held", item->held);
    value_set_bool(v, "stale", item->stale);
    value_set_bool(v, "canRun", item->can_run);
    value_set_text(v, "failing", tried->failing);
    value_set(v, "expected", checked_json(&item->expected));
    value_set(v, "noValue", lines_json((const char *const *)tried->idle.lines));
    value_set(v, "needs",
              item->needs ? value_copy(item->needs) : value_array());
    value_set(v, "undone", lines_json(item->undone));
    value_set(v, "lost", lines_json(item->lost));
    value_set(v, "openDrafts", lines_json(item->rivals));
    value_set(v, "authors", lines_json(item->authors));
    value_set(v, "warnings", lines_json(item->warnings));
    value_set(v, "sampleWarnings",
              lines_json((const char *const *)tried->warnings.lines));
    value_set(v, "writtenBy", lines_json((const char *const *)tried->written));
    value_set(v, "willSend", lines_json((const char *const *)tried->sends));
    value_set(v, "blanks", lines_json(item->blanks));
    value_set(v, "changes", lines_json(item->changes));
    set_base_change(v, item);
    value_set(v, "triggers", lines_json(item->triggers));
    value_set_int(v, "others", item->others);
    if (!item->installation_id)
        value_set_int(v, "onBase", item->on_base);
    value_set_int(v, "failedRuns", mine->count ? mine->at[0].failed : 0);
    value_set_bool(v, "failedRunsMore", mine->count && mine->at[0].failed_more);
    set_answers(v, item, mine);
    return v;
}

static void
say_lines(struct cli *cli, const char *title, const char *const *lines)
{
    for (; lines && *lines; lines++) {
        cli_say(cli, "  %-11s %s", title, *lines);
        title = "";
    }
}

static void
say_expected(struct cli *cli, const struct checked *expected)
{
    struct buf text;
    buf_init(&text, 2000);
    checked_say(expected, &text);
    if (text.len)
        cli_say(cli, "  %-11s %s", "expected", buf_str(&text));
    buf_clear(&text);
}

/* What a base version changes (new installations) and what it does not. */
static void
say_base(struct cli *cli, const struct release_item *item)
{
    long long all = item->others, base = item->on_base;
    cli_say(cli, "  %-11s new installations get it%s%s", "base",
            item->live.id[0] ? " in place of " : "", item->live.label);
    if (all > 0)
        cli_say(cli,
                "  %-11s %lld installation%s: %lld on a base version (tailor "
                "upgrade %s --to %s), %lld on own versions",
                "unchanged", all, all == 1 ? "" : "s", base, item->workflow,
                item->version.label, all - base);
}

static void
say_refusal(struct cli *cli, const struct error *refusal)
{
    struct buf text;
    buf_init(&text, 2000);
    cli_tell(refusal, &text);
    cli_say(cli, "  %-11s %s", "because", buf_str(&text));
    buf_clear(&text);
}

/* What it waits for, or takes the place of. */
static void
say_effect(struct cli *cli, const struct release_item *item)
{
    struct buf needs;
    buf_init(&needs, 4096);
    need_words(item->needs, &needs);
    if (!item->installation_id)
        say_base(cli, item);
    else if (item->forked_from)
        cli_say(cli, "  %-11s %s, which was forked from %s, not from %s",
                "replaces", item->live.label, item->forked_from,
                item->version.label);
    else if (item->live.id[0])
        cli_say(cli, "  %-11s %s", "replaces", item->live.label);
    else if (item->unseen)
        cli_say(cli, "  %-11s a version that is not in this store", "replaces");
    if (item->paused)
        cli_say(cli, "  %-11s %s", "paused", item->paused);
    if (item->held)
        cli_say(cli, "  %-11s %s", "held", item->held);
    if (item->material)
        cli_say(cli, "  %-11s for %s to %s; %s stays live until then", "waits",
                item->customer, buf_str(&needs), item->live.label);
    buf_clear(&needs);
}

/* Who made the changes, where that is more than one. */
static void
say_authors(struct cli *cli, const struct release_item *item)
{
    struct buf names;
    buf_init(&names, 4000);
    for (size_t i = 0; item->authors && item->authors[i]; i++)
        buf_addf(&names, "%s%s", i ? ", " : "", item->authors[i]);
    if (item->authors && item->authors[0] && item->authors[1])
        cli_say(cli, "  %-11s %s", "changed by", buf_str(&names));
    buf_clear(&names);
}

static void
say_change(void *cli, const char *label, enum change_line kind,
           const char *text)
{
    (void)kind;
    cli_say(cli, "  %-11s %s", label, text);
}

/* One line for each runtime, where there are several. */
static void
say_answers(struct cli *cli, const struct outcomes *mine)
{
    for (size_t i = 0; i < mine->count && mine->count > 1; i++) {
        const struct outcome_of *o = &mine->at[i];
        cli_say(cli, "  %-11s %s: %s%s%s", i ? "" : "runtimes", o->runtime,
                *o->word ? o->word : "queued", *o->message ? ": " : "",
                o->message);
    }
}

/* What the release leaves as it is: other installations, and failed runs. */
static void
say_rest(struct cli *cli, const struct release_item *item,
         const struct outcomes *mine)
{
    if (item->installation_id)
        cli_say(cli,
                "  %-11s %lld installation%s of this workflow %s not touched",
                "others", (long long)item->others, item->others == 1 ? "" : "s",
                item->others == 1 ? "is" : "are");
    if (mine->count && mine->at[0].failed > 0)
        cli_say(cli,
                "  %-11s %lld%s of %s failed; a retry goes on with %s (tailor "
                "run list --installation %s --state failed)",
                "runs", (long long)mine->at[0].failed,
                mine->at[0].failed_more ? " or more" : "", item->live.label,
                item->live.label, item->installation_id);
}

static void
say_item(struct cli *cli, const struct release_item *item, const char *status,
         const struct tried *tried, const struct outcomes *mine)
{
    cli_say(cli, "%s %s > %s: %s", item->who ? item->who : "new installations",
            item->workflow_name, item->version.label, status);
    if (item->done) {
        char at[CLOCK_TEXT_SIZE] = "";
        if (item->done_as_of)
            clock_format(at, item->done_as_of);
        cli_say(cli,
                "  %-11s it was released before; nothing was done now%s%s%s",
                "because", *at ? " (as of " : "", at,
                *at ? ", when its runtime answered last)" : "");
        return;
    }
    say_answers(cli, mine);
    /* What was done, and what of it was not: a run that waits. */
    if (mine->count == 1 && mine->at[0].err == ERR_OK && *mine->at[0].message)
        cli_say(cli, "  %-11s %s", "runtime", mine->at[0].message);
    if (item->refusal)
        say_refusal(cli, item->refusal);
    if (tried->failing)
        cli_say(cli, "  %-11s %s", "samples", tried->failing);
    say_lines(cli, "will send", (const char *const *)tried->sends);
    say_expected(cli, &item->expected);
    say_effect(cli, item);
    say_lines(cli, "warnings", item->warnings);
    say_lines(cli, "no value", (const char *const *)tried->idle.lines);
    say_lines(cli, "to check", (const char *const *)tried->warnings.lines);
    say_lines(cli, "blank", item->blanks);
    release_item_say_changes(item, &(struct change_sink){say_change, cli});
    say_lines(cli, "written by", (const char *const *)tried->written);
    say_authors(cli, item);
    say_lines(cli, "undoes", item->undone);
    say_lines(cli, "loses", item->lost);
    say_lines(cli, "open drafts", item->rivals);
    say_lines(cli, "triggers", item->triggers);
    say_rest(cli, item, mine);
}

/* The word for item I, whose outcomes are MINE: the worst of them, else where
 * it stands. */
static const char *
status_of(const struct release_plan *plan, const struct outcomes *mine,
          size_t i, enum err err)
{
    const struct outcome_of *worst = outcomes_worst(mine);
    if (plan->items[i].done)
        return plan->items[i].done;
    if (worst && worst->word[0])
        return worst->word;
    if (plan->released)
        return "queued";
    if (plan->items[i].refusal)
        return "refused";
    return err == ERR_OK ? "planned" : "not released";
}

/* What ITEM sends otherwise. Not where an installation goes to a base version:
 * the samples of that one are the vendor's. */
static char **
try_sending(struct manager *m, const struct release_item *item)
{
    struct sending s;
    char **lines = NULL;
    if (item->installation_id && item->version.fork_no == 0)
        return NULL;
    if (sending_begin(&s, m, item->version.id, NULL) == ERR_OK) {
        sending_step(&s, SENDING_MS);
        lines = sending_lines(&s);
    }
    sending_end(&s);
    return lines;
}

/* TEXT holds what OUT borrows. */
static void
try_samples(struct manager *m, const struct release_item *item,
            struct buf *text, struct tried *out)
{
    manager_failing_samples(m, item->version.id, text);
    out->failing = text->len ? buf_str(text) : NULL;
    idle_rows_find(&out->idle, m, item->version.id, item->live.id);
    warning_lines_find(&out->warnings, m, item->version.id);
    out->sends = try_sending(m, item);
    out->written = written_lines(m, item->version.id, item->live.id);
}

/* Prints ROWS (taken) of PLAN as JSON where that is asked for. They stand
 * beside an error where PLAN was released: some runtime may have done it. */
static void
print_rows(struct cli *cli, struct value *rows, const struct release_plan *plan,
           enum err err)
{
    if (!cli->json || (err != ERR_OK && !plan->released)) {
        value_free(rows);
        return;
    }
    struct value *v = value_object();
    value_set(v, "data", rows);
    if (err != ERR_OK)
        cli->more = v;
    else
        cli_print_json(cli, v);
}

void
plan_print(struct cli *cli, const struct release_plan *plan,
           const struct outcomes *outcomes, enum err err)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < plan->count; i++) {
        const struct release_item *item = &plan->items[i];
        struct outcomes mine = outcomes_of_item(outcomes, plan, i);
        const char *status = status_of(plan, &mine, i, err);
        struct buf text;
        struct tried tried = {.failing = NULL};
        buf_init(&text, 8192);
        if (!plan->released && item->version.id[0])
            try_samples(cli->manager, item, &text, &tried);
        if (cli->json)
            value_append(rows, item_json(item, status, &tried, &mine));
        else
            say_item(cli, item, status, &tried, &mine);
        idle_rows_clear(&tried.idle);
        warning_lines_clear(&tried.warnings);
        text_lines_free(tried.sends);
        text_lines_free(tried.written);
        buf_clear(&text);
    }
    print_rows(cli, rows, plan, err);
}

static struct value *
withdrawal_json(const struct release_item *item, const char *status,
                const struct outcomes *mine)
{
    struct value *v = value_object();
    set_version(v, "versionId", "version", &item->version);
    value_set_text(v, "status", status);
    value_set_text(v, "foretold", "withdrawn");
    set_place(v, item);
    set_answers(v, item, mine);
    return v;
}

/* What is said of the customer's versions is true only where ERR is none. */
static void
say_withdrawal(struct cli *cli, const struct release_item *item,
               const char *status, enum err err)
{
    cli_say(cli, "%s %s > %s: %s", item->who, item->workflow_name,
            item->version.label, status);
    if (err != ERR_OK)
        return;
    cli_say(cli, "  %-11s %s waits for the customer and is taken back",
            "withdraws", item->version.label);
    cli_say(cli, "  %-11s %s", "stays live",
            item->live.id[0] ? item->live.label
            : item->unseen   ? "a version that is not in this store"
                             : "no version");
}

void
plan_print_withdrawal(struct cli *cli, const struct release_plan *plan,
                      const struct outcomes *outcomes, enum err err)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < plan->count; i++) {
        struct outcomes mine = outcomes_of_item(outcomes, plan, i);
        const char *status = status_of(plan, &mine, i, err);
        if (cli->json)
            value_append(rows, withdrawal_json(&plan->items[i], status, &mine));
        else
            say_withdrawal(cli, &plan->items[i], status, err);
    }
    print_rows(cli, rows, plan, err);
}
