/* The conflicts of a draft as rows: what the old base, the own version and the
 * new base have; one key chooses. */
#include "ui/draft/conflicts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/screen/conflict_values.h"
#include "ui/widget/row_list.h"
#include "workflow/carry/resolve.h"
#include "workflow/document/conflicts.h"

enum {
    PANEL = 8,       /* rows of the values of the marked conflict */
    ROWS_LEAST = 4,  /* of the list above them */
    CELL_LEAST = 12, /* columns of a value on a narrow screen */
    LEAD = 4         /* bytes before the difference that are shown */
};

/* --- choosing ------------------------------------------------------------- */

size_t
conflicts_of_row(const struct draft_view *d, const char *block,
                 const char *target)
{
    const struct document *now = draft_view_document(d);
    for (size_t i = 0; i < document_conflicts(now); i++) {
        struct conflict c;
        document_conflict(now, i, &c);
        if ((c.subject == CONFLICT_ROW || c.subject == CONFLICT_ROW_PLACE) &&
            text_equal(c.block, block) && text_equal(c.field, target))
            return i;
    }
    return SIZE_MAX;
}

bool
conflicts_is_choice(enum act action)
{
    return action == ACT_USE_OWN || action == ACT_USE_BASE ||
           action == ACT_KEEP_NOW;
}

/* The place of the conflict I of D, a new string. */
static char *
place_of(const struct document *d, size_t i)
{
    struct conflict c;
    document_conflict(d, i, &c);
    const struct block *b = c.block ? document_block(d, c.block) : NULL;
    return conflict_place(&c, b ? b->name : NULL);
}

enum err
conflicts_choose(struct draft_view *d, size_t i, enum act action,
                 struct error *e)
{
    enum conflict_choice choice = action == ACT_USE_OWN    ? CHOOSE_OURS
                                  : action == ACT_USE_BASE ? CHOOSE_THEIRS
                                                           : CHOOSE_NOW;
    const struct document *now = draft_view_document(d);
    struct value *patch = NULL;
    if (i >= document_conflicts(now))
        return error_set(e, ERR_NOT_FOUND, "there is no conflict here");
    char *place = place_of(now, i);
    char *as = conflicts_now(now, i);
    enum err err = conflict_resolve(&patch, now, i, choice, e);
    err = draft_view_apply(d, err, patch, e);
    size_t left = document_conflicts(draft_view_document(d));
    if (err == ERR_OK)
        app_say(d->view->app, MESSAGE_INFO,
                "%.200s: %s%.100s, %zu conflict%s left (u undoes it)", place,
                choice == CHOOSE_OURS     ? "own version taken"
                : choice == CHOOSE_THEIRS ? "new base taken"
                : as                      ? "kept "
                                          : "kept as it is",
                choice == CHOOSE_NOW && as ? as : "", left,
                left == 1 ? "" : "s");
    free(as);
    free(place);
    return err;
}

void
conflicts_context(const struct draft_view *d, size_t i, enum act action,
                  struct act_context *ctx)
{
    struct conflict c;
    if (ctx->off || !conflicts_is_choice(action))
        return;
    if (i >= document_conflicts(draft_view_document(d))) {
        ctx->off = "there is no conflict here";
        return;
    }
    document_conflict(draft_view_document(d), i, &c);
    if (c.state == CONFLICT_GONE && action == ACT_USE_OWN)
        ctx->off = "the new base no longer has it";
}

void
conflicts_tell(const struct draft_view *d)
{
    size_t n = document_conflicts(draft_view_document(d));
    if (n > 0)
        app_say(d->view->app, MESSAGE_INFO,
                "%zu conflict%s with the new base to resolve (m lists them)", n,
                n == 1 ? "" : "s");
}

/* --- rows ----------------------------------------------------------------- */

struct conflicts {
    struct draft_view draft;
    struct row_list *rows;
    struct table table;
    bool whole; /* the values of the marked one have the screen */
};

struct line {
    size_t index;
    bool gone;
    char *place, *base, *ours, *theirs;
    char *now;    /* NULL: not known */
    size_t shown; /* of the values: they are alike before it */
};

static void
line_free(void *data)
{
    struct line *line = data;
    free(line->place);
    free(line->base);
    free(line->ours);
    free(line->theirs);
    free(line->now);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct line *line = data;
    buf_addf(out, "%s %s %s %s", line->place, line->base, line->ours,
             line->theirs);
}

static const struct row_list_ops ops = {line_free, line_text, NULL};

/* True for a byte inside a character. */
static bool
is_inside(const char *at)
{
    return ((unsigned char)*at & 0xc0) == 0x80;
}

/* Where two long values differ: a few characters before that, so that both are
 * read at one glance however much they have in common; 0 where their beginnings
 * show it. */
static size_t
difference(const char *ours, const char *theirs)
{
    size_t same = 0;
    if (strlen(ours) <= CELL_LEAST && strlen(theirs) <= CELL_LEAST)
        return 0;
    while (ours[same] && ours[same] == theirs[same])
        same++;
    if (same <= CELL_LEAST / 2)
        return 0;
    for (same -= LEAD; same > 0 && is_inside(ours + same); same--)
        ;
    return same;
}

/* Appends TEXT from where the values of LINE differ. */
static void
add_from_difference(const struct line *line, const char *text, struct buf *out)
{
    bool alike = strncmp(text, line->ours, line->shown) == 0;
    buf_addf(out, "%s%s", line->shown > 0 && alike ? "…" : "",
             text + (alike ? line->shown : 0));
}

static void
show(void *editor)
{
    struct conflicts *s = editor;
    const struct document *d = draft_view_document(&s->draft);
    row_list_empty(s->rows);
    for (size_t i = 0; i < document_conflicts(d); i++) {
        struct conflict c;
        struct line *line = mem_alloc(sizeof *line);
        document_conflict(d, i, &c);
        *line = (struct line){.index = i,
                              .gone = c.state == CONFLICT_GONE,
                              .place = place_of(d, i),
                              .base = conflict_show(&c, c.base),
                              .ours = conflict_show(&c, c.ours),
                              .theirs = conflict_show(&c, c.theirs),
                              .now = conflicts_now(d, i)};
        line->shown = line->gone ? 0 : difference(line->ours, line->theirs);
        char *key = mem_printf("%s %s %s %s", conflict_subject_word(c.subject),
                               c.block ? c.block : "", c.table ? c.table : "",
                               c.field ? c.field : "");
        row_list_add(s->rows, key, line);
        free(key);
    }
    table_reload(&s->table);
}

static const struct draft_part part = {.show = show};

static enum style
cell_place(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct line *)row)->place);
    return STYLE_NORMAL;
}

static enum style
cell_base(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    add_from_difference(row, ((const struct line *)row)->base, out);
    return STYLE_FAINT;
}

static enum style
cell_ours(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    add_from_difference(row, ((const struct line *)row)->ours, out);
    return STYLE_CHANGED;
}

static enum style
cell_theirs(void *ctx, const void *row, struct buf *out)
{
    const struct line *line = row;
    (void)ctx;
    if (line->gone)
        buf_adds(out, "no longer there");
    else
        add_from_difference(line, line->theirs, out);
    return line->gone ? STYLE_BAD : STYLE_NORMAL;
}

static const struct column columns[] = {
    {"conflict", 20, 2, 0, false, true, cell_place},
    {"old base", 10, 1, 1, false, false, cell_base},
    {"own version", 12, 2, 0, false, false, cell_ours},
    {"new base", 12, 2, 0, false, false, cell_theirs},
};

static const struct line *
marked(const struct conflicts *s)
{
    const struct row *row = table_selected(&s->table);
    return row ? row->data : NULL;
}

/* --- the screen ----------------------------------------------------------- */

static void
conflicts_close(struct view *v)
{
    struct conflicts *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    draft_view_clear(&s->draft);
    free(s);
}

static enum err
conflicts_open(struct view *v, const char *arg, struct error *e)
{
    struct conflicts *s = mem_alloc(sizeof *s);
    s->rows = row_list_new(&ops);
    struct row_source source = row_list_source(s->rows);
    draft_view_init(&s->draft, v, &part, s);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "no conflict";
    v->state = s;
    v->table = &s->table;
    enum err err = draft_view_read(&s->draft, arg, e);
    if (err == ERR_OK)
        show(s);
    else
        conflicts_close(v);
    return err;
}

static void
conflicts_draw(struct view *v, struct cells *c, struct rect r)
{
    struct conflicts *s = v->state;
    const struct line *line = marked(s);
    int most = r.rows - ROWS_LEAST,
        panel = s->whole || most < PANEL ? most : PANEL;
    if (!line || panel < 2)
        panel = 1;
    int list = r.rows - panel;
    table_draw(&s->table, c, (struct rect){r.row, r.col, list, r.cols});
    draft_view_draw_rule(&s->draft, c,
                         (struct rect){r.row + list, r.col, 1, r.cols});
    if (line)
        conflict_values_draw(
            &(struct conflict_values){.base = line->base,
                                      .ours = line->ours,
                                      .theirs = line->gone ? "no longer there"
                                                           : line->theirs,
                                      .now = line->now},
            c, (struct rect){r.row + list + 1, r.col, panel - 1, r.cols});
}

static unsigned
conflicts_action(struct view *v, const struct invocation *invocation,
                 struct error *e)
{
    struct conflicts *s = v->state;
    const struct line *line = marked(s);
    unsigned reaction = draft_view_action(&s->draft, invocation, e);
    if (!(reaction & REACT_IGNORED))
        return reaction;
    if (invocation->action == ACT_OPEN && line)
        s->whole = !s->whole;
    else if (conflicts_is_choice((enum act)invocation->action) && line)
        conflicts_choose(&s->draft, line->index, (enum act)invocation->action,
                         e);
    else
        return REACT_IGNORED;
    return REACT_PAINT;
}

static void
conflicts_view_context(const struct view *v, enum act action,
                       struct act_context *ctx)
{
    const struct conflicts *s = v->state;
    const struct line *line = marked(s);
    draft_view_context(&s->draft, action, ctx);
    conflicts_context(&s->draft, line ? line->index : SIZE_MAX, action, ctx);
}

static bool
conflicts_question(struct view *v, const struct invocation *invocation,
                   struct question *q)
{
    return draft_view_question(&((const struct conflicts *)v->state)->draft,
                               invocation, q);
}

static unsigned
conflicts_refresh(struct view *v)
{
    return draft_view_refresh(&((struct conflicts *)v->state)->draft);
}

const struct view_ops conflicts_screen = {
    .id = VIEW_CONFLICTS,
    .open = conflicts_open,
    .close = conflicts_close,
    .draw = conflicts_draw,
    .action = conflicts_action,
    .context = conflicts_view_context,
    .question = conflicts_question,
    .refresh = conflicts_refresh,
};
