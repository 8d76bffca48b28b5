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
read_workbook(struct sheet_content *s, struct cli *cli, const struct buf *bytes,
              struct error *e)
{
    struct value *answer = NULL;
    if (cli_option(cli, "encoding"))
        return error_set(e, ERR_USAGE,
                         "--encoding: the file is a workbook, which has its "
                         "own");
    enum err err = ensure_workbooks(cli, e);
    if (err == ERR_OK)
        err = workbook_ask_read(cli->workbooks, bytes->data, bytes->len,
                                cli_option(cli, "sheet"), &answer, e);
    if (err == ERR_OK)
        sheet_content_take(s, answer);
    value_free(answer);
    return err;
}

static enum err
read_text(struct sheet_content *s, struct cli *cli, const struct buf *bytes,
          struct error *e)
{
    if (cli_option(cli, "sheet"))
        return error_set(e, ERR_USAGE,
                         "--sheet: the file is a text, which has one sheet");
    return sheet_decode(&s->text, buf_str(bytes), bytes->len,
                        cli_option(cli, "encoding"), e);
}

static enum err
take(struct sheet_content *s, struct cli *cli, const struct buf *bytes,
     struct error *e)
{
    return workbook_is(buf_str(bytes), bytes->len)
               ? read_workbook(s, cli, bytes, e)
               : read_text(s, cli, bytes, e);
}

enum err
sheet_file_read(struct sheet_content *s, struct cli *cli, const char *file,
                struct error *e)
{
    struct buf bytes;
    sheet_content_init(s);
    buf_init(&bytes, SHEET_MAX);
    enum err err = file_read(file, &bytes, e);
    if (err == ERR_OK)
        err = take(s, cli, &bytes, e);
    buf_clear(&bytes);
    return err;
}

enum err
sheet_kept_read(struct sheet_content *s, struct cli *cli, const char *name,
                struct error *e)
{
    struct buf bytes;
    sheet_content_init(s);
    buf_init(&bytes, SHEET_BYTES);
    enum err err = manager_sheet_read(cli->manager, name, &bytes, e);
    if (err == ERR_OK)
        err = sheet_unpack(s, buf_str(&bytes), bytes.len, e);
    buf_clear(&bytes);
    return err;
}

enum err
sheet_source_read(struct sheet_content *s, struct cli *cli, const char *source,
                  struct error *e)
{
    sheet_content_init(s);
    if (text_starts(source, SHEET_PREFIX) &&
        (cli_option(cli, "sheet") || cli_option(cli, "encoding")))
        return error_set(e, ERR_USAGE,
                         "%s: kept as it was read (give --sheet and --encoding "
                         "to tailor sheet add)",
                         source);
    if (text_starts(source, SHEET_PREFIX))
        return sheet_kept_read(s, cli, source + strlen(SHEET_PREFIX), e);
    enum err err = cli_may_open(cli, source, e);
    return err == ERR_OK ? sheet_file_read(s, cli, source, e) : err;
}

void
sheet_file_say(struct cli *cli, const struct sheet_content *s)
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
