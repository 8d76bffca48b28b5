/*
 * The window: a run of rows next to each other, moved by asking the source
 * for the rows before its first or after its last.
 */
#include "ui/widget/table_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WINDOW_STEP 5000 /* rows fetched at once when a count is typed */
#define LOOK_BEFORE 200  /* rows counted to find the place of the first one */

static void
row_free(struct table *t, struct row *row)
{
    if (t->source.release)
        t->source.release(t->source.ctx, row->data);
    free(row->key);
}

static void
drop_rows(struct table *t, size_t from, size_t n)
{
    for (size_t i = from; i < from + n; i++)
        row_free(t, &t->rows[i]);
    t->row_count -= n;
    memmove(t->rows + from, t->rows + from + n,
            (t->row_count - from) * sizeof t->rows[0]);
}

void
window_drop(struct table *t)
{
    for (size_t i = 0; i < t->row_count; i++)
        row_free(t, &t->rows[i]);
    FREE_NULL(t->rows);
    t->row_count = 0;
}

/* Fetches N rows and puts them in at place AT; returns how many came. */
static size_t
fetch_into(struct table *t, size_t at, enum seek seek, const char *key,
           long long index, size_t n)
{
    struct row *got = mem_array(n + 1, sizeof *got);
    size_t count =
        n && t->problem.len == 0
            ? t->source.fetch(t->source.ctx, seek, key, index, n, got)
            : 0;
    t->rows = mem_resize(t->rows, t->row_count + count + 1, sizeof t->rows[0]);
    memmove(t->rows + at + count, t->rows + at,
            (t->row_count - at) * sizeof t->rows[0]);
    memcpy(t->rows + at, got, count * sizeof *got);
    t->row_count += count;
    free(got);
    return count;
}

static size_t
fetch_after(struct table *t, size_t n)
{
    if (t->row_count == 0)
        return fetch_into(t, 0, SEEK_FIRST, NULL, 0, n);
    return fetch_into(t, t->row_count, SEEK_AFTER,
                      t->rows[t->row_count - 1].key, 0, n);
}

static size_t
fetch_before(struct table *t, size_t n)
{
    size_t got = fetch_into(t, 0, SEEK_BEFORE, t->rows[0].key, 0, n);
    if (t->first_index >= 0)
        t->first_index -= (long long)got;
    if (got < n)
        t->first_index = 0;
    return got;
}

size_t
window_down(struct table *t, size_t n)
{
    if (t->row_count == 0)
        return 0;
    size_t got = fetch_after(t, n < WINDOW_STEP ? n : WINDOW_STEP);
    size_t over = t->row_count > t->height ? t->row_count - t->height : 0;
    drop_rows(t, 0, over);
    if (t->first_index >= 0)
        t->first_index += (long long)over;
    (void)got;
    return over;
}

size_t
window_up(struct table *t, size_t n)
{
    if (t->row_count == 0)
        return 0;
    size_t got = fetch_before(t, n < WINDOW_STEP ? n : WINDOW_STEP);
    if (t->row_count > t->height)
        drop_rows(t, t->height, t->row_count - t->height);
    return got;
}

void
window_first(struct table *t)
{
    window_drop(t);
    t->first_index = 0;
    fetch_after(t, t->height);
    t->selected = 0;
}

void
window_last(struct table *t)
{
    window_drop(t);
    fetch_into(t, 0, SEEK_LAST, NULL, 0, t->height);
    long long count = t->source.count ? t->source.count(t->source.ctx) : -1;
    t->first_index = count < 0 ? -1 : count - (long long)t->row_count;
    if (t->row_count < t->height)
        t->first_index = 0;
    t->selected = t->row_count ? t->row_count - 1 : 0;
}

/* Where few rows come before the window, they tell the place of its first. */
static void
look_before(struct table *t)
{
    if (t->first_index >= 0 || t->row_count == 0)
        return;
    size_t got =
        fetch_into(t, 0, SEEK_BEFORE, t->rows[0].key, 0, LOOK_BEFORE);
    drop_rows(t, 0, got);
    if (got < LOOK_BEFORE)
        t->first_index = (long long)got;
}

bool
window_at(struct table *t, const char *key, size_t line)
{
    char *wanted = mem_strdup(key); /* KEY may be in the window dropped */
    if (line >= t->height)
        line = t->height ? t->height - 1 : 0;
    window_drop(t);
    size_t n = t->height > line ? t->height - line : 1;
    if (fetch_into(t, 0, SEEK_AT, wanted, 0, n) == 0) {
        free(wanted);
        return false;
    }
    t->first_index =
        t->source.rank ? t->source.rank(t->source.ctx, wanted) : -1;
    free(wanted);
    t->selected = 0;
    size_t lacking = t->height > t->row_count ? t->height - t->row_count : 0;
    if (lacking > 0)
        t->selected = fetch_before(t, lacking);
    if (t->row_count < t->height)
        fetch_after(t, t->height - t->row_count);
    look_before(t);
    return true;
}

bool
window_index(struct table *t, long long index)
{
    size_t old = t->row_count;
    size_t got =
        fetch_into(t, old, SEEK_INDEX, NULL, index, t->height ? t->height : 1);
    if (got == 0)
        return false;
    drop_rows(t, 0, old);
    t->first_index = index;
    t->selected = 0;
    if (t->row_count < t->height)
        t->selected = fetch_before(t, t->height - t->row_count);
    return true;
}

/* Lets the window shrink to HEIGHT rows around the marked one. */
static void
shrink(struct table *t, size_t height)
{
    if (t->selected >= height) {
        size_t over = t->selected - height + 1;
        drop_rows(t, 0, over);
        t->selected -= over;
        if (t->first_index >= 0)
            t->first_index += (long long)over;
    }
    if (t->row_count > height)
        drop_rows(t, height, t->row_count - height);
}

void
window_fit(struct table *t, size_t height)
{
    if (height == t->height)
        return;
    size_t old = t->height;
    t->height = height;
    if (height == 0)
        return;
    if (t->row_count > height)
        shrink(t, height);
    else if (height > old && t->row_count < height) {
        fetch_after(t, height - t->row_count);
        if (t->row_count > 0 && t->row_count < height)
            t->selected += fetch_before(t, height - t->row_count);
    }
}
