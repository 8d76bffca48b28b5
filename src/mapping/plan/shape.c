/* Shapes: which members of a record's objects are wanted, and finding all of
 * them in one pass over each object. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/plan/tree.h"

#define NAMES_MAX 64 /* of a path that is found by walking */

/* --- building ------------------------------------------------------------ */

static struct shape_key *
wanted_key(struct shape *s, const struct selector *name)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->keys[i].len == name->name_len &&
            memcmp(s->keys[i].name, name->name, name->name_len) == 0)
            return &s->keys[i];
    s->keys = mem_resize(s->keys, s->count + 1, sizeof *s->keys);
    s->keys[s->count] =
        (struct shape_key){.name = mem_strndup(name->name, name->name_len),
                           .len = (uint32_t)name->name_len,
                           .hash = tape_key_hash(name->name, name->name_len),
                           .slot = PLAN_NO_SLOT};
    return &s->keys[s->count++];
}

static bool
names_only(const struct reading *r)
{
    for (size_t i = r->first; i < r->end; i++) {
        const struct segment *s = &r->path->query.segments[i];
        if (!segment_is_singular(s) || s->selectors[0].kind != SELECT_NAME)
            return false;
    }
    return r->end > r->first && r->end - r->first <= NAMES_MAX;
}

/* Gives R, which begins at what S is the shape of, the next slot. */
static void
want(struct shape **s, struct reading *r, uint32_t *slots)
{
    struct shape_key *key = NULL;
    for (size_t i = r->first; i < r->end; i++) {
        struct shape **inside = key ? &key->inside : s;
        if (!*inside)
            *inside = mem_alloc(sizeof **inside);
        key = wanted_key(*inside, r->path->query.segments[i].selectors);
    }
    if (key->slot == PLAN_NO_SLOT)
        key->slot = (*slots)++;
    r->slot = key->slot;
}

static void
want_from(struct plan *p, size_t group, struct reading *r)
{
    bool here = group == PLAN_NONE ? r->base == BASE_ROOT
                                   : r->base == BASE_GROUP && r->group == group;
    if (here && p->slot_count < PLAN_SLOTS_MAX && names_only(r))
        want(group == PLAN_NONE ? &p->shape : &p->groups[group].shape, r,
             &p->slot_count);
}

static bool
reads_node(const struct plan_row *row)
{
    return row->read == READ_NODE ||
           (row->read == READ_TREATED && row->inner == READ_NODE);
}

/* Everything that begins at GROUP (PLAN_NONE: at the record). */
static void
want_all(struct plan *p, size_t group)
{
    for (size_t i = 0; i < p->row_count; i++)
        if (reads_node(&p->rows[i]))
            want_from(p, group, &p->rows[i].from);
    for (size_t i = 0; i < p->group_count; i++)
        if (p->groups[i].kind == LIST_CHILDREN)
            want_from(p, group, &p->groups[i].from);
}

/* The table by hash, at most a quarter full. Paths are of bounded length,
 * and so is the recursion. */
static void
finish(struct shape *s)
{
    uint32_t size = 8;
    if (!s)
        return;
    while (size < s->count * 4)
        size *= 2;
    s->mask = size - 1;
    s->table = mem_array(size, sizeof *s->table);
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t at = s->keys[i].hash & s->mask;
        while (s->table[at])
            at = (at + 1) & s->mask;
        s->table[at] = (uint16_t)(i + 1);
        finish(s->keys[i].inside);
    }
}

void
plan_build_shapes(struct plan *p)
{
    want_all(p, PLAN_NONE);
    p->root_slots = p->slot_count;
    finish(p->shape);
    for (size_t i = 0; i < p->group_count; i++) {
        struct plan_group *g = &p->groups[i];
        g->first_slot = p->slot_count;
        want_all(p, i);
        g->slots = p->slot_count - g->first_slot;
        finish(g->shape);
    }
}

void
shape_free(struct shape *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->count; i++) {
        free(s->keys[i].name);
        shape_free(s->keys[i].inside);
    }
    free(s->keys);
    free(s->table);
    free(s);
}

size_t
shape_bytes(const struct shape *s)
{
    if (!s)
        return 0;
    size_t n = mem_bytes(s) + mem_bytes(s->keys) + mem_bytes(s->table);
    for (uint32_t i = 0; i < s->count; i++)
        n += mem_bytes(s->keys[i].name) + shape_bytes(s->keys[i].inside);
    return n;
}

/* --- walking ------------------------------------------------------------- */

/* The wanted key that the key node I is, or NULL. */
static inline const struct shape_key *
find_key(const struct shape *s, const struct tape *t, uint32_t i)
{
    const struct tape_node *n = &t->nodes[i];
    if (n->flags & TAPE_ESCAPED) {
        for (uint32_t k = 0; k < s->count; k++)
            if (tape_string_is(t, i, s->keys[k].name, s->keys[k].len))
                return &s->keys[k];
        return NULL;
    }
    for (uint32_t at = n->hash & s->mask; s->table[at];
         at = (at + 1) & s->mask) {
        const struct shape_key *key = &s->keys[s->table[at] - 1];
        if (key->hash == n->hash && key->len == n->length &&
            memcmp(key->name, t->text + n->start, n->length) == 0)
            return key;
    }
    return NULL;
}

void
shape_walk(const struct shape *s, const struct tape *t, uint32_t i,
           uint32_t *slots)
{
    const struct tape_node *nodes = t->nodes;
    uint32_t end = nodes[i].next, missing = s->count;
    for (i++; i < end && missing > 0; i = nodes[i + 1].next) {
        const struct shape_key *key = find_key(s, t, i);
        if (!key)
            continue;
        missing--;
        if (key->slot != PLAN_NO_SLOT)
            slots[key->slot] = i + 1;
        if (key->inside && nodes[i + 1].type == VALUE_OBJECT)
            shape_walk(key->inside, t, i + 1, slots);
    }
}
