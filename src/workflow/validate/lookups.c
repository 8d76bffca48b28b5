/* Validation of look-ups, and of what blocks keep for them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/lookup.h"
#include "workflow/connector/schema.h"
#include "workflow/validate/validate_private.h"

static void
check_table(struct check *c, const char *field, const char *table)
{
    if (!document_table(c->d, table, strlen(table)))
        check_fail(c, field,
                   "the workflow has no value table \"%.100s\" (add it, or "
                   "correct the name)",
                   table);
}

/* True where the answer of A has the field PATH, of each record where it gives
 * several: by name, or because it says that it has others too. */
static bool
answer_has(const struct connector_action *a, const char *path)
{
    const char *list = value_get_text(a->paging, "items");
    const struct value *record = a->output;
    struct schema_targets targets;
    if (list)
        record = value_get(value_get(value_get(a->output, "properties"), list),
                           "items");
    const struct value *others = value_get(record, "additionalProperties");
    if (others && !value_is(others, VALUE_FALSE))
        return true;
    char *whole = list ? mem_printf("%s[*].%s", list, path) : mem_strdup(path);
    schema_targets_init(&targets);
    schema_collect(&targets, a->output, NULL);
    bool found = schema_targets_find(&targets, whole) != NULL;
    schema_targets_clear(&targets);
    free(whole);
    return found;
}

/* The action that F names, or NULL, which is said. */
static const struct connector_action *
found_action(struct check *c, const char *field, const struct row_find *f,
             const struct connector **connector)
{
    const struct connector *found = check_connector(c, f->app);
    const struct connector_action *a =
        found ? connector_action(found, f->action) : NULL;
    if (!found)
        check_fail(c, field,
                   "the workflow uses no app \"%.60s\" (add a block of it, or "
                   "correct the name)",
                   f->app);
    else if (!a)
        check_fail(c, field,
                   "%s has no action \"%.60s\" (\"connector show %s\" lists "
                   "them)",
                   connector_name(found), f->action, f->app);
    *connector = found;
    return a;
}

static void
check_find(struct check *c, const char *field, const char *what)
{
    struct row_find f;
    const struct connector *connector;
    const struct connector_action *a = NULL;
    if (row_find_read(&f, what, NULL) == ERR_OK)
        a = found_action(c, field, &f, &connector);
    if (!a) {
        row_find_clear(&f);
        return;
    }
    if (a->effect)
        check_fail(c, field,
                   "\"%s\" changes something in %s (name an action that only "
                   "searches or reads)",
                   a->name, connector_name(connector));
    else if (!value_get(value_get(a->input, "properties"), f.key))
        check_fail(c, field,
                   "\"%.60s\" is not an input of \"%s\" (correct the name)",
                   f.key, a->name);
    else if (!answer_has(a, f.take))
        check_fail(c, field,
                   "\"%s\" does not say that it finds \"%.60s\" (name a field "
                   "of its records)",
                   a->name, f.take);
    else
        check_fail(c, field,
                   "it is looked up in %s, and the runtime does not look up in "
                   "apps (use a value table)",
                   connector_name(connector));
    row_find_clear(&f);
}

void
check_lookups(struct check *c, const char *field, const struct mapping_row *row)
{
    static const struct {
        enum row_member member;
        enum lookup_kind kind;
    } members[] = {{ROW_LOOKUP, LOOKUP_TABLE},
                   {ROW_FIND, LOOKUP_FIND},
                   {ROW_REFERENCE, LOOKUP_REFERENCE}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *text = row->more[members[i].member];
        struct row_lookup l;
        if (!text || row_lookup_read(&l, members[i].kind, text, NULL) != ERR_OK)
            continue; /* the plan reports one that cannot be read */
        c->member = row_member(members[i].member)->key;
        if (l.kind == LOOKUP_TABLE)
            check_table(c, field, l.what);
        else if (l.kind == LOOKUP_FIND)
            check_find(c, field, l.what);
        else
            check_fail(c, field,
                       "it is looked up in a cross reference, and the runtime "
                       "keeps none (use a value table)");
        free(l.what);
    }
    c->member = NULL;
}

/* What the block sends to, where its connector says it; else NULL. */
static const struct connector_action *
own_action(const struct check *c)
{
    const struct connector *found = check_connector(c, block_text(c->b, "app"));
    return found ? connector_action(found, block_text(c->b, "action")) : NULL;
}

void
check_kept_reference(struct check *c)
{
    const char *record = block_text(c->b, "reference");
    const char *key = block_text(c->b, "referenceKey");
    const char *id = block_text(c->b, "referenceId");
    const struct connector_action *a = own_action(c);
    if (!*record && (*key || block_field(c->b, "referenceId")))
        check_fail(c, "reference",
                   "it does not say of which cross reference (name the kind "
                   "of record, such as customer)");
    if (!*record)
        return;
    if (strchr(record, ','))
        check_fail(c, "reference",
                   "a kind of record is one word, such as customer (remove the "
                   "comma)");
    if (!*key)
        check_fail(c, "referenceKey",
                   "it does not say what the key is (name the field with the "
                   "id of the record that is sent)");
    if (a && !a->effect)
        check_fail(c, "reference",
                   "\"%s\" only reads (leave the reference out)", a->name);
    else if (a && !answer_has(a, id))
        check_fail(c, "referenceId",
                   "\"%s\" does not say that its answer has \"%.60s\" (name a "
                   "field of the answer)",
                   a->name, id);
    check_fail(c, "reference",
               "the runtime keeps no cross references (leave it out)");
}
