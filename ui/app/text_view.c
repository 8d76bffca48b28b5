/* A text that one line cannot show, whole: an entry of the help, a message. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/app_private.h"

enum { LINES_MOST = 100000 };

struct text {
    char *title, *text;
    size_t first;        /* line at the top */
    size_t rows, height; /* as drawn last */
};

static enum err
text_open(struct view *v, const char *arg, struct error *e)
{
    struct text *s = mem_alloc(sizeof *s);
    const char *end = strchr(arg, '\n');
    size_t n = end ? (size_t)(end - arg) : strlen(arg);
    (void)e;
    s->title = mem_strndup(arg, n);
    s->text = mem_strdup(end ? end + 1 : "");
    v->state = s;
    return ERR_OK;
}

static void
text_close(struct view *v)
{
    struct text *s = v->state;
    free(s->title);
    free(s->text);
    free(s);
}

static void
text_title(const struct view *v, struct buf *out)
{
    buf_adds(out, ((const struct text *)v->state)->title);
}

static void
text_draw(struct view *v, struct cells *c, struct rect r)
{
    struct text *s = v->state;
    size_t row = 0;
    s->height = (size_t)r.rows;
    for (const char *at = s->text; *at && row < LINES_MOST; row++) {
        size_t n = width_wrap(at, strcspn(at, "\n"), r.cols - 2, c->ascii);
        if (row >= s->first && row - s->first < (size_t)r.rows)
            cells_bytes(c, r.row + (int)(row - s->first), r.col + 1, r.cols - 2,
                        STYLE_NORMAL, at, n);
        at += n + (at[n] == ' ' || at[n] == '\n');
    }
    s->rows = row;
    cells_cursor(c, r.row, r.col);
}

static unsigned
text_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    struct text *s = v->state;
    size_t last = s->rows > s->height ? s->rows - s->height : 0;
    size_t n = invocation->count > 0 ? (size_t)invocation->count : 1;
    (void)e;
    switch ((enum act)invocation->action) {
    case ACT_COPY:
        app_copy(v->app, s->title, s->text, strlen(s->text));
        return REACT_PAINT;
    case ACT_DOWN:
        s->first += n;
        break;
    case ACT_UP:
        s->first = s->first > n ? s->first - n : 0;
        break;
    case ACT_PAGE_DOWN:
    case ACT_HALF_DOWN:
        s->first += s->height;
        break;
    case ACT_PAGE_UP:
    case ACT_HALF_UP:
        s->first = s->first > s->height ? s->first - s->height : 0;
        break;
    case ACT_TOP:
        s->first = 0;
        break;
    case ACT_BOTTOM:
        s->first = last;
        break;
    default:
        return REACT_IGNORED;
    }
    s->first = s->first > last ? last : s->first;
    return REACT_PAINT;
}

static void
text_context(const struct view *v, enum act action, struct act_context *ctx)
{
    (void)v;
    if (action == ACT_COPY)
        ctx->has_row = true;
}

const struct view_ops text_view = {
    .id = VIEW_TEXT,
    .open = text_open,
    .close = text_close,
    .title = text_title,
    .draw = text_draw,
    .action = text_action,
    .context = text_context,
};
