/* An import before it happens: what would be added, changed, left. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/row/changes.h"
#include "mapping/sheet/sheet.h"
#include "ui/app/app.h"
#include "ui/draft/import_offer.h"
#include "ui/screen/asked.h"
#include "ui/screen/screens.h"
#include "value/value.h"

struct importing {
    struct import_offer *offer; /* of the grid beneath */
    struct table table;
};

static const struct {
    char sign;
    const char *word;
    enum style style;
} kinds[IMPORT_KINDS] = {
    [IMPORT_ADDED] = {'+', "added", STYLE_ADDED},
    [IMPORT_CHANGED] = {'~', "changed", STYLE_CHANGED},
    [IMPORT_SAME] = {'=', "the same", STYLE_FAINT},
    [IMPORT_LEFT] = {' ', "left", STYLE_FAINT},
    [IMPORT_REFUSED] = {'!', "refused", STYLE_BAD},
};

static enum style
cell_sign(void *ctx, const void *row, struct buf *out)
{
    const struct import_line *line = row;
    (void)ctx;
    buf_addc(out, kinds[line->kind].sign);
    buf_addc(out, line->odd & IMPORT_LOSSY     ? '%'
                  : line->odd & IMPORT_UNKNOWN ? '?'
                                               : ' ');
    buf_addc(out, line->changes ? '&' : ' ');
    return kinds[line->kind].style;
}

static enum style
cell_name(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct import_line *)row)->name);
    return STYLE_NORMAL;
}

/* SOURCE, and behind it what changes with it: each member as SIDE has it. */
static void
add_side(const struct import_line *line, const char *source, const char *side,
         struct buf *out)
{
    buf_adds(out, *source ? source : "blank");
    for (size_t i = 0; i < value_size(line->changes); i++) {
        const struct value *c = value_at(line->changes, i);
        buf_addf(out, ", %s %s", value_get_text(c, "member"),
                 value_get_text(c, side));
    }
}

static void
add_now(const struct import_line *line, struct buf *out)
{
    if (line->now)
        add_side(line, line->now, "now", out);
}

static void
add_wanted(const struct import_line *line, struct buf *out)
{
    if (line->wanted)
        add_side(line, line->wanted, "wanted", out);
    else
        buf_adds(out, "stays as it is");
}

static enum style
cell_now(void *ctx, const void *row, struct buf *out)
{
    const struct import_line *line = row;
    (void)ctx;
    add_now(line, out);
    return line->kind == IMPORT_CHANGED ? STYLE_REMOVED : STYLE_FAINT;
}

static enum style
cell_wanted(void *ctx, const void *row, struct buf *out)
{
    const struct import_line *line = row;
    (void)ctx;
    add_wanted(line, out);
    return line->wanted ? kinds[line->kind].style : STYLE_FAINT;
}

static const struct column columns[] = {
    {"", 3, 0, 0, false, false, cell_sign},
    {"row", 12, 3, 0, false, true, cell_name},
    {"now", 10, 3, 1, false, false, cell_now},
    {"sheet", 12, 4, 0, false, false, cell_wanted},
};

static void
list_lines(struct importing *s)
{
    struct row_source source = row_list_source(s->offer->lines);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "an empty sheet";
}

static enum err
import_open(struct view *v, const char *arg, struct error *e)
{
    struct view *below = app_top(v->app);
    struct import_offer *offer =
        !below                          ? NULL
        : below->ops == &mapping_screen ? mapping_offer(below)
        : below->ops == &table_screen   ? table_offer(below)
                                        : NULL;
    (void)arg;
    if (!offer || !offer->lines)
        return error_set(e, ERR_USAGE,
                         "import: paste cells into a mapping or a value "
                         "table");
    struct importing *s = mem_alloc(sizeof *s);
    s->offer = offer;
    list_lines(s);
    v->state = s;
    v->table = &s->table;
    return ERR_OK;
}

static void
import_close(struct view *v)
{
    struct importing *s = v->state;
    table_clear(&s->table);
    free(s);
}

static void
counts_text(const struct import_offer *o, struct buf *out)
{
    for (int i = 0; i < IMPORT_KINDS; i++) {
        if (i == IMPORT_REFUSED && o->counts[i] == 0)
            continue;
        buf_addf(out, "%s%zu %s", out->len ? ", " : "", o->counts[i],
                 kinds[i].word);
    }
    if (value_size(o->changes) > 0) {
        buf_adds(out, "; also changed (&): ");
        proposal_counts_words(o->changes, out);
    }
    if (o->unknown)
        buf_addf(out, "; %zu read%s a field that no sample has (?)", o->unknown,
                 o->unknown == 1 ? "s" : "");
    if (o->lossy)
        buf_addf(out, "; %%: %zu changed by a spreadsheet", o->lossy);
}

/* What is to be known of LINE and is no source: what else it changes, and what
 * is odd about it or why it is refused. */
static void
add_remarks(const struct import_line *line, const char *between,
            struct buf *out)
{
    row_changes_words(line->changes, out);
    const char *odd =
        line->problem ? line->problem
        : line->odd & IMPORT_UNKNOWN
            ? "no sample has a field that it reads (check its spelling)"
            : NULL;
    if (odd)
        buf_addf(out, "%s%s", out->len ? between : "", odd);
}

static void
draw_remarks(const struct import_line *line, struct cells *c, struct rect r)
{
    struct buf text;
    buf_init_any(&text);
    add_remarks(line, "; ", &text);
    if (text.len)
        cells_fit(c, r.row + r.rows - 1, r.col, r.cols,
                  line->kind == IMPORT_REFUSED ? STYLE_BAD : STYLE_WARNING,
                  buf_str(&text));
    buf_clear(&text);
}

static void
import_draw(struct view *v, struct cells *c, struct rect r)
{
    struct importing *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct import_line *line = row ? row->data : NULL;
    struct buf text;
    buf_init(&text, 400);
    bool old = import_offer_is_old(s->offer);
    if (old) /* the marks are of these rows, so these rows stay */
        buf_adds(&text, "Out of date, the draft has changed: Esc, then paste "
                        "or read the sheet again");
    else
        counts_text(s->offer, &text);
    cells_fit(c, r.row, r.col, r.cols, old ? STYLE_WARNING : STYLE_TITLE,
              buf_str(&text));
    buf_clear(&text);
    if (line)
        draw_remarks(line, c, r);
    table_draw(&s->table, c,
               (struct rect){r.row + 1, r.col, r.rows - 2, r.cols});
}

static void
import_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct importing *s = v->state;
    const struct marks *marks = &s->table.marks;
    if (action == ACT_APPLY && import_offer_changes(s->offer, marks) == 0)
        ctx->off = marks->count > 0 ? "the marked rows change nothing"
                                    : "the sheet changes nothing";
    if (action == ACT_FIRST_IS_HEADER && !s->offer->header)
        ctx->off = "the header of this sheet is known";
}

/* What is asked about: where rows are marked only these. */
static bool
import_question(struct view *v, const struct invocation *invocation,
                struct question *q)
{
    static const struct marks all = {0};
    const struct importing *s = v->state;
    const struct marks *marks = &s->table.marks;
    size_t n = import_offer_changes(s->offer, marks);
    size_t of = import_offer_changes(s->offer, &all);
    char number[48];
    struct buf text;
    if (invocation->action != ACT_APPLY)
        return false;
    asked_basis(q, draft_view_version(s->offer->draft));
    snprintf(number, sizeof number, marks->count > 0 ? "%zu of %zu" : "%zu", n,
             of);
    snprintf(q->text, sizeof q->text, "Import %s row%s into %.150s?", number,
             of == 1 ? "" : "s", s->offer->into);
    buf_init(&text, sizeof q->detail - 1);
    counts_text(s->offer, &text);
    snprintf(q->detail, sizeof q->detail, "%s%s",
             marks->count > 0 ? "Only the marked rows are imported. The sheet: "
             : s->table.filter.len > 0
                 ? "All rows of the sheet are imported, also those that the "
                   "filter hides. "
                 : "",
             buf_str(&text));
    snprintf(q->yes, sizeof q->yes, "Import");
    buf_clear(&text);
    return true;
}

/* Opens all that is known of LINE, which may be longer than the screen is
 * wide. */
static void
show_whole(struct view *v, const struct import_line *line)
{
    struct buf text, remarks;
    buf_init_any(&text);
    buf_init_any(&remarks);
    buf_addf(&text, "%s (%s)\n", line->name, kinds[line->kind].word);
    if (line->now) {
        buf_adds(&text, "\nnow\n");
        add_now(line, &text);
        buf_addc(&text, '\n');
    }
    buf_adds(&text, "\nsheet\n");
    add_wanted(line, &text);
    add_remarks(line, "\n", &remarks);
    if (remarks.len)
        buf_addf(&text, "\n\nnote\n%s", buf_str(&remarks));
    buf_addc(&text, '\n');
    app_show(v->app, "row", buf_str(&text));
    buf_clear(&remarks);
    buf_clear(&text);
}

static unsigned
import_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct importing *s = v->state;
    const struct row *row = table_selected(&s->table);
    if (invocation->action == ACT_OPEN && row) {
        show_whole(v, row->data);
        return REACT_PAINT;
    }
    if (invocation->action == ACT_FIRST_IS_HEADER) {
        table_clear(&s->table);
        s->offer->header(s->offer->ctx, e);
        list_lines(s);
        return REACT_PAINT;
    }
    if (invocation->action != ACT_APPLY)
        return REACT_IGNORED;
    const struct marks *marks = &s->table.marks;
    size_t n = import_offer_changes(s->offer, marks);
    if (import_offer_apply(s->offer, marks, e) != ERR_OK)
        return REACT_PAINT;
    app_say(v->app, MESSAGE_INFO, "%zu row%s imported, u undoes it", n,
            n == 1 ? "" : "s");
    return REACT_CLOSE;
}

/* The rows stay; the draft that they are for may have changed. */
static unsigned
import_refresh(struct view *v)
{
    return draft_view_refresh(((struct importing *)v->state)->offer->draft);
}

const struct view_ops import_screen = {
    .id = VIEW_IMPORT,
    .open = import_open,
    .close = import_close,
    .draw = import_draw,
    .action = import_action,
    .context = import_context,
    .question = import_question,
    .refresh = import_refresh,
};
