/* The tree of the output: targets become nodes, conflicts are found. */
#include "mapping/plan/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define KEY_PADDING 32 /* keys are copied in blocks of this many bytes */

static struct plan_node *
node_new(size_t row)
{
    struct plan_node *n = mem_alloc(sizeof *n);
    n->row = row;
    n->declared = PLAN_NONE;
    n->base = PLAN_NONE;
    n->group = PLAN_NONE;
    return n;
}

/* Targets are at most 64 deep, and so is the recursion. */
void
plan_node_free(struct plan_node *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->count; i++)
        plan_node_free(n->children[i]);
    free(n->children);
    free(n->by_hash);
    free(n->key);
    free(n->name);
    free(n);
}

size_t
plan_node_bytes(const struct plan_node *n)
{
    if (!n)
        return 0;
    size_t bytes = mem_bytes(n) + mem_bytes(n->children) +
                   mem_bytes(n->by_hash) + mem_bytes(n->key) +
                   mem_bytes(n->name);
    for (size_t i = 0; i < n->count; i++)
        bytes += plan_node_bytes(n->children[i]);
    return bytes;
}

static struct plan_node *
add_child(struct plan_node *n, size_t row)
{
    n->children =
        mem_resize(n->children, n->count + 1, sizeof(struct plan_node *));
    n->children[n->count] = node_new(row);
    return n->children[n->count++];
}

/* The member NAME as it is written: ,"name": with padding after it. */
static void
set_key(struct plan_node *n, const char *name, size_t len)
{
    struct buf key;
    struct value *v = value_string_n(name, len);
    buf_init_any(&key);
    buf_addc(&key, ',');
    value_write(&key, v);
    buf_addc(&key, ':');
    value_free(v);
    n->key_len = key.len;
    n->key = mem_alloc(key.len + KEY_PADDING);
    memcpy(n->key, key.data, key.len);
    n->name = mem_strndup(name, len);
    n->name_len = len;
    n->hash = tape_key_hash(name, len);
    buf_clear(&key);
}

static struct plan_node *
member(struct plan_node *n, const struct target_step *s, size_t row)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->children[i]->name_len == s->name_len &&
            memcmp(n->children[i]->name, s->name, s->name_len) == 0)
            return n->children[i];
    struct plan_node *child = add_child(n, row);
    set_key(child, s->name, s->name_len);
    return child;
}

/* Children up to the index: those that no row fills stay NODE_UNSET. */
static struct plan_node *
indexed(struct plan_node *n, const struct target_step *s, size_t row)
{
    while (n->count <= s->index)
        add_child(n, row);
    return n->children[s->index];
}

static size_t
add_group(struct plan *p, size_t parent, size_t row, size_t depth)
{
    p->groups = mem_resize(p->groups, p->group_count + 1, sizeof *p->groups);
    p->groups[p->group_count] = (struct plan_group){.parent = parent,
                                                    .row = PLAN_NONE,
                                                    .declared = PLAN_NONE,
                                                    .first_row = row,
                                                    .depth = depth};
    return p->group_count++;
}

/* What rows make of a place that has rows inside, as words around its name. */
static const struct {
    const char *before, *after;
} makes[] = {[NODE_OBJECT] = {"makes ", " an object"},
             [NODE_INDEXED] = {"fills elements of ", " by their number"},
             [NODE_LIST] = {"fills each element of ", ""}};

/* Row I wants KIND where the first STEPS of its target end, and N, which other
 * rows made, is of another kind. */
static void
contradict(struct plan_compiler *c, const struct plan_node *n, size_t i,
           size_t steps, enum plan_node_kind kind)
{
    const struct plan_row *rows = c->plan->rows;
    bool lists = n->kind != NODE_OBJECT && kind != NODE_OBJECT;
    struct buf place;
    buf_init_any(&place);
    if (steps == 0)
        buf_adds(&place, "the output");
    target_write(&rows[i].target, steps, &place);
    plan_problem_add(c, i, "it %s%s%s, but row %zu, %s, %s%s%s (%s)",
                     makes[kind].before, buf_str(&place), makes[kind].after,
                     n->row + 1, rows[n->row].text, makes[n->kind].before,
                     steps == 0 ? "it" : buf_str(&place), makes[n->kind].after,
                     lists ? "write [*] in both, and add single elements to "
                             "the source with VSTACK; or numbers in both"
                           : "rename one of the targets, or remove a row");
    buf_clear(&place);
}

/* One step down from N, for the row I; NULL after a conflict. */
static struct plan_node *
step_down(struct plan_compiler *c, struct plan_node *n, size_t i, size_t step,
          size_t *group)
{
    static const enum plan_node_kind kinds[] = {[TARGET_NAME] = NODE_OBJECT,
                                                [TARGET_INDEX] = NODE_INDEXED,
                                                [TARGET_LIST] = NODE_LIST};
    struct plan *p = c->plan;
    const struct target_step *s = &p->rows[i].target.steps[step];
    enum plan_node_kind kind = kinds[s->kind];
    if (n->kind == NODE_LEAF) {
        plan_problem_add(c, i,
                         "row %zu fills %s, which this is inside of "
                         "(remove one of them)",
                         n->row + 1, p->rows[n->row].text);
        return NULL;
    }
    if (n->kind != NODE_UNSET && n->kind != kind) {
        contradict(c, n, i, step, kind);
        return NULL;
    }
    if (n->kind == NODE_UNSET)
        n->row = i;
    n->kind = kind;
    if (kind == NODE_OBJECT)
        return member(n, s, i);
    if (kind == NODE_INDEXED)
        return indexed(n, s, i);
    if (n->count == 0) {
        n->group = add_group(p, *group, i, step + 1);
        add_child(n, i);
    }
    *group = n->group;
    return n->children[0];
}

static void
same_target(struct plan_compiler *c, size_t i, size_t other)
{
    plan_problem_add(c, i,
                     "row %zu, %s, fills the same target (remove one of them)",
                     other + 1, c->plan->rows[other].text);
}

/* Row I ends at N, an element of the list GROUP: it fills the elements, or
 * says which list they follow; which of both is known when all rows are
 * there. */
static void
end_at_element(struct plan_compiler *c, struct plan_node *n, size_t i)
{
    if (n->declared != PLAN_NONE)
        same_target(c, i, n->declared);
    else
        n->declared = i;
}

/* Row I gives the object N, and rows inside change it. */
static void
begin_object(struct plan_compiler *c, struct plan_node *n, size_t i)
{
    if (n->base != PLAN_NONE || n->kind == NODE_LEAF)
        same_target(c, i, n->base != PLAN_NONE ? n->base : n->row);
    else if (n->kind != NODE_UNSET && n->kind != NODE_OBJECT)
        contradict(c, n, i, c->plan->rows[i].target.count, NODE_OBJECT);
    else {
        n->row = n->kind == NODE_UNSET ? i : n->row;
        n->kind = NODE_OBJECT;
        n->base = i;
    }
}

static void
insert_row(struct plan_compiler *c, size_t i)
{
    struct plan *p = c->plan;
    struct plan_row *row = &p->rows[i];
    struct plan_node *n = p->root;
    size_t group = PLAN_NONE;
    for (size_t step = 0; step < row->target.count; step++) {
        n = step_down(c, n, i, step, &group);
        if (!n)
            return;
    }
    row->group = group;
    size_t last = row->target.count;
    if (last > 0 && row->target.steps[last - 1].kind == TARGET_LIST) {
        end_at_element(c, n, i);
    } else if (row->keeps) {
        begin_object(c, n, i);
    } else if (n->base != PLAN_NONE) {
        same_target(c, i, n->base);
    } else if (n->kind == NODE_LEAF) {
        same_target(c, i, n->row);
    } else if (n->kind != NODE_UNSET) {
        plan_problem_add(c, i,
                         "row %zu fills %s, which is inside of it "
                         "(remove one of them)",
                         n->row + 1, p->rows[n->row].text);
    } else {
        n->kind = NODE_LEAF;
        n->row = i;
    }
}

static void
finish_element(struct plan_compiler *c, struct plan_node *list)
{
    struct plan *p = c->plan;
    struct plan_node *n = list->children[0];
    struct plan_group *g = &p->groups[list->group];
    if (n->declared == PLAN_NONE)
        return;
    if (n->kind == NODE_UNSET) {
        n->kind = NODE_LEAF;
        n->row = n->declared;
    } else {
        n->keeps = p->rows[n->declared].keeps;
        p->rows[n->declared].declares = true;
        p->rows[n->declared].group = g->parent;
        g->declared = n->declared;
    }
}

static int
compare_hashes(const void *a, const void *b)
{
    const struct plan_node *const *x = a, *const *y = b;
    return (int)(*x)->hash - (int)(*y)->hash;
}

/* Sorts the members of N, and of the objects in it that start from a member
 * of what N starts from. Targets are of bounded depth, and so is the
 * recursion. */
static void
sort_members(struct plan_node *n)
{
    if (n->kind != NODE_OBJECT || n->by_hash)
        return;
    n->by_hash = mem_array(n->count + 1, sizeof *n->by_hash);
    for (size_t i = 0; i < n->count; i++) {
        n->by_hash[i] = n->children[i];
        sort_members(n->children[i]);
    }
    qsort(n->by_hash, n->count, sizeof *n->by_hash, compare_hashes);
}

/* Settles what the elements of lists are and looks for gaps in arrays. */
static void
finish_node(struct plan_compiler *c, struct plan_node *n)
{
    if (n->kind == NODE_LIST)
        finish_element(c, n);
    if (n->base != PLAN_NONE || n->keeps)
        sort_members(n);
    for (size_t i = 0; i < n->count; i++) {
        if (n->kind == NODE_INDEXED && n->children[i]->kind == NODE_UNSET) {
            plan_problem_add(
                c, n->row,
                "no row fills [%zu] of this list (add one: rows by "
                "number leave no gap)",
                i);
            return;
        }
        finish_node(c, n->children[i]);
    }
}

void
plan_build_tree(struct plan_compiler *c)
{
    struct plan *p = c->plan;
    p->root = node_new(0);
    for (size_t i = 0; i < p->row_count; i++)
        if (p->rows[i].target.count > 0 || target_is_all(p->rows[i].text))
            insert_row(c, i);
    if (p->root->kind == NODE_UNSET)
        p->root->kind = NODE_OBJECT;
    finish_node(c, p->root);
}
