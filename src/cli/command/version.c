/* tailor version …: versions and what is in them. */
#include <stdlib.h>

#include "cli/command/checked_rows.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/draft/warnings.h"

enum { DOCUMENT_MAX = 16 << 20 };

enum err
cmd_version_list(struct cli *cli, struct error *e)
{
    struct version_list list;
    struct value *rows = value_array();
    enum err err =
        manager_version_list(cli->manager, cli_arg(cli, 0),
                             cli_option(cli, "installation"), &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, row_version(&list.rows[i]));
    version_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, version_columns, "no versions");
    else
        value_free(rows);
    return err;
}

/* The document of version NAME as JSON, owned by the caller. */
static enum err
read_document(struct cli *cli, const char *name, struct value **out,
              struct error *e)
{
    struct buf text;
    *out = NULL;
    buf_init(&text, DOCUMENT_MAX);
    enum err err = manager_version_document(cli->manager, name, &text, e);
    if (err == ERR_OK)
        err = value_read(out, buf_str(&text), text.len, &value_limits_document,
                         name, e);
    buf_clear(&text);
    return err;
}

enum err
cmd_version_show(struct cli *cli, struct error *e)
{
    struct version_list list;
    struct value *v = NULL, *document = NULL;
    enum err err = manager_version_show(cli->manager, cli_arg(cli, 0), NULL,
                                        NULL, &list, e);
    if (err == ERR_OK)
        v = row_version(&list.rows[0]);
    version_list_clear(&list);
    if (err == ERR_OK && cli_has(cli, "document"))
        err = read_document(cli, cli_arg(cli, 0), &document, e);
    if (err != ERR_OK) {
        value_free(v);
        return err;
    }
    if (document && !cli->json) {
        value_free(v);
        cli_print_json(cli, document);
        return ERR_OK;
    }
    if (document)
        value_set(v, "document", document);
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}

/* Prints PROBLEMS and what became of the expected results; INVALID where
 * either keeps the version from being released. */
static enum err
print_validation(struct cli *cli, const struct problem_list *problems,
                 const struct checked *expected, struct error *e)
{
    static const struct cli_column columns[] = {{"", "severity"},
                                                {"BLOCK", "block"},
                                                {"FIELD", "field"},
                                                {"PROBLEM", "message"},
                                                {NULL, NULL}};
    struct value *more = value_object();
    struct buf text;
    buf_init(&text, 2000);
    value_set(more, "expected", checked_json(expected));
    cli_print_page(cli, problem_list_value(problems), more, columns,
                   "no problems");
    checked_say(expected, &text);
    if (text.len)
        cli_say(cli, "expected results: %s", buf_str(&text));
    buf_clear(&text);
    if (problems->errors > 0)
        return error_set(e, ERR_INVALID,
                         "%zu problems keep it from being released",
                         problems->errors);
    if (expected->blocking > 0 && expected->verdict == CHECKED_CLOSED)
        return error_set(e, ERR_REFUSED,
                         "%zu expected results can keep it from being "
                         "released, and were not checked: you may not see what "
                         "customers sent (someone who may must validate it)",
                         expected->blocking);
    if (expected->blocking > 0)
        return error_set(e, ERR_INVALID,
                         "a difference from the expected results keeps it from "
                         "being released");
    return ERR_OK;
}

enum err
cmd_version_validate(struct cli *cli, struct error *e)
{
    struct problem_list problems;
    struct checked expected = {.count = 0};
    const char *name = cli_arg(cli, 0);
    problem_list_init(&problems);
    enum err err = manager_version_validate(cli->manager, name, &problems, e);
    if (err == ERR_OK)
        manager_warnings(cli->manager, name, WARNINGS_SAMPLES, &problems);
    if (err == ERR_OK)
        err = manager_check_samples(cli->manager, name, NULL, &expected, e);
    if (err == ERR_OK)
        err = print_validation(cli, &problems, &expected, e);
    checked_clear(&expected);
    problem_list_clear(&problems);
    return err;
}

/* Prints what leads from version FROM to version TO, each with the label that
 * says so to people. */
static enum err
print_diff(struct cli *cli, const char *from, const char *from_label,
           const char *to, const char *to_label, struct error *e)
{
    static const struct cli_column columns[] = {{"CHANGE", "text"},
                                                {NULL, NULL}};
    struct change_list changes;
    change_list_init(&changes);
    enum err err = manager_version_diff(cli->manager, from, to, &changes, e);
    if (err == ERR_OK) {
        cli_print_list(cli, change_list_value(&changes), columns,
                       "nothing differs");
        cli_say(cli, "%s compared with %s", to_label, from_label);
    }
    change_list_clear(&changes);
    return err;
}

/* VERSION alone is compared as its screen does it. */
static enum err
diff_alone(struct cli *cli, const char *name, struct error *e)
{
    struct version_list list;
    enum err err =
        manager_version_show(cli->manager, name, NULL, NULL, &list, e);
    if (err == ERR_OK && !version_made_from(&list.rows[0]))
        err = error_set(e, ERR_NOT_FOUND,
                        "%s was made from no other version (name two)",
                        list.rows[0].label);
    if (err == ERR_OK)
        err = print_diff(cli, version_made_from(&list.rows[0]),
                         list.rows[0].parent_label, list.rows[0].id,
                         list.rows[0].label, e);
    version_list_clear(&list);
    return err;
}

enum err
cmd_version_diff(struct cli *cli, struct error *e)
{
    const char *from = cli_arg(cli, 0), *to = cli_arg(cli, 1);
    return to ? print_diff(cli, from, from, to, to, e)
              : diff_alone(cli, from, e);
}
