/* A workbook as rows of texts, with what is to be said about them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "workbook/cells.h"
#include "workbook/workbook.h"

/* The first bytes of the file format before this one, which is also that of
 * workbooks with a password. */
#define COMPOUND "\xd0\xcf\x11\xe0"

static void
add_note(struct value *notes, const char *text)
{
    value_append(notes, value_string(text));
}

/* Appends "3 cells …: first B7" where there are any. */
static void
add_seen(struct value *notes, const struct cells_seen *seen, const char *one,
         const char *many)
{
    struct buf text;
    if (seen->count == 0)
        return;
    buf_init_any(&text);
    buf_addf(&text, "%zu %s: ", seen->count, seen->count == 1 ? one : many);
    buf_addf(&text, seen->count == 1 ? "%s" : "first %s", seen->first);
    add_note(notes, buf_str(&text));
    buf_clear(&text);
}

/* --- which sheet --------------------------------------------------------- */

static enum err
refuse_sheet(const struct book *b, const char *sheet, struct error *e)
{
    struct buf names;
    buf_init(&names, 400);
    for (size_t i = 0; i < b->sheet_count; i++) {
        if (!b->sheets[i].part)
            continue;
        buf_adds(&names, names.len ? ", " : "");
        text_visible(&names, b->sheets[i].name, strlen(b->sheets[i].name));
    }
    enum err err =
        sheet ? error_set(e, ERR_NOT_FOUND,
                          "the workbook has no sheet %s (it has %s)", sheet,
                          buf_str(&names))
              : error_set(e, ERR_INVALID, "the workbook has no sheet of cells");
    buf_clear(&names);
    return err;
}

static const struct book_sheet *
find_sheet(const struct book *b, const char *sheet)
{
    const struct book_sheet *first = NULL;
    for (size_t i = 0; i < b->sheet_count; i++) {
        const struct book_sheet *s = &b->sheets[i];
        if (sheet && s->part && strcasecmp(s->name, sheet) == 0)
            return s;
        if (s->part && (!first || (first->hidden && !s->hidden)))
            first = s;
    }
    return sheet ? NULL : first;
}

/* Says which sheet was read where there are others. */
static void
note_others(struct value *notes, const struct book *b,
            const struct book_sheet *read)
{
    struct buf text;
    size_t others = 0;
    buf_init_any(&text);
    buf_addf(&text, "read the sheet \"%s\"; not read: ", read->name);
    for (size_t i = 0; i < b->sheet_count; i++)
        if (&b->sheets[i] != read)
            buf_addf(&text, "%s\"%s\"", others++ ? ", " : "",
                     b->sheets[i].name);
    if (others > 0)
        add_note(notes, buf_str(&text));
    buf_clear(&text);
}

/* --- what is said -------------------------------------------------------- */

static void
note_package(struct value *notes, const struct package *p)
{
    if (package_has(p, "vbaProject.bin"))
        add_note(notes, "the workbook has macros, which were not looked at");
    if (package_has(p, "externalLinks/"))
        add_note(notes, "the workbook links to other workbooks, which were "
                        "not opened: what it keeps of them was read");
}

static void
note_cells(struct value *notes, const struct cells *c)
{
    add_seen(notes, &c->formulas,
             "formula of the spreadsheet was read by its "
             "stored value",
             "formulas of the spreadsheet were read by their stored values");
    add_seen(notes, &c->unstored,
             "formula of the spreadsheet has no stored "
             "value and counts as empty",
             "formulas of the spreadsheet have no stored values and count as "
             "empty");
    add_seen(notes, &c->merged, "merged area has its value in its first cell",
             "merged areas have their values in their first cells");
    add_seen(notes, &c->errors, "cell holds an error", "cells hold errors");
    add_seen(notes, &c->long_ones,
             "number has more digits than a spreadsheet keeps, so that its "
             "last ones are lost",
             "numbers have more digits than a spreadsheet keeps, so that their "
             "last ones are lost");
    add_seen(notes, &c->padded,
             "number is shown with leading zeros that it does not have",
             "numbers are shown with leading zeros that they do not have");
    add_seen(notes, &c->not_dates,
             "number is shown as a date that the calendar does not have",
             "numbers are shown as dates that the calendar does not have");
    add_seen(notes, &c->hidden, "hidden row was read as well",
             "hidden rows were read as well");
}

static struct value *
answer(const struct book *b, const struct book_sheet *sheet, struct cells *c)
{
    struct value *v = value_object(), *notes = value_array();
    note_others(notes, b, sheet);
    note_package(notes, b->package);
    note_cells(notes, c);
    value_set(v, "rows", c->rows);
    value_set(v, "notes", notes);
    if (c->errors.count > 0)
        value_set_text(v, "errorCell", c->errors.first);
    c->rows = NULL;
    return v;
}

/* --- all ----------------------------------------------------------------- */

static enum err
read_sheet(struct value **out, const struct book *b, const char *name,
           struct error *e)
{
    struct cells cells = {.rows = NULL};
    const struct book_sheet *sheet = find_sheet(b, name);
    if (!sheet)
        return refuse_sheet(b, name, e);
    enum err err = cells_read(&cells, b, sheet->part, e);
    if (err == ERR_NOT_FOUND)
        err = error_set(e, ERR_INVALID,
                        "the workbook is damaged: a part that it names is "
                        "missing");
    if (err == ERR_OK)
        *out = answer(b, sheet, &cells);
    cells_clear(&cells);
    return err;
}

enum err
workbook_read(struct value **out, const char *bytes, size_t n,
              const char *sheet, struct error *e)
{
    struct package *p = NULL;
    struct book book = {.package = NULL};
    *out = NULL;
    if (n >= 4 && memcmp(bytes, COMPOUND, 4) == 0)
        return error_set(e, ERR_INVALID,
                         "an .xls file, or a workbook with a password (save "
                         "it as .xlsx without one)");
    enum err err = package_open(&p, bytes, n, e);
    if (err == ERR_OK)
        err = book_read(&book, p, e);
    if (err == ERR_OK)
        err = read_sheet(out, &book, sheet, e);
    book_clear(&book);
    package_close(p);
    return err;
}
