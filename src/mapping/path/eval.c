/* The evaluator of paths: segments and selectors over tapes. */
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/path/tree.h"

bool
path_spend(struct path_run *run, size_t n)
{
    if (run->failed != ERR_OK)
        return false;
    if (n > run->steps) {
        run->failed = error_set(run->e, ERR_TOO_BIG,
                                "it takes too many steps on this record (make "
                                "the path more exact)");
        return false;
    }
    run->steps -= n;
    return true;
}

static bool
add_node(struct path_run *run, struct node_list *out, struct node_ref node)
{
    if (out->count == out->capacity) {
        size_t more = out->capacity ? out->capacity : 8;
        if (more > run->nodes) {
            run->failed = error_set(run->e, ERR_TOO_BIG,
                                    "it gives too many values (make the path "
                                    "more exact)");
            return false;
        }
        run->nodes -= more;
        out->capacity += more;
        out->nodes = mem_resize(out->nodes, out->capacity, sizeof *out->nodes);
    }
    out->nodes[out->count++] = node;
    return path_spend(run, 1);
}

void
path_list_clear(struct path_run *run, struct node_list *l)
{
    run->nodes += l->capacity;
    node_list_clear(l);
}

/* --- stepping through a container ---------------------------------------- */

static const struct tape_node *
node_at(struct node_ref r)
{
    return &r.tape->nodes[r.index];
}

static bool
is_container(struct node_ref r)
{
    return node_at(r)->type >= VALUE_ARRAY;
}

/* The index of the first child of R, or of what stands after R. */
static uint32_t
first_child(struct node_ref r)
{
    uint32_t key = node_at(r)->type == VALUE_OBJECT && node_at(r)->length > 0;
    return r.index + 1 + key;
}

/* The child after CHILD, or what stands after R. */
static uint32_t
next_child(struct node_ref r, uint32_t child)
{
    uint32_t next = r.tape->nodes[child].next;
    bool more = next < node_at(r)->next;
    return next + (more && node_at(r)->type == VALUE_OBJECT);
}

static struct node_ref
nothing(void)
{
    return (struct node_ref){NULL, 0};
}

static struct node_ref
element(struct node_ref array, int64_t index)
{
    int64_t size = node_at(array)->length;
    if (index < 0)
        index += size;
    if (index < 0 || index >= size)
        return nothing();
    uint32_t at = array.index + 1;
    while (index-- > 0)
        at = array.tape->nodes[at].next;
    return (struct node_ref){array.tape, at};
}

static struct node_ref
child_of(struct node_ref node, const struct selector *s)
{
    enum value_type type = node_at(node)->type;
    if (s->kind == SELECT_INDEX)
        return type == VALUE_ARRAY ? element(node, s->index) : nothing();
    if (type != VALUE_OBJECT)
        return nothing();
    uint32_t at = tape_member(node.tape, node.index, s->name, s->name_len);
    return at ? (struct node_ref){node.tape, at} : nothing();
}

/* Steps that it takes at most to find the child S of NODE: going from one
 * child to the next is a part of one. */
static size_t
steps_to_child(struct node_ref node, const struct selector *s)
{
    const struct tape_node *n = node_at(node);
    if (n->type == VALUE_OBJECT && s->kind == SELECT_NAME)
        return n->length / 4;
    if (n->type != VALUE_ARRAY || s->kind != SELECT_INDEX)
        return 0;
    int64_t size = n->length;
    int64_t index = s->index < 0 ? s->index + size : s->index;
    return index < 0 || index >= size ? 0 : (size_t)index / 4;
}

struct node_ref
query_walk(const struct query *q, size_t first, size_t end,
           struct node_ref from, size_t *steps)
{
    for (size_t i = first; i < end && from.tape; i++) {
        *steps += steps_to_child(from, q->segments[i].selectors);
        from = child_of(from, q->segments[i].selectors);
    }
    return from;
}

/* --- selectors ----------------------------------------------------------- */

static bool
select_children(struct path_run *run, const struct expression *filter,
                struct node_ref node, struct node_list *out)
{
    uint32_t end = node_at(node)->next;
    for (uint32_t at = first_child(node); at < end; at = next_child(node, at)) {
        struct node_ref child = {node.tape, at};
        if (!path_spend(run, 1))
            return false;
        if (filter && !expression_holds(run, filter, child))
            continue;
        if (run->failed != ERR_OK || !add_node(run, out, child))
            return false;
    }
    return run->failed == ERR_OK;
}

static int64_t
clamp(int64_t n, int64_t low, int64_t high)
{
    return n < low ? low : n > high ? high : n;
}

/* The bounds of a slice over SIZE elements, RFC 9535 section 2.3.4.2.2. */
static void
slice_bounds(const struct selector *s, int64_t size, int64_t *lower,
             int64_t *upper)
{
    bool up = s->step > 0;
    int64_t start = s->bounds & SLICE_START ? s->index : up ? 0 : size - 1;
    int64_t end = s->bounds & SLICE_END ? s->end : up ? size : -size - 1;
    start = start >= 0 ? start : size + start;
    end = end >= 0 ? end : size + end;
    *lower = up ? clamp(start, 0, size) : clamp(end, -1, size - 1);
    *upper = up ? clamp(end, 0, size) : clamp(start, -1, size - 1);
}

static bool
select_backwards(struct path_run *run, struct node_ref node, int64_t lower,
                 int64_t upper, int64_t step, struct node_list *out)
{
    size_t size = node_at(node)->length;
    if (!path_spend(run, size))
        return false;
    uint32_t *places = mem_array(size, sizeof *places);
    uint32_t at = node.index + 1;
    for (size_t i = 0; i < size; i++, at = node.tape->nodes[at].next)
        places[i] = at;
    bool good = true;
    for (int64_t i = upper; good && i > lower; i += step)
        good = add_node(run, out, (struct node_ref){node.tape, places[i]});
    free(places);
    return good;
}

static bool
select_slice(struct path_run *run, const struct selector *s,
             struct node_ref node, struct node_list *out)
{
    int64_t lower, upper, wanted, i = 0;
    if (node_at(node)->type != VALUE_ARRAY || s->step == 0)
        return true;
    slice_bounds(s, node_at(node)->length, &lower, &upper);
    if (s->step < 0)
        return select_backwards(run, node, lower, upper, s->step, out);
    wanted = lower;
    for (uint32_t at = node.index + 1; i < upper;
         i++, at = node.tape->nodes[at].next) {
        if (!path_spend(run, 1))
            return false;
        if (i != wanted)
            continue;
        if (!add_node(run, out, (struct node_ref){node.tape, at}))
            return false;
        wanted += s->step;
    }
    return true;
}

static bool
apply_selector(struct path_run *run, const struct selector *s,
               struct node_ref node, struct node_list *out)
{
    struct node_ref child;
    switch (s->kind) {
    case SELECT_WILDCARD:
    case SELECT_FILTER:
        return !is_container(node) ||
               select_children(run, s->filter, node, out);
    case SELECT_SLICE:
        return select_slice(run, s, node, out);
    case SELECT_NAME:
    case SELECT_INDEX:
        break;
    }
    child = child_of(node, s);
    return path_spend(run, steps_to_child(node, s)) &&
           (!child.tape || add_node(run, out, child));
}

static bool
apply_selectors(struct path_run *run, const struct segment *s,
                struct node_ref node, struct node_list *out)
{
    for (size_t i = 0; i < s->count; i++)
        if (!apply_selector(run, &s->selectors[i], node, out))
            return false;
    return path_spend(run, 1);
}

/* The selectors on NODE and then on everything within it. The depth of tapes
 * is bounded by their reader, and so is the recursion. */
static bool
apply_descendant(struct path_run *run, const struct segment *s,
                 struct node_ref node, struct node_list *out)
{
    if (!apply_selectors(run, s, node, out))
        return false;
    if (!is_container(node))
        return true;
    uint32_t end = node_at(node)->next;
    for (uint32_t at = first_child(node); at < end; at = next_child(node, at))
        if (!apply_descendant(run, s, (struct node_ref){node.tape, at}, out))
            return false;
    return true;
}

static bool
apply_segment(struct path_run *run, const struct segment *s,
              const struct node_list *in, struct node_list *out)
{
    for (size_t i = 0; i < in->count; i++) {
        bool good = s->descendant ? apply_descendant(run, s, in->nodes[i], out)
                                  : apply_selectors(run, s, in->nodes[i], out);
        if (!good)
            return false;
    }
    return true;
}

bool
query_run(struct path_run *run, const struct query *q, size_t first, size_t end,
          struct node_ref from, struct node_list *out)
{
    while (first < end && segment_is_singular(&q->segments[first])) {
        const struct selector *s = q->segments[first++].selectors;
        if (!path_spend(run, steps_to_child(from, s)))
            return false;
        from = child_of(from, s);
        if (!from.tape)
            return path_spend(run, 1);
    }
    if (first == end)
        return add_node(run, out, from);
    struct node_list lists[2] = {{0}, {0}};
    bool good = add_node(run, &lists[0], from);
    size_t from_list = 0;
    for (; good && first < end; first++) {
        struct node_list *in = &lists[from_list];
        bool last = first + 1 == end;
        struct node_list *to = last ? out : &lists[!from_list];
        if (!last)
            to->count = 0;
        good = apply_segment(run, &q->segments[first], in, to);
        from_list = !from_list;
    }
    path_list_clear(run, &lists[0]);
    path_list_clear(run, &lists[1]);
    return good;
}
