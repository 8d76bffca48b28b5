/* Iterate: the inner blocks for each element of a list, in order. */
#include "runtime/executor/run.h"

/* The block's list, in x->list. */
static enum exec_result
evaluate(struct exec *x)
{
    struct output *items = &x->list;
    struct scope scope = run_scope(x);
    struct buf text;
    buf_init(&text, RUN_OUTPUT_MAX);
    enum source_outcome outcome =
        run_eval(x, run_field(x, "list"), &scope, &text, x->e);
    if (outcome == SOURCE_MISSING)
        error_set(x->e, ERR_INVALID, "list: it is not there");
    else if (outcome == SOURCE_FILLED &&
             output_read(items, &text, x->e) != ERR_OK)
        outcome = SOURCE_FAILED;
    else if (outcome == SOURCE_FILLED &&
             items->tape.nodes[0].type != VALUE_ARRAY) {
        error_set(x->e, ERR_INVALID, "list: not a list");
        outcome = SOURCE_FAILED;
    }
    buf_clear(&text);
    return outcome == SOURCE_FILLED ? EXEC_DONE : EXEC_FAILED;
}

enum exec_result
exec_iterate(struct exec *x)
{
    struct run *r = x->run;
    enum exec_result result = run_evaluate(x, NULL, evaluate);
    if (result == EXEC_DONE && !run_push(r, x->index, "blocks", 0)) {
        error_set(x->e, ERR_TOO_BIG, "its blocks are nested too deep");
        result = EXEC_FAILED;
    }
    if (result != EXEC_DONE) {
        output_clear(&x->list);
        return result;
    }
    struct frame *f = &r->frames[r->depth - 1];
    f->iterates = true;
    f->items = x->list;
    f->count = x->list.tape.nodes[0].length;
    x->list = (struct output){0};
    f->next = f->end; /* so that the interpreter takes the first element */
    return EXEC_PUSHED;
}
