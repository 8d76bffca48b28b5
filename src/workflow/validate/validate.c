/* Validation of a whole document. */
#include "workflow/validate/validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/document/conflicts.h"
#include "workflow/validate/validate_private.h"

static void (*const validators[])(struct check *c) = {
#define KIND(id, role, runs, summary, validator, ...) check_##validator,
#include "workflow/document/kinds.def"
#undef KIND
};

static void __attribute__((format(printf, 4, 0)))
add(struct check *c, enum severity severity, const char *field,
    const char *format, va_list ap)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_vaddf(&text, format, ap);
    problem_add(c->out, severity, c->b ? c->b->id : NULL,
                c->b ? c->b->name : NULL, field, "%s", buf_str(&text));
    c->out->items[c->out->count - 1].member = c->member;
    buf_clear(&text);
}

void
check_fail(struct check *c, const char *field, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add(c, PROBLEM_ERROR, field, format, ap);
    va_end(ap);
}

void
check_warn(struct check *c, const char *field, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add(c, PROBLEM_WARNING, field, format, ap);
    va_end(ap);
}

void
check_unfilled(struct check *c, const char *field, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add(c, c->unreached ? PROBLEM_WARNING : PROBLEM_ERROR, field, format, ap);
    va_end(ap);
}

const struct connector *
check_connector(const struct check *c, const char *app)
{
    return connector_set_find(c->set, document_connector(c->d, app));
}

/* True where a Stop Workflow to do stands before B, in its list or in a list
 * around it. */
static bool
behind_to_do(const struct document *d, const struct block *b)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct block *s = &d->blocks[i];
        if (s->kind->id != KIND_stop ||
            strcmp(block_text(s, "reason"), "todo") != 0)
            continue;
        for (const struct block *x = b; x; x = x->parent)
            if (s->parent == x->parent && strcmp(s->list, x->list) == 0 &&
                s->list_case == x->list_case && s->index < x->index)
                return true;
    }
    return false;
}

static void
check_name(struct check *c)
{
    const struct block *first =
        document_block_named(c->d, c->b->name, strlen(c->b->name));
    if (first != c->b)
        check_fail(c, "name",
                   "another block has this name: references cannot tell them "
                   "apart (rename one of them)");
    if (c->b->name[0] == '=')
        check_warn(c, "name",
                   "begins with \"=\" as a formula does (rename the block, and "
                   "put a formula into its own field)");
}

static void
check_runs(struct check *c)
{
    const struct kind *k = c->b->kind;
    if (k->runs || (k->role == ROLE_TRIGGER && c->is_draft))
        return;
    check_fail(c, "kind", "this runtime does not run %s yet (use another %s)",
               k->name, k->role == ROLE_TRIGGER ? "trigger" : "block");
}

/* The fields that a block needs and that are not set. */
static void
check_required(struct check *c)
{
    for (const struct kind_field *f = c->b->kind->fields; f->name; f++)
        if ((f->flags & FIELD_REQUIRED) && !block_field(c->b, f->name))
            check_unfilled(c, f->name, "not set");
}

static void
check_block(struct check *c)
{
    c->unreached = behind_to_do(c->d, c->b);
    check_name(c);
    check_runs(c);
    check_required(c);
    check_texts(c);
    if (kind_field(c->b->kind, "mapping"))
        check_mapping_rows(c);
    validators[c->b->kind->id](c);
}

static void
check_pins(struct check *c)
{
    const struct value *pins = value_get(c->d->root, "connectors");
    for (size_t i = 0; i < value_size(pins); i++) {
        const char *app = value_key(pins, i, NULL);
        const char *hash = value_text(value_at(pins, i), NULL);
        const struct connector *found = connector_set_find(c->set, hash);
        char *field = mem_printf("connectors[%s]", app);
        if (!found)
            check_fail(c, field,
                       "the connector %.12s of %s is not known here (add it "
                       "with \"connector add\")",
                       hash, app);
        else if (strcmp(connector_app(found), app) != 0)
            check_fail(c, field,
                       "the pinned connector is one of %s (pin one of %s)",
                       connector_app(found), app);
        free(field);
    }
}

static int
compare_keys(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static void
check_table(struct check *c, const char *name, const struct value *table)
{
    const struct value *rows = value_get(table, "rows");
    size_t n = value_size(rows);
    const char **keys = mem_array(n, sizeof *keys);
    char *field = mem_printf("tables[%s]", name);
    for (size_t i = 0; i < n; i++) {
        const char *key = value_text(value_at(value_at(rows, i), 0), NULL);
        keys[i] = key ? key : "";
    }
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n; i++) {
        if (!*keys[i])
            check_fail(c, field,
                       "a row has no key (fill it or remove the row)");
        else if (i > 0 && strcmp(keys[i], keys[i - 1]) == 0)
            check_fail(c, field,
                       "two rows have the key \"%.60s\": only the first would "
                       "be found (remove one)",
                       keys[i]);
    }
    free(field);
    free(keys);
}

/* What a person must decide first. */
static void
check_conflicts(struct check *c)
{
    for (size_t i = 0; i < document_conflicts(c->d); i++) {
        struct conflict found;
        document_conflict(c->d, i, &found);
        char *field = conflict_field(&found);
        c->b = found.block ? document_block(c->d, found.block) : NULL;
        char *place = conflict_place(&found, c->b ? c->b->name : NULL);
        check_fail(c, field,
                   found.state == CONFLICT_GONE
                       ? "conflict %zu, %s: the new base no longer has what "
                         "the own version changed (make the change by hand or "
                         "leave it, and resolve the conflict)"
                       : "conflict %zu, %s: the own version and the new base "
                         "changed it differently (choose one of them)",
                   i + 1, place);
        free(field);
        free(place);
    }
    c->b = NULL;
}

static void
validate(struct check c)
{
    const struct document *d = c.d;
    const struct value *tables = value_get(d->root, "tables");
    if (!check_size(&c))
        return;
    check_conflicts(&c);
    if (!d->trigger)
        check_fail(&c, "trigger",
                   "the workflow has no trigger: nothing would start it (add "
                   "one, for example an event)");
    if (d->count == (d->trigger ? 1u : 0u))
        check_warn(&c, "blocks", "the workflow does nothing yet (add a block)");
    check_pins(&c);
    for (size_t i = 0; i < value_size(tables); i++)
        check_table(&c, value_key(tables, i, NULL), value_at(tables, i));
    for (size_t i = 0; i < d->count; i++) {
        c.b = &d->blocks[i];
        check_block(&c);
    }
}

void
validate_document(const struct document *d, const struct connector_set *set,
                  struct problem_list *out)
{
    validate((struct check){.d = d, .set = set, .out = out});
}

void
validate_draft(const struct document *d, const struct connector_set *set,
               struct problem_list *out)
{
    validate((struct check){.d = d, .set = set, .out = out, .is_draft = true});
}

enum err
validate_or_error(const struct document *d, const struct connector_set *set,
                  struct error *e)
{
    struct problem_list list;
    struct buf text;
    size_t told = 0;
    problem_list_init(&list);
    validate_document(d, set, &list);
    buf_init(&text, 900);
    for (size_t i = 0; i < list.count && told < 3; i++) {
        if (list.items[i].severity != PROBLEM_ERROR)
            continue;
        char *sentence = problem_sentence(&list.items[i]);
        buf_addf(&text, "%s%.300s", told++ ? "; " : "", sentence);
        free(sentence);
    }
    if (list.errors > told)
        buf_addf(&text, "; and %zu more", list.errors - told);
    enum err err =
        list.errors ? error_set(e, ERR_INVALID, "%s", buf_str(&text)) : ERR_OK;
    buf_clear(&text);
    problem_list_clear(&list);
    return err;
}
