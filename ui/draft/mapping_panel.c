/* The marked row of the mapping grid, whole. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/conflicts.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/offers.h"

enum { LABEL = 10, TEXT_MOST = 4096 };

int
mapgrid_panel_rows(int rows)
{
    return rows >= 16 ? 7 : rows >= 11 ? 4 : rows >= 6 ? 2 : 0;
}

static const char *
source_text(const struct mapgrid *m, const struct mapgrid_line *line)
{
    if (m->grid.editing && mapgrid_column(m) == MAPGRID_SOURCE)
        return line_edit_text(&m->grid.line);
    return line->blank ? "blank: sends nothing" : line->row->source;
}

static int
draw_source(const struct mapgrid *m, const struct mapgrid_line *line,
            struct cells *c, struct rect r)
{
    bool faint = line->blank && !m->grid.editing;
    cells_text(c, r.row, r.col, LABEL, STYLE_FAINT, "source");
    return cells_wrapped(
        c, (struct rect){r.row, r.col + LABEL, r.rows, r.cols - LABEL},
        faint ? STYLE_FAINT : STYLE_NORMAL, source_text(m, line));
}

/* Default, required, note on one line; the one that is being edited alone. */
static void
draw_extras(struct mapgrid *m, const struct mapgrid_line *line, struct cells *c,
            int row, int col, int cols)
{
    const struct mapping_row *r = line->row;
    struct buf text;
    if (m->extra != EXTRA_NONE) {
        cells_text(c, row, col, LABEL, STYLE_KEY,
                   m->extra == EXTRA_NOTE ? "note" : "default");
        cells_fill(c, (struct rect){row, col + LABEL, 1, cols - LABEL},
                   STYLE_INPUT);
        line_edit_draw(&m->extra_line, c, row, col + LABEL, cols - LABEL,
                       STYLE_INPUT);
        return;
    }
    buf_init(&text, TEXT_MOST);
    if (r->fallback)
        value_write(&text, r->fallback);
    const char *none = glyph_text(GLYPH_DOT, c->ascii);
    int at = col;
    cells_text(c, row, at, LABEL, STYLE_FAINT, "default");
    at += LABEL;
    at += cells_fit(c, row, at, cols / 4, STYLE_NORMAL,
                    text.len ? buf_str(&text) : none);
    at += 3 + cells_text(c, row, at + 3, 9, STYLE_FAINT, "required ");
    at += cells_text(c, row, at, 3, STYLE_NORMAL, r->required ? "yes" : "no");
    at += 3 + cells_text(c, row, at + 3, 5, STYLE_FAINT, "note ");
    cells_fit(c, row, at, col + cols - at, STYLE_NORMAL,
              r->note ? r->note : none);
    buf_clear(&text);
}

/* What the function at the cursor does, or the first one of the source. */
static void
function_help(const struct mapgrid *m, const struct mapgrid_line *line,
              struct buf *out)
{
    bool editing = m->grid.editing && mapgrid_column(m) == MAPGRID_SOURCE;
    const char *source = source_text(m, line);
    size_t cursor = editing ? m->grid.line.cursor : strlen(source);
    if (editing || !line->blank)
        offers_function_help(source, cursor, out);
    if (!out->len) {
        size_t head = strcspn(source, "(");
        offers_function_help(source, source[head] ? head : 0, out);
    }
}

/* What the cell that is open can hold. */
static void
draw_choices(const struct mapgrid *m, struct cells *c, struct rect r,
             const char *help)
{
    int at = 0;
    if (m->offers.len > 0) {
        at = cells_text(c, r.row, r.col, LABEL, STYLE_FAINT, "Tab");
        cells_fit(c, r.row, r.col + (at ? LABEL : 0), r.cols - LABEL,
                  STYLE_NORMAL, buf_str(&m->offers));
        r.row++;
        r.rows--;
    }
    if (at && r.rows > 0)
        cells_fit(c, r.row, r.col, r.cols, STYLE_FAINT, help);
    else if (r.rows > 0)
        cells_wrapped(c, r, STYLE_FAINT, help);
}

/* What the row says beside its source, spelled out, and then HELP. */
static void
draw_members(const struct mapgrid_line *line, struct cells *c, struct rect r,
             const char *help)
{
    struct buf text;
    buf_init(&text, TEXT_MOST);
    mapgrid_members_text(line->row, &text);
    if (text.len > 0 && r.rows > 0) {
        int used = cells_wrapped(c, r, STYLE_NORMAL, buf_str(&text));
        r.row += used;
        r.rows -= used;
    }
    if (r.rows > 0)
        cells_wrapped(c, r, STYLE_FAINT, help);
    buf_clear(&text);
}

/* What is to be decided of the row, in the place of its problem; false where
 * nothing is. */
static bool
draw_conflict(const struct mapgrid *m, const struct mapgrid_line *line,
              struct cells *c, struct rect r)
{
    struct buf text;
    size_t i = conflicts_of_row(&m->draft, m->block, line->row->target);
    if (i == SIZE_MAX)
        return false;
    buf_init_any(&text);
    conflicts_line(draft_view_document(&m->draft), i, r.cols * r.rows - LABEL,
                   c->ascii, &text);
    cells_wrapped(c, r, STYLE_BAD, buf_str(&text));
    buf_clear(&text);
    return true;
}

/* What is typed can be, or the row's problem, or what the sample shows of it,
 * or what else the row says and its function does. */
static void
draw_help(const struct mapgrid *m, const struct mapgrid_line *line,
          struct cells *c, struct rect r)
{
    size_t column = mapgrid_column(m);
    struct buf help;
    buf_init(&help, TEXT_MOST);
    if (m->grid.editing && column >= MAPGRID_MEMBERS)
        buf_adds(&help,
                 row_member((enum row_member)(column - MAPGRID_MEMBERS))->help);
    else
        function_help(m, line, &help);
    const char *problem = line->problem ? line->problem : line->warning;
    if (m->grid.editing)
        draw_choices(m, c, r, buf_str(&help));
    else if (problem && draw_conflict(m, line, c, r))
        ;
    else if (problem)
        cells_wrapped(c, r, line->problem ? STYLE_BAD : STYLE_WARNING, problem);
    else
        draw_members(line, c, r, buf_str(&help));
    buf_clear(&help);
}

static void
draw_gives(const struct mapgrid *m, const struct mapgrid_line *line,
           struct cells *c, int row, int col, int cols)
{
    bool failed;
    const char *gives = mapgrid_gives_now(m, line, &failed);
    cells_text(c, row, col, LABEL, STYLE_FAINT, "gives");
    cells_fit(c, row, col + LABEL, cols - LABEL,
              failed ? STYLE_BAD : STYLE_NORMAL,
              gives ? gives : glyph_text(GLYPH_ELLIPSIS, c->ascii));
}

/* "48 samples: 46 ok, 2 #N/A …: SO-10031, SO-10044". */
static void
samples_text(const struct mapgrid *m, const struct mapgrid_line *line,
             struct buf *out)
{
    const struct mapgrid_tally *t = &m->tallies[line->index];
    /* a row that cannot be compiled is tried out as a blank one */
    bool wrong =
        line->problem && !line->blank && t->blank == m->previewing.count;
    buf_addf(out, "%zu sample%s: %zu ok", m->previewing.count,
             m->previewing.count == 1 ? "" : "s", t->good);
    if (t->blank)
        buf_addf(out, ", %zu %s", t->blank, wrong ? "error" : "blank");
    if (wrong && t->blank > 1)
        buf_adds(out, "s");
    if (t->unknown)
        buf_addf(out, ", %zu known after a run", t->unknown);
    if (t->errors)
        buf_addf(out, ", %zu %.*s: %s", t->errors, (int)strcspn(t->error, ":"),
                 t->error, buf_str(&t->failing));
    if (m->previewing.live)
        buf_addf(out, "; %zu differ from live %s", m->differs,
                 m->previewing.live_label);
}

static void
draw_samples(const struct mapgrid *m, const struct mapgrid_line *line,
             struct cells *c, int row, int col, int cols)
{
    struct buf text;
    buf_init(&text, TEXT_MOST);
    if (mapgrid_typed_source(m, line) && m->previewing.count > 0)
        buf_addf(&text, "%zu sample%s: counted after you save",
                 m->previewing.count, m->previewing.count == 1 ? "" : "s");
    else if (m->counting)
        buf_addf(&text, "%zu sample%s: counting", m->previewing.count,
                 m->previewing.count == 1 ? "" : "s");
    else if (m->previewing.count == 0)
        buf_adds(&text, "No sample yet (tailor sample add keeps one)");
    else if (line->index < m->rows.count)
        samples_text(m, line, &text);
    cells_fit(c, row, col, cols, STYLE_FAINT, buf_str(&text));
    buf_clear(&text);
}

void
mapgrid_draw_panel(struct mapgrid *m, struct cells *c, struct rect r)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    int end = r.row + r.rows;
    draft_view_draw_rule(&m->draft, c, r);
    if (!line || r.rows < 2)
        return;
    struct rect at = {r.row + 1, r.col, r.rows >= 7 ? 2 : 1, r.cols};
    if (m->extra != EXTRA_NONE && r.rows == 2) {
        draw_extras(m, line, c, at.row, r.col, r.cols);
        return;
    }
    at.row += draw_source(m, line, c, at);
    if (r.rows >= 7)
        draw_gives(m, line, c, at.row++, r.col, r.cols);
    if (r.rows >= 4)
        draw_extras(m, line, c, at.row++, r.col, r.cols);
    int last = r.rows >= 7 ? end - 1 : end;
    draw_help(m, line, c, (struct rect){at.row, r.col, last - at.row, r.cols});
    if (r.rows >= 7)
        draw_samples(m, line, c, end - 1, r.col, r.cols);
}

/* True where sample I is the trigger's own: none is kept, or may be seen. */
static bool
is_triggers(const struct previewing *p, size_t i)
{
    return !previewing_kept(p, i) && !previewing_run_id(p, i);
}

/* What the signs before the targets mean, where there is room for all of it. */
static void
add_legend(const struct mapgrid *m, bool ascii, int cols, struct buf *out)
{
    char *legend = mem_printf(" %s b as %s, o own",
                              glyph_text(GLYPH_DOT, ascii),
                              m->base_label ? m->base_label : "base");
    if (width_text(out->data, out->len, ascii) +
            width_text(legend, strlen(legend), ascii) <=
        cols)
        buf_adds(out, legend);
    free(legend);
}

void
mapgrid_draw_status(const struct mapgrid *m, struct cells *c, struct rect r)
{
    struct buf text;
    const char *dot = glyph_text(GLYPH_DOT, c->ascii);
    buf_init(&text, 1024);
    if (m->previewing.count == 0)
        buf_adds(&text, "No sample");
    else
        buf_addf(&text, "Sample %zu of %zu: %s", m->sample + 1,
                 m->previewing.count,
                 is_triggers(&m->previewing, m->sample)
                     ? "from the trigger"
                     : m->previewing.samples[m->sample].label);
    buf_addf(&text, " %s %zu blank %s %zu error%s", dot, m->blanks, dot,
             m->errors, m->errors == 1 ? "" : "s");
    add_legend(m, c->ascii, r.cols, &text);
    cells_fit(c, r.row, r.col, r.cols, STYLE_FAINT, buf_str(&text));
    buf_clear(&text);
}
