/* Checked samples as JSON and as lines. */
#ifndef TAILOR_CLI_COMMAND_CHECKED_ROWS_H
#define TAILOR_CLI_COMMAND_CHECKED_ROWS_H

#include "cli/frame/cli.h"
#include "manager/release/checked.h"

/* Set, format, verdict and counts of C, and its samples with the cells that
 * differ; what is missing has no member. Null where nothing is checked. */
struct value *checked_json(const struct checked *c);

/* A row for each cell that differs, for cli_print_list with
 * checked_columns. */
struct value *checked_lines(const struct checked *c);
extern const struct cli_column checked_columns[];

#endif
