/* Objects that start from what is there: its members are copied, but for those
 * that rows fill. */
#include "mapping/plan/run_private.h"

#include <stdlib.h>

#include "base/mem.h"

/* The member of N that the key KEY of T is, or NULL. */
static struct plan_node *
find_member(const struct plan_node *n, const struct tape *t, uint32_t key)
{
    size_t low = 0, high = n->count;
    if (t->nodes[key].flags & TAPE_ESCAPED) { /* its hash is of other bytes */
        for (size_t i = 0; i < n->count; i++)
            if (tape_string_is(t, key, n->by_hash[i]->name,
                               n->by_hash[i]->name_len))
                return n->by_hash[i];
        return NULL;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (n->by_hash[middle]->hash < t->nodes[key].hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < n->count && n->by_hash[low]->hash == t->nodes[key].hash; low++)
        if (tape_string_is(t, key, n->by_hash[low]->name,
                           n->by_hash[low]->name_len))
            return n->by_hash[low];
    return NULL;
}

static void
put_name(struct plan_run *run, const struct tape *t, uint32_t key, bool first)
{
    const struct tape_node *k = &t->nodes[key];
    if (!first)
        cursor_put(&run->out, ",", 1);
    cursor_put(&run->out, t->text + k->start - 1, k->length + 2);
    cursor_put(&run->out, ":", 1);
}

static bool
leaves_as_is(const struct plan_run *run, const struct plan_node *n)
{
    return n->kind == NODE_LEAF &&
           run->plan->rows[n->row].write == WRITE_IF_PRESENT;
}

/* Writes the member of FROM that rows fill by N; false where it is left out. */
static bool
write_changed(struct plan_run *run, const struct plan_node *n,
              struct node_ref from)
{
    bool inside = n->kind == NODE_OBJECT && n->base == PLAN_NONE &&
                  from.tape->nodes[from.index].type == VALUE_OBJECT;
    if (inside)
        plan_write_kept(run, n, from);
    if (inside || plan_write_node(run, n))
        return true;
    if (!leaves_as_is(run, n))
        return false;
    plan_copy_node(run, from);
    return true;
}

/* Writes the members of FROM, and marks in DONE those of N that are among
 * them; false where none was written. */
static bool
write_members(struct plan_run *run, const struct plan_node *n,
              struct node_ref from, const struct plan_node **done)
{
    const struct tape *t = from.tape;
    uint32_t end = t->nodes[from.index].next;
    size_t count = 0;
    bool first = true;
    for (uint32_t key = from.index + 1; key < end;
         key = t->nodes[key + 1].next) {
        struct plan_node *changed = find_member(n, t, key);
        struct node_ref value = {t, key + 1};
        size_t mark = cursor_mark(&run->out);
        put_name(run, t, key, first);
        if (changed)
            done[count++] = changed;
        if (!changed)
            plan_copy_node(run, value);
        else if (!write_changed(run, changed, value)) {
            cursor_back(&run->out, mark);
            continue;
        }
        first = false;
    }
    return !first;
}

static int
compare_nodes(const void *a, const void *b)
{
    const struct plan_node *const *x = a, *const *y = b;
    return (*x > *y) - (*x < *y);
}

void
plan_write_kept(struct plan_run *run, const struct plan_node *n,
                struct node_ref from)
{
    const struct plan_node **done =
        mem_array(n->count + 1, sizeof(struct plan_node *));
    size_t count = 0;
    budget_take(&run->budget, n->count);
    cursor_put(&run->out, "{", 1);
    bool first = !write_members(run, n, from, done);
    while (done[count])
        count++;
    qsort(done, count, sizeof *done, compare_nodes);
    for (size_t i = 0; i < n->count; i++) {
        const struct plan_node *child = n->children[i];
        size_t mark = cursor_mark(&run->out);
        if (bsearch(&child, done, count, sizeof *done, compare_nodes))
            continue;
        cursor_put(&run->out, n->children[i]->key + first,
                   n->children[i]->key_len - first);
        if (plan_write_node(run, child))
            first = false;
        else
            cursor_back(&run->out, mark);
    }
    cursor_put(&run->out, "}", 1);
    free(done);
}

/* --- what an object starts from ------------------------------------------- */

/* Takes the value written since START as the tape T. */
static bool
take_written(struct plan_run *run, size_t row, size_t start, struct buf *text,
             struct tape *t)
{
    struct error own = {0};
    budget_take(&run->budget,
                (cursor_mark(&run->out) - start) / PLAN_READ_BYTES);
    buf_add(text, run->out.buf->data + start, cursor_mark(&run->out) - start);
    cursor_back(&run->out, start);
    if (!buf_failed(text) &&
        tape_read(t, buf_str(text), text->len, &value_limits_event, "object",
                  &own) == ERR_OK)
        return true;
    plan_fail_row(run, row, "%s", own.text);
    return false;
}

/* What the base row ROW gives; a tape of NULL where it gives nothing or is
 * refused. */
static struct node_ref
find_base(struct plan_run *run, size_t row, struct buf *text, struct tape *t)
{
    const struct node_ref none = {NULL, 0};
    const struct plan_row *r = &run->plan->rows[row];
    size_t start = cursor_mark(&run->out);
    struct node_ref node = {t, 0};
    if (r->read == READ_NODE) {
        node = reading_node(run, &r->from);
        if (!node.tape)
            plan_write_missing(run, row);
    } else {
        enum row_outcome outcome = plan_give_row(run, row, r->read);
        if (outcome == ROW_NOTHING)
            plan_write_missing(run, row);
        if (outcome == ROW_VALUE)
            plan_note(run, row, PLAN_FILLED, start);
        node.tape = outcome == ROW_VALUE ? t : NULL;
    }
    if (cursor_mark(&run->out) > start) { /* a value or the default */
        if (!take_written(run, row, start, text, t))
            return none;
        node = (struct node_ref){t, 0};
    }
    if (!node.tape || node.tape->nodes[node.index].type == VALUE_NULL)
        return none;
    if (node.tape->nodes[node.index].type == VALUE_OBJECT)
        return node;
    plan_fail_row(run, row, "it gives no object that rows could change");
    return none;
}

bool
plan_write_based(struct plan_run *run, const struct plan_node *n)
{
    const struct plan_row *r = &run->plan->rows[n->base];
    struct plan_node own = *n;
    struct buf text;
    struct tape t;
    size_t start = cursor_mark(&run->out);
    buf_init(&text, value_limits_event.bytes);
    tape_init(&t);
    struct node_ref from = find_base(run, n->base, &text, &t);
    bool written = from.tape != NULL;
    if (written) {
        plan_write_kept(run, n, from);
        if (r->read == READ_NODE)
            plan_note(run, n->base, PLAN_FILLED, start);
    } else {
        own.base = PLAN_NONE;
        written = plan_write_node(run, &own);
    }
    tape_clear(&t);
    buf_clear(&text);
    return written;
}
