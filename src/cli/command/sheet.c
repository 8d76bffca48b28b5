/* tailor sheet …: sheets of customers that the store keeps for a time. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command/rows.h"
#include "cli/command/sheet_file.h"
#include "cli/frame/commands.h"
#include "manager/catalogue/sheet.h"

static struct value *
sheet_json(const struct sheet_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "sheetId", r->id);
    value_set_text(v, "name", r->name);
    value_set_int(v, "bytes", r->bytes);
    row_set_time(v, "at", r->at);
    row_set_time(v, "expiresAt", r->expires_at);
    return v;
}

enum err
cmd_sheet_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"SHEET", "name"},        {"BYTES", "bytes"}, {"AT", "at"},
        {"EXPIRES", "expiresAt"}, {"ID", "sheetId"},  {NULL, NULL}};
    struct sheet_list list;
    struct value *rows = value_array();
    enum err err = manager_sheet_list(cli->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, sheet_json(&list.rows[i]));
    sheet_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "you keep no sheets");
    else
        value_free(rows);
    return err;
}

/* Says that NAME was ADDED. */
static void
tell_added(struct cli *cli, const char *name, enum sheet_added added,
           int64_t expires_at)
{
    static const char *const words[] = {"kept", "was kept already", "replaced"};
    char until[CLOCK_TEXT_SIZE];
    clock_format(until, expires_at);
    cli_say(cli, "%s: %s, until %s (sheet:%s is its name in an import)", name,
            words[added], until, name);
}

enum err
cmd_sheet_add(struct cli *cli, struct error *e)
{
    const char *name = cli_arg(cli, 0);
    struct sheet_content file;
    struct buf packed;
    enum sheet_added added = SHEET_KEPT;
    int64_t expires_at = 0;
    buf_init_any(&packed);
    enum err err = sheet_file_read(&file, cli, cli_arg(cli, 1), e);
    if (err == ERR_OK)
        err = sheet_pack(&packed, &file, e);
    if (err == ERR_OK)
        err =
            manager_sheet_add(cli->manager, name, buf_str(&packed), packed.len,
                              cli_has(cli, "replace"), &added, &expires_at, e);
    if (err == ERR_OK)
        sheet_file_say(cli, &file);
    buf_clear(&packed);
    sheet_content_clear(&file);
    if (err == ERR_OK)
        tell_added(cli, name, added, expires_at);
    return err;
}

/* --- show ----------------------------------------------------------------- */
static struct value *
rows_json(const struct csv *cells)
{
    struct value *rows = value_array();
    for (size_t r = 0; r < cells->count; r++) {
        const struct csv_record *record = &cells->records[r];
        struct value *row = value_array();
        for (size_t c = 0; c < record->count; c++)
            value_append(row,
                         value_string_n(record->cells[c], record->lengths[c]));
        value_append(rows, row);
    }
    return rows;
}

/* Adds CELL with what a terminal would obey made visible: --json has the text
 * as it is. */
static void
add_cell(struct buf *line, const char *cell, size_t n)
{
    struct buf visible;
    buf_init_any(&visible);
    text_visible(&visible, cell, n);
    csv_write_cell(line, buf_str(&visible), visible.len, ',');
    buf_clear(&visible);
}

static void
print_csv(struct cli *cli, const struct csv *cells)
{
    struct buf line;
    buf_init_any(&line);
    for (size_t r = 0; r < cells->count; r++) {
        const struct csv_record *record = &cells->records[r];
        for (size_t c = 0; c < record->count; c++) {
            if (c > 0)
                buf_addc(&line, ',');
            add_cell(&line, record->cells[c], record->lengths[c]);
        }
        buf_addc(&line, '\n');
    }
    fputs(buf_str(&line), stdout);
    cli->answered = true;
    buf_clear(&line);
}

enum err
cmd_sheet_show(struct cli *cli, struct error *e)
{
    struct sheet_content file;
    enum err err = sheet_kept_read(&file, cli, cli_arg(cli, 0), e);
    if (err == ERR_OK && !file.workbook)
        err = csv_read(&file.cells, buf_str(&file.text), file.text.len, 0, e);
    if (err == ERR_OK && cli->json) {
        struct value *v = value_object();
        value_set(v, "rows", rows_json(&file.cells));
        value_set(v, "notes",
                  file.notes ? value_copy(file.notes) : value_array());
        cli_print_json(cli, v);
    } else if (err == ERR_OK) {
        print_csv(cli, &file.cells);
        sheet_file_say(cli, &file);
    }
    sheet_content_clear(&file);
    return err;
}

/* --- remove --------------------------------------------------------------- */
enum err
cmd_sheet_remove(struct cli *cli, struct error *e)
{
    const char *name = cli_arg(cli, 0);
    char id[IDENT_SIZE]; /* another sheet may get the name meanwhile */
    enum err err = manager_sheet_find(cli->manager, name, id, e);
    if (err == ERR_OK &&
        !cli_confirm(cli, "Remove the sheet from the store", name, e))
        err = e->code;
    if (err == ERR_OK)
        err = manager_sheet_remove(cli->manager, id, e);
    if (err == ERR_OK)
        cli_say(cli, "%s: removed", name);
    return err;
}
