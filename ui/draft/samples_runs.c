/* The last runs of an installed workflow, fetched as samples. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/redact.h"
#include "manager/catalogue/run_sample.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "ui/draft/samples.h"
#include "ui/draft/samples_private.h"
#include "ui/screen/fetching.h"
#include "value/value.h"

enum { RUNS_SHOWN = 20, PAGES_MOST = 5 };
#define PAGE "200"

/* --- the list ------------------------------------------------------------- */

/* True where the run ended at a Stop Workflow block: it has more to come. */
static bool
is_stopped(const struct value *run)
{
    return text_equal(value_get_text(run, "state"), "done") &&
           value_get_text(run, "blockId");
}

static char *
label_of(const struct value *run)
{
    const char *label = value_get_text(run, "label");
    int64_t ms = 0;
    struct buf out;
    buf_init_any(&out);
    if (label && *label)
        buf_addf(&out, "%s, ", label);
    buf_adds(&out, "run of ");
    if (clock_parse(value_text_or(value_get(run, "acceptedAt"), ""), &ms) == 0)
        screen_time(&out, ms);
    return buf_take(&out);
}

/* "stopped at Stop Workflow", "failed at Create cash sale: the message". */
static char *
state_of(const struct samples *s, const struct value *run)
{
    const char *id = value_get_text(run, "blockId");
    const char *message = value_get_text(run, "message");
    const struct block *b =
        id ? document_block(draft_view_document(s->draft), id) : NULL;
    bool stopped = is_stopped(run);
    struct buf out;
    buf_init_any(&out);
    buf_adds(&out, stopped ? "stopped" : value_get_text(run, "state"));
    if (b)
        buf_addf(&out, " at %s", b->name);
    if (message && *message)
        buf_addf(&out, ": %s", message);
    return buf_take(&out);
}

static void
add_run(struct samples *s, const struct value *run)
{
    const char *id = value_get_text(run, "runId");
    char *key = mem_printf(SAMPLES_RUN "%s", id);
    char *words = text_equal(id, s->waiting)
                      ? mem_printf("waiting for %s (Esc gives up)", s->runtime)
                      : state_of(s, run);
    line_add(s->rows, key, label_of(run), words, NULL)->style = STYLE_FAINT;
    free(key);
}

void
samples_add_runs(struct samples *s)
{
    for (int stopped = 1; stopped >= 0; stopped--) {
        for (size_t i = 0; i < value_size(s->runs); i++) {
            const struct value *run = value_at(s->runs, i);
            size_t at = previewing_run_index(s->previewing,
                                             value_get_text(run, "runId"));
            if (is_stopped(run) == stopped && at == s->previewing->count)
                add_run(s, run);
        }
    }
}

/* In place of the runs; NULL: they are there. */
static void
say(struct samples *s, const char *words)
{
    free(s->said);
    s->said = mem_strdup(words);
}

/* Moves the runs of the workflow from the page DATA to the list. */
static void
take_page(struct samples *s, struct value *data)
{
    const char *workflow = draft_view_version(s->draft)->workflow_id;
    while (value_size(data) > 0 && value_size(s->runs) < RUNS_SHOWN) {
        struct value *run = value_take_at(data, 0);
        if (text_equal(value_get_text(run, "workflowId"), workflow))
            value_append(s->runs, run);
        else
            value_free(run);
    }
}

static void ask_page(struct samples *s, const char *after);

static void
listed(void *ctx, struct value *body, const struct error *why)
{
    struct samples *s = ctx;
    const char *after = value_get_text(body, "cursor");
    s->listing = false;
    take_page(s, value_get(body, "data"));
    if (why->code != ERR_OK) {
        char *words = mem_printf("%s (F5 asks again)", why->text);
        say(s, words);
        free(words);
    } else if (after && value_size(s->runs) < RUNS_SHOWN &&
               s->pages < PAGES_MOST) {
        ask_page(s, after);
    } else {
        say(s, value_size(s->runs) ? NULL : "no run yet");
    }
    value_free(body);
    samples_show(s);
}

static void
ask_page(struct samples *s, const char *after)
{
    struct value *arguments = value_object();
    value_set_text(arguments, "installationId",
                   draft_view_version(s->draft)->installation_id);
    value_set_text(arguments, "limit", PAGE);
    if (after)
        value_set_text(arguments, "after", after);
    s->listing = true;
    s->pages++;
    fetching_ask(s->console->fetching, ACT_TRY_RUN, s->runtime, QUESTION_RUNS,
                 arguments, listed, s);
}

/* Whether RUNTIME can be asked at all. */
static enum err
check_token(struct samples *s, struct error *e)
{
    struct runtime_list list = {.count = 0};
    enum err err = manager_runtime_list(s->console->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        const struct runtime_row *r = &list.rows[i];
        if (strcmp(r->name, s->runtime) == 0 && !r->read_token_file)
            err = error_set(e, ERR_INVALID,
                            "runtime %s: no read token (tailor runtime set %s "
                            "--read-token-file FILE)",
                            r->name, r->name);
    }
    runtime_list_clear(&list);
    return err;
}

/* Finds the runtime, and whether the person may ask it. */
static enum err
find_runtime(struct samples *s, struct error *e)
{
    struct manager *m = s->console->manager;
    struct installation_list list = {.count = 0};
    enum err err = manager_may_see_payloads(m, e);
    if (err == ERR_OK)
        err = fetching_may(s->console, ACT_TRY_RUN, e);
    if (err == ERR_OK)
        err = manager_installation_show(
            m, draft_view_version(s->draft)->installation_id, &list, e);
    if (err == ERR_OK) {
        free(s->runtime);
        s->runtime = mem_strdup(list.rows[0].runtime);
        err = check_token(s, e);
    }
    installation_list_clear(&list);
    return err;
}

void
samples_ask_runs(struct samples *s)
{
    struct error e = {.code = ERR_OK};
    if (s->listing || !draft_view_version(s->draft)->installation_id)
        return;
    if (find_runtime(s, &e) != ERR_OK) {
        char words[sizeof e.text + 400];
        app_tell(&e, words, sizeof words);
        say(s, words);
        return;
    }
    value_free(s->runs);
    s->runs = value_array();
    s->pages = 0;
    char *words = mem_printf("waiting for %s", s->runtime);
    say(s, words);
    free(words);
    ask_page(s, NULL);
}

/* --- one run -------------------------------------------------------------- */

static const struct value *
run_row(const struct samples *s, const char *id)
{
    for (size_t i = 0; i < value_size(s->runs); i++) {
        const struct value *run = value_at(s->runs, i);
        if (text_equal(value_get_text(run, "runId"), id))
            return run;
    }
    return NULL;
}

/* The run of BODY (*taken*) is a sample of this session; *NOTE receives what
 * was redacted in it. */
static enum err
take_run(struct samples *s, struct value *body, struct buf *note,
         struct error *e)
{
    const struct version_row *version = draft_view_version(s->draft);
    struct value *sample = NULL;
    bool own =
        text_equal(value_get_text(body, "workflowId"), version->workflow_id) &&
        text_equal(value_get_text(body, "installationId"),
                   version->installation_id);
    enum err err = sample_of_run(&sample, body, e);
    if (err == ERR_OK && !own) {
        value_free(sample);
        return error_set(e, ERR_INVALID,
                         "runtime %s: the run is of another workflow or "
                         "customer",
                         s->runtime);
    }
    if (err != ERR_OK)
        return err;
    sample_redact(sample, NULL, NULL, 0, note);
    char *label = label_of(run_row(s, s->waiting));
    run_samples_put(&s->console->runs, version, s->waiting, label, sample);
    free(label);
    return ERR_OK;
}

/* The sample is the one to work with, and the list is left for it. */
static void
work_with(struct samples *s, const char *run, const char *redacted)
{
    struct app *app = s->view->app;
    app_refresh(app); /* every screen of the workflow takes it in */
    size_t i = previewing_run_index(s->previewing, run);
    if (i == s->previewing->count)
        return;
    samples_choose(s, i);
    app_say(app, MESSAGE_INFO, "%s: fetched, not kept (a, keep sample)%s%s",
            s->previewing->samples[i].label, *redacted ? "; redacted: " : "",
            redacted);
    if (app_top(app) == s->view && !app_holds_screen(app))
        app_back(app); /* S is gone */
    else
        samples_show(s);
}

static void
fetched(void *ctx, struct value *body, const struct error *why)
{
    struct samples *s = ctx;
    struct error e = *why;
    struct buf redacted;
    buf_init(&redacted, 2000);
    if (e.code == ERR_OK)
        take_run(s, body, &redacted, &e);
    char *run = s->waiting;
    s->waiting = NULL;
    if (e.code == ERR_OK) {
        work_with(s, run, buf_str(&redacted));
    } else {
        app_say_error(s->view->app, MESSAGE_ERROR, &e);
        samples_show(s);
    }
    free(run);
    buf_clear(&redacted);
}

void
samples_fetch(struct samples *s, const char *run)
{
    struct value *arguments = value_object();
    value_set_text(arguments, "runId", run);
    s->waiting = mem_strdup(run);
    fetching_ask(s->console->fetching, ACT_TRY_RUN, s->runtime, QUESTION_RUN,
                 arguments, fetched, s);
    samples_show(s);
}

bool
samples_give_up(struct samples *s)
{
    if (!s->waiting)
        return false;
    fetching_give_up(s->console->fetching, s);
    app_say(s->view->app, MESSAGE_INFO,
            "Given up: what %s answers is thrown away", s->runtime);
    FREE_NULL(s->waiting);
    if (s->listing) { /* that was given up, too */
        s->listing = false;
        say(s, NULL);
    }
    samples_show(s);
    return true;
}
