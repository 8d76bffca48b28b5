/* The screen of all messages of this session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "ui/app/app_private.h"
#include "ui/widget/row_list.h"

struct messages_state {
    struct row_list *rows;
    struct table table;
};

struct shown_message { /* a copy: the ring goes on */
    enum message_level level;
    int64_t at_ms;
    char *text;
};

static void
shown_free(void *data)
{
    struct shown_message *m = data;
    free(m->text);
    free(m);
}

static void
shown_text(const void *data, struct buf *out)
{
    buf_adds(out, ((const struct shown_message *)data)->text);
}

static enum style
cell_time(void *ctx, const void *row, struct buf *out)
{
    const struct shown_message *m = row;
    time_t seconds = (time_t)(m->at_ms / 1000);
    struct tm tm;
    (void)ctx;
    localtime_r(&seconds, &tm);
    buf_addf(out, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
    return STYLE_FAINT;
}

static enum style
cell_level(void *ctx, const void *row, struct buf *out)
{
    static const char *const words[] = {"", "warning", "error"};
    (void)ctx;
    buf_adds(out, words[((const struct shown_message *)row)->level]);
    return STYLE_WARNING;
}

static enum style
cell_text(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    shown_text(row, out);
    return STYLE_NORMAL;
}

static const struct column message_columns[] = {
    {"time", 8, 0, 0, false, false, cell_time},
    {"kind", 7, 0, 1, false, false, cell_level},
    {"message", 10, 1, 0, false, false, cell_text},
};

static const struct row_list_ops message_rows = {shown_free, shown_text, NULL};

static enum err
messages_open(struct view *v, const char *arg, struct error *e)
{
    struct messages_state *state = mem_alloc(sizeof *state);
    const struct messages *all = app_messages(v->app);
    (void)arg;
    (void)e;
    state->rows = row_list_new(&message_rows);
    for (size_t i = all->count; i-- > 0;) { /* the newest is marked */
        const struct message *m = messages_get(all, i);
        struct shown_message *copy = mem_alloc(sizeof *copy);
        char key[32];
        *copy = (struct shown_message){m->level, m->at_ms, mem_strdup(m->text)};
        snprintf(key, sizeof key, "%zu", i);
        row_list_add(state->rows, key, copy);
    }
    struct row_source source = row_list_source(state->rows);
    table_init(&state->table, &source, message_columns, 3);
    state->table.empty = "no message yet";
    v->state = state;
    v->table = &state->table;
    return ERR_OK;
}

static void
messages_close(struct view *v)
{
    struct messages_state *state = v->state;
    table_clear(&state->table);
    row_list_free(state->rows);
    free(state);
}

static void
messages_draw(struct view *v, struct cells *c, struct rect r)
{
    struct messages_state *state = v->state;
    table_draw(&state->table, c, r);
}

static unsigned
messages_action(struct view *v, const struct invocation *invocation,
                struct error *e)
{
    struct messages_state *state = v->state;
    const struct row *row = table_selected(&state->table);
    (void)e;
    if ((invocation->action != ACT_COPY && invocation->action != ACT_OPEN) ||
        !row)
        return REACT_IGNORED;
    const char *text = ((struct shown_message *)row->data)->text;
    if (invocation->action == ACT_COPY)
        app_copy(v->app, "message", text, strlen(text));
    else {
        app_show(v->app, "Message", text);
    }
    return REACT_PAINT;
}

const struct view_ops messages_view = {
    .id = VIEW_MESSAGES,
    .open = messages_open,
    .close = messages_close,
    .draw = messages_draw,
    .action = messages_action,
};
