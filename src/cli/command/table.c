/* tailor table …: the named value tables of a workflow. */
#include <stdlib.h>
#include <string.h>

#include "cli/command/rows.h"
#include "cli/command/sheet_file.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "mapping/sheet/sheet.h"
#include "workflow/edit/edit.h"

enum err
cmd_table_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"TABLE", "name"}, {"ROWS", "rows"}, {NULL, NULL}};
    struct document *d = NULL;
    enum err err = manager_document(cli->manager, cli_arg(cli, 0), &d, e);
    if (err != ERR_OK)
        return err;
    const struct value *tables = value_get(d->root, "tables");
    struct value *rows = value_array();
    for (size_t i = 0; i < value_size(tables); i++) {
        struct value *v = value_object();
        value_set_text(v, "name", value_key(tables, i, NULL));
        value_set_int(
            v, "rows",
            (int64_t)value_size(value_get(value_at(tables, i), "rows")));
        value_append(rows, v);
    }
    document_free(d);
    cli_print_list(cli, rows, columns, "no value tables");
    return ERR_OK;
}

static const struct value *
find_table(const struct document *d, const char *name, struct error *e)
{
    const struct value *table = document_table(d, name, strlen(name));
    if (!table)
        error_set(e, ERR_NOT_FOUND, "%s: no such value table", name);
    return table;
}

enum err
cmd_table_show(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"KEY", "key"}, {"VALUE", "value"}, {NULL, NULL}};
    struct document *d = NULL;
    enum err err = manager_document(cli->manager, cli_arg(cli, 0), &d, e);
    if (err != ERR_OK)
        return err;
    const struct value *table = find_table(d, cli_arg(cli, 1), e);
    if (table) {
        const struct value *lines = value_get(table, "rows");
        struct value *rows = value_array();
        for (size_t i = 0; i < value_size(lines); i++) {
            struct value *v = value_object();
            value_set(v, "key", value_copy(value_at(value_at(lines, i), 0)));
            value_set(v, "value", value_copy(value_at(value_at(lines, i), 1)));
            value_append(rows, v);
        }
        cli_print_list(cli, rows, columns, "an empty table");
    }
    document_free(d);
    return table ? ERR_OK : e->code;
}

enum err
cmd_table_set(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    const char *text = cli_arg(cli, 3);
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK) {
        err = edit_table_set(&patch, ed.now.document, cli_arg(cli, 1),
                             cli_arg(cli, 2), text ? value_string(text) : NULL,
                             e);
        err = editing_apply(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        cli_print_object(cli, row_revision(ed.draft, ed.now.revision), NULL);
    editing_end(&ed);
    return err;
}

/* A table's content from a sheet: the header row names the columns. */
static struct value *
table_of_sheet(const struct csv *sheet)
{
    struct value *table = value_object();
    struct value *columns = value_array();
    struct value *rows = value_array();
    for (size_t r = 0; r < sheet->count; r++) {
        const struct csv_record *record = &sheet->records[r];
        struct value *row = r == 0 ? columns : value_array();
        for (size_t c = 0; c < 2; c++) {
            bool has = c < record->count;
            const char *cell = has ? record->cells[c] : "";
            size_t n = has ? record->lengths[c] : 0;
            size_t mark = csv_is_marked_text(cell, n) ? 1 : 0;
            value_append(row, value_string_n(cell + mark, n - mark));
        }
        if (r > 0)
            value_append(rows, row);
    }
    value_set(table, "columns", columns);
    value_set(table, "rows", rows);
    return table;
}

/* The cells of FILE. A cell that holds an error would be a value that nobody
 * means. */
static enum err
read_cells(struct sheet_content *s, const char *file, struct error *e)
{
    enum err err = ERR_OK;
    if (!s->workbook)
        err = csv_read(&s->cells, buf_str(&s->text), s->text.len, 0, e);
    if (err == ERR_OK && s->error)
        err = error_set(e, ERR_INVALID,
                        "%s: the cell %s holds an error of the spreadsheet",
                        file, s->error);
    if (err == ERR_OK && s->cells.count == 0)
        err = error_set(e, ERR_INVALID,
                        "%s: empty (the first row names the columns)", file);
    return err;
}

/* Says which keys and values lost something in a spreadsheet. */
static void
say_losses(struct cli *cli, const struct csv *sheet)
{
    for (size_t r = 1; r < sheet->count; r++) {
        const struct csv_record *record = &sheet->records[r];
        for (size_t c = 0; c < record->count && c < 2; c++) {
            const char *loss = sheet_loss(record->cells[c], NULL);
            if (loss)
                cli_say(cli, "row %zu, %s: %s", record->line, record->cells[c],
                        loss);
        }
    }
}

enum err
cmd_table_import(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct sheet_content sheet;
    struct value *patch = NULL;
    const char *file = cli_arg(cli, 2);
    enum err err = sheet_source_read(&sheet, cli, file, e);
    if (err == ERR_OK)
        err = read_cells(&sheet, file, e);
    if (err == ERR_OK) {
        err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
        if (err == ERR_OK)
            err = edit_table(&patch, ed.now.document, cli_arg(cli, 1),
                             table_of_sheet(&sheet.cells), e);
        err = editing_apply(&ed, err, patch, e);
        if (err == ERR_OK) {
            cli_print_object(cli, row_revision(ed.draft, ed.now.revision),
                             NULL);
            sheet_file_say(cli, &sheet);
            say_losses(cli, &sheet.cells);
        }
        editing_end(&ed);
    }
    sheet_content_clear(&sheet);
    return err;
}
