/* Sheets as files. */
#include "cli/command/sheet_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/sheet.h"
#include "mapping/sheet/encoding.h"
#include "workbook/ask.h"

#define SHEET_PREFIX "sheet:"

enum { SHEET_MAX = 16 << 20 };

/* Outside a session the command starts its own way to tailor-sheet. */
static enum err
ensure_workbooks(struct cli *cli, struct error *e)
{
    if (cli->workbooks)
        return ERR_OK;
    enum err err = workbook_start(&cli->workbooks, e);
    cli->own_workbooks = err == ERR_OK;
    return err;
}

static enum err
read_workbook(struct sheet_file *s, struct cli *cli, const struct buf *bytes,
              struct error *e)
{
    struct value *answer = NULL;
    s->workbook = true;
    if (cli_option(cli, "encoding"))
        return error_set(e, ERR_USAGE,
                         "--encoding: the file is a workbook, which has its "
                         "own");
    enum err err = ensure_workbooks(cli, e);
    if (err == ERR_OK)
        err = workbook_ask_read(cli->workbooks, bytes->data, bytes->len,
                                cli_option(cli, "sheet"), &answer, e);
    if (err == ERR_OK) {
        const char *error = value_get_text(answer, "errorCell");
        csv_take_rows(&s->cells, value_get(answer, "rows"));
        s->notes = value_detach(answer, "notes");
        s->error = error ? mem_strdup(error) : NULL;
    }
    value_free(answer);
    return err;
}

static enum err
read_text(struct sheet_file *s, struct cli *cli, const struct buf *bytes,
          struct error *e)
{
    if (cli_option(cli, "sheet"))
        return error_set(e, ERR_USAGE,
                         "--sheet: the file is a text, which has one sheet");
    return sheet_decode(&s->text, buf_str(bytes), bytes->len,
                        cli_option(cli, "encoding"), e);
}

static void
begin(struct sheet_file *s)
{
    *s = (struct sheet_file){.notes = NULL};
    buf_init_any(&s->text);
    csv_init(&s->cells);
}

static enum err
take(struct sheet_file *s, struct cli *cli, const struct buf *bytes,
     struct error *e)
{
    return workbook_is(buf_str(bytes), bytes->len)
               ? read_workbook(s, cli, bytes, e)
               : read_text(s, cli, bytes, e);
}

enum err
sheet_file_read(struct sheet_file *s, struct cli *cli, const char *file,
                struct error *e)
{
    struct buf bytes;
    begin(s);
    buf_init(&bytes, SHEET_MAX);
    enum err err = file_read(file, &bytes, e);
    if (err == ERR_OK)
        err = take(s, cli, &bytes, e);
    buf_clear(&bytes);
    return err;
}

enum err
sheet_kept_read(struct sheet_file *s, struct cli *cli, const char *name,
                struct error *e)
{
    struct buf bytes;
    begin(s);
    buf_init(&bytes, SHEET_BYTES);
    enum err err = manager_sheet_read(cli->manager, name, &bytes, e);
    if (err == ERR_OK)
        err = take(s, cli, &bytes, e);
    buf_clear(&bytes);
    return err;
}

enum err
sheet_source_read(struct sheet_file *s, struct cli *cli, const char *source,
                  struct error *e)
{
    if (text_starts(source, SHEET_PREFIX))
        return sheet_kept_read(s, cli, source + strlen(SHEET_PREFIX), e);
    begin(s);
    enum err err = cli_may_open(cli, source, e);
    return err == ERR_OK ? sheet_file_read(s, cli, source, e) : err;
}

void
sheet_file_clear(struct sheet_file *s)
{
    buf_clear(&s->text);
    csv_clear(&s->cells);
    value_free(s->notes);
    free(s->error);
}

void
sheet_file_say(struct cli *cli, const struct sheet_file *s)
{
    for (size_t i = 0; i < value_size(s->notes); i++)
        cli_say(cli, "%s", value_text_or(value_at(s->notes, i), ""));
}

enum err
sheet_file_make(struct cli *cli, struct value *rows, struct buf *out,
                struct error *e)
{
    enum err err = ensure_workbooks(cli, e);
    if (err == ERR_OK)
        return workbook_ask_write(cli->workbooks, rows, out, e);
    value_free(rows);
    return err;
}
