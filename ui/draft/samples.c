/*
 * The samples of a workflow: the marked row or block on each of them, and the
 * runs that can become one.
 */
#include "ui/draft/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/samples_private.h"
#include "ui/screen/asked.h"
#include "ui/screen/fetching.h"

/* --- rows ----------------------------------------------------------------- */

static const struct column columns[] = {
    {"sample", 16, 2, 0, false, true, line_cell_0},
    {"gives", 16, 3, 0, false, false, line_cell_1},
    {"expected", 10, 0, 0, false, false, line_cell_2},
};

/* Whether sample I has an expected result, and whether it blocks. */
static const char *
expected_word(const struct samples *s, size_t i)
{
    const struct sample_row *kept = previewing_kept(s->previewing, i);
    if (!kept || !kept->hash)
        return NULL;
    return kept->blocking ? "blocks" : "yes";
}

/* The columns: without the last where nothing is expected. */
static size_t
column_count(const struct samples *s)
{
    for (size_t i = 0; i < s->previewing->count; i++)
        if (expected_word(s, i))
            return 3;
    return 2;
}

static void
add_sample(struct samples *s, size_t i, char *gives, bool failed)
{
    char *key = mem_printf("%zu", i);
    line_add(s->rows, key, mem_strdup(s->previewing->samples[i].label), gives,
             mem_strdup(expected_word(s, i)))
        ->style = failed ? STYLE_BAD : STYLE_NORMAL;
    free(key);
}

void
samples_show(struct samples *s)
{
    row_list_empty(s->rows);
    if (!samples_are_tried(s))
        samples_try(s);
    for (size_t i = 0; i < s->tried_count; i++)
        add_sample(s, i, i < s->next ? mem_strdup(s->tried[i].gives) : NULL,
                   s->tried[i].failed);
    samples_add_runs(s);
    if (s->said)
        line_add(s->rows, SAMPLES_NO_RUNS, mem_strdup("runs"),
                 mem_strdup(s->said), NULL)
            ->style = STYLE_FAINT;
    table_reload(&s->table);
}

/* --- life ----------------------------------------------------------------- */

/* Takes what is beneath the screen that is being opened. */
static enum err
take_beneath(struct samples *s, struct error *e)
{
    struct view *below = app_top(s->view->app);
    if (below && below->ops == &editor_screen) {
        s->editor = below->state;
        s->draft = &s->editor->draft;
        s->previewing = &s->editor->previewing;
        return ERR_OK;
    }
    s->grid = mapgrid_beneath(s->view, e);
    if (!s->grid)
        return e->code;
    s->draft = &s->grid->draft;
    s->previewing = &s->grid->previewing;
    return ERR_OK;
}

static void
samples_close(struct view *v)
{
    struct samples *s = v->state;
    fetching_give_up(s->console->fetching, s);
    samples_tried_end(s);
    table_clear(&s->table);
    row_list_free(s->rows);
    value_free(s->runs);
    free(s->runtime);
    free(s->said);
    free(s->waiting);
    free(s);
}

static enum err
samples_open(struct view *v, const char *arg, struct error *e)
{
    struct samples *s = mem_alloc(sizeof *s);
    (void)arg;
    s->view = v;
    s->console = console_of(v);
    s->rows = row_list_new(&line_ops);
    s->runs = value_array();
    v->state = s;
    v->table = &s->table;
    enum err err = take_beneath(s, e);
    if (err != ERR_OK) {
        samples_close(v);
        return err;
    }
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, column_count(s));
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "no sample";
    samples_ask_runs(s);
    samples_show(s);
    return ERR_OK;
}

static void
samples_title(const struct view *v, struct buf *out)
{
    const struct samples *s = v->state;
    const struct mapgrid_line *line = s->grid ? mapgrid_marked(s->grid) : NULL;
    const struct block *b = s->editor ? editor_block(s->editor) : NULL;
    buf_addf(out, "%s on all samples",
             line ? line->row->target
             : b  ? b->name
                  : "");
}

static void
samples_draw(struct view *v, struct cells *c, struct rect r)
{
    table_draw(&((struct samples *)v->state)->table, c, r);
}

/* --- actions -------------------------------------------------------------- */

/* The id of the run in ROW, NULL where it is none. */
static const char *
run_of(const struct row *row)
{
    return row && text_starts(row->key, SAMPLES_RUN)
               ? row->key + strlen(SAMPLES_RUN)
               : NULL;
}

/* The index of the sample in ROW, past all where it is none. */
static size_t
index_of(const struct row *row)
{
    bool number = row && row->key[0] >= '0' && row->key[0] <= '9';
    return number ? strtoul(row->key, NULL, 10) : SIZE_MAX;
}

void
samples_choose(struct samples *s, size_t i)
{
    if (s->grid) {
        s->grid->sample = i;
        mapgrid_show(s->grid);
    } else {
        s->editor->sample = i;
        editor_offers_forget(s->editor);
    }
}

/* Enter: that sample is the one to work with; a run becomes one first. */
static unsigned
open_row(struct samples *s, const struct row *row)
{
    size_t i = index_of(row);
    if (i < s->previewing->count) {
        samples_choose(s, i);
        return REACT_CLOSE;
    }
    app_do(s->view->app, &(struct invocation){
                             run_of(row) ? ACT_TRY_RUN : ACT_REFRESH, 0, NULL});
    return REACT_PAINT;
}

/* Opens the run of ROW, fetched before or not, on the canvas. */
static void
show_run(struct samples *s, const struct row *row)
{
    const char *id = run_of(row);
    if (!id)
        id = previewing_run_id(s->previewing, index_of(row));
    screen_open(s->view->app, &run_screen, s->runtime,
                draft_view_version(s->draft)->installation_id, id, NULL);
}

static unsigned
samples_action(struct view *v, const struct invocation *invocation,
               struct error *e)
{
    struct samples *s = v->state;
    const struct row *row = table_selected(&s->table);
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        return open_row(s, row);
    case ACT_TRY_RUN:
        samples_fetch(s, run_of(row));
        return REACT_PAINT;
    case ACT_CANVAS:
        show_run(s, row);
        return REACT_PAINT;
    case ACT_KEEP_SAMPLE:
        samples_keep(s->draft, s->previewing, index_of(row), e);
        return REACT_PAINT;
    case ACT_REFRESH:
        samples_ask_runs(s);
        samples_try(s);
        samples_show(s);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

static void
samples_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct samples *s = v->state;
    const struct row *row = table_selected(&s->table);
    bool run = run_of(row) || previewing_run_id(s->previewing, index_of(row));
    if (action == ACT_TRY_RUN && !run_of(row))
        ctx->off = "no run is marked";
    else if (action == ACT_CANVAS)
        ctx->off = !run          ? "no run is marked"
                   : !s->runtime ? "the runtime is not known"
                                 : NULL;
    else if (action == ACT_TRY_RUN && s->waiting)
        ctx->off = "the answer to the last one is waited for (Esc gives up)";
    else if (action == ACT_KEEP_SAMPLE)
        ctx->off = samples_keep_off(s->previewing, index_of(row));
}

static bool
samples_question(struct view *v, const struct invocation *invocation,
                 struct question *q)
{
    const struct samples *s = v->state;
    if (invocation->action != ACT_KEEP_SAMPLE)
        return false;
    samples_keep_question(s->draft, s->previewing,
                          index_of(table_selected(&s->table)), q);
    return true;
}

static unsigned
samples_cancel(struct view *v)
{
    return samples_give_up(v->state) || samples_stop(v->state) ? REACT_PAINT
                                                               : REACT_IGNORED;
}

/* The second cell whole: why there are no runs, or what became of one. */
static void
samples_detail(const struct view *v, struct buf *out)
{
    const struct samples *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct text_line *line = row ? row->data : NULL;
    if (s->next < s->tried_count)
        buf_addf(out, "%zu of %zu samples tried (%s)", s->next, s->tried_count,
                 s->stopped ? "F5 tries all again" : "Esc stops");
    else if (line && index_of(row) == SIZE_MAX && line->cell[1])
        buf_addf(out, "%s: %s", line->cell[0], line->cell[1]);
}

/* --- keeping a run -------------------------------------------------------- */

const char *
samples_keep_off(const struct previewing *p, size_t i)
{
    return previewing_run_id(p, i) ? NULL : "the sample is not a fetched run";
}

void
samples_keep_question(const struct draft_view *d, const struct previewing *p,
                      size_t i, struct question *q)
{
    const struct version_row *version = draft_view_version(d);
    asked_basis(q, version);
    question_about(q, version->workflow_name, version->customer,
                   version->username);
    snprintf(q->text, sizeof q->text,
             "Keep %.60s as a sample of " QUESTION_WHO "?",
             i < p->count ? p->samples[i].label : "");
    snprintf(q->detail, sizeof q->detail,
             "What the customer sent stays in the store until it is removed "
             "(tailor sample remove).");
    snprintf(q->yes, sizeof q->yes, "Keep the sample");
}

void
samples_keep(const struct draft_view *d, const struct previewing *p, size_t i,
             struct error *e)
{
    const struct version_row *version = draft_view_version(d);
    struct console *c = console_of(d->view);
    const char *run = previewing_run_id(p, i);
    bool fresh = false;
    if (!run)
        return;
    if (manager_sample_add(c->manager, version->workflow_id,
                           version->installation_id, run, p->samples[i].value,
                           NULL, &fresh, e) != ERR_OK)
        return;
    run_samples_drop(&c->runs, run);
    app_say(c->app, MESSAGE_INFO, "%s: %s", p->samples[i].label,
            fresh ? "kept as a sample" : "was kept already");
}

/* --- the sample that a screen shows --------------------------------------- */

void
sample_context(const struct previewing *p, size_t i, enum act action,
               struct act_context *ctx)
{
    if ((action == ACT_SAMPLE || action == ACT_PREVIOUS_SAMPLE) &&
        p->count == 0)
        ctx->off = "no sample";
    else if (action == ACT_KEEP_SAMPLE)
        ctx->off = samples_keep_off(p, i);
}

unsigned
sample_action(const struct draft_view *d, const struct previewing *p, size_t *i,
              enum act action, struct error *e)
{
    switch (action) {
    case ACT_SAMPLE:
        *i = (*i + 1) % p->count;
        return REACT_PAINT;
    case ACT_PREVIOUS_SAMPLE:
        *i = (*i + p->count - 1) % p->count;
        return REACT_PAINT;
    case ACT_KEEP_SAMPLE:
        samples_keep(d, p, *i, e);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

bool
samples_take_in(const struct draft_view *d, struct previewing *p)
{
    size_t before = p->count;
    run_samples_add(&console_of(d->view)->runs, draft_view_version(d), p);
    return p->count > before;
}

const struct view_ops samples_screen = {
    .id = VIEW_SAMPLES,
    .open = samples_open,
    .close = samples_close,
    .title = samples_title,
    .draw = samples_draw,
    .action = samples_action,
    .context = samples_context,
    .question = samples_question,
    .detail = samples_detail,
    .cancel = samples_cancel,
};
