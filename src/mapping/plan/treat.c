/* Rows that members.def says more of: their value is written, looked at, and
 * then sent, taken back or replaced. */
#include <stdlib.h>

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

/* Writes the value that stands since START as READ and SEND say; false where
 * it cannot be read so. */
static bool
write_formed(struct plan_run *run, size_t row, size_t start,
             const struct form *read, const struct form *send)
{
    struct error own = {0};
    struct buf out;
    buf_init(&out, run->out.buf->max);
    enum err err = form_apply(read, send, run->out.buf->data + start,
                              cursor_mark(&run->out) - start, &out, &own);
    cursor_back(&run->out, start);
    if (err == ERR_OK)
        cursor_put(&run->out, buf_str(&out), out.len);
    else
        plan_fail_row(run, row, "%s", own.text);
    buf_clear(&out);
    return err == ERR_OK;
}

/* False where the value that stands since START is a text with two readings as
 * what the schema expects. */
static bool
is_clear(struct plan_run *run, size_t row, size_t start)
{
    struct error own = {0};
    if (form_check(run->plan->rows[row].expected, run->out.buf->data + start,
                   cursor_mark(&run->out) - start, &own) == ERR_OK)
        return true;
    cursor_back(&run->out, start);
    plan_fail_row(run, row, "%s", own.text);
    return false;
}

/* Appends the key that the value since START is, a text or the text of a
 * number or a boolean; false where it is a list or an object. */
static bool
take_key(struct plan_run *run, size_t start, struct buf *key)
{
    const char *json = run->out.buf->data + start;
    size_t n = cursor_mark(&run->out) - start;
    struct tape t;
    tape_init(&t);
    bool good = n > 0 && *json != '[' && *json != '{' &&
                tape_read(&t, json, n, &value_limits_event, "key", NULL) ==
                    ERR_OK;
    if (good && t.nodes[0].type == VALUE_STRING)
        tape_string(&t, 0, key);
    else if (good)
        buf_add(key, json, n);
    tape_clear(&t);
    return good;
}

/* Says that there is no value for KEY where ROW looks it up. */
static void
fail_miss(struct plan_run *run, size_t row, const struct buf *key)
{
    const struct row_lookup *l = &run->plan->rows[row].lookup;
    bool reverse;
    if (l->kind == LOOKUP_FIND) {
        plan_fail_row(run, row, "\"%.100s\" is not found by %.200s",
                      buf_str(key), l->what);
    } else if (l->kind == LOOKUP_REFERENCE) {
        char *record = row_reference_record(l->what, &reverse);
        plan_fail_row(run, row,
                      "\"%.100s\" is not %s of the cross reference "
                      "\"%.100s\"",
                      buf_str(key), reverse ? "an id" : "a key", record);
        free(record);
    } else {
        plan_fail_row(run, row,
                      "\"%.100s\" is not in the value table \"%.100s\"",
                      buf_str(key), l->what);
    }
}

/* What is sent for the key KEY, for which there is no value. */
static bool
write_miss(struct plan_run *run, size_t row, const struct buf *key)
{
    const struct plan_row *r = &run->plan->rows[row];
    if (r->lookup.miss == MISS_DEFAULT)
        return plan_write_missing(run, row);
    if (r->lookup.miss == MISS_BLANK && r->write == WRITE_CLEAR)
        return write_nothing(run, row, false);
    if (r->lookup.miss == MISS_BLANK && !r->required) {
        plan_note(run, row, PLAN_MISSING, 0);
        return false;
    }
    fail_miss(run, row, key);
    return false;
}

/* Writes what the value table of ROW has for KEY. */
static enum row_outcome
look_up_table(struct plan_run *run, size_t row, const struct buf *key)
{
    const char *table = run->plan->rows[row].lookup.what;
    const struct scope *s = &run->scope;
    struct node_ref value = {NULL, 0};
    bool has_table = false;
    bool hit = s->lookup && s->lookup(s->context, table, strlen(table),
                                      buf_str(key), key->len, &value,
                                      &has_table);
    if (!has_table) {
        plan_fail_row(run, row, "the workflow has no value table \"%.100s\"",
                      table);
        return ROW_FAILED;
    }
    if (!hit)
        return ROW_NOTHING;
    plan_copy_node(run, value);
    return ROW_VALUE;
}

/* Writes what is known of KEY where ROW asks an app or a cross reference. */
static enum row_outcome
look_up_resolved(struct plan_run *run, size_t row, const struct buf *key)
{
    const char *what = run->plan->rows[row].lookup.what;
    const struct scope *s = &run->scope;
    struct node_ref value = {NULL, 0};
    enum scope_resolved known =
        s->resolve
            ? s->resolve(s->resolver, what, buf_str(key), key->len, &value)
            : RESOLVED_NOT;
    switch (known) {
    case RESOLVED_VALUE:
        plan_copy_node(run, value);
        return ROW_VALUE;
    case RESOLVED_MISSING:
        return ROW_NOTHING;
    case RESOLVED_LATER:
        plan_note(run, row, PLAN_UNKNOWN, 0);
        return ROW_FAILED;
    case RESOLVED_AMBIGUOUS:
        plan_fail_row(run, row, "several records have \"%.100s\" (%.200s)",
                      buf_str(key), what);
        return ROW_FAILED;
    default:
        plan_fail_row(run, row,
                      "what \"%.100s\" stands for is known only in a run "
                      "(%.200s)",
                      buf_str(key), what);
        return ROW_FAILED;
    }
}

/* Puts what ROW looks up for the key, which stands since START, in its place.
 * ROW_FAILED: a failure, or something else to say, is noted. */
static enum row_outcome
look_up(struct plan_run *run, size_t row, size_t start, struct buf *key)
{
    const struct row_lookup *l = &run->plan->rows[row].lookup;
    if (!take_key(run, start, key)) {
        plan_fail_row(run, row, "a list or an object is not a key (%.200s)",
                      l->what);
        return ROW_FAILED;
    }
    cursor_back(&run->out, start);
    return l->kind == LOOKUP_TABLE ? look_up_table(run, row, key)
                                   : look_up_resolved(run, row, key);
}

/* What became of a value: it is written, something else is written and noted,
 * or nothing is sent, which is noted too. */
enum treated { TREATED_VALUE, TREATED_OTHER, TREATED_NOTHING };

/* Reads, looks up and writes the value that stands since START. */
static enum treated
write_value(struct plan_run *run, size_t row, size_t start)
{
    const struct plan_row *r = &run->plan->rows[row];
    const struct form *read = r->read_form, *send = r->send_form;
    struct buf key;
    if (!r->lookup.what && !read && !send)
        return is_clear(run, row, start) ? TREATED_VALUE : TREATED_NOTHING;
    if (!r->lookup.what)
        return write_formed(run, row, start, read, send) ? TREATED_VALUE
                                                         : TREATED_NOTHING;
    if (read && !write_formed(run, row, start, read, NULL))
        return TREATED_NOTHING;
    buf_init(&key, 1u << 16);
    enum row_outcome outcome = look_up(run, row, start, &key);
    bool other = outcome == ROW_NOTHING && write_miss(run, row, &key);
    buf_clear(&key);
    if (other)
        return TREATED_OTHER;
    bool good = outcome == ROW_VALUE &&
                (!send || write_formed(run, row, start, NULL, send));
    return good ? TREATED_VALUE : TREATED_NOTHING;
}

bool
plan_write_treated(struct plan_run *run, size_t row)
{
    const struct plan_row *r = &run->plan->rows[row];
    size_t start = cursor_mark(&run->out);
    if (r->write == WRITE_ON_CREATE && !is_created(run, row))
        return false;
    enum row_outcome outcome = plan_give_row(run, row, r->inner);
    budget_take(&run->budget,
                (cursor_mark(&run->out) - start) / PLAN_READ_BYTES);
    plan_check_budget(run, row);
    if (outcome == ROW_FAILED || run->budget.passed)
        return false;
    /* Nothing empty is a key: it would be sent in place of a value. */
    bool minds = r->write == WRITE_IF_PRESENT || r->write == WRITE_CLEAR ||
                 r->lookup.what;
    bool nothing = outcome == ROW_VALUE && is_empty(run, start);
    if (outcome == ROW_NOTHING || (nothing && minds)) {
        cursor_back(&run->out, start);
        return write_nothing(run, row, nothing);
    }
    enum treated treated =
        nothing ? TREATED_VALUE : write_value(run, row, start);
    if (treated == TREATED_VALUE)
        plan_note(run, row, PLAN_FILLED, start);
    return treated != TREATED_NOTHING;
}
