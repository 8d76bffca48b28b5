/* The runtimes: contact, lag, queue, what fails and why. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/runtime.h"
#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

struct runtimes {
    struct runtime_list list; /* the rows are borrowed from it */
    struct row_list *rows;
    struct table table;
};

static void
runtime_text(const void *data, struct buf *out)
{
    const struct runtime_row *r = data;
    buf_addf(out, "%s %s %s", r->name, r->environment, r->url);
}

static const struct row_list_ops ops = {NULL, runtime_text, NULL};

static enum style
cell_name(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct runtime_row *)row)->name);
    return STYLE_NORMAL;
}

static enum style
cell_environment(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct runtime_row *)row)->environment);
    return STYLE_NORMAL;
}

static enum style
cell_contact(void *ctx, const void *row, struct buf *out)
{
    const struct runtime_row *r = row;
    (void)ctx;
    if (r->heard_at)
        screen_time(out, r->heard_at);
    else
        buf_adds(out, "never");
    return STYLE_NORMAL;
}

static enum style
cell_queued(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    table_number(out, ((const struct runtime_row *)row)->queued);
    return STYLE_NORMAL;
}

static enum style
cell_lag(void *ctx, const void *row, struct buf *out)
{
    const struct runtime_row *r = row;
    (void)ctx;
    table_number(out, r->feed_head - r->feed_cursor);
    return STYLE_NORMAL;
}

static enum style
cell_state(void *ctx, const void *row, struct buf *out)
{
    const struct runtime_row *r = row;
    (void)ctx;
    buf_adds(out, r->held           ? "held: restored, runs nothing (Enter: "
                                      "what to do)"
                  : r->last_error   ? r->last_error
                  : r->heard_at ? "ok"
                                    : "not reached yet");
    return r->held || r->last_error ? STYLE_BAD : STYLE_GOOD;
}

static const struct column columns[] = {
    {"runtime", 12, 0, 0, false, true, cell_name},
    {"environment", 11, 0, 1, false, false, cell_environment},
    {"contact", 7, 0, 0, false, false, cell_contact},
    {"queued", 6, 0, 0, true, false, cell_queued},
    {"lag", 5, 0, 2, true, false, cell_lag},
    {"state", 12, 1, 0, false, false, cell_state},
};

static enum err
runtimes_read(struct runtimes *s, struct manager *m, struct error *e)
{
    row_list_empty(s->rows);
    runtime_list_clear(&s->list);
    enum err err = manager_runtime_list(m, &s->list, e);
    for (size_t i = 0; i < s->list.count; i++)
        row_list_add(s->rows, s->list.rows[i].id, &s->list.rows[i]);
    table_reload(&s->table);
    return err;
}

static void
runtimes_close(struct view *v)
{
    struct runtimes *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    runtime_list_clear(&s->list);
    free(s);
}

static enum err
runtimes_open(struct view *v, const char *arg, struct error *e)
{
    struct runtimes *s = mem_alloc(sizeof *s);
    (void)arg;
    s->rows = row_list_new(&ops);
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "no runtime yet (tailor runtime add)";
    v->state = s;
    v->table = &s->table;
    enum err err = runtimes_read(s, console_of(v)->manager, e);
    if (err != ERR_OK)
        runtimes_close(v);
    return err;
}

static void
runtimes_draw(struct view *v, struct cells *c, struct rect r)
{
    struct runtimes *s = v->state;
    table_draw(&s->table, c, r);
}

static unsigned
runtimes_refresh(struct view *v)
{
    struct error e = {0};
    if (runtimes_read(v->state, console_of(v)->manager, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    return REACT_PAINT;
}

static void
runtimes_detail(const struct view *v, struct buf *out)
{
    const struct runtimes *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct runtime_row *r = row ? row->data : NULL;
    if (!r)
        return;
    buf_addf(out, "%s, protocol %d, clock %+lld ms", r->url, r->protocol,
             (long long)r->clock_skew_ms);
    if (r->last_error)
        buf_addf(out, ": %s", r->last_error);
}

/* The whole of it: an error is longer than a line. */
static void
show_whole(struct view *v, const struct runtime_row *r)
{
    struct buf text;
    buf_init(&text, 16384);
    buf_addf(&text, "%s (%s), %s\n", r->name, r->environment, r->url);
    buf_adds(&text, "contact    ");
    if (r->heard_at)
        screen_time(&text, r->heard_at);
    else
        buf_adds(&text, "never");
    buf_addf(&text, "\nprotocol   %d\nclock      %+lld ms\n", r->protocol,
             (long long)r->clock_skew_ms);
    if (r->certificate_ends) {
        buf_adds(&text, "certificate ends ");
        screen_time(&text, r->certificate_ends);
        buf_addc(&text, '\n');
    }
    buf_addf(&text, "waiting    %lld requests to send, %lld facts to read\n",
             (long long)r->queued, (long long)(r->feed_head - r->feed_cursor));
    if (r->last_error)
        buf_addf(&text, "error      %s\n", r->last_error);
    if (r->notice)
        buf_addf(&text, "notice     %s\n", r->notice);
    if (r->held)
        buf_addf(&text,
                 "\nIt was restored from a backup. It keeps events and runs "
                 "nothing, so that nothing is sent twice.\n"
                 "1. tailor sync %s\n"
                 "2. tailor audit list --action live (versions that went "
                 "back)\n"
                 "   tailor audit list --action undone (pauses and what else "
                 "was undone)\n"
                 "3. Release and pause again what is missing.\n"
                 "4. tailor runtime accept-restore %s --wait\n",
                 r->name, r->name);
    else if (r->restored)
        buf_addf(&text,
                 "\nIt was put back to an older state and runs on.\n"
                 "1. Do again what the notice counts (tailor audit list "
                 "--action undone, and --action live).\n"
                 "2. tailor runtime accept-restore %s\n",
                 r->name);
    app_show(v->app, r->name, buf_str(&text));
    buf_clear(&text);
}

static unsigned
runtimes_action(struct view *v, const struct invocation *invocation,
                struct error *e)
{
    const struct runtimes *s = v->state;
    const struct row *row = table_selected(&s->table);
    (void)e;
    if (invocation->action == ACT_OPEN && row) {
        show_whole(v, row->data);
        return REACT_PAINT;
    }
    if (invocation->action != ACT_CONTACT)
        return REACT_IGNORED;
    console_deliver(console_of(v));
    app_say(v->app, MESSAGE_INFO,
            "Sync is running; what it finds appears here");
    return REACT_PAINT;
}

const struct view_ops runtimes_screen = {
    .id = VIEW_RUNTIMES,
    .open = runtimes_open,
    .close = runtimes_close,
    .draw = runtimes_draw,
    .action = runtimes_action,
    .refresh = runtimes_refresh,
    .detail = runtimes_detail,
};
