/* Validation of mappings: rows in themselves, then against the schema of
 * what they fill. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/plan/plan.h"
#include "mapping/row/list.h"
#include "mapping/row/source.h"
#include "mapping/row/target.h"
#include "workflow/connector/schema.h"
#include "workflow/validate/validate_private.h"

struct mapping {
    struct check *c;
    struct mapping_rows rows;
    struct schema_targets targets;
    const struct value *schema;
    char *sample;         /* text of what $ is, or NULL where it is not known */
    struct tape tape;     /* of the sample */
    const char *receiver; /* who asks for it: "NetSuite", "the schema" */
    bool replaces; /* a list that it is sent takes the place of the one there */
};

/* The problem's text without its "row 3, tax: ". */
static const char *
without_row(const char *text, size_t row, const char *target)
{
    char *prefix = mem_printf("row %zu, %s: ", row + 1, target);
    char *bare = mem_printf("row %zu: ", row + 1);
    if (text_starts(text, prefix))
        text += strlen(prefix);
    else if (text_starts(text, bare))
        text += strlen(bare);
    free(prefix);
    free(bare);
    return text;
}

static char *
field_of(const struct mapping *m, size_t row)
{
    return mem_printf("mapping[%s]", m->rows.rows[row].target);
}

static void
check_plan(struct mapping *m)
{
    struct plan_problems problems;
    struct plan *plan = NULL;
    plan_problems_init(&problems);
    plan_compile(&plan, &m->rows, document_language(m->c->d), PLAN_FAST,
                 &problems, NULL);
    for (size_t i = 0; i < problems.count; i++) {
        size_t row = problems.items[i].row;
        char *field = field_of(m, row);
        m->c->member = problems.items[i].member;
        check_fail(
            m->c, field, "%s",
            without_row(problems.items[i].text, row, m->rows.rows[row].target));
        free(field);
    }
    m->c->member = NULL;
    plan_free(plan);
    plan_problems_clear(&problems);
}

static bool
is_filled(const struct mapping_row *r)
{
    return *r->source || r->fallback;
}

/* Whether PATH is INNER or stands around it: "a" of "a.b" and "a[*].b". */
static bool
covers(const char *path, const char *inner)
{
    size_t n = strlen(path);
    return strncmp(path, inner, n) == 0 &&
           (inner[n] == '\0' || inner[n] == '.' || inner[n] == '[');
}

static const char *
plain(const char *target)
{
    return text_starts(target, "$.") ? target + 2 : target;
}

/* A row that is filled and covers PATH or lies within it. */
static bool
is_sent(const struct mapping *m, const char *path, bool inside_only)
{
    for (size_t i = 0; i < m->rows.count; i++) {
        const char *target = plain(m->rows.rows[i].target);
        if (!inside_only && target_is_all(target))
            return true; /* what it starts from may hold it */
        if (is_filled(&m->rows.rows[i]) &&
            (covers(path, target) || (!inside_only && covers(target, path))))
            return true;
    }
    return false;
}

/* The path around PATH, or NULL at the top; the caller frees it. */
static char *
around(const char *path)
{
    size_t n = strlen(path);
    while (n > 0 && path[n] != '.' && path[n] != '[')
        n--;
    return n > 0 ? mem_strndup(path, n) : NULL;
}

/* Required targets: only where what holds them is sent at all, and not where
 * a row sends the whole of what holds them. */
static void
check_required_targets(struct mapping *m)
{
    for (size_t i = 0; i < m->targets.count; i++) {
        const struct schema_target *t = &m->targets.items[i];
        char *outer = around(t->path);
        bool wanted = t->required && (!outer || is_sent(m, outer, true));
        if (wanted && !is_sent(m, t->path, false)) {
            char *field = mem_printf("mapping[%s]", t->path);
            check_unfilled(m->c, field,
                           "%s%s%s is required by %s and blank (fill its row)",
                           t->title ? t->title : "", t->title ? ", " : "",
                           t->path, m->receiver);
            free(field);
        }
        free(outer);
    }
}

static void
check_constant(struct mapping *m, size_t row, const struct schema_target *t,
               enum schema_type type, const char *what)
{
    struct buf is, wanted;
    if (t->types & type)
        return;
    buf_init(&is, 100);
    buf_init(&wanted, 200);
    schema_type_words(&is, type);
    schema_type_words(&wanted, t->types);
    char *field = field_of(m, row);
    check_fail(m->c, field, "%s is %s and can never fit: %s is expected", what,
               buf_str(&is), buf_str(&wanted));
    free(field);
    buf_clear(&is);
    buf_clear(&wanted);
}

/* A path that finds a list or an object where neither fits, or one of those
 * where only the other does; a sample is no proof, so it is a warning. */
static void
check_sample_type(struct mapping *m, size_t row, const struct source *s,
                  const struct schema_target *t)
{
    static const enum schema_type types[] = {
        SCHEMA_NULL,   SCHEMA_BOOLEAN, SCHEMA_BOOLEAN, SCHEMA_NUMBER,
        SCHEMA_STRING, SCHEMA_ARRAY,   SCHEMA_OBJECT};
    const struct scope scope = {.root = {&m->tape, 0},
                                .current = {&m->tape, 0}};
    struct node_ref found;
    if (!m->sample || s->kind != SOURCE_PATH || s->block ||
        strstr(t->path, "[*]") || !path_is_singular(s->path) ||
        !path_find(s->path, &scope, &found))
        return;
    enum schema_type type = types[m->tape.nodes[found.index].type];
    if ((type != SCHEMA_ARRAY && type != SCHEMA_OBJECT) || (t->types & type))
        return;
    struct buf wanted;
    buf_init(&wanted, 200);
    schema_type_words(&wanted, t->types);
    char *field = field_of(m, row);
    check_warn(m->c, field,
               "the sample has %s there and %s is expected (name a field "
               "inside it)",
               type == SCHEMA_ARRAY ? "a list" : "an object", buf_str(&wanted));
    free(field);
    buf_clear(&wanted);
}

static void
check_types(struct mapping *m, size_t row)
{
    const struct mapping_row *r = &m->rows.rows[row];
    const struct schema_target *t = schema_targets_find(&m->targets, r->target);
    struct source s;
    if (target_is_all(r->target))
        return;
    if (!t) {
        if (m->schema && !schema_is_open(m->schema) &&
            !strpbrk(plain(r->target), ".[")) {
            char *field = field_of(m, row);
            m->c->member = "target";
            check_fail(m->c, field, "%s has no such field (correct the target)",
                       m->receiver);
            m->c->member = NULL;
            free(field);
        }
        return;
    }
    m->c->member = "default";
    if (r->fallback)
        check_constant(m, row, t, schema_type_of(r->fallback), "the default");
    m->c->member = NULL;
    if (source_compile(&s, r->source, strlen(r->source),
                       document_language(m->c->d), NULL))
        return;
    if (s.kind == SOURCE_CONSTANT && t->schema) {
        struct value *v = NULL;
        if (!value_read(&v, s.json, s.json_len, &value_limits_document,
                        "constant", NULL))
            check_constant(m, row, t, schema_type_of(v), "the constant");
        value_free(v);
    }
    check_sample_type(m, row, &s, t);
    source_clear(&s);
}

/* The policy of a list; the plan reports one that cannot be read. */
static void
check_list_policy(struct mapping *m, size_t row, const char *field)
{
    const char *text = m->rows.rows[row].more[ROW_LIST];
    struct row_list list;
    if (!text)
        return;
    if (!m->replaces)
        check_fail(m->c, field,
                   "it takes the place of a list, and the action of the block "
                   "cannot do that (leave the list policy out)");
    enum err err = row_list_read(&list, text, NULL);
    if (err == ERR_OK && list.policy == LIST_MERGE)
        check_fail(m->c, field,
                   "it is merged with the lines of the record, and the runtime "
                   "does not read those (replace the list)");
    target_clear(&list.key);
}

/* Only a body and a value can be a list; what an action takes has names. */
static void
check_list_output(struct mapping *m, size_t row, const char *field)
{
    enum kind_id kind = m->c->b->kind->id;
    if (target_is_list(m->rows.rows[row].target) && kind != KIND_api &&
        kind != KIND_map)
        check_fail(m->c, field,
                   "what this block sends is an object, not a list (begin the "
                   "target with the name of a field)");
}

static void
check_row(struct mapping *m, size_t row)
{
    const struct mapping_row *r = &m->rows.rows[row];
    char *field = field_of(m, row);
    if (!*r->target)
        check_fail(m->c, field,
                   "the row has no target (say which field it fills, or "
                   "remove it)");
    else if (r->required && !is_filled(r))
        check_unfilled(m->c, field, "the row is required and blank (fill it)");
    m->c->member = row_member(ROW_WRITE)->key;
    if (row_is(r, ROW_WRITE, "onCreate"))
        check_fail(m->c, field,
                   "it is sent on creation alone, and the runtime does not ask "
                   "whether the record is there (choose another write policy)");
    m->c->member = "target";
    check_list_output(m, row, field);
    check_lookups(m->c, field, r);
    m->c->member = row_member(ROW_LIST)->key;
    check_list_policy(m, row, field);
    m->c->member = NULL;
    free(field);
    check_types(m, row);
}

/* The schema of what the block fills, and who asks for it. */
static void
find_schema(struct mapping *m)
{
    const struct block *b = m->c->b;
    const struct connector *c = check_connector(m->c, block_text(b, "app"));
    const struct connector_action *a =
        c ? connector_action(c, block_text(b, "action")) : NULL;
    m->replaces = a && a->replaces;
    m->schema = a ? a->input : block_field(b, "schema");
    m->receiver = a ? connector_name(c) : "the schema";
    schema_collect(&m->targets, m->schema, NULL);
}

/* What $ is, as far as a sample of the trigger shows it. */
static void
find_sample(struct mapping *m)
{
    const struct block *b = m->c->b, *trigger = m->c->d->trigger;
    const struct value *sample =
        trigger ? block_field(trigger, "sample") : NULL;
    for (const struct block *p = b->parent; p; p = p->parent)
        if (p->kind->id == KIND_iterate)
            return;
    if (!sample || b == trigger || block_field(b, "source"))
        return;
    m->sample = value_to_text(sample);
    if (tape_read(&m->tape, m->sample, strlen(m->sample), &value_limits_event,
                  "sample", NULL))
        FREE_NULL(m->sample);
}

/* The rows that have a target; says which have none. */
static struct value *
rows_with_target(struct check *c)
{
    const struct value *rows = block_field(c->b, "mapping");
    struct value *kept = value_array();
    for (size_t i = 0; i < value_size(rows); i++) {
        if (value_get(value_at(rows, i), "target")) {
            value_append(kept, value_copy(value_at(rows, i)));
            continue;
        }
        char *field = mem_printf("mapping row %zu", i + 1);
        check_fail(c, field,
                   "the row has no target (say which field it fills, or "
                   "remove it)");
        free(field);
    }
    return kept;
}

void
check_mapping_rows(struct check *c)
{
    struct mapping m = {.c = c};
    struct value *rows = rows_with_target(c);
    struct error e;
    rows_init(&m.rows);
    schema_targets_init(&m.targets);
    tape_init(&m.tape);
    find_sample(&m);
    if (rows_read(&m.rows, rows, &e)) {
        check_fail(c, "mapping", "%s", e.text);
    } else {
        if (c->b->kind->role != ROLE_TRIGGER)
            find_schema(&m);
        check_plan(&m);
        for (size_t i = 0; i < m.rows.count; i++)
            check_row(&m, i);
        check_required_targets(&m);
    }
    schema_targets_clear(&m.targets);
    rows_clear(&m.rows);
    tape_clear(&m.tape);
    free(m.sample);
    value_free(rows);
}
