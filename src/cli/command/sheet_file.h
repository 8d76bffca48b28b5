/* Sheets as files: texts in any encoding, and workbooks by tailor-sheet. */
#ifndef TAILOR_CLI_COMMAND_SHEET_FILE_H
#define TAILOR_CLI_COMMAND_SHEET_FILE_H

#include "cli/frame/cli.h"
#include "mapping/sheet/csv.h"

/* A sheet that was read: a text, or the rows of a workbook. */
struct sheet_file {
    struct buf text;
    bool workbook;
    struct csv cells;    /* of a workbook */
    struct value *notes; /* sentences about a workbook; NULL: it is none */
    char *error;         /* the first cell that holds an error; NULL: none */
};

/* Reads FILE by the options --sheet and --encoding. Errors: those of
 * cli_read_file, sheet_decode and workbook_ask_read; USAGE where an option does
 * not fit the file. */
enum err sheet_file_read(struct sheet_file *out, struct cli *cli,
                         const char *file, struct error *e);

/* The same for "sheet:NAME", a sheet of the store, or a file that the session
 * may open. */
enum err sheet_source_read(struct sheet_file *out, struct cli *cli,
                           const char *source, struct error *e);

/* The same for the sheet NAME of the store. */
enum err sheet_kept_read(struct sheet_file *out, struct cli *cli,
                         const char *name, struct error *e);

void sheet_file_clear(struct sheet_file *s);

/* Says what is to be said about a workbook. */
void sheet_file_say(struct cli *cli, const struct sheet_file *s);

/* Appends a workbook of ROWS (taken): lists of texts, the header first. */
enum err sheet_file_make(struct cli *cli, struct value *rows, struct buf *out,
                         struct error *e);

#endif
