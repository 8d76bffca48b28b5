/* What is said of a sheet whose header has not the columns that are wanted. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "mapping/sheet/columns_private.h"

/* How many cells of R are not empty; the places of the first two go to AT. */
static size_t
filled_cells(const struct csv_record *r, size_t at[2])
{
    size_t filled = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (r->lengths[i] == 0)
            continue;
        if (filled < 2)
            at[filled] = i;
        filled++;
    }
    return filled;
}

/* The row that looks like a header: the first with two cells, below a title
 * if there is one. AT receives the places of these. */
static const struct csv_record *
likely_header(const struct csv *csv, size_t at[2])
{
    for (size_t i = 0; i < csv->count && i < HEADER_ROWS; i++)
        if (filled_cells(&csv->records[i], at) > 1)
            return &csv->records[i];
    return NULL;
}

static void
add_names(struct buf *names, const struct csv_record *header)
{
    for (size_t i = 0; i < header->count; i++) {
        if (header->lengths[i] == 0)
            continue;
        buf_adds(names, names->len > 0 ? ", " : "");
        text_visible(names, header->cells[i], header->lengths[i]);
    }
}

enum err
sheet_refuse_columns(const struct csv *csv, const struct sheet_form *form,
                     struct error *e)
{
    struct buf names;
    size_t at[2] = {0, 0};
    char place[40] = "its first row";
    const struct csv_record *header = likely_header(csv, at);
    buf_init(&names, 400);
    if (header && header != csv->records)
        snprintf(place, sizeof place, "line %zu", header->line);
    if (header || csv->count > 0)
        add_names(&names, header ? header : csv->records);
    error_set(
        e, ERR_INVALID, "the sheet has no columns \"%s\" and \"%s\": %s is %s",
        sheet_header(form, COLUMN_TARGET), sheet_header(form, COLUMN_SOURCE),
        place, names.len ? buf_str(&names) : "empty");
    buf_clear(&names);
    char *first = text_visible_dup(header ? header->cells[at[0]] : "TARGET");
    char *second = text_visible_dup(header ? header->cells[at[1]] : "SOURCE");
    error_hint(e, HINT_SHEET_COLUMNS, first, second, ERR_INVALID);
    free(first);
    free(second);
    return ERR_INVALID;
}
