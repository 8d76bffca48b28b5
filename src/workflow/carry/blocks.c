/* Blocks that the own version added, moved or removed; its trigger. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/carry/carry_private.h"

struct value *
carry_own_value(const struct block *b)
{
    struct value *v = value_copy(b->value);
    for (const struct kind_field *f = b->kind->fields; f->name; f++) {
        if (f->type == FIELD_BLOCKS)
            value_remove(v, f->name);
        struct value *cases =
            f->type == FIELD_CASES ? value_get(v, f->name) : NULL;
        for (size_t i = 0; i < value_size(cases); i++)
            value_remove(value_at(cases, i), "blocks");
    }
    return v;
}

/* Two values in conflict over SUBJECT: O and T, and A before; all taken. */
static void
conflict(struct carrying *k, const struct change *c, enum carry_state state,
         enum conflict_subject subject, struct value *a, struct value *o,
         struct value *t)
{
    carry_edit(k, c, state,
               (struct conflict){
                   .subject = subject, .base = a, .ours = o, .theirs = t});
    value_free(a);
    value_free(o);
    value_free(t);
}

static struct value *
own_value_or_null(const struct block *b)
{
    return b ? carry_own_value(b) : NULL;
}

/* --- what the new base did to a block ------------------------------------- */

/* True where THEIRS changed what the block ID has itself, its place or its
 * name. */
static bool
is_touched(const struct carrying *k, const char *id)
{
    if (value_get(k->renamed, id))
        return true;
    for (size_t i = 0; i < k->their.count; i++) {
        const struct change *c = &k->their.items[i];
        if (text_equal(c->block_id, id))
            return true;
    }
    return false;
}

/* --- places both sides know ----------------------------------------------- */

/* The nearest block before B of D in its list that OTHER has in the same
 * list. */
static const char *
common_before(const struct document *d, const struct block *b,
              const struct document *other)
{
    while ((b = carry_before(d, b)) != NULL) {
        const struct block *there = document_block(other, b->id);
        if (there && carry_same_list(there, b))
            return b->id;
    }
    return NULL;
}

static bool
same_place(const struct carrying *k, const struct block *o,
           const struct block *t)
{
    return carry_same_list(o, t) &&
           text_equal(common_before(k->ours, o, k->theirs),
                      common_before(k->theirs, t, k->ours));
}

/* --- added ---------------------------------------------------------------- */

/* Both have the block, and the old base does not: as if both had moved it,
 * and what it has itself is compared as a whole. */
static void
added_twice(struct carrying *k, const struct change *c, const struct block *o,
            const struct block *t)
{
    struct value *ours = carry_own_value(o), *theirs = carry_own_value(t);
    bool content = value_same(ours, theirs), place = same_place(k, o, t);
    if (content && place)
        carry_add(k, c, CARRY_SAME);
    if (!place)
        conflict(k, c, CARRY_CONFLICT, CONFLICT_PLACE, NULL,
                 carry_place_value(k->ours, o),
                 carry_place_value(k->theirs, t));
    if (!content)
        conflict(k, c, CARRY_CONFLICT, CONFLICT_BLOCK, NULL, value_copy(ours),
                 value_copy(theirs));
    value_free(ours);
    value_free(theirs);
}

/* The trigger O is another one than that of the old base. */
static void
replaced_trigger(struct carrying *k, const struct change *c,
                 const struct block *o)
{
    const struct block *a = k->base->trigger, *t = k->theirs->trigger;
    struct value *patch = NULL;
    bool untouched =
        a && t ? strcmp(a->id, t->id) == 0 && !is_touched(k, a->id) : a == t;
    if (untouched) {
        enum err err =
            edit_insert(&patch, k->now, carry_own_value(o),
                        (struct edit_place){PLACE_END, NULL, NULL}, NULL, NULL);
        if (carry_apply(k, err, patch)) {
            carry_add(k, c, CARRY_CLEAN);
            return;
        }
    }
    conflict(k, c, CARRY_CONFLICT, CONFLICT_TRIGGER, own_value_or_null(a),
             carry_own_value(o), own_value_or_null(t));
}

static void
added(struct carrying *k, const struct change *c)
{
    const struct block *o = document_block(k->ours, c->block_id);
    const struct block *t = document_block(k->theirs, c->block_id);
    struct carry_spot spot;
    struct value *patch = NULL;
    if (t) {
        added_twice(k, c, o, t);
        return;
    }
    if (o == k->ours->trigger) {
        replaced_trigger(k, c, o);
        return;
    }
    bool done = carry_spot(&spot, k->ours, o, k->now);
    if (done) {
        enum err err = edit_insert(&patch, k->now, carry_own_value(o),
                                   spot.place, NULL, NULL);
        done = carry_apply(k, err, patch);
    }
    if (done)
        carry_add(k, c, CARRY_CLEAN);
    else
        conflict(k, c, CARRY_GONE, CONFLICT_BLOCK, NULL, carry_own_value(o),
                 NULL);
}

/* --- moved ---------------------------------------------------------------- */

static enum carry_state
move(struct carrying *k, const struct block *o, const struct block *t)
{
    struct carry_spot spot;
    struct value *patch = NULL;
    if (!t)
        return CARRY_GONE;
    if (carry_find(&k->their, SUBJECT_BLOCK, o->id, NULL, CHANGE_MOVED))
        return same_place(k, o, t) ? CARRY_SAME : CARRY_CONFLICT;
    if (!carry_spot(&spot, k->ours, o, k->now))
        return CARRY_GONE;
    enum err err = edit_move(&patch, k->now, o->id, spot.place, NULL);
    return carry_apply(k, err, patch) ? CARRY_CLEAN : CARRY_GONE;
}

static void
moved(struct carrying *k, const struct change *c)
{
    const struct block *a = document_block(k->base, c->block_id);
    const struct block *o = document_block(k->ours, c->block_id);
    const struct block *t = document_block(k->theirs, c->block_id);
    enum carry_state state = move(k, o, t);
    if (state == CARRY_CLEAN || state == CARRY_SAME)
        carry_add(k, c, state);
    else
        conflict(k, c, state, CONFLICT_PLACE, carry_place_value(k->base, a),
                 carry_place_value(k->ours, o),
                 carry_place_value(k->theirs, t));
}

/* --- removed -------------------------------------------------------------- */

/* True where OURS removed B of BASE and THEIRS still has it in the same block:
 * then it goes with that, if OURS removed it too. */
static bool
goes_with_parent(const struct carrying *k, const struct block *b)
{
    const struct block *t = document_block(k->theirs, b->id);
    return b->parent && t && t->parent && !document_block(k->ours, b->id) &&
           !document_block(k->ours, b->parent->id) &&
           strcmp(t->parent->id, b->parent->id) == 0;
}

/* True where the removal of X, inside or at the block B of the result, would
 * lose what THEIRS did. */
static bool
loses(const struct carrying *k, const struct block *x, const struct block *b)
{
    const struct block *a = document_block(k->base, b->id);
    return !a || is_touched(k, b->id) || (b != x && !goes_with_parent(k, a));
}

static void
removed(struct carrying *k, const struct change *c)
{
    const struct block *a = document_block(k->base, c->block_id);
    const struct block *x = document_block(k->now, c->block_id);
    struct value *patch = NULL;
    if ((a == k->base->trigger && k->ours->trigger) || goes_with_parent(k, a))
        return; /* a part of another edit */
    if (!x) {
        carry_add(k, c, CARRY_SAME);
        return;
    }
    bool lost = false;
    for (const struct block *b = x; b < k->now->blocks + x->end && !lost; b++)
        lost = loses(k, x, b);
    if (!lost) {
        enum err err = edit_remove(&patch, k->now, c->block_id, NULL);
        lost = !carry_apply(k, err, patch);
    }
    if (!lost) {
        carry_add(k, c, CARRY_CLEAN);
        return;
    }
    conflict(k, c, CARRY_CONFLICT, CONFLICT_BLOCK, carry_own_value(a), NULL,
             carry_own_value(document_block(k->theirs, c->block_id)));
}

void
carry_block(struct carrying *k, const struct change *c)
{
    switch (c->kind) {
    case CHANGE_ADDED:
        added(k, c);
        break;
    case CHANGE_MOVED:
        moved(k, c);
        break;
    case CHANGE_REMOVED:
        removed(k, c);
        break;
    default: /* names are those of the result already */
        break;
    }
}
