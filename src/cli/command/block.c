/* tailor block …: the blocks of a draft. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "workflow/document/kinds.h"
#include "workflow/edit/edit.h"
#include "workflow/edit/summary.h"

static const struct cli_column block_columns[] = {
    {"NO", "number"},     {"BLOCK", "name"}, {"KIND", "kind"},
    {"INSIDE", "inside"}, {"LIST", "list"},  {"SUMMARY", "summary"},
    {"ID", "id"},         {NULL, NULL}};

static struct value *
block_json(const struct editing *ed, const struct block *b)
{
    struct value *v = value_object();
    char *summary = summary_block(b, ed->now.document, &ed->connectors);
    value_set(v, "number", value_int(b - ed->now.document->blocks + 1));
    value_set_text(v, "name", b->name);
    value_set_text(v, "kind", b->kind->name);
    value_set_text(v, "inside", b->parent ? b->parent->name : NULL);
    value_set_text(v, "list", b->list);
    value_set_text(v, "summary", summary);
    value_set_text(v, "id", b->id);
    free(summary);
    return v;
}

static struct value *
blocks_json(const struct editing *ed)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < ed->now.document->count; i++)
        value_append(rows, block_json(ed, &ed->now.document->blocks[i]));
    return rows;
}

/* A version (draft or not) opened for reading its blocks. */
static enum err
open_for_reading(struct editing *ed, struct cli *cli, struct error *e)
{
    *ed = (struct editing){.manager = cli->manager};
    connector_set_init(&ed->connectors);
    enum err err =
        manager_document(cli->manager, cli_arg(cli, 0), &ed->now.document, e);
    if (err == ERR_OK)
        err = manager_connectors(cli->manager, ed->now.document,
                                 &ed->connectors, e);
    return err;
}

enum err
cmd_block_list(struct cli *cli, struct error *e)
{
    struct editing ed;
    enum err err = open_for_reading(&ed, cli, e);
    if (err == ERR_OK)
        cli_print_list(cli, blocks_json(&ed), block_columns, "no blocks yet");
    editing_end(&ed);
    return err;
}

/* VALUE as JSON where it is JSON, else as text. */
static struct value *
parse_setting(const char *text)
{
    struct value *v = NULL;
    if (value_read(&v, text, strlen(text), &value_limits_document, "value",
                   NULL) != ERR_OK)
        v = value_string(text);
    return v;
}

/* Puts the KEY=VALUE in TEXT into CONFIG. */
static enum err
read_setting(const char *text, struct value *config, struct error *e)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return error_set(e, ERR_USAGE, "%s: write it as KEY=VALUE", text);
    value_set_n(config, text, (size_t)(equals - text),
                parse_setting(equals + 1));
    return ERR_OK;
}

static struct edit_place
place_of(const struct cli *cli)
{
    static const struct {
        const char *option;
        int where;
    } places[] = {
        {"before", PLACE_BEFORE}, {"after", PLACE_AFTER}, {"into", PLACE_INTO}};
    struct edit_place place = {.where = PLACE_END,
                               .list = cli_option(cli, "list")};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (cli_has(cli, places[i].option)) {
            place.where = places[i].where;
            place.ref = cli_option(cli, places[i].option);
        }
    }
    return place;
}

/* Prints the draft's revision and the block NAME. */
static void
print_block(struct cli *cli, const struct editing *ed, const char *name)
{
    const struct block *b =
        name ? document_block_find(ed->now.document, name) : NULL;
    struct value *v = b ? block_json(ed, b) : value_object();
    value_set_text(v, "versionId", ed->draft);
    value_set_int(v, "revision", ed->now.revision);
    cli_print_object(cli, v, NULL);
}

static enum err
make_block(struct cli *cli, const struct editing *ed, struct value **out,
           struct error *e)
{
    const struct kind *kind = kind_find(cli_arg(cli, 1));
    struct value *config = value_object();
    const char *setting;
    enum err err = ERR_OK;
    if (!kind)
        err = error_set(e, ERR_INVALID,
                        "%s: no such kind of block (see tailor block kinds)",
                        cli_arg(cli, 1));
    for (size_t i = 0;
         err == ERR_OK && (setting = cli_option_at(cli, "set", i)) != NULL; i++)
        err = read_setting(setting, config, e);
    if (err == ERR_OK)
        *out = edit_new_block(ed->now.document, kind, cli_option(cli, "name"),
                              config);
    value_free(config);
    return err;
}

/* The app whose connector a block needs: its own, or that of its
 * credential; NULL for none. */
static const char *
app_of(const struct value *block)
{
    const char *app = value_get_text(block, "app");
    return app ? app : value_get_text(value_get(block, "auth"), "app");
}

enum err
cmd_block_add(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *block = NULL, *patch = NULL;
    char *id = NULL;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK)
        err = make_block(cli, &ed, &block, e);
    if (err == ERR_OK) {
        const char *app = app_of(block);
        id = mem_strdup(value_get_text(block, "id"));
        err =
            edit_insert(&patch, ed.now.document, block, place_of(cli),
                        app ? connector_set_app(&ed.connectors, app) : NULL, e);
        err = editing_apply(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        print_block(cli, &ed, id);
    free(id);
    editing_end(&ed);
    return err;
}

/* Pins the connector that CONFIG names, where the document pins none. */
static enum err
pin_connector(struct editing *ed, const struct value *config, struct error *e)
{
    const char *app = app_of(config);
    const struct connector *c =
        app ? connector_set_app(&ed->connectors, app) : NULL;
    struct value *patch = NULL;
    if (!c || document_connector(ed->now.document, app))
        return ERR_OK;
    enum err err = edit_connector(&patch, ed->now.document, c, e);
    return editing_stage(ed, err, patch, e);
}

/* Stages the one KEY=VALUE in TEXT. */
static enum err
set_one(struct editing *ed, const char *block, const char *text,
        struct error *e)
{
    struct value *config = value_object();
    struct value *patch = NULL;
    enum err err = read_setting(text, config, e);
    if (err == ERR_OK)
        err = pin_connector(ed, config, e);
    if (err == ERR_OK) {
        char *key = mem_strdup(value_key(config, 0, NULL));
        err = edit_set(&patch, ed->now.document, block, key,
                       value_detach(config, key), e);
        err = editing_stage(ed, err, patch, e);
        free(key);
    }
    value_free(config);
    return err;
}

enum err
cmd_block_set(struct cli *cli, struct error *e)
{
    struct editing ed;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    for (size_t i = 2; err == ERR_OK && i < cli->line.arg_count; i++)
        err = set_one(&ed, cli_arg(cli, 1), cli_arg(cli, i), e);
    if (err == ERR_OK)
        err = editing_store(&ed, e);
    if (err == ERR_OK)
        print_block(cli, &ed, cli_arg(cli, 1));
    editing_end(&ed);
    return err;
}

enum err
cmd_block_rename(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK) {
        err = edit_rename(&patch, ed.now.document, cli_arg(cli, 1),
                          cli_arg(cli, 2), e);
        err = editing_apply(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        print_block(cli, &ed, cli_arg(cli, 2));
    editing_end(&ed);
    return err;
}

enum err
cmd_block_move(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK) {
        err = edit_move(&patch, ed.now.document, cli_arg(cli, 1), place_of(cli),
                        e);
        err = editing_apply(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        print_block(cli, &ed, cli_arg(cli, 1));
    editing_end(&ed);
    return err;
}

enum err
cmd_block_remove(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK) {
        err = edit_remove(&patch, ed.now.document, cli_arg(cli, 1), e);
        err = editing_apply(&ed, err, patch, e);
    }
    if (err == ERR_OK)
        print_block(cli, &ed, NULL);
    editing_end(&ed);
    return err;
}

static struct value *
fields_json(const struct kind *kind)
{
    struct value *rows = value_array();
    for (const struct kind_field *f = kind->fields; f->name; f++) {
        struct value *v = value_object();
        value_set_text(v, "name", f->name);
        value_set_text(v, "type", field_type_word(f->type));
        value_set_bool(v, "required", f->flags & FIELD_REQUIRED);
        value_set_text(v, "help", f->help);
        value_append(rows, v);
    }
    return rows;
}

enum err
cmd_block_kinds(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"KIND", "kind"},
                                                {"ROLE", "role"},
                                                {"RUNS", "runs"},
                                                {"WHAT IT IS FOR", "help"},
                                                {NULL, NULL}};
    struct value *rows = value_array();
    (void)e;
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *kind = kind_get((enum kind_id)i);
        struct value *v = value_object();
        value_set_text(v, "kind", kind->name);
        value_set_text(v, "role", kind_role_word(kind->role));
        value_set_bool(v, "runs", kind->runs);
        value_set_text(v, "help", kind->help);
        value_set(v, "fields", fields_json(kind));
        value_append(rows, v);
    }
    cli_print_list(cli, rows, columns, "none");
    return ERR_OK;
}
