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

/* Writes the value that stands since START by the forms of ROW; false where it
 * cannot be read so. */
static bool
write_formed(struct plan_run *run, size_t row, size_t start)
{
    const struct plan_row *r = &run->plan->rows[row];
    struct error own = {0};
    struct buf out;
    buf_init(&out, run->out.buf->max);
    enum err err = form_apply(
        r->read_form, r->send_form, run->out.buf->data + start,
        cursor_mark(&run->out) - start, &out, &own);
    cursor_back(&run->out, start);
    if (err == ERR_OK)
        cursor_put(&run->out, buf_str(&out), out.len);
    else
        plan_fail_row(run, row, "%s", own.text);
    buf_clear(&out);
    return err == ERR_OK;
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
    bool nothing = outcome == ROW_VALUE && is_empty(run, start);
    bool empty = nothing && minds;
    if (outcome == ROW_NOTHING || empty) {
        cursor_back(&run->out, start);
        return write_nothing(run, row, empty);
    }
    if (!nothing && (r->read_form || r->send_form) &&
        !write_formed(run, row, start))
        return false;
    plan_note(run, row, PLAN_FILLED, start);
    return true;
}
