/* Installations as rows of a table. */
#include "ui/screen/installation_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/console.h"
#include "ui/screen/pause.h"

/* A count begins when nobody has typed for a moment. */
enum { FIRST_MS = 100, AGAIN_MS = 1000 };

enum { SLICE = 2000, PAGE_MOST = 1000, INDEX_MOST = 20000 };

/* --- one row -------------------------------------------------------------- */

static char *
live_text(const struct installation_row *row)
{
    if (row->workflows > 1)
        return row->own > 0
                   ? mem_printf("%lld own of %lld", (long long)row->own,
                                (long long)row->workflows)
                   : mem_printf("base, %lld", (long long)row->workflows);
    return mem_printf("%s%s%s%s%s", row->live ? row->live : "",
                      row->own > 0 ? " own" : "", row->newer ? ", " : "",
                      row->newer ? row->newer : "",
                      row->newer ? " is out" : "");
}

static char *
draft_text(const struct installation_source *s,
           const struct installation_row *row)
{
    if (row->drafts == 0)
        return mem_strdup("");
    bool mine = text_equal(row->draft_of, manager_actor(s->manager));
    return mem_printf("%lld %s", (long long)row->drafts,
                      mine ? "yours" : row->draft_of);
}

static char *
state_text(const struct installation_row *row)
{
    const char *word = installation_condition_word(row->condition);
    int trouble = installation_condition_trouble(row->condition);
    int64_t runs = trouble == CONDITION_FAILING  ? row->failed
                   : trouble == CONDITION_PARKED ? row->parked
                                                 : 0;
    struct buf text;
    buf_init(&text, 200);
    if (row->condition == CONDITION_OK && row->releasing > 0 && !row->pending)
        word = "releasing";
    buf_adds(&text, word);
    if (runs > 0)
        buf_addf(&text, " %lld", (long long)runs);
    if (row->pending && strcmp(row->pending, word) != 0)
        buf_addf(&text, ", %s", row->pending);
    return buf_take(&text);
}

static struct installation_item *
item_new(const struct installation_source *s,
         const struct installation_row *row)
{
    struct installation_item *item = mem_alloc(sizeof *item);
    bool is_paused = row->state == INSTALLATION_PAUSED;
    *item = (struct installation_item){
        .id = mem_strdup(row->id),
        .customer = mem_strdup(row->customer),
        .title = mem_strdup(row->title),
        .username = mem_strdup(row->username),
        .integration = mem_strdup(row->integration_key),
        .live = live_text(row),
        .draft = draft_text(s, row),
        .state = state_text(row),
        .condition = row->condition,
        .releasing = row->releasing > 0 || row->pending,
        .changed_at = row->changed_at,
        .newer = mem_strdup(row->newer),
        .no_pause = pause_refusal(true, is_paused, row->pending),
        .no_resume = pause_refusal(false, is_paused, row->pending),
    };
    return item;
}

static void
item_free(void *ctx, void *data)
{
    struct installation_item *item = data;
    (void)ctx;
#define T(name) free(item->name);
    INSTALLATION_TEXTS(T)
#undef T
    free(item);
}

/* --- pages ---------------------------------------------------------------- */

/* Trouble with the store is a message; the list is then empty. */
static void
say(struct installation_source *s, const struct error *e)
{
    if (e->code != ERR_NOT_FOUND)
        app_say_error(s->app, MESSAGE_ERROR, e);
}

/* Writes rows FROM on of LIST to ROWS, at most N; returns how many. */
static size_t
put(const struct installation_source *s, const struct installation_list *list,
    size_t from, size_t n, struct row *rows)
{
    size_t count = 0;
    for (size_t i = from; i < list->count && count < n; i++)
        rows[count++] = (struct row){mem_strdup(list->rows[i].id),
                                     item_new(s, &list->rows[i])};
    return count;
}

/* Up to N rows from CURSOR on (NULL: the first), in pages. */
static size_t
fetch_from(struct installation_source *s, const char *cursor, size_t n,
           struct row *rows)
{
    char *next = mem_strdup(cursor);
    size_t count = 0;
    bool more = true;
    while (more && count < n) {
        struct installation_list list;
        struct error e = {0};
        size_t left = n - count;
        int limit = (int)(left < PAGE_MOST ? left : PAGE_MOST);
        if (manager_installation_list(s->manager, &s->filter, next, limit,
                                      &list, &e) != ERR_OK)
            say(s, &e);
        count += put(s, &list, 0, left, rows + count);
        free(next);
        next = mem_strdup(list.next);
        more = next != NULL;
        installation_list_clear(&list);
    }
    free(next);
    return count;
}

/* The N rows before CURSOR, in pages from the back. */
static size_t
fetch_until(struct installation_source *s, const char *cursor, size_t n,
            struct row *rows)
{
    char *previous = mem_strdup(cursor);
    size_t count = 0;
    while (previous && count < n) {
        struct installation_list list;
        struct error e = {0};
        size_t left = n - count;
        int limit = (int)(left < PAGE_MOST ? left : PAGE_MOST);
        if (manager_installation_list(s->manager, &s->filter, previous, limit,
                                      &list, &e) != ERR_OK)
            say(s, &e);
        memmove(rows + list.count, rows, count * sizeof *rows);
        count += put(s, &list, 0, left, rows);
        free(previous);
        previous = mem_strdup(list.previous);
        installation_list_clear(&list);
    }
    free(previous);
    return count;
}

/* From row KEY: after, before, or with it. */
static size_t
fetch_beside(struct installation_source *s, enum seek seek, const char *key,
             size_t n, struct row *rows)
{
    char *cursor = NULL;
    struct error e = {0};
    size_t count = 0;
    if (manager_installation_cursor(s->manager, &s->filter, key,
                                    seek == SEEK_BEFORE, seek == SEEK_AT,
                                    &cursor, &e) != ERR_OK) {
        say(s, &e);
        return 0;
    }
    if (seek == SEEK_BEFORE)
        count = fetch_until(s, cursor, n, rows);
    else
        count = fetch_from(s, cursor, n, rows);
    free(cursor);
    bool gone = seek == SEEK_AT && count > 0 && strcmp(rows[0].key, key) != 0;
    while (gone && count > 0) {
        count--;
        free(rows[count].key);
        item_free(s, rows[count].data);
    }
    return count;
}

/* Rows from INDEX on, by walking from the start; none far from it. */
static size_t
fetch_index(struct installation_source *s, long long index, size_t n,
            struct row *rows)
{
    if (index < 0 || index > INDEX_MOST)
        return 0;
    size_t from = (size_t)index, all = from + n;
    struct row *walked = mem_array(all + 1, sizeof *walked);
    size_t count = fetch_from(s, NULL, all, walked);
    for (size_t i = 0; i < from && i < count; i++) {
        free(walked[i].key);
        item_free(s, walked[i].data);
    }
    size_t got = count > from ? count - from : 0;
    memcpy(rows, walked + from, got * sizeof *rows);
    free(walked);
    return got;
}

static size_t
fetch(void *ctx, enum seek seek, const char *key, long long index, size_t n,
      struct row *rows)
{
    struct installation_source *s = ctx;
    switch (seek) {
    case SEEK_FIRST:
        return fetch_from(s, NULL, n, rows);
    case SEEK_LAST:
        return fetch_until(s, INSTALLATION_CURSOR_END, n, rows);
    case SEEK_INDEX:
        return fetch_index(s, index, n, rows);
    default:
        return fetch_beside(s, seek, key, n, rows);
    }
}

/* --- counting ------------------------------------------------------------- */

static bool
is_filtered(const struct installation_source *s)
{
    return s->filter.text != NULL;
}

static void count_slice(void *ctx);

/* Begins to count what the filter shows, or all. */
static void
begin_count(struct installation_source *s, bool all, int ms)
{
    s->counting = true;
    s->all = all;
    s->position = s->counted = 0;
    app_alarm(s->app, ms, count_slice, s);
}

static void
end_count(struct installation_source *s)
{
    bool all = s->all || !is_filtered(s);
    long long *counted = s->all ? &s->total : &s->count;
    bool changed = *counted != s->counted;
    s->counting = false;
    *counted = s->counted;
    if (all)
        s->total = s->counted;
    else if (s->total < 0)
        begin_count(s, true, 0);
    if (changed)
        app_changed(s->app);
}

static void
count_slice(void *ctx)
{
    static const struct installation_filter none = {.text = NULL};
    struct installation_source *s = ctx;
    struct error e = {0};
    if (manager_installation_count(s->manager, s->all ? &none : &s->filter,
                                   SLICE, &s->position, &s->counted,
                                   &e) != ERR_OK) {
        say(s, &e);
        s->counting = false;
    } else if (s->position >= 0)
        app_alarm(s->app, 0, count_slice, s);
    else
        end_count(s);
}

void
installation_source_count(struct installation_source *s)
{
    if (s->counting)
        return; /* what changes meanwhile is counted by the next change */
    begin_count(s, false, s->count < 0 ? FIRST_MS : AGAIN_MS);
}

bool
installation_source_cancel(struct installation_source *s)
{
    bool was = s->counting;
    app_alarm_cancel(s->app, count_slice, s);
    s->counting = false;
    return was;
}

static long long
count(void *ctx)
{
    return ((struct installation_source *)ctx)->count;
}

static long long
total(void *ctx)
{
    return ((struct installation_source *)ctx)->total;
}

static void
restart_count(struct installation_source *s)
{
    installation_source_cancel(s);
    s->count = is_filtered(s) ? -1 : s->total;
    if (s->count < 0)
        installation_source_count(s);
}

/* --- filter and order ----------------------------------------------------- */

static enum err
set_filter(void *ctx, const char *text, struct error *e)
{
    struct installation_source *s = ctx;
    struct installation_filter f = s->filter;
    text += strspn(text, " ");
    f.text = *text ? text : NULL;
    enum err err = manager_installation_filter(s->manager, &f, e);
    if (err != ERR_OK)
        return err;
    free(s->text);
    s->text = *text ? mem_strdup(text) : NULL;
    s->filter.text = s->text;
    restart_count(s);
    return ERR_OK;
}

/* What the columns sort by; -1: no index has it. */
static const int orders[] = {[COLUMN_CUSTOMER] = SORT_CUSTOMER,
                             [COLUMN_INTEGRATION] = SORT_INTEGRATION,
                             [COLUMN_LIVE] = -1,
                             [COLUMN_DRAFT] = -1,
                             [COLUMN_STATE] = SORT_CONDITION,
                             [COLUMN_CHANGED] = SORT_CHANGED};
_Static_assert(sizeof orders / sizeof orders[0] == COLUMN_COUNT,
               "each column says what it sorts by");

static bool
sorts(void *ctx, size_t column)
{
    (void)ctx;
    return column < COLUMN_COUNT && orders[column] >= 0;
}

static bool
sort(void *ctx, size_t column, bool down)
{
    struct installation_source *s = ctx;
    s->filter.sort = (enum installation_sort)orders[column];
    s->filter.descending = down;
    return true;
}

void
installation_source_init(struct installation_source *s, struct manager *manager,
                         struct app *app)
{
    *s = (struct installation_source){
        .manager = manager, .app = app, .count = -1, .total = -1};
}

void
installation_source_clear(struct installation_source *s)
{
    installation_source_cancel(s);
    free(s->text);
}

struct row_source
installation_rows(struct installation_source *s)
{
    return (struct row_source){.ctx = s,
                               .fetch = fetch,
                               .release = item_free,
                               .count = count,
                               .total = total,
                               .sort = sort,
                               .sorts = sorts,
                               .filter = set_filter};
}
