/* The mapping rows of a block of a version, and the document around them. */
#ifndef TAILOR_CLI_COMMAND_BLOCK_ROWS_H
#define TAILOR_CLI_COMMAND_BLOCK_ROWS_H

#include "cli/frame/cli.h"
#include "manager/draft/editing.h"
#include "mapping/row/rows.h"

struct block_rows {
    struct document *document;
    const struct block *block;
    struct mapping_rows rows;
};

/* Reads the rows of BLOCK (an id or a name) in the version NAME into OUT, to
 * be emptied by block_rows_clear, also after an error. Errors: NOT_FOUND,
 * INVALID (a block without a mapping). */
enum err block_rows_read(struct block_rows *out, struct cli *cli,
                         const char *name, const char *block, struct error *e);
void block_rows_clear(struct block_rows *b);

/* Makes ROWS the mapping of BLOCK in one change. */
enum err block_rows_put(struct editing *ed, const char *block,
                        const struct mapping_rows *rows, struct error *e);

#endif
