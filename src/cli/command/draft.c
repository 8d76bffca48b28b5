/* tailor draft …: fork, edit, undo, hand over. */
#include <stdlib.h>

#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/draft/kept.h"

static enum draft_choice
choice_of(const struct cli *cli)
{
    if (cli_has(cli, "resume"))
        return DRAFT_RESUME;
    return cli_has(cli, "new") ? DRAFT_ANOTHER : DRAFT_ASK;
}

/* Prints the draft ID as `draft show` does. */
static enum err
print_draft(struct cli *cli, const char *id, struct error *e)
{
    struct version_list list;
    struct value *v = NULL;
    enum err err = manager_version_show(cli->manager, id, NULL, NULL, &list, e);
    if (err == ERR_OK)
        v = row_version(&list.rows[0]);
    version_list_clear(&list);
    if (err == ERR_OK)
        cli_print_object(cli, v, NULL);
    return err;
}

enum err
cmd_draft_new(struct cli *cli, struct error *e)
{
    char id[IDENT_SIZE];
    enum err err =
        manager_draft_new(cli->manager, cli_arg(cli, 0), choice_of(cli), id, e);
    return err == ERR_OK ? print_draft(cli, id, e) : err;
}

enum err
cmd_draft_list(struct cli *cli, struct error *e)
{
    struct version_list list;
    struct value *rows = value_array();
    enum err err = manager_draft_list(cli->manager, cli_option(cli, "author"),
                                      cli_option(cli, "installation"),
                                      cli_has(cli, "all"), &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, row_version(&list.rows[i]));
    version_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, draft_columns, "no open drafts");
    else
        value_free(rows);
    return err;
}

enum err
cmd_draft_show(struct cli *cli, struct error *e)
{
    return print_draft(cli, cli_arg(cli, 0), e);
}

/* Prints the revision of NOW, which it clears, where the change ended well
 * (RC); returns RC. */
static enum err
print_change(struct cli *cli, enum err err, struct draft_content *now)
{
    if (err != ERR_OK)
        return err;
    cli_print_object(cli, row_revision(cli_arg(cli, 0), now->revision), NULL);
    draft_content_clear(now);
    return ERR_OK;
}

/* The revision of --revision; any where it was left out. */
static enum err
wanted_revision(const struct cli *cli, struct draft_content *seen,
                struct error *e)
{
    long long n = -1;
    enum err err = cli_option_number(cli, "revision", 0, -1, &n, e);
    *seen = (struct draft_content){.revision = n};
    return err;
}

enum err
cmd_draft_patch(struct cli *cli, struct error *e)
{
    struct value *patch = NULL;
    struct draft_content seen, now;
    enum err err = wanted_revision(cli, &seen, e);
    if (err == ERR_OK)
        err = cli_read_json(cli_arg(cli, 1), &value_limits_document, &patch, e);
    if (err == ERR_OK)
        err = manager_draft_edit(cli->manager, cli_arg(cli, 0), &seen, patch,
                                 &now, e);
    value_free(patch);
    return print_change(cli, err, &now);
}

enum err
cmd_draft_undo(struct cli *cli, struct error *e)
{
    struct draft_content seen, now;
    enum err err = wanted_revision(cli, &seen, e);
    if (err == ERR_OK)
        err = manager_draft_undo(cli->manager, cli_arg(cli, 0), &seen, cli->yes,
                                 &now, e);
    return print_change(cli, err, &now);
}

enum err
cmd_draft_redo(struct cli *cli, struct error *e)
{
    struct draft_content seen, now;
    enum err err = wanted_revision(cli, &seen, e);
    if (err == ERR_OK)
        err = manager_draft_redo(cli->manager, cli_arg(cli, 0), &seen, cli->yes,
                                 &now, e);
    return print_change(cli, err, &now);
}

enum err
cmd_draft_log(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"REVISION", "revision"}, {"KIND", "kind"},
        {"AUTHOR", "author"},     {"AT", "at"},
        {"EDIT", "edit"},         {"PATCH", "patch"},
        {NULL, NULL}};
    struct draft_log log;
    struct value *rows = value_array();
    enum err err = manager_draft_log(cli->manager, cli_arg(cli, 0), 0, &log, e);
    if (err == ERR_OK)
        err = manager_draft_log_names(cli->manager, cli_arg(cli, 0), &log, e);
    for (size_t i = 0; err == ERR_OK && i < log.count; i++)
        value_append(rows, row_edit(&log.rows[i]));
    draft_log_clear(&log);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "no changes yet");
    else
        value_free(rows);
    return err;
}

/* Prints the draft that an operation has changed. */
static enum err
print_changed(struct cli *cli, enum err err, struct error *e)
{
    return err == ERR_OK ? print_draft(cli, cli_arg(cli, 0), e) : err;
}

enum err
cmd_draft_ready(struct cli *cli, struct error *e)
{
    return print_changed(
        cli, manager_draft_ready(cli->manager, cli_arg(cli, 0), NULL, e), e);
}

enum err
cmd_draft_take(struct cli *cli, struct error *e)
{
    return print_changed(
        cli, manager_draft_take(cli->manager, cli_arg(cli, 0), NULL, e), e);
}

enum err
cmd_draft_discard(struct cli *cli, struct error *e)
{
    struct draft_shown shown; /* a name may mean another draft meanwhile */
    enum err err = manager_draft_find_to_discard(cli->manager, cli_arg(cli, 0),
                                                 &shown, e);
    if (err == ERR_OK &&
        !cli_confirm(cli, "Discard the draft (draft restore brings it back)",
                     "discard", e))
        err = e->code;
    if (err == ERR_OK)
        err = manager_draft_discard(cli->manager, shown.id, &shown, e);
    return err == ERR_OK ? print_draft(cli, shown.id, e) : err;
}

enum err
cmd_draft_restore(struct cli *cli, struct error *e)
{
    return print_changed(
        cli, manager_draft_restore(cli->manager, cli_arg(cli, 0), e), e);
}

enum err
cmd_draft_note(struct cli *cli, struct error *e)
{
    const char *note = cli_arg(cli, 1);
    if (!note == !cli_has(cli, "clear"))
        return error_set(e, ERR_USAGE, "draft note: give a note or --clear");
    enum err err = manager_draft_note(cli->manager, cli_arg(cli, 0),
                                      note ? note : "", e);
    return err == ERR_OK ? print_draft(cli, cli_arg(cli, 0), e) : err;
}

static struct value *
row_kept(const struct kept_text *t)
{
    struct value *v = value_object();
    row_set_time(v, "at", t->at);
    value_set_text(v, "place", t->label);
    value_set_text(v, "why", t->why);
    if (t->text)
        value_set_text(v, "text", t->text);
    return v;
}

enum err
cmd_draft_kept(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"AT", "at"},
                                                {"PLACE", "place"},
                                                {"WHY", "why"},
                                                {"TEXT", "text"},
                                                {NULL, NULL}};
    struct kept_list list;
    struct value *rows = value_array();
    enum err err = manager_draft_kept(cli->manager, cli_arg(cli, 0), &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, row_kept(&list.rows[i]));
    kept_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "no kept texts");
    else
        value_free(rows);
    return err;
}

enum err
cmd_draft_forget(struct cli *cli, struct error *e)
{
    size_t count = 0;
    enum err err =
        manager_draft_forget(cli->manager, cli_arg(cli, 0), NULL, &count, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_int(v, "removed", (int64_t)count);
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}
