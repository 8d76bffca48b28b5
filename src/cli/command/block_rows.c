/* The mapping rows of a block of a version. */
#include "cli/command/block_rows.h"

#include "workflow/edit/edit.h"

enum err
block_rows_read(struct block_rows *out, struct cli *cli, const char *name,
                const char *block, struct error *e)
{
    *out = (struct block_rows){.document = NULL};
    rows_init(&out->rows);
    enum err err = manager_document(cli->manager, name, &out->document, e);
    if (err != ERR_OK)
        return err;
    out->block = document_block_find(out->document, block);
    if (!out->block)
        return error_set(e, ERR_NOT_FOUND,
                         "%s: no such block (see tailor block list %s)", block,
                         name);
    if (!kind_field(out->block->kind, "mapping"))
        return error_set(e, ERR_INVALID, "%s: a %s block has no mapping", block,
                         out->block->kind->name);
    return rows_read(&out->rows, block_field(out->block, "mapping"), e);
}

void
block_rows_clear(struct block_rows *b)
{
    rows_clear(&b->rows);
    document_free(b->document);
    *b = (struct block_rows){.document = NULL};
}

enum err
block_rows_put(struct editing *ed, const char *block,
               const struct mapping_rows *rows, struct error *e)
{
    struct value *patch = NULL;
    enum err err = edit_set(&patch, ed->now.document, block, "mapping",
                            rows_value(rows), e);
    return editing_apply(ed, err, patch, e);
}
