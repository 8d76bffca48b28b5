/* The made-up screens. */
#include "tests/unit/ui/frame/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/widget/form.h"

struct installation {
    long long index;
    char name[64];
};

void
sample_init(struct sample *s, long long rows)
{
    *s = (struct sample){.rows = rows, .gone = -1, .gone_when_asked = -1};
    static const char *const first[3][2] = {
        {"tranId", "orderNumber"}, {"tax", "Tax!result"}, {"memo", ""}};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 2; k++)
            snprintf(s->cells[i].text[k], sizeof s->cells[i].text[k], "%s",
                     first[i][k]);
    }
}

const char *
sample_arg(struct sample *s, char out[32])
{
    snprintf(out, 32, "%p", (void *)s);
    return out;
}

static struct sample *
sample_of(const char *arg)
{
    void *p = NULL;
    return sscanf(arg, "%p", &p) == 1 ? p : NULL;
}

static void
name_of(const struct sample *s, long long i, char *out, size_t size)
{
    static const char *const names[] = {"EnterpriseCo",
                                        "Globex",
                                        "Initech",
                                        "Soylent GmbH",
                                        "Umbrella Ltd",
                                        "M\xc3\xbcller",
                                        "\xe6\x9d\xb1\xe4\xba\xac",
                                        "Acme"};
    if (s->customer)
        snprintf(out, size, "%s", s->customer);
    else if (i < 8)
        snprintf(out, size, "%s", names[i]);
    else
        snprintf(out, size, "%s %lld", names[i % 8], i);
}

static bool
is_there(const struct sample *s, long long i)
{
    char name[64];
    if (i == s->gone || i < 0 || i >= s->rows)
        return false;
    if (!s->filter_text[0])
        return true;
    name_of(s, i, name, sizeof name);
    return strstr(name, s->filter_text) != NULL;
}

static void
put_row(struct sample *s, long long i, struct row *row)
{
    struct installation *data = mem_alloc(sizeof *data);
    data->index = i;
    name_of(s, i, data->name, sizeof data->name);
    *row = (struct row){mem_printf("%07lld", i), data};
    s->alive++;
}

static size_t
fetch_down(struct sample *s, long long from, size_t n, struct row *rows)
{
    size_t got = 0;
    for (long long i = from; i < s->rows && got < n; i++) {
        if (is_there(s, i))
            put_row(s, i, &rows[got++]);
    }
    return got;
}

static size_t
fetch_up(struct sample *s, long long from, size_t n, struct row *rows)
{
    size_t got = 0;
    for (long long i = from; i >= 0 && got < n; i--) {
        if (is_there(s, i))
            put_row(s, i, &rows[got++]);
    }
    for (size_t i = 0; i < got / 2; i++) {
        struct row row = rows[i];
        rows[i] = rows[got - 1 - i];
        rows[got - 1 - i] = row;
    }
    return got;
}

static size_t
sample_fetch(void *ctx, enum seek seek, const char *key, long long index,
             size_t n, struct row *rows)
{
    struct sample *s = ctx;
    long long at = key ? strtoll(key, NULL, 10) : 0;
    size_t got = 0;
    switch (seek) {
    case SEEK_FIRST:
        got = fetch_down(s, 0, n, rows);
        break;
    case SEEK_LAST:
        got = fetch_up(s, s->rows - 1, n, rows);
        break;
    case SEEK_AT:
        got = is_there(s, at) ? fetch_down(s, at, n, rows) : 0;
        break;
    case SEEK_AFTER:
        got = fetch_down(s, at + 1, n, rows);
        break;
    case SEEK_BEFORE:
        got = fetch_up(s, at - 1, n, rows);
        break;
    case SEEK_INDEX:
        got = fetch_down(s, index, n, rows);
        break;
    }
    s->fetches++;
    s->fetched += got;
    if (n > s->most)
        s->most = n;
    return got;
}

static void
sample_release(void *ctx, void *data)
{
    struct sample *s = ctx;
    s->alive--;
    free(data);
}

static long long
sample_count(void *ctx)
{
    struct sample *s = ctx;
    if (!s->filter_text[0])
        return s->rows - (s->gone >= 0);
    long long count = 0;
    for (long long i = 0; i < s->rows; i++)
        count += is_there(s, i);
    return count;
}

static long long
sample_total(void *ctx)
{
    return ((struct sample *)ctx)->rows;
}

static enum err
sample_filter(void *ctx, const char *text, struct error *e)
{
    struct sample *s = ctx;
    if (strchr(text, ':') && strncmp(text, "state:", 6) != 0)
        return error_set(e, ERR_USAGE, "filter: only state: is known");
    snprintf(s->filter_text, sizeof s->filter_text, "%s", text);
    return ERR_OK;
}

static bool
sample_sort(void *ctx, size_t column, bool down)
{
    (void)ctx;
    (void)column;
    (void)down;
    return true;
}

static bool
sample_sorts(void *ctx, size_t column)
{
    (void)ctx;
    return column == 0 || column == 4;
}

struct row_source
sample_source(struct sample *s)
{
    return (struct row_source){.ctx = s,
                               .fetch = sample_fetch,
                               .release = sample_release,
                               .count = sample_count,
                               .total = sample_total,
                               .sort = sample_sort,
                               .sorts = sample_sorts,
                               .filter = sample_filter};
}

static enum style
cell_customer(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct installation *)row)->name);
    return STYLE_NORMAL;
}

static enum style
cell_integration(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct installation *)row)->index % 4 == 3
                      ? "order-sync"
                      : "netsuite-order-to-cash");
    return STYLE_NORMAL;
}

static enum style
cell_live(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct installation *)row)->index % 3 == 0
                      ? "v3.2 own"
                      : "v3");
    return STYLE_NORMAL;
}

static enum style
cell_draft(void *ctx, const void *row, struct buf *out)
{
    long long i = ((const struct installation *)row)->index;
    (void)ctx;
    if (i % 5 == 0)
        buf_addf(out, "%lld yours", i % 3 + 1);
    return STYLE_NORMAL;
}

static enum style
cell_state(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    bool failing = ((const struct installation *)row)->index % 7 == 3;
    buf_adds(out, failing ? "failing 3" : "ok");
    return failing ? STYLE_BAD : STYLE_GOOD;
}

const struct column sample_columns[] = {
    {"customer", 16, 2, 0, false, true, cell_customer},
    {"integration", 12, 3, 2, false, false, cell_integration},
    {"live", 14, 0, 0, false, false, cell_live},
    {"draft", 7, 0, 1, true, false, cell_draft},
    {"state", 9, 1, 0, false, false, cell_state},
};

/* --- the list --------------------------------------------------------- */

struct list {
    struct sample *sample;
    struct table table;
};

/* Another session has deleted a row, or changed what is live. */
static void
reload_due(void *ctx)
{
    struct list *list = ctx;
    list->sample->gone = list->sample->gone_when_asked;
    list->sample->other = list->sample->other_when_asked;
    table_reload(&list->table);
}

static enum err
list_open(struct view *v, const char *arg, struct error *e)
{
    struct list *list = mem_alloc(sizeof *list);
    (void)e;
    list->sample = sample_of(arg);
    struct row_source source = sample_source(list->sample);
    table_init(&list->table, &source, sample_columns, SAMPLE_COLUMNS);
    list->table.as_of = "14:06 +0200";
    v->state = list;
    v->table = &list->table;
    if (list->sample->goes)
        app_alarm(v->app, 500, reload_due, list);
    return ERR_OK;
}

static void
list_close(struct view *v)
{
    struct list *list = v->state;
    app_alarm_cancel(v->app, reload_due, list);
    table_clear(&list->table);
    free(list);
}

static void
list_draw(struct view *v, struct cells *c, struct rect r)
{
    struct list *list = v->state;
    table_draw(&list->table, c, r);
}

static void
note(struct sample *s, const char *word)
{
    size_t n = strlen(s->done);
    snprintf(s->done + n, sizeof s->done - n, "%s ", word);
}

static unsigned
list_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    struct list *list = v->state;
    char arg[32];
    (void)e;
    switch (invocation->action) {
    case ACT_FORK:
    case ACT_PAUSE:
    case ACT_RESUME:
        note(list->sample, act_info((enum act)invocation->action)->command);
        return REACT_PAINT;
    case ACT_OPEN:
        app_open(v->app, &sample_grid, sample_arg(list->sample, arg));
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

static bool
list_question(struct view *v, const struct invocation *invocation,
              struct question *q)
{
    struct list *list = v->state;
    const struct row *row = table_selected(&list->table);
    if (invocation->action != ACT_PAUSE || !row)
        return false;
    if (list->sample->gone_when_asked >= 0 || list->sample->other_when_asked)
        app_alarm(v->app, 0, reload_due, list);
    snprintf(q->text, sizeof q->text, "Pause %s?",
             ((const struct installation *)row->data)->name);
    snprintf(q->detail, sizeof q->detail, "%s",
             list->sample->other ? "The runs in progress are lost."
                                 : "New events wait until it is resumed.");
    snprintf(q->yes, sizeof q->yes, "Pause");
    return true;
}

static void
list_detail(const struct view *v, struct buf *out)
{
    const struct list *list = v->state;
    const struct row *row = table_selected(&list->table);
    if (row)
        buf_addf(out, "%s: last change %lld days ago",
                 ((const struct installation *)row->data)->name,
                 ((const struct installation *)row->data)->index % 30);
}

static void
list_complete(const struct view *v, enum act action, const char *arg,
              struct completions *list)
{
    (void)v;
    if (action == ACT_SAVED_VIEWS && text_starts("todo", arg))
        completions_add(list, "todo");
}

const struct view_ops sample_list = {
    .id = VIEW_INSTALLATIONS,
    .open = list_open,
    .close = list_close,
    .draw = list_draw,
    .action = list_action,
    .question = list_question,
    .detail = list_detail,
    .complete = list_complete,
};
