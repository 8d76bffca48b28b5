/* tailor mapping …: the rows of a block. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command/block_rows.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "manager/draft/foreign.h"
#include "workflow/edit/edit.h"

#define USUAL_COLUMNS 5

/* The usual columns and those of members.def that a row has. */
static void
find_columns(const struct mapping_rows *rows,
             struct cli_column out[USUAL_COLUMNS + ROW_MEMBERS + 1])
{
    static const struct cli_column usual[USUAL_COLUMNS] = {
        {"TARGET", "target"},
        {"SOURCE", "source"},
        {"DEFAULT", "default"},
        {"REQUIRED", "required"},
        {"NOTE", "note"}};
    static const struct cli_column more[ROW_MEMBERS] = {
#define MEMBER(id, key, option, without, form, help) {#id, key},
#include "mapping/row/members.def"
#undef MEMBER
    };
    size_t n = USUAL_COLUMNS;
    memcpy(out, usual, sizeof usual);
    for (size_t m = 0; m < ROW_MEMBERS; m++) {
        bool used = false;
        for (size_t i = 0; i < rows->count && !used; i++)
            used = rows->rows[i].more[m] != NULL;
        if (used)
            out[n++] = more[m];
    }
    out[n] = (struct cli_column){NULL, NULL};
}

enum err
cmd_mapping_show(struct cli *cli, struct error *e)
{
    struct cli_column columns[USUAL_COLUMNS + ROW_MEMBERS + 1];
    struct block_rows b;
    enum err err =
        block_rows_read(&b, cli, cli_arg(cli, 0), cli_arg(cli, 1), e);
    if (err == ERR_OK) {
        find_columns(&b.rows, columns);
        cli_print_list(cli, rows_value(&b.rows), columns, "no rows yet");
    }
    block_rows_clear(&b);
    return err;
}

/* Puts the options of members.def into ROW; *ANY says whether there are. What
 * has no word for being left out is taken away by "none". */
static enum err
set_members(struct cli *cli, struct value *row, bool *any, struct error *e)
{
    for (enum row_member m = 0; m < ROW_MEMBERS; m++) {
        const struct row_member_help *h = row_member(m);
        const char *typed = cli_option(cli, h->option);
        char *text = NULL;
        if (!typed)
            continue;
        *any = true;
        if (!h->without && strcmp(typed, "none") == 0)
            typed = "";
        enum err err = row_member_read(m, typed, &text, e);
        if (err != ERR_OK)
            return err;
        if (text)
            value_set_text(row, h->key, text);
        else
            value_remove(row, h->key);
        free(text);
    }
    return ERR_OK;
}

/* Puts what the options say into ROW; *ANY says whether there are. */
static enum err
set_options(struct cli *cli, struct value *row, bool *any, struct error *e)
{
    const char *fallback = cli_option(cli, "default");
    struct value *json = NULL;
    enum err err = ERR_OK;
    if (fallback)
        err = value_read(&json, fallback, strlen(fallback),
                         &value_limits_document, "--default", e);
    if (json)
        value_set(row, "default", json);
    if (cli_has(cli, "required"))
        value_set_bool(row, "required", true);
    if (cli_has(cli, "optional"))
        value_remove(row, "required");
    if (cli_has(cli, "note"))
        value_set_text(row, "note", cli_option(cli, "note"));
    *any = fallback || cli_has(cli, "required") || cli_has(cli, "optional") ||
           cli_has(cli, "note");
    return err == ERR_OK ? set_members(cli, row, any, e) : err;
}

/* Puts what the options say into the row of TARGET. */
static enum err
set_extras(struct cli *cli, struct editing *ed, struct error *e)
{
    const struct block *b =
        document_block_find(ed->now.document, cli_arg(cli, 1));
    long index = b ? edit_row_index(b, cli_arg(cli, 2)) : -1;
    bool any = false;
    if (index < 0)
        return ERR_OK;
    struct value *row =
        value_copy(value_at(block_field(b, "mapping"), (size_t)index));
    struct value *patch = NULL;
    enum err err = set_options(cli, row, &any, e);
    if (err != ERR_OK || !any) {
        value_free(row);
        return err;
    }
    err = edit_row_put(&patch, ed->now.document, cli_arg(cli, 1), row, SIZE_MAX,
                       e);
    return editing_stage(ed, err, patch, e);
}

enum err
cmd_mapping_set(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK) {
        err = edit_row_set(&patch, ed.now.document, cli_arg(cli, 1),
                           cli_arg(cli, 2), cli_arg(cli, 3), e);
        err = editing_stage(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        err = set_extras(cli, &ed, e);
    if (err == ERR_OK)
        err = editing_store(&ed, e);
    if (err == ERR_OK)
        cli_print_object(cli, row_revision(ed.draft, ed.now.revision), NULL);
    editing_end(&ed);
    return err;
}

enum err
cmd_mapping_unset(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK) {
        err = edit_row_unset(
            &patch, ed.now.document, cli_arg(cli, 1), cli_arg(cli, 2),
            cli_has(cli, "remove") ? EDIT_ROW_REMOVE : EDIT_ROW_BLANK, e);
        err = editing_apply(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        cli_print_object(cli, row_revision(ed.draft, ed.now.revision), NULL);
    editing_end(&ed);
    return err;
}

/* Of a version of another customer, FROM loses what stays with that, which OUT
 * lists. DRAFT is where it goes. */
static enum err
leave_out(struct cli *cli, const char *draft, struct block_rows *from,
          struct foreign *out, struct error *e)
{
    struct selection s = {from->document, &from->block, 1};
    struct version_list to;
    *out = (struct foreign){.installation = NULL};
    enum err err =
        manager_version_show(cli->manager, draft, NULL, NULL, &to, e);
    if (err == ERR_OK)
        err = manager_foreign(cli->manager, cli_arg(cli, 0), &s, "mapping", out,
                              e);
    if (err == ERR_OK && foreign_in(out, to.rows[0].installation_id)) {
        const struct block *b = document_block(out->document, from->block->id);
        rows_clear(&from->rows);
        rows_init(&from->rows);
        err = rows_read(&from->rows, block_field(b, "mapping"), e);
    } else {
        struct foreign whole = {.installation = NULL};
        memcpy(whole.source, out->source, IDENT_SIZE);
        foreign_clear(out);
        *out = whole;
    }
    version_list_clear(&to);
    return err;
}

/* Every place that was left out: on one line where they are few. */
static void
warn_left_out(const struct foreign *foreign)
{
    static const char now[] = "blank in the draft now, whatever its own rows "
                              "said; draft undo takes the copy back";
    struct buf words;
    size_t n = value_size(foreign->left_out);
    buf_init_any(&words);
    foreign_words(foreign, &words);
    if (n > 0 && n <= FOREIGN_NAMED)
        cli_warn("%s (%s)", buf_str(&words), now);
    else if (n > 0)
        cli_warn("%zu places left out of %s (%s):", n, foreign->customer, now);
    for (size_t i = 0; n > FOREIGN_NAMED && i < n; i++)
        cli_warn("  %s", value_text_or(value_at(foreign->left_out, i), ""));
    buf_clear(&words);
}

static void
print_copied(struct cli *cli, const struct editing *ed,
             const struct foreign *foreign)
{
    struct value *v = row_revision(ed->draft, ed->now.revision);
    if (foreign->left_out)
        value_set(v, "leftOut", value_copy(foreign->left_out));
    cli_print_object(cli, v, NULL);
    warn_left_out(foreign);
}

enum err
cmd_mapping_copy(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct block_rows from;
    struct foreign foreign = {.installation = NULL};
    enum err err =
        block_rows_read(&from, cli, cli_arg(cli, 0), cli_arg(cli, 1), e);
    if (err == ERR_OK)
        err = leave_out(cli, cli_arg(cli, 2), &from, &foreign, e);
    if (err == ERR_OK) {
        err = editing_begin(&ed, cli->manager, cli_arg(cli, 2), e);
        memcpy(ed.source, foreign.source, IDENT_SIZE);
        if (err == ERR_OK)
            err = block_rows_put(&ed, cli_arg(cli, 3), &from.rows, e);
        if (err == ERR_OK)
            print_copied(cli, &ed, &foreign);
        editing_end(&ed);
    }
    foreign_clear(&foreign);
    block_rows_clear(&from);
    return err;
}
