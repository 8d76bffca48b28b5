/* One formula: math, text, date. */
#include <string.h>

#include "runtime/executor/run.h"

/* {"result": VALUE}; no member where the formula gives no value. */
static enum exec_result
result_of(struct exec *x, const struct scope *scope)
{
    buf_adds(&x->out, "{\"result\":");
    switch (run_eval(x, run_field(x, "formula"), scope, &x->out, x->e)) {
    case SOURCE_FILLED:
        buf_addc(&x->out, '}');
        return EXEC_DONE;
    case SOURCE_MISSING:
        buf_reset(&x->out);
        buf_adds(&x->out, "{}");
        return EXEC_DONE;
    default:
        return EXEC_FAILED;
    }
}

static enum exec_result
math(struct exec *x)
{
    struct scope scope = run_scope(x);
    enum exec_result result = result_of(x, &scope);
    const char *value = buf_str(&x->out);
    if (result == EXEC_DONE && x->out.len > 2 &&
        !strchr("-0123456789", value[strlen("{\"result\":")])) {
        error_set(x->e, ERR_INVALID, "formula: it does not give a number");
        return EXEC_FAILED;
    }
    return result;
}

static enum exec_result
text(struct exec *x)
{
    struct scope scope = run_scope(x);
    return result_of(x, &scope);
}

static enum exec_result
date(struct exec *x)
{
    struct scope scope = run_scope(x);
    struct buf zone;
    buf_init(&zone, 200);
    if (run_eval_text(x, "zone", &zone, x->e) == SOURCE_FAILED) {
        buf_clear(&zone);
        return EXEC_FAILED;
    }
    if (zone.len)
        scope.zone = buf_str(&zone);
    enum exec_result result = result_of(x, &scope);
    buf_clear(&zone);
    return result;
}

enum exec_result
exec_math(struct exec *x)
{
    return run_evaluate(x, NULL, math);
}

enum exec_result
exec_text(struct exec *x)
{
    return run_evaluate(x, NULL, text);
}

enum exec_result
exec_date(struct exec *x)
{
    return run_evaluate(x, NULL, date);
}
