/* What the schema of a block's targets says of them. */
#include "workflow/document/expected.h"

#include "base/text.h"
#include "workflow/connector/schema.h"

const struct value *
document_input_schema(const struct document *d, const struct connector_set *set,
                      const struct block *b)
{
    if (b->kind->role == ROLE_TRIGGER)
        return NULL;
    const struct connector *c =
        connector_set_find(set, document_connector(d, block_text(b, "app")));
    const struct connector_action *a =
        c ? connector_action(c, block_text(b, "action")) : NULL;
    return a ? a->input : block_field(b, "schema");
}

static enum form_expected
expected_by(const struct schema_target *t)
{
    const char *format = t ? value_get_text(t->schema, "format") : NULL;
    if (!t || !t->schema || t->types == SCHEMA_ANY)
        return EXPECT_ANY;
    if ((t->types & SCHEMA_NUMBER) && !(t->types & SCHEMA_STRING))
        return EXPECT_NUMBER;
    bool date = text_equal(format, "date") || text_equal(format, "date-time");
    return date ? EXPECT_DATE : EXPECT_ANY;
}

void
document_expect(struct plan *p, const struct mapping_rows *rows,
                const struct document *d, const struct connector_set *set,
                const struct block *b)
{
    struct schema_targets targets;
    schema_targets_init(&targets);
    schema_collect(&targets, document_input_schema(d, set, b), NULL);
    for (size_t i = 0; targets.count > 0 && i < rows->count; i++)
        plan_expect(
            p, i,
            expected_by(schema_targets_find(&targets, rows->rows[i].target)));
    schema_targets_clear(&targets);
}
