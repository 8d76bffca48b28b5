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
        if (plan_is_over(run))
            break;
    }
    cursor_put(&run->out, "}", 1);
    return !first;
}

/* --- elements ------------------------------------------------------------ */

void
plan_refuse_node(struct plan_run *run, size_t row, struct node_ref node,
            const char *why)
{
    static const char *const words[] = {
        [VALUE_FALSE] = "a boolean", [VALUE_TRUE] = "a boolean",
        [VALUE_NUMBER] = "a number", [VALUE_STRING] = "a text",
        [VALUE_ARRAY] = "a list",    [VALUE_OBJECT] = "an object"};
    struct buf place;
    buf_init(&place, 4096);
    path_normalized(node, &place);
    plan_fail_row(run, row, "%s is %s, %s", buf_str(&place),
                  words[node.tape->nodes[node.index].type], why);
    buf_clear(&place);
}

void
plan_write_element(struct plan_run *run, const struct plan_node *n,
              struct node_ref node)
{
    size_t mark = cursor_mark(&run->out);
    unsigned type = node.tape->nodes[node.index].type;
    if (n->keeps && type == VALUE_OBJECT) {
        plan_write_kept(run, n, node);
    } else if (n->keeps && type != VALUE_NULL &&
               language_has(run->plan->language, CHANGE_KEPT_ELEMENTS)) {
        plan_refuse_node(run, n->declared, node,
                    "not an object that rows could change");
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
    for (size_t i = 0; i < n->count && !plan_is_over(run); i++) {
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

bool
plan_write_node(struct plan_run *run, const struct plan_node *n)
{
    switch (n->kind) {
    case NODE_OBJECT:
        return write_object(run, n);
    case NODE_INDEXED:
        return write_indexed(run, n);
    case NODE_LIST:
        return plan_write_list(run, n);
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
