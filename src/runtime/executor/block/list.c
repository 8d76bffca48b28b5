/* Lists: filter and find. */
#include "runtime/executor/run.h"

/* The elements of the block's list, in HOLDER. */
static enum exec_result
read_list(struct exec *x, struct output *holder)
{
    struct scope scope = run_scope(x);
    struct buf text;
    buf_init(&text, RUN_OUTPUT_MAX);
    enum source_outcome outcome =
        run_eval(x, run_field(x, "list"), &scope, &text, x->e);
    if (outcome == SOURCE_FILLED && output_read(holder, &text, x->e) != ERR_OK)
        outcome = SOURCE_FAILED;
    buf_clear(&text);
    if (outcome == SOURCE_FAILED)
        return EXEC_FAILED;
    if (outcome == SOURCE_MISSING ||
        holder->tape.nodes[0].type != VALUE_ARRAY) {
        error_set(x->e, ERR_INVALID, "list: it is %s",
                  outcome == SOURCE_MISSING ? "not there" : "no list");
        return EXEC_FAILED;
    }
    return EXEC_DONE;
}

/* Whether the condition holds for the element at NODE. */
static enum exec_result
holds(struct exec *x, const struct output *list, uint32_t node,
      uint64_t position, bool *out)
{
    struct scope scope = run_scope(x);
    scope.current = (struct node_ref){&list->tape, node};
    scope.position = position;
    return run_condition(x, &scope, out);
}

/* Collects the elements that hold into x->out; with FIRST the first one. All
 * conditions share one budget: each may take as long as the list is. */
static enum exec_result
collect(struct exec *x, const struct output *list, bool first)
{
    const struct tape_node *nodes = list->tape.nodes;
    uint64_t kept = 0;
    enum exec_result result = EXEC_DONE;
    uint32_t node = 1;
    struct budget own = budget_of_record(list->text.len, x->budget);
    x->budget = &own;
    x->arena = formula_arena_new();
    formula_arena_record(x->arena);
    for (uint64_t i = 1; i <= nodes[0].length && result == EXEC_DONE; i++) {
        bool good = false;
        result = holds(x, list, node, i, &good);
        if (good && kept++ && !first)
            buf_addc(&x->out, ',');
        if (good)
            tape_write(&list->tape, node, &x->out);
        if (good && first)
            break;
        node = nodes[node].next;
    }
    formula_arena_free(x->arena);
    x->arena = NULL;
    x->budget = own.outer;
    budget_end(&own);
    return result;
}

static enum exec_result
filter(struct exec *x)
{
    struct output list = {0};
    enum exec_result result = read_list(x, &list);
    buf_adds(&x->out, "{\"result\":[");
    if (result == EXEC_DONE)
        result = collect(x, &list, false);
    buf_adds(&x->out, "]}");
    output_clear(&list);
    return result;
}

static enum exec_result
find(struct exec *x)
{
    struct output list = {0};
    enum exec_result result = read_list(x, &list);
    size_t before;
    buf_adds(&x->out, "{\"result\":");
    before = x->out.len;
    if (result == EXEC_DONE)
        result = collect(x, &list, true);
    if (x->out.len == before) { /* none holds: no result */
        buf_reset(&x->out);
        buf_adds(&x->out, "{}");
    } else {
        buf_addc(&x->out, '}');
    }
    output_clear(&list);
    return result;
}

enum exec_result
exec_filter(struct exec *x)
{
    return run_evaluate(x, NULL, filter);
}

enum exec_result
exec_find(struct exec *x)
{
    return run_evaluate(x, NULL, find);
}
