/* The made-up grid and the made-up release form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/ui/frame/sample.h"
#include "ui/widget/form.h"
#include "ui/widget/grid.h"

struct grid_state {
    struct sample *sample;
    struct grid grid;
};

static size_t
grid_fetch(void *ctx, enum seek seek, const char *key, long long index,
           size_t n, struct row *rows)
{
    struct sample *s = ctx;
    long at = key ? strtol(key, NULL, 10) : 0, end = 3 - s->cut;
    if (seek == SEEK_AFTER)
        at++;
    else if (seek == SEEK_BEFORE) {
        end = at;
        at = at > (long)n ? at - (long)n : 0;
    } else if (seek == SEEK_LAST)
        at = (long)n < end ? end - (long)n : 0;
    else if (seek == SEEK_INDEX)
        at = (long)index;
    size_t got = 0;
    for (; at < end && got < n; at++, got++)
        rows[got] = (struct row){mem_printf("%ld", at), &s->cells[at]};
    return got;
}

static long long
grid_count(void *ctx)
{
    return 3 - ((struct sample *)ctx)->cut;
}

struct row_source
sample_grid_source(struct sample *s)
{
    return (struct row_source){
        .ctx = s, .fetch = grid_fetch, .count = grid_count};
}

static enum style
cell_target(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct sample_cells *)row)->text[0]);
    return STYLE_NORMAL;
}

static enum style
cell_source(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    const char *text = ((const struct sample_cells *)row)->text[1];
    buf_adds(out, *text ? text : "\xc2\xb7");
    return STYLE_NORMAL;
}

const struct column sample_grid_columns[] = {
    {"target", 16, 1, 0, false, true, cell_target},
    {"source", 20, 2, 0, false, false, cell_source},
};

static bool
cell_begin(void *ctx, const struct row *row, size_t column, struct buf *text)
{
    (void)ctx;
    if (column != 1)
        return false;
    buf_adds(text, ((const struct sample_cells *)row->data)->text[1]);
    return true;
}

static enum err
cell_commit(void *ctx, const struct row *row, size_t column, const char *text,
            struct error *e)
{
    struct sample *s = ctx;
    if (strcmp(text, "bad") == 0)
        return error_set(e, ERR_INVALID, "bad: there is no such field");
    if (strcmp(text, "cut") == 0) {
        s->cut = 1;
        grid_reload(s->grid);
        return s->refuses ? error_set(e, ERR_CONFLICT, "was cut") : ERR_OK;
    }
    char *cell = s->cells[strtol(row->key, NULL, 10)].text[column];
    snprintf(cell, 256, "%s", text);
    return ERR_OK;
}

static void
cell_complete(void *ctx, const char *text, size_t cursor,
              struct completions *list)
{
    static const char *const words[] = {"orderNumber", "orderTotal"};
    (void)ctx;
    (void)cursor;
    list->from = 0;
    for (size_t i = 0; i < 2; i++) {
        if (text_starts(words[i], text))
            completions_add(list, words[i]);
    }
}

static void
cell_gone(void *ctx, const char *text)
{
    struct sample *s = ctx;
    snprintf(s->done, sizeof s->done, "gone: %s", text);
}

const struct grid_ops sample_grid_ops = {cell_begin, cell_commit, cell_complete,
                                         NULL, cell_gone};

static enum err
grid_open(struct view *v, const char *arg, struct error *e)
{
    struct grid_state *g = mem_alloc(sizeof *g);
    void *p = NULL;
    (void)e;
    if (sscanf(arg, "%p", &p) != 1) {
        free(g);
        return error_set(e, ERR_NOT_FOUND, "no sample");
    }
    g->sample = p;
    struct row_source source = sample_grid_source(g->sample);
    grid_init(&g->grid, &source, sample_grid_columns, 2, &sample_grid_ops,
              g->sample);
    g->grid.column = 1;
    v->state = g;
    v->table = &g->grid.table;
    return ERR_OK;
}

static void
grid_close(struct view *v)
{
    struct grid_state *g = v->state;
    grid_clear(&g->grid);
    free(g);
}

static void
grid_title(const struct view *v, struct buf *out)
{
    (void)v;
    buf_adds(out, "Create cash sale");
}

static void
grid_view_draw(struct view *v, struct cells *c, struct rect r)
{
    struct grid_state *g = v->state;
    grid_draw(&g->grid, c, r);
}

static unsigned
grid_view_action(struct view *v, const struct invocation *invocation,
                 struct error *e)
{
    struct grid_state *g = v->state;
    char arg[32];
    if (invocation->action == ACT_OPEN_RELEASE) {
        app_open(v->app, &sample_form, sample_arg(g->sample, arg));
        return REACT_PAINT;
    }
    if (invocation->action == ACT_OPEN) {
        app_do(v->app, &(struct invocation){ACT_EDIT, 0, NULL});
        return REACT_PAINT;
    }
    return grid_action(&g->grid, invocation, e);
}

static bool
grid_typing(const struct view *v)
{
    return ((const struct grid_state *)v->state)->grid.editing;
}

static unsigned
grid_view_key(struct view *v, const struct key *key, struct error *e)
{
    struct grid_state *g = v->state;
    return grid_key(&g->grid, key, e);
}

static unsigned
grid_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct grid_state *g = v->state;
    if (!g->grid.editing)
        return REACT_IGNORED;
    line_edit_paste(&g->grid.line, text, n, e);
    return REACT_PAINT;
}

static void
grid_keep(struct view *v, const char *why)
{
    struct grid_state *g = v->state;
    if (g->grid.editing)
        snprintf(g->sample->done, sizeof g->sample->done, "kept: %s (%s)",
                 line_edit_text(&g->grid.line), why);
    grid_abandon(&g->grid);
}

/* No row of it has a conflict. */
static void
grid_context(const struct view *v, enum act action, struct act_context *ctx)
{
    (void)v;
    if (act_info(action)->flags & ACT_NOW)
        ctx->off = "there is no conflict here";
}

const struct view_ops sample_grid = {
    .id = VIEW_MAPPING,
    .open = grid_open,
    .keep = grid_keep,
    .close = grid_close,
    .title = grid_title,
    .draw = grid_view_draw,
    .action = grid_view_action,
    .typing = grid_typing,
    .key = grid_view_key,
    .paste = grid_paste,
    .context = grid_context,
};

/* --- the form ---------------------------------------------------------- */

struct form_state {
    struct sample *sample;
    struct form form;
    size_t release;
};

static enum err
form_open(struct view *v, const char *arg, struct error *e)
{
    struct form_state *f = mem_alloc(sizeof *f);
    void *p = NULL;
    (void)e;
    if (sscanf(arg, "%p", &p) == 1)
        f->sample = p;
    form_init(&f->form);
    size_t note = form_field(&f->form, "note", 200, "");
    size_t back = form_button(&f->form, "Back");
    f->release = form_button(&f->form, "Release v3.3");
    form_question(&f->form, note, back, f->release);
    v->state = f;
    return ERR_OK;
}

static void
form_close(struct view *v)
{
    struct form_state *f = v->state;
    form_clear(&f->form);
    free(f);
}

static void
form_view_draw(struct view *v, struct cells *c, struct rect r)
{
    struct form_state *f = v->state;
    cells_text(c, r.row, r.col, r.cols, STYLE_NORMAL,
               "goes live   at once, for EnterpriseCo only");
    r.row++;
    r.rows--;
    form_draw(&f->form, c, r, 12);
}

static unsigned
form_view_key(struct view *v, const struct key *key, struct error *e)
{
    struct form_state *f = v->state;
    int pressed;
    unsigned reaction = form_key(&f->form, key, &pressed, e);
    if (pressed == (int)f->release)
        app_confirmed(v->app, ACT_RELEASE_NOW);
    else if (pressed >= 0)
        reaction |= REACT_CLOSE;
    return reaction;
}

static unsigned
form_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    struct form_state *f = v->state;
    (void)e;
    if (invocation->action != ACT_RELEASE_NOW)
        return REACT_IGNORED;
    snprintf(f->sample->done, sizeof f->sample->done, "released: %s",
             form_text(&f->form, 0));
    return REACT_PAINT;
}

static bool
form_is_typing(const struct view *v)
{
    (void)v;
    return true; /* the buttons take keys as the field does */
}

static struct form *
form_asks(const struct view *v)
{
    return &((struct form_state *)v->state)->form;
}

static unsigned
form_view_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct form_state *f = v->state;
    form_paste(&f->form, text, n, e);
    return REACT_PAINT;
}

const struct view_ops sample_form = {
    .id = VIEW_RELEASE,
    .open = form_open,
    .close = form_close,
    .draw = form_view_draw,
    .action = form_action,
    .typing = form_is_typing,
    .asks = form_asks,
    .key = form_view_key,
    .paste = form_view_paste,
};
