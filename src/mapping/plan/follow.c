/* The lists that groups follow: the elements of each, one after the other. */
#include "mapping/plan/run_private.h"

/* Writes the element NODE of the group G, the POSITION-th. */
static bool
write_group_element(struct plan_run *run, const struct plan_node *n,
                    struct node_ref node, uint64_t position)
{
    const struct plan_group *g = &run->plan->groups[n->group];
    if (position > 1)
        cursor_put(&run->out, ",", 1);
    run->elements[n->group] = node;
    run->scope.current = node;
    run->scope.position = position;
    run->scope.outer = run->enclosing;
    run->scope.came_from = g->outer ? run->outers + g->first_outer : NULL;
    const struct tape_node *value = &node.tape->nodes[node.index];
    budget_take(&run->budget, 1 + (value->type == VALUE_OBJECT && g->slots > 0
                                       ? value->length / 4
                                       : 0));
    if (g->slots > 0) {
        memset(run->slots + g->first_slot, 0, g->slots * sizeof *run->slots);
        if (value->type == VALUE_OBJECT)
            shape_walk(g->shape, node.tape, node.index, run->slots);
    }
    plan_write_element(run, n->children[0], node);
    plan_check_budget(run, g->row);
    return !plan_is_over(run);
}

/* The children of NODE, or false where it is no container. */
static bool
write_children(struct plan_run *run, const struct plan_node *n,
               struct node_ref node)
{
    if (!node.tape || node.tape->nodes[node.index].type < VALUE_ARRAY)
        return false;
    const struct tape_node *nodes = node.tape->nodes;
    uint32_t key = nodes[node.index].type == VALUE_OBJECT;
    uint32_t end = nodes[node.index].next;
    uint64_t position = 0;
    cursor_put(&run->out, "[", 1);
    for (uint32_t at = node.index + 1; at < end; at = nodes[at + key].next)
        if (!write_group_element(run, n, (struct node_ref){node.tape, at + key},
                                 ++position))
            break;
    cursor_put(&run->out, "]", 1);
    return true;
}

static bool
write_one(struct plan_run *run, const struct plan_node *n, struct node_ref node)
{
    cursor_put(&run->out, "[", 1);
    write_group_element(run, n, node, 1);
    cursor_put(&run->out, "]", 1);
    return true;
}

/* True where the schema says that what the first STEPS of the path of G lead
 * to is a list. */
static bool
is_list_by_schema(const struct plan_run *run, const struct plan_group *g,
                  size_t steps)
{
    struct buf path;
    if (!run->scope.is_list || g->origin_base == BASE_CURRENT)
        return false;
    buf_init(&path, 4096);
    plan_list_path(g, steps, &path);
    bool list =
        run->scope.is_list(run->scope.context, g->origin_block, buf_str(&path));
    buf_clear(&path);
    return list;
}

static void
refuse_no_list(struct plan_run *run, const struct plan_group *g,
               struct node_ref node)
{
    bool object = node.tape->nodes[node.index].type == VALUE_OBJECT;
    plan_refuse_node(run, g->row, node,
                object ? "not a list (follow a formula such as =lines to take "
                         "one object as a list of one, lines[?@] for its "
                         "members)"
                       : "not a list (follow a formula such as =lines to take "
                         "one object as a list of one)");
}

/* True where NODE is no list and still something: by the newer meaning an
 * error, because its members are no lines. */
static bool
is_no_list(const struct plan_run *run, struct node_ref node)
{
    unsigned type = node.tape ? node.tape->nodes[node.index].type : VALUE_NULL;
    return type != VALUE_ARRAY && type != VALUE_NULL &&
           language_has(run->plan->language, CHANGE_OBJECT_AS_LIST);
}

/* The elements of the list that NODE is. What is no list is an error, unless
 * the schema says that it is one: then it is a list of one. */
static bool
write_followed(struct plan_run *run, const struct plan_node *n,
               const struct plan_group *g, struct node_ref node)
{
    if (!is_no_list(run, node))
        return write_children(run, n, node);
    if (is_list_by_schema(run, g, g->origin_count - 1))
        return write_one(run, n, node);
    refuse_no_list(run, g, node);
    return false;
}

/* A list that goes through others, followed one after the other, so that each
 * element is written while what it came from is at hand. */
struct flattening {
    struct plan_run *run;
    const struct plan_node *node;
    const struct plan_group *group;
    struct scope scope; /* of filters */
    uint64_t position;  /* of the last element */
    struct error e;     /* of the path, where that fails */
};

static bool flatten(struct flattening *f, struct node_ref from, size_t first,
                    size_t level);

/* FROM stands where [*], segment I of the path, goes through a list: one where
 * the schema says so, else an error. */
static bool
flatten_one(struct flattening *f, struct node_ref from, size_t i, size_t level)
{
    const struct plan_group *g = f->group;
    if (!is_list_by_schema(f->run, g, g->origin_count - (g->from.end - i))) {
        refuse_no_list(f->run, g, from);
        return false;
    }
    if (g->outer)
        f->run->outers[g->first_outer + level] = from;
    return flatten(f, from, i + 1, level + 1);
}

/* Follows the rest of the path, from segment FIRST on, from FROM, which is
 * what the list LEVEL - 1 gave. Paths are of bounded length, and so is the
 * recursion. False after an error. */
static bool
flatten(struct flattening *f, struct node_ref from, size_t first, size_t level)
{
    const struct reading *r = &f->group->from;
    struct plan_run *run = f->run;
    struct node_list l;
    size_t plural = plan_first_plural(r->path, first);
    if (plural >= r->end) {
        from = path_walk(r->path, first, r->end, from, &run->budget);
        return !from.tape ||
               write_group_element(run, f->node, from, ++f->position);
    }
    from = path_walk(r->path, first, plural, from, &run->budget);
    if (plan_is_wildcard(r->path, plural) && is_no_list(run, from))
        return flatten_one(f, from, plural, level);
    if (!from.tape || from.tape->nodes[from.index].type < VALUE_ARRAY)
        return true;
    node_list_init(&l);
    bool good = path_query_span(r->path, plural, plural + 1, from, &f->scope,
                                &l, &f->e) == ERR_OK;
    for (size_t i = 0; i < l.count && good; i++) {
        if (f->group->outer)
            run->outers[f->group->first_outer + level] = l.nodes[i];
        good = flatten(f, l.nodes[i], plural + 1, level + 1);
    }
    node_list_clear(&l);
    return good;
}

/* The list of G that goes through other lists. */
static bool
write_flattened(struct plan_run *run, const struct plan_node *n,
                const struct plan_group *g)
{
    const struct reading *r = &g->from;
    struct flattening f = {
        .run = run, .node = n, .group = g, .scope = run->scope};
    struct node_ref from = reading_base(run, r);
    if (r->block)
        f.scope.root = from;
    size_t plural = plan_first_plural(r->path, r->first);
    struct node_ref list =
        path_walk(r->path, r->first, plural, from, &run->budget);
    bool no_list =
        plan_is_wildcard(r->path, plural) && is_no_list(run, list);
    if (!no_list &&
        (!list.tape || list.tape->nodes[list.index].type < VALUE_ARRAY))
        return false;
    cursor_put(&run->out, "[", 1);
    bool good = flatten(&f, from, r->first, 0);
    cursor_put(&run->out, "]", 1);
    if (f.e.code != ERR_OK)
        plan_fail_row(run, g->row, "%s", f.e.text);
    return good;
}

/* True where the path of G has a [*] that is to be looked at. */
static bool
goes_through(const struct plan_run *run, const struct plan_group *g)
{
    bool any = false;
    for (size_t i = g->from.first; i < g->from.end; i++)
        any |= plan_is_wildcard(g->from.path, i);
    return any && language_has(run->plan->language, CHANGE_OBJECT_AS_LIST);
}

static bool
write_selected(struct plan_run *run, const struct plan_node *n,
               const struct plan_group *g)
{
    struct node_list l;
    struct error own, *e = run->e;
    bool there = false;
    node_list_init(&l);
    run->e = &own;
    bool good = reading_nodes(run, &g->from, &l, &there);
    run->e = e;
    if (!good)
        plan_fail_row(run, g->row, "%s", own.text);
    if (good && there) {
        cursor_put(&run->out, "[", 1);
        for (size_t i = 0; i < l.count; i++)
            if (!write_group_element(run, n, l.nodes[i], i + 1))
                break;
        cursor_put(&run->out, "]", 1);
    }
    node_list_clear(&l);
    return good && there;
}

/* True where a formula gave T, which is one element instead of a list. */
static bool
is_one(const struct plan_run *run, const struct tape *t)
{
    return t->nodes[0].type != VALUE_ARRAY && t->nodes[0].type != VALUE_NULL &&
           language_has(run->plan->language, CHANGE_OBJECT_AS_LIST);
}

/* The elements of the list that a formula makes. */
static bool
write_computed(struct plan_run *run, const struct plan_node *n,
               const struct plan_group *g)
{
    struct buf json;
    struct tape t;
    struct error own = {0};
    bool written = false;
    buf_init(&json, value_limits_event.bytes);
    tape_init(&t);
    enum formula_outcome outcome =
        formula_eval_with(run->arena, run->plan->rows[g->row].source.formula,
                          &run->scope, &json, &own);
    budget_take(&run->budget, json.len / PLAN_READ_BYTES);
    if (outcome == FORMULA_ERROR ||
        (outcome == FORMULA_VALUE &&
         tape_read(&t, buf_str(&json), json.len, &value_limits_event, "list",
                   &own) != ERR_OK))
        plan_fail_row(run, g->row, "%s", own.text);
    else if (outcome == FORMULA_VALUE && is_one(run, &t))
        written = write_one(run, n, (struct node_ref){&t, 0});
    else if (outcome == FORMULA_VALUE)
        written = write_children(run, n, (struct node_ref){&t, 0});
    tape_clear(&t);
    buf_clear(&json);
    return written;
}

/* Fails the row that fills elements without rows inside where it is required
 * and there is no list. */
static void
require_list(struct plan_run *run, const struct plan_node *n)
{
    const struct plan_node *element = n->children[0];
    if (element->kind != NODE_LEAF || !run->plan->rows[element->row].required ||
        run->plan->rows[element->row].fallback ||
        !language_has(run->plan->language, CHANGE_REQUIRED_LIST))
        return;
    plan_fail_row(run, element->row,
                  "it is required, and the list of its source is missing");
}

bool
plan_write_list(struct plan_run *run, const struct plan_node *n)
{
    const struct plan_group *g = &run->plan->groups[n->group];
    struct scope outer = run->scope;
    const struct scope *enclosing = run->enclosing;
    enum err before = run->failed;
    size_t start = cursor_mark(&run->out);
    bool written = false;
    run->enclosing = &outer;
    if (g->kind == LIST_CHILDREN)
        written = write_followed(run, n, g, reading_node(run, &g->from));
    else if (g->kind == LIST_NODES && (g->outer || goes_through(run, g)))
        written = write_flattened(run, n, g);
    else if (g->kind == LIST_NODES)
        written = write_selected(run, n, g);
    else if (g->kind == LIST_FORMULA)
        written = write_computed(run, n, g);
    run->scope = outer;
    run->enclosing = enclosing;
    if (!written && run->failed == before)
        require_list(run, n);
    if (g->declared != PLAN_NONE && written && run->failed == before)
        written = plan_merge_lines(run, g->declared, start);
    if (g->declared != PLAN_NONE && written)
        plan_note(run, g->declared, PLAN_FILLED, start);
    else if (g->declared != PLAN_NONE && run->failed == before)
        return plan_write_missing(run, g->declared);
    return written;
}
