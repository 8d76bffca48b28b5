/* Carrying edits: the whole, and what its parts share. */
#include "workflow/carry/carry.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/carry/carry_private.h"

/* --- the list of edits ---------------------------------------------------- */

void
carry_edits_clear(struct carry_edits *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].block_id);
        free(l->items[i].block);
        free(l->items[i].field);
        free(l->items[i].text);
        free(l->items[i].base);
        free(l->items[i].ours);
        free(l->items[i].theirs);
    }
    free(l->items);
    *l = (struct carry_edits){0};
}

const char *
carry_state_word(enum carry_state state)
{
    static const char *const words[] = {"clean", "same", "conflict", "gone"};
    return words[state];
}

struct value *
carry_edits_value(const struct carry_edits *l)
{
    struct value *list = value_array();
    for (size_t i = 0; i < l->count; i++) {
        const struct carry_edit *one = &l->items[i];
        struct value *v = value_object();
        value_set_text(v, "state", carry_state_word(one->state));
        value_set_text(v, "blockId", one->block_id);
        value_set_text(v, "block", one->block);
        value_set_text(v, "field", one->field);
        value_set_text(v, "text", one->text);
        if (one->base) {
            value_set_text(v, "oldBase", one->base);
            value_set_text(v, "own", one->ours);
            value_set_text(v, "newBase", one->theirs);
        }
        value_append(list, v);
    }
    return list;
}

void
carry_add(struct carrying *k, const struct change *c, enum carry_state state)
{
    struct carry_edits *l = k->edits;
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 16;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    l->items[l->count++] = (struct carry_edit){
        .state = state,
        .block_id = mem_strdup(c->block_id),
        .block = mem_strdup(c->block),
        .field = mem_strdup(c->field),
        .text = mem_strdup(c->text),
    };
    l->states[state]++;
}

static void
keep_conflict(struct carrying *k, const struct change *c,
              enum carry_state state, struct conflict *conflict)
{
    const struct block *b = NULL;
    if (c->block_id && conflict->subject != CONFLICT_TABLE &&
        conflict->subject != CONFLICT_ENTRY) {
        b = document_block(k->ours, c->block_id);
        if (!b)
            b = document_block(k->base, c->block_id);
    }
    conflict->state = state == CARRY_GONE ? CONFLICT_GONE : CONFLICT_BOTH;
    if (b) {
        conflict->block = b->id;
        conflict->kind = b->kind->name;
        conflict->name = b->name;
    }
    value_append(k->conflicts, conflict_value(conflict));
}

void
carry_edit(struct carrying *k, const struct change *c, enum carry_state state,
           struct conflict conflict)
{
    carry_add(k, c, state);
    if (state != CARRY_CONFLICT && state != CARRY_GONE)
        return;
    struct carry_edit *one = &k->edits->items[k->edits->count - 1];
    keep_conflict(k, c, state, &conflict);
    one->base = conflict_show(&conflict, conflict.base);
    one->ours = conflict_show(&conflict, conflict.ours);
    one->theirs = conflict_show(&conflict, conflict.theirs);
}

/* --- what the parts share ------------------------------------------------- */

bool
carry_apply(struct carrying *k, enum err err, struct value *patch)
{
    struct document *next = NULL;
    if (!err)
        err = document_patch(&next, k->now, patch, NULL, NULL);
    value_free(patch);
    if (err)
        return false;
    document_free(k->now);
    k->now = next;
    return true;
}

bool
carry_same(const struct value *a, const struct value *b)
{
    return a && b ? value_same(a, b) : a == b;
}

struct value *
carry_replacement(const char *key, const struct value *v)
{
    struct value *patch = value_array(), *op = value_object();
    char *path = mem_printf("/%s", key);
    value_set_text(op, "op", "replace");
    value_set_text(op, "path", path);
    value_set(op, "value", value_copy(v));
    value_append(patch, op);
    free(path);
    return patch;
}

enum carry_state
carry_three(const struct value *a, const struct value *o, const struct value *t)
{
    return carry_same(o, t)   ? CARRY_SAME
           : carry_same(a, t) ? CARRY_CLEAN
                              : CARRY_CONFLICT;
}

const struct change *
carry_find(const struct change_list *list, enum change_subject subject,
           const char *id, const char *field, enum change_kind kind)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct change *c = &list->items[i];
        if (c->subject == subject && c->kind == kind &&
            (!id || text_equal(c->block_id, id)) &&
            (!field || text_equal(c->field, field)))
            return c;
    }
    return NULL;
}

/* --- whether edits can be told apart -------------------------------------- */

static enum err
refuse(const struct block *b, const char *why, struct error *e)
{
    return error_set(e, ERR_INVALID,
                     "%.200s: %s, so the edits cannot be carried (make them by "
                     "hand)",
                     b->name, why);
}

static enum err
check_rows(const struct block *b, struct error *e)
{
    const struct value *rows = block_field(b, "mapping");
    struct value *seen = value_object();
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < value_size(rows); i++) {
        size_t n = 0;
        const char *target =
            value_text(value_get(value_at(rows, i), "target"), &n);
        if (!target || value_get_n(seen, target, n))
            err = refuse(b, "two of its rows have the same target", e);
        else
            value_set_n(seen, target, n, value_null());
    }
    value_free(seen);
    return err;
}

static enum err
check_keys(const char *name, const struct value *table, struct error *e)
{
    const struct value *rows = value_get(table, "rows");
    struct value *seen = value_object();
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < value_size(rows); i++) {
        size_t n = 0;
        const struct value *cell = value_at(value_at(rows, i), 0);
        const char *key = value_text(cell, &n);
        if (!value_is(cell, VALUE_STRING) || strlen(key) != n ||
            value_get_n(seen, key, n))
            err = error_set(e, ERR_INVALID,
                            "table %.200s: a key of its rows is not a text of "
                            "its own, so the edits cannot be carried (make "
                            "them by hand)",
                            name);
        else
            value_set_n(seen, key, n, value_null());
    }
    value_free(seen);
    return err;
}

static enum err
check_one(const struct document *d, struct error *e)
{
    const struct value *tables = value_get(d->root, "tables");
    enum err err = ERR_OK;
    if (document_conflicts(d) > 0)
        return error_set(e, ERR_INVALID,
                         "document: it has conflicts (resolve them first)");
    for (size_t i = 1; !err && i < d->count; i++)
        if (strcmp(d->by_name[i - 1]->name, d->by_name[i]->name) == 0)
            err = refuse(d->by_name[i], "two blocks have this name", e);
    for (size_t i = 0; !err && i < d->count; i++)
        err = check_rows(&d->blocks[i], e);
    for (size_t i = 0; !err && i < value_size(tables); i++)
        err = check_keys(value_key(tables, i, NULL), value_at(tables, i), e);
    return err;
}

/* The cases of B without their blocks, or NULL; owned by the caller. */
static struct value *
bare_cases(const struct block *b)
{
    const struct value *cases = block_field(b, "cases");
    struct value *copy =
        cases && kind_field(b->kind, "cases") ? value_copy(cases) : NULL;
    for (size_t i = 0; i < value_size(copy); i++)
        value_remove(value_at(copy, i), "blocks");
    return copy;
}

/* That what A and B have in common is of the same form. */
static enum err
check_pair(const struct document *a, const struct document *b, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < a->count; i++) {
        const struct block *x = &a->blocks[i];
        const struct block *y = document_block(b, x->id);
        if (y && y->kind != x->kind)
            err = refuse(y, "it is of another kind in one of the versions", e);
        if (!y || err || x->kind->id != KIND_branch)
            continue;
        struct value *p = bare_cases(x), *q = bare_cases(y);
        if (!carry_same(p, q))
            err = refuse(y, "it has other cases in one of the versions", e);
        value_free(p);
        value_free(q);
    }
    return err;
}

static enum err
check_all(const struct document *base, const struct document *ours,
          const struct document *theirs, struct error *e)
{
    enum err err = check_one(base, e);
    if (!err)
        err = check_one(ours, e);
    if (!err)
        err = check_one(theirs, e);
    if (!err)
        err = check_pair(base, ours, e);
    if (!err)
        err = check_pair(base, theirs, e);
    return err ? err : check_pair(ours, theirs, e);
}

/* --- the whole ------------------------------------------------------------ */

/* How many changes from C on are of one subject and one block or table, as
 * the rows of a mapping and the rows of a table are. */
static size_t
run_length(const struct change_list *l, size_t i)
{
    const struct change *c = &l->items[i];
    size_t n = 1;
    while (i + n < l->count && c[n].subject == c->subject &&
           text_equal(c[n].block_id, c->block_id) &&
           text_equal(c[n].table, c->table))
        n++;
    return n;
}

static size_t
carry_one(struct carrying *k, size_t i)
{
    const struct change *c = &k->own.items[i];
    size_t n = 1;
    switch (c->subject) {
    case SUBJECT_DOCUMENT:
        carry_document(k, c);
        break;
    case SUBJECT_CONNECTOR: /* carry_pins() */
    case SUBJECT_CONFLICT:  /* none has any */
        break;
    case SUBJECT_BLOCK:
        carry_block(k, c);
        break;
    case SUBJECT_FIELD:
        carry_field(k, c);
        break;
    case SUBJECT_ROW:
        n = run_length(&k->own, i);
        carry_rows(k, c, n);
        break;
    case SUBJECT_TABLE:
        carry_table(k, c);
        break;
    case SUBJECT_ENTRY:
        n = run_length(&k->own, i);
        carry_entries(k, c, n);
        break;
    }
    return n;
}

static enum err
finish(struct carrying *k, struct document **out, struct error *e)
{
    struct value *root = value_copy(k->now->root);
    if (value_size(k->conflicts) > 0) {
        value_set(root, "conflicts", k->conflicts);
        k->conflicts = NULL;
    }
    return document_from_value(out, root, e);
}

static void
clear(struct carrying *k)
{
    document_free(k->base);
    document_free(k->ours);
    document_free(k->theirs);
    document_free(k->now);
    change_list_clear(&k->own);
    change_list_clear(&k->their);
    value_free(k->renamed);
    value_free(k->wanted);
    value_free(k->conflicts);
}

static struct document *
copy_document(const struct document *d)
{
    struct document *copy = NULL;
    document_from_value(&copy, value_copy(d->root), NULL);
    return copy;
}

enum err
carry_edits(struct document **out, struct carry_edits *edits,
            const struct document *base, const struct document *ours,
            const struct document *theirs, struct error *e)
{
    *out = NULL;
    *edits = (struct carry_edits){0};
    enum err err = check_all(base, ours, theirs, e);
    if (err)
        return err;
    struct carrying k = {.base = copy_document(base),
                         .ours = copy_document(ours),
                         .theirs = copy_document(theirs),
                         .renamed = value_object(),
                         .wanted = value_object(),
                         .conflicts = value_array(),
                         .edits = edits};
    err = carry_names(&k, e);
    if (!err) {
        k.now = copy_document(k.theirs);
        diff_documents(k.base, k.ours, &k.own);
        diff_documents(k.base, k.theirs, &k.their);
        for (size_t i = 0; i < k.own.count;)
            i += carry_one(&k, i);
        carry_pins(&k);
        carry_numbers(&k);
        err = finish(&k, out, e);
    }
    clear(&k);
    return err;
}
