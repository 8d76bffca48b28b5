/* Lists that are merged: what is sent has the lines of the other side too,
 * those of the same key with what was mapped in them. */
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/plan/run_private.h"

/* A line by its key. */
struct keyed {
    const char *key; /* borrowed of the line */
    size_t at;
};

struct merging {
    struct plan_run *run;
    size_t row;
    const struct row_list *how;
    struct value *lines, *there; /* mapped; at the other side */
    struct keyed *keys;          /* of the mapped lines, in the order of keys */
    bool *taken;                 /* of the mapped lines: one was there */
};

/* The text or the digits that LINE has as its key, or NULL. */
static const char *
key_of(const struct merging *m, const struct value *line)
{
    const struct target *key = &m->how->key;
    for (size_t i = 0; line && i < key->count; i++)
        line = value_is(line, VALUE_OBJECT)
                   ? value_get_n(line, key->steps[i].name,
                                 key->steps[i].name_len)
                   : NULL;
    const char *text = line ? value_text(line, NULL) : NULL;
    return text && *text ? text : NULL;
}

static int
compare_keys(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    return strcmp(x->key, y->key);
}

/* Fails the row for the key TEXT that two of the lines have. */
static bool
refuse_two(struct merging *m, const char *whose, const char *text)
{
    plan_fail_row(m->run, m->row,
                  "two %s have the key \"%.100s\" by which they are merged",
                  whose, text);
    return false;
}

/* Puts the COUNT keys at KEYS in order; false where two are equal. */
static bool
sort_keys(struct merging *m, struct keyed *keys, size_t count,
          const char *whose)
{
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; i < count; i++)
        if (strcmp(keys[i - 1].key, keys[i].key) == 0)
            return refuse_two(m, whose, keys[i].key);
    return true;
}

/* Reads the keys of the mapped lines; each must have one. */
static bool
read_keys(struct merging *m)
{
    size_t n = value_size(m->lines);
    for (size_t i = 0; i < n; i++) {
        m->keys[i] = (struct keyed){key_of(m, value_at(m->lines, i)), i};
        if (m->keys[i].key)
            continue;
        plan_fail_row(m->run, m->row,
                      "line %zu has no key by which it could be merged", i + 1);
        return false;
    }
    return sort_keys(m, m->keys, n, "lines");
}

/* False where two lines of the other side have one key: it is not known which
 * of them is meant. */
static bool
check_there(struct merging *m)
{
    size_t n = value_size(m->there), count = 0;
    struct keyed *keys = mem_array(n + 1, sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        const char *key = key_of(m, value_at(m->there, i));
        if (key)
            keys[count++] = (struct keyed){key, i};
    }
    bool good = sort_keys(m, keys, count, "lines at the other side");
    free(keys);
    return good;
}

/* The line WAS with the members of LINE. */
static struct value *
changed(const struct value *was, const struct value *line)
{
    struct value *v = value_copy(was);
    for (size_t i = 0; i < value_size(line); i++) {
        size_t n;
        const char *key = value_key(line, i, &n);
        value_set_n(v, key, n, value_copy(value_at(line, i)));
    }
    return v;
}

/* The lines to send: those that are there in their order, then the new ones. */
static struct value *
merge(struct merging *m)
{
    struct value *out = value_array();
    size_t n = value_size(m->lines);
    for (size_t i = 0; i < value_size(m->there); i++) {
        const struct value *was = value_at(m->there, i);
        struct keyed wanted = {key_of(m, was), 0};
        const struct keyed *hit =
            wanted.key ? bsearch(&wanted, m->keys, n, sizeof *m->keys,
                                 compare_keys)
                       : NULL;
        if (hit) {
            value_append(out, changed(was, value_at(m->lines, hit->at)));
            m->taken[hit->at] = true;
        } else if (!m->how->delete_missing) {
            value_append(out, value_copy(was));
        }
    }
    for (size_t i = 0; i < n; i++)
        if (!m->taken[i])
            value_append(out, value_copy(value_at(m->lines, i)));
    return out;
}

/* The list of the row at the other side as a value, an empty one where it has
 * none. */
static struct value *
read_there(const struct plan_run *run, size_t row)
{
    const struct target *t = &run->plan->rows[row].target;
    struct node_ref at = run->scope.present;
    struct value *v = NULL;
    struct buf text;
    for (size_t i = 0; i + 1 < t->count && at.tape; i++) {
        const struct target_step *s = &t->steps[i];
        bool object = at.tape->nodes[at.index].type == VALUE_OBJECT;
        at.index = object
                       ? tape_member(at.tape, at.index, s->name, s->name_len)
                       : 0;
        at.tape = at.index > 0 ? at.tape : NULL;
    }
    if (!at.tape || at.tape->nodes[at.index].type != VALUE_ARRAY)
        return value_array();
    buf_init_any(&text);
    tape_write(at.tape, at.index, &text);
    if (value_read(&v, buf_str(&text), text.len, &value_limits_event,
                   "the lines", NULL) != ERR_OK)
        v = value_array();
    buf_clear(&text);
    return v;
}

/* Writes what M gives in place of what stands since START. */
static bool
write_merged(struct merging *m, size_t start)
{
    struct plan_run *run = m->run;
    size_t n = value_size(m->lines);
    m->keys = mem_array(n + 1, sizeof *m->keys);
    m->taken = mem_array(n + 1, sizeof *m->taken);
    bool good = read_keys(m) && check_there(m);
    cursor_back(&run->out, start);
    if (good) {
        struct value *merged = merge(m);
        char *text = value_to_text(merged);
        cursor_put(&run->out, text, strlen(text));
        free(text);
        value_free(merged);
    }
    free(m->keys);
    free(m->taken);
    return good;
}

bool
plan_merge_lines(struct plan_run *run, size_t row, size_t start)
{
    struct merging m = {
        .run = run, .row = row, .how = &run->plan->rows[row].list};
    struct error own = {0};
    if (m.how->policy != LIST_MERGE || run->scope.record == RECORD_NEW)
        return true;
    if (run->scope.record != RECORD_EXISTS || !run->scope.present.tape) {
        plan_fail_row(run, row,
                      "it is merged with the lines of the record, and those "
                      "are not known");
        return false;
    }
    if (value_read(&m.lines, run->out.buf->data + start,
                   cursor_mark(&run->out) - start, &value_limits_event,
                   "the lines", &own) != ERR_OK) {
        plan_fail_row(run, row, "%s", own.text);
        return false;
    }
    m.there = read_there(run, row);
    bool good = write_merged(&m, start);
    value_free(m.lines);
    value_free(m.there);
    return good;
}
