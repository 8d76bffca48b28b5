/* tailor sample …: recorded inputs to try drafts on. */
#include <stdlib.h>
#include <string.h>

#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/catalogue/sample.h"

enum { SAMPLES_SHOWN = 1000 };

enum err
cmd_sample_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"SAMPLE", "label"}, {"AT", "at"}, {"ID", "sampleId"}, {NULL, NULL}};
    struct sample_list list;
    struct value *rows = value_array();
    enum err err = manager_sample_list(cli->manager, cli_arg(cli, 0),
                                       cli_option(cli, "installation"),
                                       SAMPLES_SHOWN, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        struct value *v = value_object();
        value_set_text(v, "sampleId", list.rows[i].id);
        value_set_text(v, "label", list.rows[i].label);
        row_set_time(v, "at", list.rows[i].at);
        value_append(rows, v);
    }
    sample_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "no samples");
    else
        value_free(rows);
    return err;
}

enum err
cmd_sample_show(struct cli *cli, struct error *e)
{
    struct sample_list list;
    struct value *v = NULL;
    const char *name = cli_arg(cli, 1);
    enum err err = manager_sample_list(cli->manager, cli_arg(cli, 0),
                                       cli_option(cli, "installation"),
                                       SAMPLES_SHOWN, &list, e);
    for (size_t i = 0; err == ERR_OK && !v && i < list.count; i++) {
        const struct sample_row *r = &list.rows[i];
        bool named = strcmp(r->id, name) == 0 || strcmp(r->label, name) == 0;
        if (named && r->body)
            err = value_read(&v, r->body, strlen(r->body), &value_limits_event,
                             r->label, e);
    }
    sample_list_clear(&list);
    if (err == ERR_OK && !v)
        err = manager_may_see_payloads(cli->manager, e);
    if (err == ERR_OK && !v)
        err = error_set(e, ERR_NOT_FOUND, "%s: no such sample of %s", name,
                        cli_arg(cli, 0));
    if (err == ERR_OK)
        cli_print_json(cli, v);
    return err;
}

enum err
cmd_sample_add(struct cli *cli, struct error *e)
{
    struct value *v = NULL;
    const char *file = cli_arg(cli, 1);
    const char *label = cli_option(cli, "label");
    bool fresh = false;
    enum err err = cli_read_json(file, &value_limits_event, &v, e);
    if (err != ERR_OK)
        return err;
    v = sample_value(v);
    err = manager_sample_keep(cli->manager, cli_arg(cli, 0),
                              label ? label : file, v, &fresh, e);
    value_free(v);
    if (err == ERR_OK)
        cli_say(cli, "%s: %s", label ? label : file,
                fresh ? "kept" : "was kept already");
    return err;
}
