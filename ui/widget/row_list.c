/* An array as a source of rows. */
#include "ui/widget/row_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/filter_term.h"
#include "base/fold.h"
#include "base/mem.h"

/* How near the names of a row are to the filter, the nearest first. */
enum nearness { NEAR_SAME, NEAR_BEGINS, NEAR_ELSEWHERE, NEAR_COUNT };

struct item {
    char *key;
    void *data;
    size_t order; /* as added */
    enum nearness near;
};

struct row_list {
    const struct row_list_ops *ops;
    void (*names)(const void *data, struct buf *out); /* NULL: no order */
    struct item *items; /* as added */
    size_t count, capacity;
    const struct item **shown; /* filtered and sorted */
    size_t shown_count;
    bool stale; /* shown must be made again */
    char *filter;
    size_t column;
    bool sorted, down;
};

struct row_list *
row_list_new(const struct row_list_ops *ops)
{
    struct row_list *rows = mem_alloc(sizeof *rows);
    rows->ops = ops;
    rows->filter = mem_strdup("");
    return rows;
}

void
row_list_order_by_names(struct row_list *rows,
                        void (*names)(const void *data, struct buf *out))
{
    rows->names = names;
    rows->stale = true;
}

void
row_list_empty(struct row_list *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].key);
        if (rows->ops->release)
            rows->ops->release(rows->items[i].data);
    }
    rows->count = 0;
    rows->stale = true;
}

void
row_list_free(struct row_list *rows)
{
    if (!rows)
        return;
    row_list_empty(rows);
    free(rows->items);
    free(rows->shown);
    free(rows->filter);
    free(rows);
}

void
row_list_add(struct row_list *rows, const char *key, void *data)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity ? rows->capacity * 2 : 32;
        rows->items =
            mem_resize(rows->items, rows->capacity, sizeof rows->items[0]);
    }
    rows->items[rows->count] =
        (struct item){mem_strdup(key), data, rows->count, NEAR_SAME};
    rows->count++;
    rows->stale = true;
}

size_t
row_list_count(const struct row_list *rows)
{
    return rows->count;
}

void *
row_list_data(const struct row_list *rows, size_t i)
{
    return i < rows->count ? rows->items[i].data : NULL;
}

/* True where FOLDED has the words of T, or with a dash does not. */
static bool
term_fits(const struct buf *folded, const struct filter_term *t)
{
    struct buf word;
    buf_init(&word, 1 << 20);
    fold_text(&word, buf_str(&t->text), t->text.len);
    bool fits = t->text.len == 0 ||
                fold_has(buf_str(folded), folded->len, buf_str(&word),
                         word.len) != t->inverse;
    buf_clear(&word);
    return fits;
}

static bool
text_matches(const char *text, const char *filter)
{
    struct buf folded;
    struct filter_term t;
    bool matches = true;
    buf_init(&folded, 8 << 20);
    fold_text(&folded, text, strlen(text));
    while (matches && filter_term_next(&filter, &t)) {
        matches = term_fits(&folded, &t);
        filter_term_clear(&t);
    }
    buf_clear(&folded);
    return matches;
}

static bool
item_matches(const struct row_list *rows, const struct item *item)
{
    if (!rows->ops->text)
        return text_matches(item->key, rows->filter);
    struct buf text;
    buf_init(&text, 1 << 20);
    rows->ops->text(item->data, &text);
    bool matches = text_matches(buf_str(&text), rows->filter);
    buf_clear(&text);
    return matches;
}

/* How near the nearest of the LINES of folded names is to the folded WORD. */
static enum nearness
names_nearness(const char *lines, const char *word, size_t n)
{
    enum nearness near = NEAR_ELSEWHERE;
    for (const char *s = lines; *s && near != NEAR_SAME;) {
        size_t len = strcspn(s, "\n");
        if (len >= n && memcmp(s, word, n) == 0)
            near = len == n ? NEAR_SAME : NEAR_BEGINS;
        s += len + (s[len] != '\0');
    }
    return near;
}

static enum nearness
item_nearness(const struct row_list *rows, const struct item *item)
{
    struct buf names, folded, word;
    if (!rows->names || !*rows->filter)
        return NEAR_SAME;
    buf_init(&names, 1 << 20);
    buf_init(&folded, 1 << 20);
    buf_init(&word, 1 << 20);
    rows->names(item->data, &names);
    fold_text(&folded, buf_str(&names), names.len);
    fold_text(&word, rows->filter, strlen(rows->filter));
    enum nearness near =
        names_nearness(buf_str(&folded), buf_str(&word), word.len);
    buf_clear(&names);
    buf_clear(&folded);
    buf_clear(&word);
    return near;
}

static int
compare_items(const void *a, const void *b, void *ctx)
{
    const struct item *x = *(const struct item *const *)a;
    const struct item *y = *(const struct item *const *)b;
    const struct row_list *rows = ctx;
    int order = rows->ops->compare(x->data, y->data, rows->column);
    if (order == 0)
        return x->order < y->order ? -1 : x->order > y->order;
    return rows->down ? -order : order;
}

static void
refresh(struct row_list *rows)
{
    if (!rows->stale)
        return;
    rows->shown =
        mem_resize(rows->shown, rows->count + 1, sizeof rows->shown[0]);
    rows->shown_count = 0;
    for (size_t i = 0; i < rows->count; i++)
        rows->items[i].near = item_nearness(rows, &rows->items[i]);
    for (int near = 0; near < NEAR_COUNT; near++) {
        for (size_t i = 0; i < rows->count; i++) {
            if ((int)rows->items[i].near == near &&
                item_matches(rows, &rows->items[i]))
                rows->shown[rows->shown_count++] = &rows->items[i];
        }
    }
    if (rows->sorted)
        qsort_r(rows->shown, rows->shown_count, sizeof rows->shown[0],
                compare_items, rows);
    rows->stale = false;
}

static long long
source_rank(void *ctx, const char *key)
{
    struct row_list *rows = ctx;
    refresh(rows);
    for (size_t i = 0; i < rows->shown_count; i++) {
        if (strcmp(rows->shown[i]->key, key) == 0)
            return (long long)i;
    }
    return -1;
}

static size_t
source_fetch(void *ctx, enum seek seek, const char *key, long long index,
             size_t n, struct row *out)
{
    struct row_list *rows = ctx;
    refresh(rows);
    long long count = (long long)rows->shown_count, want = (long long)n;
    long long at = key ? source_rank(ctx, key) : -1;
    if (at < 0 &&
        (seek == SEEK_AT || seek == SEEK_AFTER || seek == SEEK_BEFORE))
        return 0;
    long long end = count;
    if (seek == SEEK_FIRST)
        at = 0;
    else if (seek == SEEK_LAST)
        at = count > want ? count - want : 0;
    else if (seek == SEEK_AFTER)
        at++;
    else if (seek == SEEK_INDEX)
        at = index;
    else if (seek == SEEK_BEFORE) {
        end = at;
        at = at > want ? at - want : 0;
    }
    size_t got = 0;
    for (; at >= 0 && at < end && got < n; at++, got++)
        out[got] = (struct row){mem_strdup(rows->shown[at]->key),
                                rows->shown[at]->data};
    return got;
}

static long long
source_count(void *ctx)
{
    struct row_list *rows = ctx;
    refresh(rows);
    return (long long)rows->shown_count;
}

static long long
source_total(void *ctx)
{
    const struct row_list *rows = ctx;
    return (long long)rows->count;
}

static bool
source_sort(void *ctx, size_t column, bool down)
{
    struct row_list *rows = ctx;
    rows->column = column;
    rows->down = down;
    rows->sorted = rows->stale = true;
    return true;
}

/* The keys of the installations' filter have no meaning here. */
static enum err
check_term(const struct filter_term *t, struct error *e)
{
    static const char *const others[] = {"state", "integration"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (filter_term_has_key(t, others[i]))
            return error_set(e, ERR_USAGE,
                             "%s: is for the installations (quote text that "
                             "has a colon)",
                             others[i]);
    }
    return filter_term_check(t, e);
}

static enum err
source_filter(void *ctx, const char *text, struct error *e)
{
    struct row_list *rows = ctx;
    struct filter_term t;
    enum err err = ERR_OK;
    for (const char *s = text; err == ERR_OK && filter_term_next(&s, &t);) {
        err = check_term(&t, e);
        filter_term_clear(&t);
    }
    if (err != ERR_OK)
        return err;
    free(rows->filter);
    rows->filter = mem_strdup(text);
    rows->stale = true;
    return ERR_OK;
}

struct row_source
row_list_source(struct row_list *rows)
{
    return (struct row_source){
        .ctx = rows,
        .fetch = source_fetch,
        .count = source_count,
        .total = source_total,
        .rank = source_rank,
        .sort = rows->ops->compare ? source_sort : NULL,
        .filter = source_filter,
    };
}
