/* Running a plan: the tree of the output is written as it is walked. */
#include "mapping/plan/run_private.h"

#include <stdlib.h>

#include "base/mem.h"

#define KEY_BLOCK 32 /* keys are padded to be copied in such blocks */

/* --- objects ------------------------------------------------------------- */

/* ,"name": without the comma where it is the first one. */
static inline void
put_key(struct cursor *c, const struct plan_node *n, bool first)
{
    const char *key = n->key + first;
    size_t len = n->key_len - first;
    if (!cursor_room(c, len + KEY_BLOCK))
        return;
    /* A copy of fixed size is one move; most keys are that short. */
    memcpy(c->at, key, KEY_BLOCK - 1);
    if (len > KEY_BLOCK - 1)
        memcpy(c->at, key, len);
    c->at += len;
}

/* The member N where it is a text or number found by walking: the usual one,
 * without the ceremony of plan_write_row. False where it is something else. */
static inline bool
put_plain(struct plan_run *run, const struct plan_node *n, bool first)
{
    const struct plan_row *row = &run->plan->rows[n->row];
    if (row->read != READ_NODE || row->from.slot == PLAN_NO_SLOT || run->report)
        return false;
    uint32_t at = run->slots[row->from.slot];
    if (at == 0)
        return false;
    const struct tape *t = row->from.base == BASE_GROUP
                               ? run->elements[row->from.group].tape
                               : run->scope.root.tape;
    const struct tape_node *v = &t->nodes[at];
    if (v->type != VALUE_STRING && v->type != VALUE_NUMBER)
        return false;
    bool quotes = v->type == VALUE_STRING;
    put_key(&run->out, n, first);
    cursor_put(&run->out, t->text + v->start - quotes, v->length + 2 * quotes);
    return true;
}

/* Writes the member N; false where it has no value. */
static bool
write_member(struct plan_run *run, const struct plan_node *n, bool first)
{
    if (n->kind == NODE_LEAF && put_plain(run, n, first))
        return true;
    size_t mark = cursor_mark(&run->out);
    put_key(&run->out, n, first);
    if (plan_write_node(run, n))
        return true;
    cursor_back(&run->out, mark);
    return false;
}

/* Whether what is still to be written is not asked for: a report goes on after
 * a failed row, but not without room and steps. */
static inline bool
is_over(const struct plan_run *run)
{
    return (run->failed != ERR_OK && !run->report) || run->budget.passed ||
           buf_failed(run->out.buf);
}

/* The first row of N. */
static size_t
first_row(const struct plan_run *run, const struct plan_node *n)
{
    while ((n->kind == NODE_OBJECT || n->kind == NODE_INDEXED) && n->count > 0)
        n = n->children[0];
    return n->kind == NODE_LIST ? run->plan->groups[n->group].row : n->row;
}

/* Takes the steps for the children of N, one for each. */
static inline bool
spend_on(struct plan_run *run, const struct plan_node *n)
{
    if (budget_take(&run->budget, n->count))
        return true;
    plan_check_budget(run, first_row(run, n));
    return false;
}

/* Writes the members that have a value; false where none has. */
static bool
write_object(struct plan_run *run, const struct plan_node *n)
{
    bool first = true;
    if (n->base != PLAN_NONE)
        return plan_write_based(run, n);
    if (!spend_on(run, n))
        return false;
    cursor_put(&run->out, "{", 1);
    for (size_t i = 0; i < n->count; i++) {
        if (write_member(run, n->children[i], first))
            first = false;
        if (is_over(run))
            break;
    }
    cursor_put(&run->out, "}", 1);
    return !first;
}

/* --- lists --------------------------------------------------------------- */

/* An element keeps its place: {} or null where it has nothing to send. */
static void
write_element(struct plan_run *run, const struct plan_node *n,
              struct node_ref node)
{
    size_t mark = cursor_mark(&run->out);
    if (n->keeps && node.tape->nodes[node.index].type == VALUE_OBJECT) {
        plan_write_kept(run, n, node);
    } else if (n->kind == NODE_OBJECT) {
        write_object(run, n);
    } else if (!plan_write_node(run, n)) {
        cursor_back(&run->out, mark);
        cursor_put(&run->out, "null", 4);
    }
}

static bool
write_indexed(struct plan_run *run, const struct plan_node *n)
{
    bool some = false;
    if (!spend_on(run, n))
        return false;
    cursor_put(&run->out, "[", 1);
    for (size_t i = 0; i < n->count && !is_over(run); i++) {
        if (i > 0)
            cursor_put(&run->out, ",", 1);
        size_t value = cursor_mark(&run->out);
        if (plan_write_node(run, n->children[i])) {
            some = true;
        } else {
            cursor_back(&run->out, value);
            cursor_put(&run->out, "null", 4);
        }
    }
    cursor_put(&run->out, "]", 1);
    return some;
}

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
    write_element(run, n->children[0], node);
    plan_check_budget(run, g->row);
    return !is_over(run);
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

/* True where the schema of what G reads says that it is a list. */
static bool
is_list_by_schema(const struct plan_run *run, const struct plan_group *g)
{
    struct buf path;
    if (!run->scope.is_list || g->origin_base == BASE_CURRENT)
        return false;
    buf_init(&path, 4096);
    plan_list_path(g, &path);
    bool list =
        run->scope.is_list(run->scope.context, g->origin_block, buf_str(&path));
    buf_clear(&path);
    return list;
}

static void
refuse_no_list(struct plan_run *run, const struct plan_group *g,
               struct node_ref node)
{
    static const char *const words[] = {[VALUE_FALSE] = "a boolean",
                                        [VALUE_TRUE] = "a boolean",
                                        [VALUE_NUMBER] = "a number",
                                        [VALUE_STRING] = "a text",
                                        [VALUE_OBJECT] = "an object"};
    unsigned type = node.tape->nodes[node.index].type;
    struct buf place;
    buf_init(&place, 4096);
    path_normalized(node, &place);
    plan_fail_row(run, g->row,
                  "%s is %s, not a list (follow a formula such as =lines to "
                  "take one object as a list of one%s)",
                  buf_str(&place), words[type],
                  type == VALUE_OBJECT ? ", lines[?@] for its members" : "");
    buf_clear(&place);
}

/* The elements of the list that NODE is. By the newer meaning what is no list
 * is an error, because its members are no lines, unless the schema says that
 * it is one: then it is a list of one. */
static bool
write_followed(struct plan_run *run, const struct plan_node *n,
               const struct plan_group *g, struct node_ref node)
{
    unsigned type = node.tape ? node.tape->nodes[node.index].type : VALUE_NULL;
    if (type == VALUE_ARRAY || type == VALUE_NULL ||
        !language_has(run->plan->language, CHANGE_OBJECT_AS_LIST))
        return write_children(run, n, node);
    if (is_list_by_schema(run, g))
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
    if (!from.tape || from.tape->nodes[from.index].type < VALUE_ARRAY)
        return true;
    node_list_init(&l);
    bool good = path_query_span(r->path, plural, plural + 1, from, &f->scope,
                                &l, &f->e) == ERR_OK;
    for (size_t i = 0; i < l.count && good; i++) {
        run->outers[f->group->first_outer + level] = l.nodes[i];
        good = flatten(f, l.nodes[i], plural + 1, level + 1);
    }
    node_list_clear(&l);
    return good;
}

/* The list of G whose rows read also what its elements came from. */
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
    if (!list.tape || list.tape->nodes[list.index].type < VALUE_ARRAY)
        return false;
    cursor_put(&run->out, "[", 1);
    bool good = flatten(&f, from, r->first, 0);
    cursor_put(&run->out, "]", 1);
    if (f.e.code != ERR_OK)
        plan_fail_row(run, g->row, "%s", f.e.text);
    return good;
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

static bool
write_list(struct plan_run *run, const struct plan_node *n)
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
    else if (g->kind == LIST_NODES && g->outer)
        written = write_flattened(run, n, g);
    else if (g->kind == LIST_NODES)
        written = write_selected(run, n, g);
    else if (g->kind == LIST_FORMULA)
        written = write_computed(run, n, g);
    run->scope = outer;
    run->enclosing = enclosing;
    if (g->declared != PLAN_NONE && written && run->failed == before)
        written = plan_merge_lines(run, g->declared, start);
    if (g->declared != PLAN_NONE && written)
        plan_note(run, g->declared, PLAN_FILLED, start);
    else if (g->declared != PLAN_NONE && run->failed == before)
        return plan_write_missing(run, g->declared);
    return written;
}

bool
plan_write_node(struct plan_run *run, const struct plan_node *n)
{
    switch (n->kind) {
    case NODE_OBJECT:
        return write_object(run, n);
    case NODE_INDEXED:
        return write_indexed(run, n);
    case NODE_LIST:
        return write_list(run, n);
    case NODE_LEAF:
        return plan_write_row(run, n->row);
    case NODE_UNSET:
        break;
    }
    return false;
}

/* The whole output; a list that is not there is an empty one, because there
 * is no key to leave out. */
static void
write_root(struct plan_run *run, const struct plan_node *n)
{
    size_t mark = cursor_mark(&run->out);
    if (n->kind == NODE_OBJECT) {
        write_object(run, n);
    } else if (!plan_write_node(run, n)) {
        cursor_back(&run->out, mark);
        cursor_put(&run->out, "[]", 2);
    }
}

/* --- records ------------------------------------------------------------- */

struct plan_runner {
    const struct plan *plan;
    uint32_t *slots;
    struct node_ref *elements;
    struct node_ref *outers;
    struct formula_arena *arena; /* NULL where no row is a formula */
};

struct plan_runner *
plan_runner_new(const struct plan *p)
{
    struct plan_runner *r = mem_alloc(sizeof *r);
    r->plan = p;
    r->slots = mem_array(p->slot_count + 1, sizeof *r->slots);
    r->elements = mem_array(p->group_count + 1, sizeof *r->elements);
    r->outers = mem_array(p->outer_count + 1, sizeof *r->outers);
    r->arena = p->formulas ? formula_arena_new() : NULL;
    return r;
}

void
plan_runner_free(struct plan_runner *r)
{
    if (!r)
        return;
    if (r->arena)
        formula_arena_free(r->arena);
    free(r->slots);
    free(r->elements);
    free(r->outers);
    free(r);
}

void
plan_runner_rest(struct plan_runner *r)
{
    if (r->arena)
        formula_arena_rest(r->arena);
}

enum err
plan_run_with(struct plan_runner *r, const struct scope *scope, struct buf *out,
              struct plan_report *report, struct error *e)
{
    const struct plan *p = r->plan;
    struct error own;
    struct plan_run run = {.plan = p,
                           .scope = *scope,
                           .slots = r->slots,
                           .elements = r->elements,
                           .outers = r->outers,
                           .arena = r->arena,
                           .out = {.buf = out},
                           .report = report,
                           .e = e ? e : &own};
    size_t bytes = scope->root.tape ? scope->root.tape->text_len : 0;
    run.budget = budget_of_record(bytes, scope->budget);
    run.scope.budget = &run.budget;
    size_t before = out->len;
    if (!buf_reserve(out, 64))
        return error_set(e, ERR_TOO_BIG, "the output is more than %zu bytes",
                         out->max);
    if (run.arena)
        formula_arena_record(run.arena);
    cursor_resume(&run.out);
    if (p->root_slots > 0) {
        memset(run.slots, 0, p->root_slots * sizeof *run.slots);
        if (scope->root.tape &&
            scope->root.tape->nodes[scope->root.index].type == VALUE_OBJECT)
            shape_walk(p->shape, scope->root.tape, scope->root.index,
                       run.slots);
    }
    write_root(&run, p->root);
    budget_end(&run.budget);
    cursor_sync(&run.out);
    out->data[out->len] = '\0';
    if (run.failed == ERR_OK && buf_failed(out))
        run.failed = error_set(e, ERR_TOO_BIG,
                               "the output is more than %zu bytes", out->max);
    if (run.failed != ERR_OK)
        buf_truncate(out, before);
    return run.failed;
}

enum err
plan_run(const struct plan *p, const struct scope *scope, struct buf *out,
         struct plan_report *report, struct error *e)
{
    struct plan_runner *r = plan_runner_new(p);
    enum err err = plan_run_with(r, scope, out, report, e);
    plan_runner_free(r);
    return err;
}

/* --- reports ------------------------------------------------------------- */

void
plan_report_init(struct plan_report *r, const struct plan *p)
{
    r->count = p->row_count;
    r->rows = mem_array(r->count, sizeof *r->rows);
}

void
plan_report_clear(struct plan_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->rows[i].value);
        free(r->rows[i].error);
    }
    free(r->rows);
    *r = (struct plan_report){0};
}
