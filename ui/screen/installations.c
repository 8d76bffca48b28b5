/* Installations: the first screen. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/catalogue.h"
#include "manager/exchange/runtime.h"
#include "store/console.h"
#include "ui/screen/installation_source.h"
#include "ui/screen/pause.h"
#include "ui/screen/screens.h"

struct installations {
    struct installation_source source;
    struct table table;
    struct error why; /* the store cannot be read; the table names it */
};

/* --- columns -------------------------------------------------------------- */

static enum style
cell_customer(void *ctx, const void *row, struct buf *out)
{
    const struct installation_item *item = row;
    (void)ctx;
    buf_adds(out, item->title);
    return STYLE_NORMAL;
}

static enum style
cell_integration(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct installation_item *)row)->integration);
    return STYLE_NORMAL;
}

static enum style
cell_live(void *ctx, const void *row, struct buf *out)
{
    const struct installation_item *item = row;
    (void)ctx;
    buf_adds(out, item->live);
    return strstr(item->live, "own") ? STYLE_OWN : STYLE_NORMAL;
}

static enum style
cell_draft(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct installation_item *)row)->draft);
    return STYLE_NORMAL;
}

static enum style
cell_state(void *ctx, const void *row, struct buf *out)
{
    const struct installation_item *item = row;
    int trouble = installation_condition_trouble(item->condition);
    (void)ctx;
    buf_adds(out, item->state);
    return trouble == CONDITION_FAILING    ? STYLE_BAD
           : item->releasing               ? STYLE_WARNING
           : trouble <= CONDITION_AWAITING ? STYLE_WARNING
           : trouble == CONDITION_OK       ? STYLE_GOOD
                                           : STYLE_FAINT;
}

static enum style
cell_changed(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    screen_time(out, ((const struct installation_item *)row)->changed_at);
    return STYLE_FAINT;
}

static const struct column columns[] = {
    [COLUMN_CUSTOMER] = {"customer", 14, 1, 0, false, true, cell_customer},
    [COLUMN_INTEGRATION] = {"integration", 22, 0, 3, false, false,
                            cell_integration},
    [COLUMN_LIVE] = {"live", 20, 0, 0, false, false, cell_live},
    [COLUMN_DRAFT] = {"draft", 8, 0, 1, false, false, cell_draft},
    [COLUMN_STATE] = {"state", 10, 0, 0, false, false, cell_state},
    [COLUMN_CHANGED] = {"changed", 11, 0, 4, false, false, cell_changed},
};
_Static_assert(sizeof columns / sizeof columns[0] == COLUMN_COUNT,
               "each column says what it shows");

/* --- life ----------------------------------------------------------------- */

/* The next step where there is nothing to show yet, or why this session cannot
 * read the store: then WHY is returned. */
static const char *
next_step(struct manager *m, struct error *why)
{
    struct runtime_list runtimes = {0};
    struct integration_list integrations = {0};
    const char *step = "No installation yet. Customers install on the vendor's "
                       "page; tailor sync brings them here.";
    enum err err = manager_integration_list(m, NULL, &integrations, why);
    if (err == ERR_OK)
        err = manager_runtime_list(m, &runtimes, why);
    bool integration = integrations.count > 0, runtime = runtimes.count > 0;
    integration_list_clear(&integrations);
    runtime_list_clear(&runtimes);
    if (err != ERR_OK)
        step = why->text;
    else if (!integration)
        step = "No integration yet (add one with `tailor integration add "
               "FILE`, or try `tailor demo`)";
    else if (!runtime)
        step = "No runtime yet (add one with `tailor runtime add NAME URL "
               "…`; see tailor help runtime)";
    return step;
}

static enum err
installations_open(struct view *v, const char *arg, struct error *e)
{
    struct console *c = console_of(v);
    struct installations *s = mem_alloc(sizeof *s);
    installation_source_init(&s->source, c->manager, v->app);
    struct row_source source = installation_rows(&s->source);
    table_init(&s->table, &source, columns, COLUMN_COUNT);
    s->table.as_of = c->as_of;
    s->table.empty = next_step(c->manager, &s->why);
    v->state = s;
    v->table = &s->table;
    installation_source_count(&s->source);
    if (*arg)
        return table_filter(&s->table, arg, e);
    return ERR_OK;
}

static void
installations_close(struct view *v)
{
    struct installations *s = v->state;
    table_clear(&s->table);
    installation_source_clear(&s->source);
    free(s);
}

static void
installations_draw(struct view *v, struct cells *c, struct rect r)
{
    struct installations *s = v->state;
    s->table.as_of = *console_of(v)->as_of ? console_of(v)->as_of : NULL;
    table_draw(&s->table, c, r);
}

static unsigned
installations_refresh(struct view *v)
{
    struct installations *s = v->state;
    table_reload(&s->table);
    if (s->table.row_count == 0)
        s->table.empty = next_step(console_of(v)->manager, &s->why);
    installation_source_count(&s->source);
    return REACT_PAINT;
}

static unsigned
installations_cancel(struct view *v)
{
    struct installations *s = v->state;
    if (s->source.count >= 0 || !installation_source_cancel(&s->source))
        return REACT_IGNORED;
    app_say(v->app, MESSAGE_INFO, "the count was cancelled");
    return REACT_PAINT;
}

/* --- actions -------------------------------------------------------------- */

static const struct installation_item *
marked_row(const struct installations *s)
{
    const struct row *row = table_selected(&s->table);
    return row ? row->data : NULL;
}

/* Of marked rows, those that are paused already are paused again: that changes
 * nothing. */
static void
installations_context(const struct view *v, enum act action,
                      struct act_context *ctx)
{
    const struct installation_item *item = marked_row(v->state);
    if (!item || v->table->marks.count > 0)
        return;
    if (action == ACT_PAUSE)
        ctx->off = item->no_pause;
    if (action == ACT_RESUME)
        ctx->off = item->no_resume;
}

/* One workflow is forked at once; of several, one is chosen on the next
 * screen. */
static void
fork_marked(struct view *v, const char *id, struct error *e)
{
    struct installed_workflow_list list;
    struct app *app = v->app;
    enum err err =
        manager_installation_workflows(console_of(v)->manager, id, &list, e);
    if (err == ERR_OK && screen_open(app, &installation_screen, id, NULL)) {
        if (list.count == 1)
            screen_fork(app, id, list.rows[0].workflow_id, NULL);
        else
            app_say(app, MESSAGE_INFO,
                    "Which workflow? F forks the marked one");
    }
    installed_workflow_list_clear(&list);
}

/* Views by name: filters that people come back to. */
static const struct {
    const char *name, *filter;
} saved[] = {{"all", ""},
             {"todo", "state:todo"},
             {"failing", "state:failing"},
             {"awaiting", "state:awaiting"},
             {"parked", "state:parked"}};

static void
show_saved(struct view *v, const char *name, struct error *e)
{
    struct installations *s = v->state;
    for (size_t i = 0; i < sizeof saved / sizeof saved[0]; i++) {
        if (strcmp(saved[i].name, name) == 0) {
            table_filter(&s->table, saved[i].filter, e);
            return;
        }
    }
    if (!*name)
        error_set(e, ERR_USAGE,
                  "Which view? all, todo, failing, awaiting or parked (v, then "
                  "the name; Tab completes it)");
    else
        error_set(e, ERR_USAGE,
                  "No view is called \"%.60s\" (all, todo, failing, awaiting, "
                  "parked)",
                  name);
}

static unsigned
installations_action(struct view *v, const struct invocation *invocation,
                     struct error *e)
{
    struct installations *s = v->state;
    const struct installation_item *item = marked_row(s);
    char *id = mem_strdup(item ? item->id : NULL);
    unsigned reaction = REACT_PAINT;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        screen_open(v->app, &installation_screen, id, NULL);
        break;
    case ACT_FORK:
        fork_marked(v, id, e);
        break;
    case ACT_PAUSE:
    case ACT_RESUME:
        pause_installations(v, id, invocation->action == ACT_PAUSE, e);
        break;
    case ACT_SAVED_VIEWS:
        show_saved(v, invocation->arg, e);
        break;
    case ACT_COPY: {
        struct buf text;
        buf_init(&text, 65536);
        table_row_text(&s->table, &text);
        app_copy(v->app, item->customer, buf_str(&text), text.len);
        buf_clear(&text);
        break;
    }
    default:
        reaction = REACT_IGNORED;
    }
    free(id);
    return reaction;
}

static bool
installations_question(struct view *v, const struct invocation *invocation,
                       struct question *q)
{
    const struct installations *s = v->state;
    const struct installation_item *item = marked_row(s);
    if (!item ||
        (invocation->action != ACT_PAUSE && invocation->action != ACT_RESUME))
        return false;
    pause_question(v, item->id, invocation->action == ACT_PAUSE, q);
    return true;
}

/* Offers PART with the first N bytes kept and WORD behind them, where WORD
 * begins as the rest of PART does. */
static void
offer(struct completions *list, const char *part, size_t n, const char *word)
{
    if (!text_starts(word, part + n))
        return;
    char *whole = mem_printf("%.*s%s", (int)n, part, word);
    completions_add(list, whole);
    free(whole);
}

static void
offer_states(struct completions *list, const char *part, size_t n)
{
    for (int i = 0; i < CONDITION_PAUSED_WITH; i++) {
        struct buf word;
        buf_init(&word, 64);
        installation_state_term(i, &word);
        offer(list, part, n, buf_str(&word));
        buf_clear(&word);
    }
}

static void
offer_integrations(struct manager *m, struct completions *list,
                   const char *part, size_t n)
{
    struct integration_list all;
    if (manager_integration_list(m, NULL, &all, NULL) == ERR_OK)
        for (size_t i = 0; i < all.count; i++)
            offer(list, part, n, all.rows[i].key);
    integration_list_clear(&all);
}

/* Offers what may stand behind the last blank, dash, colon or comma of a
 * filter: "-state:failing,to" begins "to-do". */
static void
complete_filter(struct manager *m, const char *text, struct completions *list)
{
    static const char *const keys[] = {"state:", "integration:"};
    const char *blank = strrchr(text, ' ');
    const char *term = blank ? blank + 1 : text;
    term += *term == '-';
    const char *colon = strchr(term, ':');
    const char *comma = strrchr(term, ',');
    const char *value = comma ? comma + 1 : colon ? colon + 1 : term;
    size_t n = (size_t)(value - text);
    for (size_t i = 0; i < 2 && !colon; i++)
        offer(list, text, n, keys[i]);
    if (colon && text_starts(term, keys[0]))
        offer_states(list, text, n);
    if (colon && text_starts(term, keys[1]))
        offer_integrations(m, list, text, n);
}

static void
installations_complete(const struct view *v, enum act action, const char *arg,
                       struct completions *list)
{
    for (size_t i = 0; i < sizeof saved / sizeof saved[0]; i++) {
        if (action == ACT_SAVED_VIEWS && text_starts(saved[i].name, arg))
            completions_add(list, saved[i].name);
    }
    if (action == ACT_FILTER)
        complete_filter(console_of(v)->manager, arg, list);
}

enum tour_work
installations_work(const struct view *v)
{
    const struct installation_item *item = marked_row(v->state);
    return !item             ? TOUR_NOTHING
           : *item->draft    ? TOUR_DRAFT
           : item->releasing ? TOUR_RELEASING
                             : TOUR_NOTHING;
}

/* Who it is, by the names that commands take. */
static void
installations_detail(const struct view *v, struct buf *out)
{
    const struct installation_item *item = marked_row(v->state);
    if (!item)
        return;
    buf_addf(out, "%s (%s/%s): %s", item->customer, item->username,
             item->integration, item->state);
    if (item->newer)
        buf_addf(out, ", %s is out", item->newer);
    buf_adds(out, ", changed ");
    screen_time(out, item->changed_at);
}

const struct view_ops installations_screen = {
    .id = VIEW_INSTALLATIONS,
    .open = installations_open,
    .close = installations_close,
    .draw = installations_draw,
    .action = installations_action,
    .context = installations_context,
    .question = installations_question,
    .refresh = installations_refresh,
    .cancel = installations_cancel,
    .complete = installations_complete,
    .detail = installations_detail,
};
