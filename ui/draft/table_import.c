/* Sheets in the value table grid: a paste as a proposal by row, rows as cells
 * of a spreadsheet. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/sheet/csv.h"
#include "mapping/sheet/sheet.h"
#include "ui/draft/sheet_source.h"
#include "ui/draft/table_private.h"

enum { SHEET_MOST = 16 << 20 };

static const char *
key_of(const struct value *row)
{
    return value_text_or(value_at(row, 0), "");
}

static enum err
apply_import(void *ctx, const struct marks *left, struct error *e)
{
    struct tablegrid *s = ctx;
    enum err err = draft_view_check(&s->draft, s->offer.revision, e);
    if (err != ERR_OK)
        return err;
    const struct value *now = value_get(tablegrid_table(s), "rows");
    return tablegrid_apply_rows(
        s, import_offer_rows(s->imported, now, left, key_of), NULL, e);
}

static char *
cell_text(const struct csv_record *r, size_t i)
{
    if (i >= r->count)
        return mem_strdup("");
    size_t mark = csv_is_marked_text(r->cells[i], r->lengths[i]) ? 1 : 0;
    return mem_strndup(r->cells[i] + mark, r->lengths[i] - mark);
}

/* True where a third cell of R holds something. */
static bool
has_more_cells(const struct csv_record *r)
{
    for (size_t i = 2; i < r->count; i++)
        if (r->lengths[i] > 0)
            return true;
    return false;
}

/* What the key or the value lost in a spreadsheet; NULL: nothing. */
static const char *
loss_of(const struct csv_record *r)
{
    const char *loss = NULL;
    for (size_t i = 0; i < r->count && i < 2 && !loss; i++)
        loss = sheet_loss(r->cells[i], NULL);
    return loss;
}

/* The index of the row KEY of ROWS, or its size. */
static size_t
find_key(const struct value *rows, const char *key)
{
    size_t i = 0;
    while (
        i < value_size(rows) &&
        !text_equal(value_text_or(value_at(value_at(rows, i), 0), NULL), key))
        i++;
    return i;
}

/* True where the first record names the table's columns. */
static bool
is_header(const struct tablegrid *s, const struct csv_record *r)
{
    const struct value *names = value_get(tablegrid_table(s), "columns");
    char *key = cell_text(r, 0), *value = cell_text(r, 1);
    bool usual = strcmp(key, "key") == 0 && strcmp(value, "value") == 0;
    bool own = text_equal(key, value_text_or(value_at(names, 0), NULL)) &&
               text_equal(value, value_text_or(value_at(names, 1), NULL));
    free(key);
    free(value);
    return usual || own;
}

/* One record of the sheet; SEEN collects the keys that were in it. */
static void
import_record(struct tablegrid *s, const struct csv_record *r,
              struct marks *seen)
{
    char *key = cell_text(r, 0), *text = cell_text(r, 1);
    struct value *value = tablegrid_typed(text);
    size_t i = find_key(s->imported, key);
    bool there = i < value_size(s->imported);
    char *now =
        there ? tablegrid_shown(value_at(value_at(s->imported, i), 1)) : NULL;
    char *wanted = tablegrid_shown(value);
    const char *problem =
        !*key                  ? "the row has no key"
        : has_more_cells(r)    ? "the row has more than two cells"
        : marks_has(seen, key) ? "the key is in the sheet twice"
                               : NULL;
    enum import_kind kind = problem                    ? IMPORT_REFUSED
                            : !there                   ? IMPORT_ADDED
                            : strcmp(now, wanted) == 0 ? IMPORT_SAME
                                                       : IMPORT_CHANGED;
    const char *loss = problem ? NULL : loss_of(r);
    import_offer_add(&s->offer, kind, key, now, wanted, loss ? loss : problem,
                     loss ? IMPORT_LOSSY : 0);
    if (kind == IMPORT_ADDED)
        value_append(s->imported, tablegrid_row(key, value_copy(value)));
    else if (kind == IMPORT_CHANGED)
        value_replace_at(value_at(s->imported, i), 1, value_copy(value));
    marks_set(seen, key, true);
    value_free(value);
    free(wanted);
    free(now);
    free(text);
    free(key);
}

static void
offer_left_rows(struct tablegrid *s, const struct marks *seen)
{
    const struct value *rows = value_get(tablegrid_table(s), "rows");
    for (size_t i = 0; i < value_size(rows); i++) {
        const char *key = value_text_or(value_at(value_at(rows, i), 0), "");
        if (marks_has(seen, key))
            continue;
        char *now = tablegrid_shown(value_at(value_at(rows, i), 1));
        import_offer_add(&s->offer, IMPORT_LEFT, key, now, NULL, NULL, 0);
        free(now);
    }
}

/* The offer of the cells of SHEET. */
static void
offer_sheet(struct tablegrid *s, const struct csv *sheet)
{
    struct marks seen = {0};
    char *into = mem_printf("the value table %s", s->name);
    import_offer_begin(&s->offer, into, &s->draft, apply_import, s);
    value_free(s->imported);
    s->imported = tablegrid_rows(s);
    size_t first = sheet->count > 0 && is_header(s, &sheet->records[0]);
    for (size_t i = first; i < sheet->count; i++)
        import_record(s, &sheet->records[i], &seen);
    offer_left_rows(s, &seen);
    marks_clear(&seen);
    free(into);
}

enum err
tablegrid_import(struct tablegrid *s, const char *text, size_t n, bool packed,
                 struct error *e)
{
    struct sheet_content sheet;
    enum err err = sheet_source_open(&sheet, text, n, packed, e);
    import_offer_copied(&s->offer, "");
    if (err == ERR_OK && !sheet.workbook)
        err =
            csv_read(&sheet.cells, buf_str(&sheet.text), sheet.text.len, 0, e);
    if (err == ERR_OK && sheet.error) /* a value that nobody means */
        err = error_set(e, ERR_INVALID,
                        "the cell %s holds an error of the spreadsheet",
                        sheet.error);
    if (err == ERR_OK) {
        offer_sheet(s, &sheet.cells);
        sheet_source_say(s->view, "", &sheet);
        app_open(s->view->app, &import_screen, "");
    }
    sheet_content_clear(&sheet);
    return err;
}

void
tablegrid_paste(struct tablegrid *s, struct error *e)
{
    const char *cells = row_clip_cells(
        &s->console->row_clip, draft_view_version(&s->draft)->installation_id,
        e);
    if (!cells)
        return;
    tablegrid_import(s, cells, strlen(cells), false, e);
    import_offer_copied(&s->offer, s->console->row_clip.foreign.source);
}

void
tablegrid_import_named(struct tablegrid *s, const char *arg, struct error *e)
{
    struct buf text;
    bool packed;
    buf_init(&text, SHEET_MOST);
    if (sheet_source_take(s->console, arg, &text, &packed, e) == ERR_OK)
        tablegrid_import(s, buf_str(&text), text.len, packed, e);
    buf_clear(&text);
}

void
tablegrid_complete(const struct view *v, enum act action, const char *arg,
                   struct completions *list)
{
    if (action == ACT_IMPORT)
        sheet_source_complete(v, arg, list);
}

struct import_offer *
table_offer(const struct view *v)
{
    return &((struct tablegrid *)v->state)->offer;
}

/* V as it is typed: text without quotes unless it would read as other JSON. */
char *
tablegrid_shown(const struct value *v)
{
    struct value *read = NULL;
    size_t n;
    const char *text = value_is(v, VALUE_STRING) ? value_text(v, &n) : NULL;
    bool plain =
        text && value_read(&read, text, strlen(text), &value_limits_document,
                           "cell", NULL) != ERR_OK;
    value_free(read);
    return plain ? mem_strdup(text) : value_to_text(v);
}

/* What is typed as a value: JSON where it is that, else text. */
struct value *
tablegrid_typed(const char *text)
{
    struct value *v = NULL;
    if (value_read(&v, text, strlen(text), &value_limits_document, "cell",
                   NULL) == ERR_OK)
        return v;
    return value_string(text);
}

/* The rows of a value table are the customer's data: no other gets any. */
static void
keep_rows(const struct tablegrid *s, char *cells)
{
    const struct version_row *version = draft_view_version(&s->draft);
    struct foreign foreign = {.installation = NULL};
    memcpy(foreign.source, version->id, sizeof foreign.source);
    if (version->installation_id) {
        foreign.installation = mem_strdup(version->installation_id);
        foreign.customer = mem_strdup(version->who);
    }
    row_clip_take(&s->console->row_clip, cells, NULL, &foreign);
}

void
tablegrid_keep_cells(struct tablegrid *s)
{
    const struct value *rows = value_get(tablegrid_table(s), "rows");
    struct buf text, cell;
    buf_init_any(&text);
    buf_init_any(&cell);
    for (size_t i = 0; i < value_size(rows); i++) {
        const char *key = value_text_or(value_at(value_at(rows, i), 0), "");
        if (!tablegrid_is_meant(s, key))
            continue;
        char *value = tablegrid_shown(value_at(value_at(rows, i), 1));
        const char *cells[] = {key, value};
        for (int k = 0; k < 2; k++) {
            buf_reset(&cell);
            csv_mark_text(&cell, cells[k], strlen(cells[k]));
            csv_write_cell(&text, buf_str(&cell), cell.len, '\t');
            buf_adds(&text, k == 0 ? "\t" : "\r\n");
        }
        free(value);
    }
    buf_clear(&cell);
    keep_rows(s, buf_take(&text));
}

void
tablegrid_copy(struct tablegrid *s)
{
    tablegrid_keep_cells(s);
    const char *cells = s->console->row_clip.cells;
    app_copy(s->view->app, "rows as cells", cells, strlen(cells));
}
