/* Fields of blocks and rows of mappings. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/carry/carry_private.h"

/* --- fields --------------------------------------------------------------- */

static const struct value *
field_of(const struct document *d, const char *id, const char *field)
{
    const struct block *b = document_block(d, id);
    return b ? block_field(b, field) : NULL;
}

void
carry_field(struct carrying *k, const struct change *c)
{
    const struct value *a = field_of(k->base, c->block_id, c->field);
    const struct value *o = field_of(k->ours, c->block_id, c->field);
    const struct value *t = field_of(k->theirs, c->block_id, c->field);
    struct value *patch = NULL;
    enum carry_state state = document_block(k->theirs, c->block_id)
                                 ? carry_three(a, o, t)
                                 : CARRY_GONE;
    if (state == CARRY_CLEAN) {
        enum err err = edit_set(&patch, k->now, c->block_id, c->field,
                                o ? value_copy(o) : NULL, NULL);
        state = carry_apply(k, err, patch) ? CARRY_CLEAN : CARRY_GONE;
    }
    carry_edit(k, c, state,
               (struct conflict){.subject = CONFLICT_FIELD,
                                 .field = c->field,
                                 .base = a,
                                 .ours = o,
                                 .theirs = t});
}

/* --- rows ----------------------------------------------------------------- */

/* The rows of one block in the result while they are being made. */
struct rows {
    struct carrying *k;
    const struct block *base, *ours, *theirs;
    struct value *now;    /* array */
    struct value *placed; /* targets of those that OURS places: true */
};

static const char *
target_of(const struct value *row)
{
    return value_get_text(row, "target");
}

static const struct value *
row_of(const struct block *b, const char *target)
{
    long i = b ? edit_row_index(b, target) : -1;
    return i < 0 ? NULL : value_at(block_field(b, "mapping"), (size_t)i);
}

/* The target of the row before that of TARGET in B which OTHER has too. */
static const char *
common_before(const struct block *b, const char *target,
              const struct block *other)
{
    const struct value *rows = block_field(b, "mapping");
    for (long i = edit_row_index(b, target) - 1; i >= 0; i--) {
        const char *before =
            value_get_text(value_at(rows, (size_t)i), "target");
        if (row_of(other, before))
            return before;
    }
    return NULL;
}

static struct value *
row_place(const struct block *b, const char *target)
{
    long i = b ? edit_row_index(b, target) : -1;
    if (i < 0)
        return NULL;
    const struct value *rows = block_field(b, "mapping");
    struct value *v = value_object(), *after = value_array();
    value_set_text(v, "parentName", b->name);
    if (i > 0)
        value_set_text(v, "afterName",
                       value_get_text(value_at(rows, (size_t)i - 1), "target"));
    while (i-- > 0)
        value_append(
            after, value_copy(value_get(value_at(rows, (size_t)i), "target")));
    value_set(v, "after", after);
    return v;
}

static bool
same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The row of the change C moved in OURS. */
static void
moved_row(struct rows *r, const struct change *c)
{
    const struct value *t = row_of(r->theirs, c->field);
    enum carry_state state = CARRY_CLEAN;
    if (!t)
        state = CARRY_GONE;
    else if (carry_find(&r->k->their, SUBJECT_ROW, c->block_id, c->field,
                        CHANGE_MOVED))
        state = same_text(common_before(r->ours, c->field, r->theirs),
                          common_before(r->theirs, c->field, r->ours))
                    ? CARRY_SAME
                    : CARRY_CONFLICT;
    if (state == CARRY_CLEAN)
        value_set_bool(r->placed, c->field, true);
    if (state == CARRY_CLEAN || state == CARRY_SAME) {
        carry_add(r->k, c, state);
        return;
    }
    struct value *a = row_place(r->base, c->field);
    struct value *o = row_place(r->ours, c->field);
    struct value *there = row_place(r->theirs, c->field);
    carry_edit(r->k, c, state,
               (struct conflict){.subject = CONFLICT_ROW_PLACE,
                                 .field = c->field,
                                 .base = a,
                                 .ours = o,
                                 .theirs = there});
    value_free(a);
    value_free(o);
    value_free(there);
}

/* Makes the row TARGET of the result O (NULL: none). */
static void
set_row(struct rows *r, const char *target, const struct value *o)
{
    long i = carry_index(r->now, target, target_of);
    if (i >= 0 && o)
        value_replace_at(r->now, (size_t)i, value_copy(o));
    else if (i >= 0)
        value_free(value_take_at(r->now, (size_t)i));
    else {
        value_append(r->now, value_copy(o));
        value_set_bool(r->placed, target, true);
    }
}

static void
one_row(struct rows *r, const struct change *c)
{
    const struct value *a = row_of(r->base, c->field);
    const struct value *o = row_of(r->ours, c->field);
    const struct value *t = row_of(r->theirs, c->field);
    if (c->kind == CHANGE_MOVED && r->theirs) {
        moved_row(r, c);
        return;
    }
    enum carry_state state = r->theirs ? carry_three(a, o, t) : CARRY_GONE;
    if (state == CARRY_CLEAN)
        set_row(r, c->field, o);
    if (state == CARRY_CLEAN || state == CARRY_SAME)
        carry_add(r->k, c, state);
    else if (c->kind != CHANGE_MOVED)
        carry_edit(r->k, c, state,
                   (struct conflict){.subject = CONFLICT_ROW,
                                     .field = c->field,
                                     .base = a,
                                     .ours = o,
                                     .theirs = t});
}

void
carry_rows(struct carrying *k, const struct change *c, size_t count)
{
    struct value *patch = NULL;
    struct rows r = {.k = k,
                     .base = document_block(k->base, c->block_id),
                     .ours = document_block(k->ours, c->block_id),
                     .theirs = document_block(k->theirs, c->block_id),
                     .placed = value_object()};
    const struct value *there =
        r.theirs ? block_field(r.theirs, "mapping") : NULL;
    r.now = there ? value_copy(there) : value_array();
    for (size_t i = 0; i < count; i++)
        one_row(&r, &c[i]);
    carry_place(r.now, r.placed, block_field(r.ours, "mapping"), target_of);
    if (r.theirs && !carry_same(r.now, there)) {
        enum err err = edit_set(&patch, k->now, c->block_id, "mapping",
                                value_copy(r.now), NULL);
        carry_apply(k, err, patch);
    }
    value_free(r.now);
    value_free(r.placed);
}
