/* Rows that members.def says more of: their value is written, looked at, and
 * then sent, taken back or replaced. */
#include "mapping/plan/run_private.h"

/* True where what was written since START is null or an empty text. */
static bool
is_empty(const struct plan_run *run, size_t start)
{
    const char *text = run->out.buf->data + start;
    size_t n = cursor_mark(&run->out) - start;
    return (n == 2 && memcmp(text, "\"\"", 2) == 0) ||
           (n == 4 && memcmp(text, "null", 4) == 0);
}

/* True where a row that is sent on creation alone is sent now. */
static bool
is_created(struct plan_run *run, size_t row)
{
    if (run->scope.record == RECORD_NEW)
        return true;
    if (run->scope.record == RECORD_EXISTS)
        plan_note(run, row, PLAN_KEPT, 0);
    else
        plan_fail_row(run, row,
                      "it is sent on creation alone, and whether the record is "
                      "there already is not known");
    return false;
}

/* What a row sends that has no value, or an EMPTY one. */
static bool
write_nothing(struct plan_run *run, size_t row, bool empty)
{
    const struct plan_row *r = &run->plan->rows[row];
    size_t start = cursor_mark(&run->out);
    if (r->write == WRITE_CLEAR) {
        const char *clears = run->scope.clears ? run->scope.clears : "null";
        cursor_put(&run->out, clears, strlen(clears));
        plan_note(run, row, PLAN_CLEARED, start);
        return true;
    }
    if (r->write == WRITE_IF_PRESENT && !r->fallback && !r->required) {
        plan_note(run, row, PLAN_KEPT, start);
        return false;
    }
    if (empty && r->required && !r->fallback) {
        plan_fail_row(run, row, "it is required, and its source is empty");
        return false;
    }
    return plan_write_missing(run, row);
}

bool
plan_write_treated(struct plan_run *run, size_t row)
{
    const struct plan_row *r = &run->plan->rows[row];
    size_t start = cursor_mark(&run->out);
    if (r->write == WRITE_ON_CREATE && !is_created(run, row))
        return false;
    enum row_outcome outcome = plan_give_row(run, row, r->inner);
    if (outcome == ROW_FAILED)
        return false;
    bool minds = r->write == WRITE_IF_PRESENT || r->write == WRITE_CLEAR;
    bool empty = outcome == ROW_VALUE && minds && is_empty(run, start);
    if (outcome == ROW_NOTHING || empty) {
        cursor_back(&run->out, start);
        return write_nothing(run, row, empty);
    }
    plan_note(run, row, PLAN_FILLED, start);
    return true;
}
