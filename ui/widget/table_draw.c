/* How a table looks: chip line, header, rows. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ui/widget/table.h"
#include "ui/widget/table_private.h"

#define SIGNS 2 /* columns of the screen before the first cell */
#define GAP 2   /* between cells */

void
table_number(struct buf *out, long long n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", n);
    for (int i = 0; i < len; i++) {
        buf_addc(out, digits[i]);
        int left = len - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            buf_addc(out, ',');
    }
}

/* The shown column to leave out next: the highest drop, the last of them. */
static int
next_to_drop(const struct table *t)
{
    int best = -1;
    for (size_t i = 0; i < t->shown_count; i++) {
        int drop = t->columns[t->shown[i]].drop;
        if (t->width[i] > 0 && drop > 0 &&
            (best < 0 || drop >= t->columns[t->shown[best]].drop))
            best = (int)i;
    }
    return best;
}

static int
needed(const struct table *t, int *grow)
{
    int sum = SIGNS - GAP;
    *grow = 0;
    for (size_t i = 0; i < t->shown_count; i++) {
        if (t->width[i] == 0)
            continue;
        sum += t->width[i] + GAP;
        *grow += t->columns[t->shown[i]].grow;
    }
    return sum;
}

/* How wide the header of column I is. */
static int
header_width(const struct table *t, size_t i, bool ascii)
{
    const char *name = t->columns[i].name;
    bool sorted = t->source.sort && i == t->sort_column;
    return width_text(name, strlen(name), ascii) + sorted;
}

/* Notes the widest text of each column; it only grows, so that columns stay
 * where they are while one goes about. */
static void
measure(struct table *t, bool ascii)
{
    struct buf text;
    buf_init(&text, 65536);
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *column = &t->columns[i];
        for (size_t r = 0; r < t->row_count && !(t->fixed && column->grow > 0);
             r++) {
            buf_reset(&text);
            column->cell(t->source.ctx, t->rows[r].data, &text);
            int width = width_text(buf_str(&text), text.len, ascii);
            t->seen[i] = width > t->seen[i] ? width : t->seen[i];
        }
    }
    buf_clear(&text);
}

/* The columns of the screen that column I asks for. */
static int
wanted_width(const struct table *t, size_t i, bool ascii)
{
    const struct column *column = &t->columns[i];
    int header = header_width(t, i, ascii);
    int wanted = t->seen[i] > header ? t->seen[i] : header;
    bool whole = column->grow > 0 || t->fixed || wanted > column->min;
    return whole ? column->min : wanted;
}

/* How many columns of the screen the column I still needs for all it shows. In
 * a grid, where one types, as many as it can get. */
static int
lacking(const struct table *t, size_t i)
{
    const struct column *column = &t->columns[t->shown[i]];
    int seen = t->seen[t->shown[i]];
    if (t->width[i] == 0 || column->grow == 0)
        return 0;
    return t->fixed ? INT_MAX : seen > t->width[i] ? seen - t->width[i] : 0;
}

/* The name of the row gets what it needs of *LEFT, up to half of it where
 * others need the rest. */
static void
share_to_name(struct table *t, int *left)
{
    long others = 0;
    size_t name = t->shown_count;
    for (size_t i = 0; i < t->shown_count && !t->fixed; i++) {
        if (name == t->shown_count && t->columns[t->shown[i]].bold)
            name = i;
        else
            others += lacking(t, i);
    }
    if (name == t->shown_count || *left <= 0)
        return;
    int most = *left - others > *left / 2 ? (int)(*left - others) : *left / 2;
    int share = lacking(t, name) < most ? lacking(t, name) : most;
    t->width[name] += share;
    *left -= share;
}

/* What is left when all have what they need: a name that is a little longer
 * then shifts no column. */
static void
round_up(struct table *t, int left)
{
    enum { STEP = 8 };
    for (size_t i = 0; i < t->shown_count; i++) {
        bool grows = t->columns[t->shown[i]].grow > 0 && t->width[i] > 0;
        int more = grows ? (STEP - t->width[i] % STEP) % STEP : 0;
        more = more < left ? more : left;
        t->width[i] += more;
        left -= more;
    }
}

/* Shares LEFT among the columns that grow, to none more than it needs. */
static void
share_out(struct table *t, int left)
{
    share_to_name(t, &left);
    for (int given = 1; given > 0 && left > 0;) {
        int grow = 0, now = left;
        given = 0;
        for (size_t i = 0; i < t->shown_count; i++)
            grow += lacking(t, i) > 0 ? t->columns[t->shown[i]].grow : 0;
        for (size_t i = 0; i < t->shown_count && grow > 0; i++) {
            int need = lacking(t, i);
            if (need == 0)
                continue;
            int own = t->columns[t->shown[i]].grow;
            int share = now * own / grow;
            share = share < need ? share : need;
            t->width[i] += share;
            now -= share;
            grow -= own;
            given += share;
        }
        left -= given;
    }
    round_up(t, left > 0 ? left : 0);
}

/* Gives every column its place: first what it needs, dropping those that may
 * go, then the rest by need and share. */
static void
lay_out(struct table *t, int cols, bool ascii)
{
    int grow, drop;
    for (size_t i = 0; i < t->shown_count; i++)
        t->width[i] = wanted_width(t, t->shown[i], ascii);
    while (needed(t, &grow) > cols && (drop = next_to_drop(t)) >= 0)
        t->width[drop] = 0;
    share_out(t, cols - needed(t, &grow));
    int at = SIGNS;
    for (size_t i = 0; i < t->shown_count; i++) {
        if (at + t->width[i] > cols)
            t->width[i] = cols > at ? cols - at : 0;
        t->at[i] = at;
        if (t->width[i] > 0)
            at += t->width[i] + GAP;
    }
}

static void
position_text(const struct table *t, struct buf *out)
{
    long long count = t->problem.len    ? 0
                      : t->source.count ? t->source.count(t->source.ctx)
                                        : -1;
    long long total = t->source.total ? t->source.total(t->source.ctx) : -1;
    if (t->marks.count > 0) {
        table_number(out, (long long)t->marks.count);
        buf_adds(out, " marked, ");
    }
    bool known = t->problem.len > 0 || t->source.count;
    if (t->row_count > 0 && t->first_index >= 0) {
        table_number(out, t->first_index + (long long)t->selected + 1);
        buf_adds(out, known ? "/" : "");
    }
    if (known && count < 0)
        buf_adds(out, "counting");
    else if (known)
        table_number(out, count);
    if (total >= 0 && t->filter.len > 0) {
        buf_adds(out, " of ");
        table_number(out, total);
    }
}

static void
draw_chip(const struct table *t, struct cells *c, struct rect r)
{
    struct buf text;
    buf_init(&text, 256);
    position_text(t, &text);
    if (t->as_of)
        buf_addf(&text, " %s as of %s", glyph_text(GLYPH_DOT, c->ascii),
                 t->as_of);
    int columns = width_text(text.data ? text.data : "", text.len, c->ascii);
    cells_right(c, r.row, r.col, r.cols, STYLE_FAINT, buf_str(&text));
    buf_clear(&text);
    if (t->filter.len == 0)
        return;
    int used = cells_text(c, r.row, r.col, r.cols, STYLE_MATCH, "/");
    cells_fit(c, r.row, r.col + used, r.cols - columns - used - 1, STYLE_MATCH,
              buf_str(&t->filter));
}

static void
draw_header(const struct table *t, struct cells *c, struct rect r)
{
    for (size_t i = 0; i < t->shown_count; i++) {
        const struct column *column = &t->columns[t->shown[i]];
        int width = t->width[i], col = r.col + t->at[i];
        if (width == 0)
            continue;
        bool sorted = t->source.sort && t->shown[i] == t->sort_column;
        int name = width_text(column->name, strlen(column->name), c->ascii);
        if (column->right && name + sorted < width)
            col += width - name - sorted;
        int used = cells_fit(c, r.row, col, width - sorted, STYLE_HEADER,
                             column->name);
        if (sorted)
            cells_glyph(c, r.row, col + used, STYLE_HEADER,
                        t->sort_down ? GLYPH_SORT_DOWN : GLYPH_SORT_UP);
    }
}

/* Writes the cell of ROW in the column I; returns the columns of its text. */
static int
draw_cell(const struct table *t, struct cells *c, struct rect at, size_t i,
          const struct row *row, bool selected)
{
    const struct column *column = &t->columns[t->shown[i]];
    struct buf text;
    buf_init(&text, 65536);
    enum style style = column->cell(t->source.ctx, row->data, &text);
    if (selected && column->bold)
        style = STYLE_ROW_NAME;
    else if (selected && style == STYLE_NORMAL)
        style = STYLE_ROW;
    int used =
        column->right
            ? cells_right(c, at.row, at.col, at.cols, style, buf_str(&text))
        : column->bold
            ? cells_middle(c, at.row, at.col, at.cols, style, buf_str(&text))
            : cells_fit(c, at.row, at.col, at.cols, style, buf_str(&text));
    buf_clear(&text);
    return used;
}

/* The column with the name of a row: the first that is set off, else the
 * first. */
static size_t
name_column(const struct table *t)
{
    for (size_t i = 0; i < t->shown_count; i++) {
        if (t->columns[t->shown[i]].bold && t->width[i] > 0)
            return i;
    }
    return 0;
}

/* The marked row is set off by a bar over its name; a grid shows its cell so,
 * and the row by a bold name. */
static void
draw_row(const struct table *t, struct cells *c, struct rect r, size_t line)
{
    const struct row *row = &t->rows[line];
    bool selected = line == t->selected;
    size_t name = t->fixed ? t->shown_count : name_column(t);
    if (selected)
        cells_glyph(c, r.row, r.col, STYLE_ROW_NAME, GLYPH_MARK_ROW);
    if (marks_has(&t->marks, row->key))
        cells_glyph(c, r.row, r.col + 1, STYLE_ROW_NAME, GLYPH_MARKED);
    for (size_t i = 0; i < t->shown_count; i++) {
        struct rect at = {r.row, r.col + t->at[i], 1, t->width[i]};
        int used = at.cols > 0 ? draw_cell(t, c, at, i, row, selected) : 0;
        if (selected && i == name) {
            at.cols = used;
            cells_style(c, at, STYLE_BAR);
        }
    }
}

/* Why there are no rows. */
static void
draw_empty(const struct table *t, struct cells *c)
{
    struct rect r = {t->place.row, t->place.col + SIGNS, t->place.rows,
                     t->place.cols - SIGNS};
    if (t->problem.len > 0)
        cells_wrapped(c, r, STYLE_BAD, buf_str(&t->problem));
    else
        cells_wrapped(c, r, STYLE_FAINT,
                      t->filter.len > 0
                          ? "no row matches the filter (Esc clears it)"
                          : t->empty);
}

void
table_draw(struct table *t, struct cells *c, struct rect r)
{
    bool chip = !t->bare && r.rows > 3;
    bool header = !t->bare && r.rows > 2;
    int above = chip + header;
    int rows = r.rows > above ? r.rows - above : 0;
    t->place = (struct rect){r.row + above, r.col, rows, r.cols};
    window_fit(t, (size_t)rows);
    measure(t, c->ascii);
    lay_out(t, r.cols, c->ascii);
    if (chip)
        draw_chip(t, c, (struct rect){r.row, r.col, 1, r.cols});
    if (header)
        draw_header(t, c, (struct rect){r.row + chip, r.col, 1, r.cols});
    if (t->row_count == 0 && rows > 0)
        draw_empty(t, c);
    for (size_t i = 0; i < t->row_count && (int)i < rows; i++)
        draw_row(t, c, (struct rect){t->place.row + (int)i, r.col, 1, r.cols},
                 i);
    cells_cursor(c, t->place.row + (int)t->selected, r.col);
}

struct rect
table_cell(const struct table *t, size_t i)
{
    if (i >= t->shown_count || t->selected >= t->row_count)
        return (struct rect){0};
    return (struct rect){t->place.row + (int)t->selected,
                         t->place.col + t->at[i], 1, t->width[i]};
}

void
table_row_text(const struct table *t, struct buf *out)
{
    const struct row *row = table_selected(t);
    for (size_t i = 0; row && i < t->shown_count; i++) {
        if (i > 0)
            buf_addc(out, '\t');
        t->columns[t->shown[i]].cell(t->source.ctx, row->data, out);
    }
}
