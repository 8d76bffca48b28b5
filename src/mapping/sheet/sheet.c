/* Sheets: mapping rows out as CSV. */
#include "mapping/sheet/sheet.h"

#include <string.h>
#include <strings.h>

#include "mapping/sheet/columns_private.h"
#include "mapping/sheet/csv.h"

/* Not read again: what a row gives is no part of it. */
#define GIVES_HEADER "gives"

static void
write_cell(struct buf *out, const char *text, size_t n, char separator)
{
    struct buf cell;
    buf_init_any(&cell);
    csv_mark_text(&cell, text, n);
    csv_write_cell(out, buf_str(&cell), cell.len, separator);
    buf_clear(&cell);
}

/* What ROW has in COLUMN, a text that JSON, to be cleared, may hold. */
static const char *
column_text(const struct mapping_row *row, enum sheet_column column,
            struct buf *json)
{
    const char *text = "";
    buf_init_any(json);
    switch (column) {
    case COLUMN_TARGET:
        text = row->target;
        break;
    case COLUMN_SOURCE:
        text = row->source;
        break;
    case COLUMN_DEFAULT:
        if (row->fallback)
            value_write(json, row->fallback);
        text = buf_str(json);
        break;
    case COLUMN_REQUIRED:
        text = row->required ? "yes" : "";
        break;
    case COLUMN_NOTE:
        text = row->note ? row->note : "";
        break;
    default:
        text = row->more[column - COLUMN_MORE];
        text = text ? text : "";
        break;
    }
    return text;
}

static void
write_value(struct buf *out, const struct mapping_row *row,
            enum sheet_column column, char separator)
{
    struct buf json;
    const char *text = column_text(row, column, &json);
    write_cell(out, text, strlen(text), separator);
    buf_clear(&json);
}

const char *
sheet_header(const struct sheet_form *form, enum sheet_column column)
{
    static const char *const usual[COLUMN_MORE] = {
        "target", "source", "default", "required", "note"};
    if (form && column == COLUMN_TARGET && form->target)
        return form->target;
    if (form && column == COLUMN_SOURCE && form->source)
        return form->source;
    return column < COLUMN_MORE ? usual[column]
                                : row_member(column - COLUMN_MORE)->key;
}

/* Which columns the rows need. */
static void
find_columns(const struct mapping_rows *rows, bool needed[COLUMN_COUNT])
{
    needed[COLUMN_TARGET] = needed[COLUMN_SOURCE] = true;
    for (size_t i = 0; i < rows->count; i++) {
        needed[COLUMN_DEFAULT] |= rows->rows[i].fallback != NULL;
        needed[COLUMN_REQUIRED] |= rows->rows[i].required;
        needed[COLUMN_NOTE] |= rows->rows[i].note != NULL;
        for (size_t m = 0; m < ROW_MEMBERS; m++)
            needed[COLUMN_MORE + m] |= rows->rows[i].more[m] != NULL;
    }
}

/* The column behind the source, with what row I gives on a sample; its header
 * where GIVES is NULL. Nothing where the form has none. */
static void
write_gives(struct buf *out, const struct sheet_form *form, const char *gives,
            char separator)
{
    if (!form || !form->gives)
        return;
    gives = gives ? gives : GIVES_HEADER;
    buf_addc(out, separator);
    write_cell(out, gives, strlen(gives), separator);
}

void
sheet_write(const struct mapping_rows *rows, const struct sheet_form *form,
            struct buf *out)
{
    bool needed[COLUMN_COUNT] = {false};
    char separator = form && form->separator ? form->separator : ',';
    find_columns(rows, needed);
    if (form && form->bom)
        buf_adds(out, "\xef\xbb\xbf");
    for (int c = 0; c < COLUMN_COUNT; c++) {
        const char *header = sheet_header(form, c);
        if (needed[c] && c > 0)
            buf_addc(out, separator);
        if (needed[c])
            write_cell(out, header, strlen(header), separator);
        if (c == COLUMN_SOURCE)
            write_gives(out, form, NULL, separator);
    }
    buf_adds(out, "\r\n");
    for (size_t i = 0; i < rows->count; i++) {
        for (int c = 0; c < COLUMN_COUNT; c++) {
            if (needed[c] && c > 0)
                buf_addc(out, separator);
            if (needed[c])
                write_value(out, &rows->rows[i], c, separator);
            if (c == COLUMN_SOURCE && form && form->gives)
                write_gives(out, form, form->gives[i], separator);
        }
        buf_adds(out, "\r\n");
    }
}

/* TEXT for a cell that is a text: marked only where a mark would be taken off,
 * or a boolean seen, on the way in. */
static struct value *
cell_value(const char *text)
{
    struct buf cell;
    bool word =
        strcmp(text, "true") != 0 && strcmp(text, "false") != 0 &&
        (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0);
    buf_init_any(&cell);
    if (word || csv_is_marked_text(text, strlen(text)))
        buf_addc(&cell, '\'');
    buf_adds(&cell, text);
    struct value *v = value_string(buf_str(&cell));
    buf_clear(&cell);
    return v;
}

struct value *
sheet_rows(const struct mapping_rows *rows, const struct sheet_form *form)
{
    bool needed[COLUMN_COUNT] = {false};
    struct value *list = value_array(), *header = value_array();
    find_columns(rows, needed);
    bool gives = form && form->gives;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (needed[c])
            value_append(header, cell_value(sheet_header(form, c)));
        if (gives && c == COLUMN_SOURCE)
            value_append(header, value_string(GIVES_HEADER));
    }
    value_append(list, header);
    for (size_t i = 0; i < rows->count; i++) {
        struct value *row = value_array();
        for (int c = 0; c < COLUMN_COUNT; c++) {
            struct buf json;
            if (!needed[c])
                continue;
            value_append(row,
                         cell_value(column_text(&rows->rows[i], c, &json)));
            buf_clear(&json);
            if (gives && c == COLUMN_SOURCE)
                value_append(row, value_string(form->gives[i]));
        }
        value_append(list, row);
    }
    return list;
}
