/* Reading what a row asks for, and writing its value. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/plan/run_private.h"

/* --- the cursor ---------------------------------------------------------- */

void
cursor_sync(struct cursor *c)
{
    c->buf->len = (size_t)(c->at - c->buf->data);
}

void
cursor_resume(struct cursor *c)
{
    const struct buf *b = c->buf;
    size_t room = b->capacity - 1 < b->max ? b->capacity - 1 : b->max;
    c->at = b->data + b->len;
    c->end = b->data + room;
}

bool
cursor_grow(struct cursor *c, size_t n)
{
    cursor_sync(c);
    bool grown = buf_reserve(c->buf, n) != NULL;
    cursor_resume(c);
    return grown;
}

size_t
cursor_mark(const struct cursor *c)
{
    return (size_t)(c->at - c->buf->data);
}

void
cursor_back(struct cursor *c, size_t mark)
{
    c->at = c->buf->data + mark;
}

/* --- readings ------------------------------------------------------------ */

static struct node_ref
block_output(const struct plan_run *run, const char *block)
{
    const struct scope *s = &run->scope;
    if (!s->output)
        return (struct node_ref){NULL, 0};
    return s->output(s->context, block, strlen(block));
}

struct node_ref
reading_base(const struct plan_run *run, const struct reading *r)
{
    switch (r->base) {
    case BASE_ROOT:
        return run->scope.root;
    case BASE_CURRENT:
        return run->scope.current;
    case BASE_GROUP:
        return run->elements[r->group];
    case BASE_OUTER:
        return run->outers[run->plan->groups[r->group].first_outer + r->level];
    case BASE_BLOCK:
        break;
    }
    return block_output(run, r->block);
}

struct node_ref
reading_node(const struct plan_run *run, const struct reading *r)
{
    struct node_ref base = reading_base(run, r);
    if (r->slot == PLAN_NO_SLOT)
        return path_walk(r->path, r->first, r->end, base, run->scope.budget);
    uint32_t at = run->slots[r->slot];
    return at ? (struct node_ref){base.tape, at} : (struct node_ref){NULL, 0};
}

bool
reading_nodes(struct plan_run *run, const struct reading *r,
              struct node_list *out, bool *there)
{
    struct node_ref from = reading_base(run, r);
    size_t first = r->first;
    while (first < r->end &&
           segment_is_singular(&r->path->query.segments[first]))
        first++;
    from = path_walk(r->path, r->first, first, from, &run->budget);
    *there = from.tape && from.tape->nodes[from.index].type >= VALUE_ARRAY;
    if (!*there)
        return true;
    /* Within a filter "$" is the output that the path is of. */
    struct scope scope = run->scope;
    if (r->block)
        scope.root = block_output(run, r->block);
    return path_query_span(r->path, first, r->end, from, &scope, out, run->e) ==
           ERR_OK;
}

/* --- what became of rows ------------------------------------------------- */

void
plan_note(struct plan_run *run, size_t row, enum plan_state state, size_t start)
{
    if (!run->report)
        return;
    struct plan_row_report *r = &run->report->rows[row];
    r->counts[state]++;
    if (!r->value && (state == PLAN_FILLED || state == PLAN_DEFAULTED ||
                      state == PLAN_CLEARED))
        r->value = mem_strndup(run->out.buf->data + start,
                               cursor_mark(&run->out) - start);
    if (!r->error && state == PLAN_FAILED)
        r->error = mem_strdup(run->e->text);
}

void
plan_fail_row(struct plan_run *run, size_t row, const char *format, ...)
{
    char why[sizeof run->e->text];
    struct buf place;
    const struct plan_row *r = &run->plan->rows[row];
    va_list ap;
    va_start(ap, format);
    vsnprintf(why, sizeof why, format, ap);
    va_end(ap);
    buf_init(&place, 4096);
    if (r->group != PLAN_NONE && run->scope.current.tape) {
        buf_adds(&place, " (at ");
        path_normalized(run->scope.current, &place);
        buf_addc(&place, ')');
    }
    /* Only the first error is the run's, but a report has one of each row. */
    struct error e;
    error_set(&e, ERR_INVALID, "row %zu, %s: %s%s", row + 1, r->text, why,
              buf_str(&place));
    buf_clear(&place);
    if (run->report) {
        struct plan_row_report *report = &run->report->rows[row];
        report->counts[PLAN_FAILED]++;
        if (!report->error)
            report->error = mem_strdup(e.text);
    }
    if (run->failed == ERR_OK) {
        run->failed = ERR_INVALID;
        *run->e = e;
    }
}

void
plan_check_budget(struct plan_run *run, size_t row)
{
    if (run->budget.passed && run->failed == ERR_OK)
        plan_fail_row(run, row, "%s", BUDGET_PASSED);
}

/* The path of the row R as the engineer may look it up. */
static void
write_reading(const struct plan_run *run, const struct plan_row *r,
              struct buf *out)
{
    struct node_ref base = reading_base(run, &r->from);
    if (r->from.block) {
        source_write_block(out, r->from.block);
        buf_addc(out, '!');
    }
    if (base.tape)
        path_normalized(base, out);
    else
        buf_addc(out, '$');
    for (size_t i = r->from.first; i < r->from.end; i++) {
        const struct segment *s = &r->from.path->query.segments[i];
        const struct selector *x = s->selectors;
        if (segment_is_singular(s) && x->kind == SELECT_NAME)
            path_write_quoted(x->name, x->name_len, out);
        else
            segment_write(r->from.path, s, out);
    }
}

bool
plan_write_missing(struct plan_run *run, size_t row)
{
    const struct plan_row *r = &run->plan->rows[row];
    size_t start = cursor_mark(&run->out);
    if (r->fallback) {
        cursor_put(&run->out, r->fallback, r->fallback_len);
        plan_note(run, row, PLAN_DEFAULTED, start);
        return true;
    }
    if (!r->required) {
        plan_note(run, row, PLAN_MISSING, start);
        return false;
    }
    struct buf path;
    buf_init(&path, 4096);
    if (r->source.kind == SOURCE_BLANK)
        plan_fail_row(run, row, "it is required and still to be filled");
    else if (r->source.kind == SOURCE_PATH) {
        write_reading(run, r, &path);
        plan_fail_row(run, row, "it is required, and %s is missing",
                      buf_str(&path));
    } else
        plan_fail_row(run, row, "it is required, and its source gave nothing");
    buf_clear(&path);
    return false;
}

/* --- writing ------------------------------------------------------------- */

void
plan_copy_node(struct plan_run *run, struct node_ref node)
{
    const struct tape_node *n = &node.tape->nodes[node.index];
    const char *text = node.tape->text + n->start;
    static const char *const words[] = {"null", "false", "true"};
    switch (n->type) {
    case VALUE_STRING:
        cursor_put(&run->out, text - 1, n->length + 2);
        break;
    case VALUE_NUMBER:
        cursor_put(&run->out, text, n->length);
        break;
    case VALUE_ARRAY:
    case VALUE_OBJECT:
        if (buf_failed(run->out.buf) ||
            !budget_take(&run->budget, n->next - node.index))
            break;
        cursor_sync(&run->out);
        tape_write(node.tape, node.index, run->out.buf);
        cursor_resume(&run->out);
        break;
    default:
        cursor_put(&run->out, words[n->type], strlen(words[n->type]));
        break;
    }
}

static enum row_outcome
write_nodes(struct plan_run *run, size_t row)
{
    struct node_list l;
    bool there = false;
    node_list_init(&l);
    struct error own, *e = run->e;
    run->e = &own;
    bool good = reading_nodes(run, &run->plan->rows[row].from, &l, &there);
    run->e = e;
    if (!good)
        plan_fail_row(run, row, "%s", own.text);
    if (good && there) {
        cursor_put(&run->out, "[", 1);
        for (size_t i = 0; i < l.count; i++) {
            if (i > 0)
                cursor_put(&run->out, ",", 1);
            plan_copy_node(run, l.nodes[i]);
        }
        cursor_put(&run->out, "]", 1);
    }
    node_list_clear(&l);
    if (!good)
        return ROW_FAILED;
    return there ? ROW_VALUE : ROW_NOTHING;
}

static enum row_outcome
write_formula(struct plan_run *run, size_t row)
{
    struct error own = {0};
    size_t start = cursor_mark(&run->out);
    cursor_sync(&run->out);
    enum formula_outcome outcome =
        formula_eval_with(run->arena, run->plan->rows[row].source.formula,
                          &run->scope, run->out.buf, &own);
    cursor_resume(&run->out);
    if (outcome == FORMULA_VALUE)
        return ROW_VALUE;
    cursor_back(&run->out, start);
    if (outcome == FORMULA_MISSING)
        return ROW_NOTHING;
    plan_fail_row(run, row, "%s", own.text);
    return ROW_FAILED;
}

enum row_outcome
plan_give_row(struct plan_run *run, size_t row, enum read_kind kind)
{
    const struct plan_row *r = &run->plan->rows[row];
    char digits[24];
    struct node_ref node;
    switch (kind) {
    case READ_NOTHING:
    case READ_TREATED:
        return ROW_NOTHING;
    case READ_NODES:
        return write_nodes(run, row);
    case READ_FORMULA:
        return write_formula(run, row);
    case READ_CONSTANT:
        cursor_put(&run->out, r->source.json, r->source.json_len);
        break;
    case READ_POSITION:
        cursor_put(&run->out, digits,
                   (size_t)snprintf(digits, sizeof digits, "%llu",
                                    (unsigned long long)run->scope.position));
        break;
    case READ_NODE:
        node = reading_node(run, &r->from);
        if (!node.tape)
            return ROW_NOTHING;
        plan_copy_node(run, node);
        break;
    }
    return ROW_VALUE;
}

bool
plan_write_row(struct plan_run *run, size_t row)
{
    enum read_kind kind = run->plan->rows[row].read;
    size_t start = cursor_mark(&run->out);
    if (kind == READ_TREATED)
        return plan_write_treated(run, row);
    enum row_outcome outcome = plan_give_row(run, row, kind);
    plan_check_budget(run, row);
    if (outcome == ROW_VALUE)
        plan_note(run, row, PLAN_FILLED, start);
    return outcome == ROW_VALUE ||
           (outcome == ROW_NOTHING && plan_write_missing(run, row));
}
