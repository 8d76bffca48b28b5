/* What each row of a block gives on a sample, for a sheet. */
#ifndef TAILOR_CLI_COMMAND_SHEET_GIVES_H
#define TAILOR_CLI_COMMAND_SHEET_GIVES_H

#include "cli/frame/cli.h"
#include "workflow/document/document.h"

/* Runs the sample that NAME (a label or an id) says through the version VERSION
 * and keeps a text for each of the COUNT rows of BLOCK ("" where a row gives
 * nothing) in *OUT, to be freed by sheet_gives_free. Errors: NOT_FOUND, ROLE
 * (the session may not see samples), INVALID. */
enum err sheet_gives(char ***out, size_t count, struct cli *cli,
                     const char *version, const char *block, const char *name,
                     struct error *e);
void sheet_gives_free(char **gives, size_t count); /* NULL is OK */

#endif
