/* Cells of a sheet. */
#include "workbook/cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "workbook/xml.h"

enum { ROW_NUMBER_MAX = 1 << 20, COLUMN_NUMBER_MAX = 16384, DIGITS_MAX = 15 };

struct cells_reading {
    struct cells *cells;
    const struct book *book;
    struct xml_reader xml;
    struct value *row; /* of the running row, NULL before its first cell */
    long row_number;
    long column; /* of the running cell, from 0 */
    size_t count, bytes;
    char type[16]; /* of the running cell */
    size_t style;
    bool formula, in_text;
    int phonetic;
    struct buf text;
};

static void
see(struct cells_seen *seen, const char *what)
{
    if (seen->count++ == 0)
        snprintf(seen->first, sizeof seen->first, "%s", what);
}

static void
see_cell(const struct cells_reading *r, struct cells_seen *seen)
{
    char name[24], letters[4] = "";
    long column = r->column + 1;
    for (int i = 0; column > 0 && i < 3; i++) {
        memmove(letters + 1, letters, 2);
        letters[0] = (char)('A' + (column - 1) % 26);
        column = (column - 1) / 26;
    }
    snprintf(name, sizeof name, "%s%ld", letters, r->row_number);
    see(seen, name);
}

static void
refuse_size(struct cells_reading *r, const char *what, long max)
{
    r->xml.failed = error_set(r->xml.e, ERR_TOO_BIG,
                              "the sheet has more than %ld %s", max, what);
}

/* --- where a cell is ----------------------------------------------------- */

/* The column of "AB12" from 0, or FALLBACK. */
static long
column_of(const char *reference, long fallback)
{
    long column = 0;
    const char *s = reference ? reference : "";
    for (; *s >= 'A' && *s <= 'Z' && column < COLUMN_NUMBER_MAX; s++)
        column = column * 26 + (*s - 'A' + 1);
    return column > 0 ? column - 1 : fallback;
}

static void
start_row(struct cells_reading *r, const char **attributes)
{
    const char *number = xml_attribute(attributes, "r");
    long next = number ? strtol(number, NULL, 10) : r->row_number + 1;
    char name[24];
    if (next <= r->row_number || next > ROW_NUMBER_MAX) {
        r->xml.failed = error_set(r->xml.e, ERR_INVALID,
                                  "the workbook is damaged: row %ld of the "
                                  "sheet comes after row %ld",
                                  next, r->row_number);
        return;
    }
    r->row_number = next;
    r->column = -1;
    snprintf(name, sizeof name, "%ld", next);
    if (xml_is_set(attributes, "hidden"))
        see(&r->cells->hidden, name);
}

static void
start_cell(struct cells_reading *r, const char **attributes)
{
    const char *type = xml_attribute(attributes, "t");
    const char *style = xml_attribute(attributes, "s");
    long column = column_of(xml_attribute(attributes, "r"), r->column + 1);
    if (column <= r->column)
        r->xml.failed = error_set(r->xml.e, ERR_INVALID,
                                  "the workbook is damaged: the cells of row "
                                  "%ld are not in their order",
                                  r->row_number);
    r->column = column;
    snprintf(r->type, sizeof r->type, "%s", type ? type : "n");
    r->style = style ? strtoul(style, NULL, 10) : 0;
    r->formula = false;
    buf_reset(&r->text);
}

static void
start(void *context, const char *name, const char **attributes)
{
    struct cells_reading *r = context;
    bool text = strcmp(name, "v") == 0 || strcmp(name, "t") == 0;
    r->phonetic += strcmp(name, "rPh") == 0;
    r->in_text = text && r->phonetic == 0;
    if (strcmp(name, "row") == 0)
        start_row(r, attributes);
    else if (strcmp(name, "c") == 0)
        start_cell(r, attributes);
    else if (strcmp(name, "f") == 0)
        r->formula = true;
    else if (strcmp(name, "mergeCell") == 0) {
        const char *area = xml_attribute(attributes, "ref");
        see(&r->cells->merged, area ? area : "");
    }
}

/* --- what it holds ------------------------------------------------------- */

/* True where the digits of TEXT are not what was typed: there are more than a
 * spreadsheet keeps, or it wrote them with an exponent. */
static bool
is_long(const char *text)
{
    size_t whole = strspn(text + (*text == '-'), "0123456789");
    return whole > DIGITS_MAX || (strpbrk(text, "eE") && strstr(text, "+"));
}

static void
add_number(struct cells_reading *r, struct buf *out)
{
    const struct book *b = r->book;
    const char *text = buf_str(&r->text);
    const struct book_style none = {SERIAL_NONE, false};
    struct book_style style =
        r->style < b->style_count ? b->styles[r->style] : none;
    if (style.kind != SERIAL_NONE) {
        if (serial_write(out, text, style.kind, b->from_1904))
            return;
        see_cell(r, &r->cells->not_dates);
    }
    if (is_long(text))
        see_cell(r, &r->cells->long_ones);
    if (style.padded)
        see_cell(r, &r->cells->padded);
    buf_adds(out, text);
}

static void
add_shared(struct cells_reading *r, struct buf *out)
{
    const struct book *b = r->book;
    char *end;
    unsigned long i = strtoul(buf_str(&r->text), &end, 10);
    if (r->text.len == 0 || *end || i >= b->text_count)
        r->xml.failed = error_set(r->xml.e, ERR_INVALID,
                                  "the workbook is damaged: a cell of row %ld "
                                  "has no text",
                                  r->row_number);
    else
        buf_adds(out, b->texts[i]);
}

/* The text of the running cell. */
static void
add_content(struct cells_reading *r, struct buf *out)
{
    const char *type = r->type;
    if (strcmp(type, "s") == 0) {
        add_shared(r, out);
    } else if (strcmp(type, "b") == 0) {
        buf_adds(out, strcmp(buf_str(&r->text), "1") == 0 ? "TRUE" : "FALSE");
    } else if (strcmp(type, "n") == 0) {
        add_number(r, out);
    } else if (strcmp(type, "e") == 0) {
        see_cell(r, &r->cells->errors);
        buf_add(out, buf_str(&r->text), r->text.len);
    } else {
        book_add_text(out, buf_str(&r->text), r->text.len);
    }
}

static void
put_cell(struct cells_reading *r, const struct buf *text)
{
    if (r->column >= CELLS_COLUMNS_MAX) {
        refuse_size(r, "columns", CELLS_COLUMNS_MAX);
        return;
    }
    if (!r->row) {
        r->row = value_array();
        value_append(r->row, value_int(r->row_number));
    }
    for (long i = (long)value_size(r->row) - 1; i < r->column; i++, r->count++)
        value_append(r->row, value_string(""));
    value_append(r->row, value_string_n(buf_str(text), text->len));
    r->bytes += text->len;
    if (++r->count > CELLS_MAX)
        refuse_size(r, "cells", CELLS_MAX);
    if (r->bytes > CELLS_BYTES_MAX)
        refuse_size(r, "bytes", CELLS_BYTES_MAX);
}

static void
end_cell(struct cells_reading *r)
{
    struct buf text;
    bool stored = r->text.len > 0;
    if (r->formula)
        see_cell(r, stored ? &r->cells->formulas : &r->cells->unstored);
    if (!stored)
        return;
    buf_init_any(&text);
    add_content(r, &text);
    if (r->xml.failed == ERR_OK && text.len > 0)
        put_cell(r, &text);
    buf_clear(&text);
}

static void
end_row(struct cells_reading *r)
{
    if (!r->row)
        return;
    if (value_size(r->cells->rows) >= CELLS_ROWS_MAX)
        refuse_size(r, "rows", CELLS_ROWS_MAX);
    value_append(r->cells->rows, r->row);
    r->row = NULL;
}

static void
end(void *context, const char *name)
{
    struct cells_reading *r = context;
    r->phonetic -= strcmp(name, "rPh") == 0;
    r->in_text = false;
    if (strcmp(name, "c") == 0)
        end_cell(r);
    else if (strcmp(name, "row") == 0)
        end_row(r);
}

static void
take_text(void *context, const char *s, size_t n)
{
    struct cells_reading *r = context;
    if (r->in_text && r->text.len + n > CELLS_BYTES_MAX)
        refuse_size(r, "bytes", CELLS_BYTES_MAX);
    else if (r->in_text)
        buf_add(&r->text, s, n);
}

enum err
cells_read(struct cells *out, const struct book *b, const char *part,
           struct error *e)
{
    struct cells_reading r = {.cells = out, .book = b};
    *out = (struct cells){.rows = value_array()};
    r.xml = (struct xml_reader){
        .start = start, .end = end, .text = take_text, .context = &r};
    buf_init_any(&r.text);
    enum err err = xml_read(&r.xml, b->package, part, e);
    buf_clear(&r.text);
    value_free(r.row);
    return err;
}

void
cells_clear(struct cells *c)
{
    value_free(c->rows);
    c->rows = NULL;
}
