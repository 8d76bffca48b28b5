/* Sheets as files: texts in any encoding, and workbooks by tailor-sheet. */
#ifndef TAILOR_CLI_COMMAND_SHEET_FILE_H
#define TAILOR_CLI_COMMAND_SHEET_FILE_H

#include "cli/frame/cli.h"
#include "mapping/sheet/packed.h"

/* Reads FILE by the options --sheet and --encoding. Errors: those of
 * cli_read_file, sheet_decode and workbook_ask_read; USAGE where an option does
 * not fit the file. */
enum err sheet_file_read(struct sheet_content *out, struct cli *cli,
                         const char *file, struct error *e);

/* The same for "sheet:NAME", a sheet of the store, or a file that the session
 * may open. */
enum err sheet_source_read(struct sheet_content *out, struct cli *cli,
                           const char *source, struct error *e);

/* Reads the sheet NAME of the store, as it was packed. */
enum err sheet_kept_read(struct sheet_content *out, struct cli *cli,
                         const char *name, struct error *e);

/* Says what is to be said about a workbook. */
void sheet_file_say(struct cli *cli, const struct sheet_content *s);

/* Appends a workbook of ROWS (taken): lists of texts, the header first. */
enum err sheet_file_make(struct cli *cli, struct value *rows, struct buf *out,
                         struct error *e);

#endif
