/* Tables: selection, marks, sort and filter; table_draw.c draws them. */
#include "ui/widget/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/action.h"
#include "ui/widget/table_private.h"

#define MARKS_MOST 100000

void
table_init(struct table *t, const struct row_source *source,
           const struct column *columns, size_t count)
{
    *t = (struct table){.source = *source,
                        .columns = columns,
                        .column_count =
                            count < TABLE_COLUMNS ? count : TABLE_COLUMNS,
                        .empty = "no rows"};
    buf_init(&t->filter, 4096);
    buf_init(&t->problem, 1024);
    for (size_t i = 0; i < t->column_count; i++)
        t->shown[i] = i;
    t->shown_count = t->column_count;
}

void
table_clear(struct table *t)
{
    window_drop(t);
    marks_clear(&t->marks);
    buf_clear(&t->filter);
    buf_clear(&t->problem);
    FREE_NULL(t->mark_anchor);
}

void
table_fit(struct table *t, size_t rows)
{
    window_fit(t, rows);
}

const struct row *
table_selected(const struct table *t)
{
    return t->selected < t->row_count ? &t->rows[t->selected] : NULL;
}

/* The keys of the window, the marked row's first, then those below it, then
 * those above: in that order one looks for what is still there. */
static char **
remember_keys(const struct table *t, size_t *count)
{
    char **keys = mem_array(t->row_count + 1, sizeof *keys);
    *count = 0;
    for (size_t i = t->selected; i < t->row_count; i++)
        keys[(*count)++] = mem_strdup(t->rows[i].key);
    for (size_t i = t->selected; i-- > 0 && i < t->row_count;)
        keys[(*count)++] = mem_strdup(t->rows[i].key);
    return keys;
}

/* Goes to the row KEY, or to the nearest of those that it is a part of. */
static bool
go_to_owner(struct table *t, const char *key, size_t line)
{
    char *path = mem_strdup(key);
    bool found = window_at(t, path, line);
    for (char *slash; !found && (slash = strrchr(path, '/')) != NULL;) {
        *slash = '\0';
        found = window_at(t, path, line);
    }
    free(path);
    return found;
}

static void
forget_keys(char **keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(keys[i]);
    free(keys);
}

/* Goes to the first of KEYS that is still there, else to the first row. */
static void
go_to_any(struct table *t, char *const *keys, size_t count, size_t line)
{
    bool found = count > 0 && go_to_owner(t, keys[0], line);
    for (size_t i = 0; i < count && !found; i++)
        found = window_at(t, keys[i], line);
    if (!found)
        window_first(t);
}

void
table_reload(struct table *t)
{
    size_t count, line = t->selected;
    char **keys = remember_keys(t, &count);
    go_to_any(t, keys, count, line);
    forget_keys(keys, count);
}

bool
table_go(struct table *t, const char *key)
{
    size_t count, line = t->selected;
    for (size_t i = 0; i < t->row_count; i++) {
        if (strcmp(t->rows[i].key, key) == 0) {
            t->selected = i;
            return true;
        }
    }
    char **keys = remember_keys(t, &count);
    bool found = window_at(t, key, t->height / 2);
    if (!found)
        go_to_any(t, keys, count, line);
    forget_keys(keys, count);
    return found;
}

static void
move_down(struct table *t, size_t n)
{
    size_t target = t->selected + n;
    if (t->row_count == 0)
        return;
    if (target >= t->row_count)
        target -= window_down(t, target - (t->row_count - 1));
    t->selected = target < t->row_count ? target : t->row_count - 1;
}

static void
move_up(struct table *t, size_t n)
{
    if (n <= t->selected) {
        t->selected -= n;
        return;
    }
    window_up(t, n - t->selected);
    t->selected = 0;
}

void
table_move(struct table *t, long long delta)
{
    if (delta >= 0)
        move_down(t, (size_t)delta);
    else
        move_up(t, (size_t)-delta);
}

/* Moves the window and keeps the line; at the end the marked row goes on to
 * the last one. */
static void
page(struct table *t, bool down, size_t n)
{
    size_t moved = down ? window_down(t, n) : window_up(t, n);
    if (moved >= n || t->row_count == 0)
        return;
    if (down)
        move_down(t, n - moved);
    else
        move_up(t, n - moved);
}

static unsigned
go_about(struct table *t, enum act action, int count)
{
    size_t n = count > 0 ? (size_t)count : 1;
    size_t height = t->height > 1 ? t->height : 1;
    switch (action) {
    case ACT_UP:
        move_up(t, n);
        break;
    case ACT_DOWN:
        move_down(t, n);
        break;
    case ACT_PAGE_UP:
        page(t, false, n * height);
        break;
    case ACT_PAGE_DOWN:
        page(t, true, n * height);
        break;
    case ACT_HALF_UP:
        page(t, false, n * ((height + 1) / 2));
        break;
    case ACT_HALF_DOWN:
        page(t, true, n * ((height + 1) / 2));
        break;
    case ACT_TOP:
        window_first(t);
        break;
    case ACT_BOTTOM:
        if (count <= 0 || !window_index(t, count - 1))
            window_last(t);
        break;
    default:
        return REACT_IGNORED;
    }
    return REACT_PAINT;
}

enum err
table_filter(struct table *t, const char *text, struct error *e)
{
    if (!t->source.filter)
        return error_set(e, ERR_USAGE, "This list cannot be filtered");
    struct error why = {0};
    buf_reset(&t->problem);
    if (t->source.filter(t->source.ctx, text, &why) != ERR_OK)
        buf_adds(&t->problem, why.text);
    /* A mark that the filter hides would be acted on unseen. */
    if (strcmp(text, buf_str(&t->filter)) != 0)
        marks_clear(&t->marks);
    buf_reset(&t->filter);
    buf_adds(&t->filter, text);
    if (t->filter.len > 0) /* while one types: one question, the best first */
        window_first(t);
    else
        table_reload(t);
    return ERR_OK;
}

/* Appends the names of the columns, or of those that sort. */
static void
add_columns(const struct table *t, bool sorting, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < t->column_count; i++) {
        if (!t->columns[i].name[0] || (sorting && !table_sorts(t, i)))
            continue;
        buf_addf(out, "%s%s", any ? ", " : "", t->columns[i].name);
        any = true;
    }
}

bool
table_sorts(const struct table *t, size_t i)
{
    return t->source.sort &&
           (!t->source.sorts || t->source.sorts(t->source.ctx, i));
}

static enum err
cannot_sort(const struct table *t, size_t column, struct error *e)
{
    struct buf all;
    buf_init(&all, 512);
    add_columns(t, true, &all);
    error_set(e, ERR_USAGE, "The list cannot be sorted by %s%s%s%s",
              t->columns[column].name, all.len ? " (by " : "", buf_str(&all),
              all.len ? ")" : "");
    buf_clear(&all);
    return ERR_USAGE;
}

static enum err
sort_by(struct table *t, size_t column, bool down, struct error *e)
{
    if (!table_sorts(t, column) || !t->source.sort(t->source.ctx, column, down))
        return cannot_sort(t, column, e);
    t->sort_column = column;
    t->sort_down = down;
    table_reload(t);
    return ERR_OK;
}

static int
find_column(const struct table *t, const char *name, size_t n)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const char *known = t->columns[i].name;
        if (strlen(known) == n && strncmp(known, name, n) == 0)
            return (int)i;
    }
    return -1;
}

/* A sentence that names the columns there are. */
static enum err
no_column(const struct table *t, const char *name, size_t n, struct error *e)
{
    struct buf all;
    buf_init(&all, 512);
    add_columns(t, false, &all);
    error_set(e, ERR_USAGE, "No column is called \"%.*s\" (%s)",
              (int)(n < 64 ? n : 64), name, buf_str(&all));
    buf_clear(&all);
    return ERR_USAGE;
}

static enum err
which_column(const struct table *t, struct error *e)
{
    struct buf all;
    buf_init(&all, 512);
    add_columns(t, true, &all);
    error_set(e, ERR_USAGE, "Sort by which column? (%s)", buf_str(&all));
    buf_clear(&all);
    return ERR_USAGE;
}

enum err
table_sort(struct table *t, const char *name, struct error *e)
{
    if (!*name)
        return which_column(t, e);
    int column = find_column(t, name, strlen(name));
    if (column < 0)
        return no_column(t, name, strlen(name), e);
    bool again = (size_t)column == t->sort_column;
    return sort_by(t, (size_t)column, again && !t->sort_down, e);
}

enum err
table_choose(struct table *t, const char *names, struct error *e)
{
    size_t chosen[TABLE_COLUMNS], count = 0;
    for (const char *s = names + strspn(names, " "); *s; s += strspn(s, " ")) {
        size_t n = strcspn(s, " ");
        int column = find_column(t, s, n);
        if (column < 0)
            return no_column(t, s, n, e);
        if (count < TABLE_COLUMNS)
            chosen[count++] = (size_t)column;
        s += n;
    }
    if (count == 0) {
        for (; count < t->column_count; count++)
            chosen[count] = count;
    }
    memcpy(t->shown, chosen, count * sizeof chosen[0]);
    t->shown_count = count;
    return ERR_OK;
}

static void
set_anchor(struct table *t, const char *key)
{
    free(t->mark_anchor);
    t->mark_anchor = mem_strdup(key);
}

static void
toggle_mark(struct table *t)
{
    const struct row *row = table_selected(t);
    if (!row)
        return;
    marks_set(&t->marks, row->key, !marks_has(&t->marks, row->key));
    set_anchor(t, row->key);
    move_down(t, 1);
}

/* Marks the rows from the source's row KEY on, up to and with UNTIL (NULL:
 * all there are); false where UNTIL did not come. */
static bool
mark_from(struct table *t, enum seek seek, const char *key, const char *until)
{
    struct row rows[256];
    char *last = mem_strdup(key);
    bool found = false;
    for (;;) {
        size_t n = t->problem.len ? 0
                                  : t->source.fetch(t->source.ctx, seek, last,
                                                    0, 256, rows);
        for (size_t i = 0; i < n; i++) {
            if (!found && t->marks.count < MARKS_MOST)
                marks_set(&t->marks, rows[i].key, true);
            found = found || (until && strcmp(rows[i].key, until) == 0);
            if (t->source.release)
                t->source.release(t->source.ctx, rows[i].data);
            if (i + 1 == n) {
                free(last);
                last = rows[i].key;
            } else
                free(rows[i].key);
        }
        if (n < 256 || found || t->marks.count >= MARKS_MOST)
            break;
        seek = SEEK_AFTER;
    }
    free(last);
    return found || !until;
}

/* Marks from the row marked last to the present one, whichever is first. */
static void
mark_range(struct table *t)
{
    const struct row *row = table_selected(t);
    if (!row)
        return;
    const char *anchor = t->mark_anchor ? t->mark_anchor : row->key;
    struct marks before = {0};
    for (size_t i = 0; i < t->marks.count; i++)
        marks_set(&before, t->marks.keys[i], true);
    if (!mark_from(t, SEEK_AT, anchor, row->key)) {
        marks_clear(&t->marks);
        t->marks = before;
        mark_from(t, SEEK_AT, row->key, anchor);
    } else
        marks_clear(&before);
    set_anchor(t, row->key);
}

static unsigned
change_marks(struct table *t, enum act action, struct error *e)
{
    if (action == ACT_MARK)
        toggle_mark(t);
    else if (action == ACT_MARK_RANGE)
        mark_range(t);
    else if (action == ACT_MARK_ALL)
        mark_from(t, SEEK_FIRST, NULL, NULL);
    else
        marks_clear(&t->marks);
    if (t->marks.count >= MARKS_MOST)
        error_set(e, ERR_TOO_BIG,
                  "only the first %d rows are marked (narrow the filter)",
                  MARKS_MOST);
    return REACT_PAINT;
}

/* Sorts by the shown column beside the present one. */
static void
sort_beside(struct table *t, int step, struct error *e)
{
    size_t at = 0;
    while (at < t->shown_count && t->shown[at] != t->sort_column)
        at++;
    size_t n = t->shown_count;
    if (at == n) /* sorted by none that is shown */
        at = step > 0 ? n - 1 : 0;
    for (size_t i = 1; i <= n; i++) {
        at = (at + n + (size_t)step) % n;
        if (sort_by(t, t->shown[at], false, e) == ERR_OK) {
            error_clear(e);
            return;
        }
    }
}

unsigned
table_action(struct table *t, const struct invocation *invocation,
             struct error *e)
{
    switch ((enum act)invocation->action) {
    case ACT_SORT:
        table_sort(t, invocation->arg, e);
        return REACT_PAINT;
    case ACT_SORT_NEXT:
    case ACT_SORT_PREVIOUS:
        sort_beside(t, invocation->action == ACT_SORT_NEXT ? 1 : -1, e);
        return REACT_PAINT;
    case ACT_COLUMNS:
        table_choose(t, invocation->arg, e);
        return REACT_PAINT;
    case ACT_MARK:
    case ACT_MARK_RANGE:
    case ACT_MARK_ALL:
    case ACT_UNMARK_ALL:
        return change_marks(t, (enum act)invocation->action, e);
    case ACT_REFRESH:
        table_reload(t);
        return REACT_PAINT;
    default:
        return go_about(t, (enum act)invocation->action, invocation->count);
    }
}
