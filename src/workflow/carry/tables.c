/* Value tables, pinned connectors, and the workflow's own name and format. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/carry/carry_private.h"

static const struct value *
table_of(const struct document *d, const char *name)
{
    return document_table(d, name, strlen(name));
}

static void
keep_table(struct carrying *k, const struct change *c, enum carry_state state,
           const char *name)
{
    carry_edit(k, c, state,
               (struct conflict){.subject = CONFLICT_TABLE,
                                 .table = name,
                                 .base = table_of(k->base, name),
                                 .ours = table_of(k->ours, name),
                                 .theirs = table_of(k->theirs, name)});
}

void
carry_table(struct carrying *k, const struct change *c)
{
    const char *name = c->field;
    const struct value *o = table_of(k->ours, name);
    const struct value *t = table_of(k->theirs, name);
    enum carry_state state = carry_three(table_of(k->base, name), o, t);
    struct value *patch = NULL;
    if (c->kind == CHANGE_CHANGED && !t)
        state = CARRY_GONE;
    if (state == CARRY_CLEAN) {
        enum err err =
            edit_table(&patch, k->now, name, o ? value_copy(o) : NULL, NULL);
        state = carry_apply(k, err, patch) ? CARRY_CLEAN : CARRY_CONFLICT;
    }
    if (state == CARRY_CLEAN || state == CARRY_SAME)
        carry_add(k, c, state);
    else
        keep_table(k, c, state, name);
}

/* --- rows of tables ------------------------------------------------------- */

/* Key to place in the rows of TABLE, as an object the caller frees. */
static struct value *
index_of(const struct value *table)
{
    const struct value *rows = value_get(table, "rows");
    struct value *out = value_object();
    for (size_t i = 0; i < value_size(rows); i++)
        value_set(out, value_text(value_at(value_at(rows, i), 0), NULL),
                  value_int((int64_t)i));
    return out;
}

static const struct value *
entry_of(const struct value *table, const struct value *index, const char *key)
{
    int64_t i = value_int_or(value_get(index, key), -1);
    return i < 0 ? NULL : value_at(value_get(table, "rows"), (size_t)i);
}

/* One table while its rows are being carried. */
struct entries {
    const struct value *base, *ours, *theirs; /* NULL: not there */
    struct value *base_at, *ours_at, *theirs_at;
    struct value *now;    /* key to row, null for one that goes; in order */
    struct value *placed; /* keys that OURS adds: true */
};

static void
one_entry(struct carrying *k, struct entries *t, const struct change *c)
{
    const struct value *a = entry_of(t->base, t->base_at, c->field);
    const struct value *o = entry_of(t->ours, t->ours_at, c->field);
    const struct value *there = entry_of(t->theirs, t->theirs_at, c->field);
    bool alike = t->theirs && value_same(value_get(t->theirs, "columns"),
                                         value_get(t->base, "columns"));
    enum carry_state state = alike ? carry_three(a, o, there) : CARRY_GONE;
    if (state == CARRY_CLEAN)
        value_set(t->now, c->field, o ? value_copy(o) : value_null());
    if (state == CARRY_CLEAN && !there)
        value_set_bool(t->placed, c->field, true);
    carry_edit(k, c, state,
               (struct conflict){.subject = CONFLICT_ENTRY,
                                 .table = c->table,
                                 .field = c->field,
                                 .base = a,
                                 .ours = o,
                                 .theirs = there});
}

static const char *
key_of(const struct value *row)
{
    return value_text_or(value_at(row, 0), "");
}

static void
store_entries(struct carrying *k, const char *name, const struct entries *t)
{
    struct value *patch = NULL, *rows = value_array();
    struct value *table = value_copy(t->theirs);
    for (size_t i = 0; i < value_size(t->now); i++)
        if (!value_is(value_at(t->now, i), VALUE_NULL))
            value_append(rows, value_copy(value_at(t->now, i)));
    carry_place(rows, t->placed, value_get(t->ours, "rows"), key_of);
    value_set(table, "rows", rows);
    enum err err = edit_table(&patch, k->now, name, table, NULL);
    carry_apply(k, err, patch);
}

void
carry_entries(struct carrying *k, const struct change *c, size_t count)
{
    struct entries t = {.base = table_of(k->base, c->table),
                        .ours = table_of(k->ours, c->table),
                        .theirs = table_of(k->theirs, c->table),
                        .now = value_object(),
                        .placed = value_object()};
    if (!value_same(value_get(t.base, "columns"),
                    value_get(t.ours, "columns"))) {
        value_free(t.now);
        value_free(t.placed);
        return; /* the table is carried as a whole */
    }
    t.base_at = index_of(t.base);
    t.ours_at = index_of(t.ours);
    t.theirs_at = index_of(t.theirs);
    const struct value *rows = value_get(t.theirs, "rows");
    for (size_t i = 0; i < value_size(rows); i++)
        value_set(t.now, value_text(value_at(value_at(rows, i), 0), NULL),
                  value_copy(value_at(rows, i)));
    for (size_t i = 0; i < count; i++)
        one_entry(k, &t, &c[i]);
    if (t.theirs)
        store_entries(k, c->table, &t);
    value_free(t.base_at);
    value_free(t.ours_at);
    value_free(t.theirs_at);
    value_free(t.now);
    value_free(t.placed);
}

/* --- the workflow --------------------------------------------------------- */

void
carry_document(struct carrying *k, const struct change *c)
{
    const struct value *a = value_get(k->base->root, c->field);
    const struct value *o = value_get(k->ours->root, c->field);
    const struct value *t = value_get(k->theirs->root, c->field);
    enum carry_state state = carry_three(a, o, t);
    if (state == CARRY_CLEAN) {
        struct value *patch = carry_replacement(c->field, o);
        state = carry_apply(k, ERR_OK, patch) ? CARRY_CLEAN : CARRY_CONFLICT;
    }
    carry_edit(k, c, state,
               (struct conflict){.subject = CONFLICT_WORKFLOW,
                                 .field = c->field,
                                 .base = a,
                                 .ours = o,
                                 .theirs = t});
}

/* --- connectors ----------------------------------------------------------- */

static const struct value *
pin_of(const struct document *d, const char *app)
{
    return value_get(value_get(d->root, "connectors"), app);
}

/* Pins APP at HASH (NULL: no longer). */
static bool
set_pin(struct carrying *k, const char *app, const struct value *hash)
{
    struct value *patch = NULL;
    enum err err = edit_pin(&patch, k->now, app, value_text(hash, NULL), NULL);
    return carry_apply(k, err, patch);
}

static void
changed_pin(struct carrying *k, const struct change *c)
{
    const struct value *a = pin_of(k->base, c->field);
    const struct value *o = pin_of(k->ours, c->field);
    const struct value *t = pin_of(k->theirs, c->field);
    enum carry_state state = carry_three(a, o, t);
    bool used = edit_uses_app(k->now, c->field);
    if (state == CARRY_CLEAN && (bool)o != used)
        return; /* blocks decide that, see carry_pins() */
    if (state == CARRY_CONFLICT && (!o || !t)) {
        if (o && used)
            carry_add(k, c, CARRY_CLEAN);
        return;
    }
    if (state == CARRY_CLEAN)
        set_pin(k, c->field, o);
    carry_edit(k, c, state,
               (struct conflict){.subject = CONFLICT_CONNECTOR,
                                 .field = c->field,
                                 .base = a,
                                 .ours = o,
                                 .theirs = t});
}

void
carry_pins(struct carrying *k)
{
    const struct value *ours = value_get(k->ours->root, "connectors");
    for (size_t i = 0; i < k->own.count; i++)
        if (k->own.items[i].subject == SUBJECT_CONNECTOR)
            changed_pin(k, &k->own.items[i]);
    for (size_t i = 0; i < value_size(ours); i++) {
        const char *app = value_key(ours, i, NULL);
        if (!pin_of(k->now, app) && edit_uses_app(k->now, app))
            set_pin(k, app, value_at(ours, i));
    }
}
