/* The difference of mapping rows and of value tables. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/row/members.h"
#include "workflow/edit/diff_private.h"

static const char *
target_of(const struct value *row)
{
    return value_text_or(value_get(row, "target"), "");
}

static const char *
source_of(const struct value *row)
{
    return value_text_or(value_get(row, "source"), "");
}

/* The row of ROWS with TARGET whose place is not TAKEN yet, or -1. */
static long
find_row(const struct value *rows, const char *target, const bool *taken)
{
    for (size_t i = 0; i < value_size(rows); i++)
        if (!taken[i] && strcmp(target_of(value_at(rows, i)), target) == 0)
            return (long)i;
    return -1;
}

/* The row in words; with ALL also everything else. */
static char *
describe(const struct value *row, bool all)
{
    struct buf out;
    buf_init_any(&out);
    buf_adds(&out, *source_of(row) ? source_of(row) : all ? "blank" : "");
    if (all && value_get(row, "default")) {
        char *text = value_to_text(value_get(row, "default"));
        buf_addf(&out, ", default %s", text);
        free(text);
    }
    if (all && value_bool_or(value_get(row, "required"), false))
        buf_adds(&out, ", required");
    if (all && value_get(row, "note"))
        buf_addf(&out, ", note \"%s\"", value_get_text(row, "note"));
    for (enum row_member m = 0; all && m < ROW_MEMBERS; m++)
        if (value_get(row, row_member(m)->key))
            buf_addf(&out, ", %s %s", row_member(m)->key,
                     value_get_text(row, row_member(m)->key));
    return buf_take(&out);
}

static bool
same_rest(const struct value *a, const struct value *b)
{
    char *x = describe(a, true), *y = describe(b, true);
    bool same = strcmp(x + strlen(*source_of(a) ? source_of(a) : "blank"),
                       y + strlen(*source_of(b) ? source_of(b) : "blank")) == 0;
    free(x);
    free(y);
    return same;
}

static void
row_changed(const struct block *b, const struct value *was,
            const struct value *is, struct change_list *out)
{
    bool all = !was || !is || !same_rest(was, is);
    if (!all && strcmp(source_of(was), source_of(is)) == 0)
        return;
    const char *target = target_of(is ? is : was);
    char *before = was ? describe(was, all) : NULL;
    char *after = is ? describe(is, all) : NULL;
    enum change_kind kind = !was  ? CHANGE_ADDED
                            : !is ? CHANGE_REMOVED
                                  : CHANGE_CHANGED;
    if (kind == CHANGE_CHANGED) {
        change_add(out, (struct change_at){kind, SUBJECT_ROW, b, target},
                   before, after, "%s > %s", b->name, target);
        change_show(out, *before ? before : "blank", *after ? after : "blank");
    } else if (kind == CHANGE_ADDED)
        change_add(out, (struct change_at){kind, SUBJECT_ROW, b, target},
                   before, after, "%s > %s: + %.200s", b->name, target,
                   after);
    else
        change_add(out, (struct change_at){kind, SUBJECT_ROW, b, target},
                   before, after, "%s > %s: row removed", b->name, target);
    free(before);
    free(after);
}

void
diff_rows(const struct block *from, const struct block *to,
          struct change_list *out)
{
    const struct value *old = block_field(from, "mapping");
    const struct value *new = block_field(to, "mapping");
    size_t old_n = value_size(old), n = value_size(new), common = 0;
    bool *taken = mem_array(old_n, sizeof *taken);
    size_t *was = mem_array(n, sizeof *was), *who = mem_array(n, sizeof *who);
    bool *moved = mem_array(n, sizeof *moved);
    for (size_t i = 0; i < n; i++) {
        const struct value *row = value_at(new, i);
        long at = find_row(old, target_of(row), taken);
        row_changed(to, at < 0 ? NULL : value_at(old, (size_t)at), row, out);
        if (at >= 0) {
            taken[at] = true;
            was[common] = (size_t)at;
            who[common++] = i;
        }
    }
    diff_moved(was, common, moved);
    for (size_t i = 0; i < common; i++) {
        const char *target = target_of(value_at(new, who[i]));
        if (moved[i])
            change_add(
                out, (struct change_at){CHANGE_MOVED, SUBJECT_ROW, to, target},
                NULL, NULL, "%s > %s: row moved", to->name, target);
    }
    for (size_t i = 0; i < old_n; i++)
        if (!taken[i])
            row_changed(to, value_at(old, i), NULL, out);
    free(taken);
    free(was);
    free(who);
    free(moved);
}

/* --- tables --------------------------------------------------------------- */

/* The row of TABLE whose first cell is KEY, or NULL. */
static const struct value *
entry(const struct value *table, const char *key)
{
    const struct value *rows = value_get(table, "rows");
    for (size_t i = 0; i < value_size(rows); i++)
        if (text_equal(value_text(value_at(value_at(rows, i), 0), NULL), key))
            return value_at(rows, i);
    return NULL;
}

static void
entry_changed(const char *table, const struct value *was,
              const struct value *is, struct change_list *out)
{
    char *before = was ? value_to_text(was) : NULL;
    char *after = is ? value_to_text(is) : NULL;
    const char *key = value_text_or(value_at(is ? is : was, 0), "(no key)");
    enum change_kind kind = !was  ? CHANGE_ADDED
                            : !is ? CHANGE_REMOVED
                                  : CHANGE_CHANGED;
    if (!before || !after || strcmp(before, after) != 0) {
        char *old = diff_show(value_at(was, 1)),
             *new = diff_show(value_at(is, 1));
        change_add(out, (struct change_at){kind, SUBJECT_ENTRY, NULL, key},
                   before, after, "table %s > %s", table, key);
        change_show(out, old ? old : "none", new ? new : "none");
        out->items[out->count - 1].table = mem_strdup(table);
        free(old);
        free(new);
    }
    free(before);
    free(after);
}

static void
diff_entries(const char *name, const struct value *from, const struct value *to,
             struct change_list *out)
{
    const struct value *old = value_get(from, "rows");
    const struct value *new = value_get(to, "rows");
    char *was = value_to_text(value_get(from, "columns"));
    char *is = value_to_text(value_get(to, "columns"));
    if (strcmp(was, is) != 0) {
        change_add(
            out, (struct change_at){CHANGE_CHANGED, SUBJECT_TABLE, NULL, name},
            was, is, "columns of table %s", name);
        change_show(out, was, is);
    }
    free(was);
    free(is);
    for (size_t i = 0; i < value_size(new); i++) {
        const struct value *row = value_at(new, i);
        entry_changed(name, entry(from, value_text_or(value_at(row, 0), NULL)),
                      row, out);
    }
    for (size_t i = 0; i < value_size(old); i++) {
        const struct value *row = value_at(old, i);
        if (!entry(to, value_text_or(value_at(row, 0), NULL)))
            entry_changed(name, row, NULL, out);
    }
}

void
diff_tables(const struct document *from, const struct document *to,
            struct change_list *out)
{
    const struct value *a = value_get(from->root, "tables");
    const struct value *b = value_get(to->root, "tables");
    for (size_t i = 0; i < value_size(b); i++) {
        const char *name = value_key(b, i, NULL);
        const struct value *old = value_get(a, name);
        struct change_at at = {CHANGE_ADDED, SUBJECT_TABLE, NULL, name};
        if (old)
            diff_entries(name, old, value_at(b, i), out);
        else
            change_add(out, at, NULL, name, "added table %s, %zu rows", name,
                       value_size(value_get(value_at(b, i), "rows")));
    }
    for (size_t i = 0; i < value_size(a); i++) {
        const char *name = value_key(a, i, NULL);
        struct change_at at = {CHANGE_REMOVED, SUBJECT_TABLE, NULL, name};
        if (!value_get(b, name))
            change_add(out, at, name, NULL, "removed table %s", name);
    }
}
