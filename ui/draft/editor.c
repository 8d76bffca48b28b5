/* The blocks of a version: a draft is edited, anything else is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "workflow/validate/validate.h"

void
editor_show(void *editor)
{
    struct editor *s = editor;
    change_list_clear(&s->changes);
    change_list_init(&s->changes);
    problem_list_clear(&s->problems);
    problem_list_init(&s->problems);
    if (draft_view_base(&s->draft))
        diff_documents(draft_view_base(&s->draft),
                       draft_view_document(&s->draft), &s->changes);
    validate_document(draft_view_document(&s->draft),
                      draft_view_connectors(&s->draft), &s->problems);
    editor_fill_rows(s);
    table_reload(&s->table);
}

const struct editor_row *
editor_marked(const struct editor *s)
{
    const struct row *row = table_selected(&s->table);
    return row ? row->data : NULL;
}

const struct block *
editor_block(const struct editor *s)
{
    const struct editor_row *row = editor_marked(s);
    return row ? document_block(draft_view_document(&s->draft), row->id) : NULL;
}

const struct document *
editor_document(const struct view *v)
{
    return draft_view_document(&((const struct editor *)v->state)->draft);
}

bool
editor_is_open(const struct view *v)
{
    return ((const struct editor *)v->state)->editing;
}

/* --- life ----------------------------------------------------------------- */

/* A fork that nobody has edited is left in the store: people do not expect
 * that of a screen where they did nothing. */
static void
tell_untouched(const struct editor *s)
{
    if (draft_view_is_open(&s->draft) && draft_view_revision(&s->draft) == 0 &&
        draft_view_version(&s->draft)->installation_id)
        app_say(s->console->app, MESSAGE_INFO,
                "Draft %s stays, without a change (F lists the drafts, where "
                "a discards one)",
                draft_view_version(&s->draft)->label);
}

static void
editor_close(struct view *v)
{
    struct editor *s = v->state;
    struct error e = {0};
    draft_view_leave(&s->draft);
    editor_form_commit(s, &e); /* also when the terminal is gone */
    tell_untouched(s);
    editor_form_close(s);
    draft_view_clear(&s->draft);
    change_list_clear(&s->changes);
    problem_list_clear(&s->problems);
    previewing_end(&s->samples);
    free(s->tried.of);
    free(s->tried.words);
    table_clear(&s->table);
    row_list_free(s->rows);
    free(s);
}

/* A block editor shows the whole document: nothing of it can be gone. */
static const struct draft_part part = {.show = editor_show};

static enum err
editor_open(struct view *v, const char *arg, struct error *e)
{
    struct editor *s = mem_alloc(sizeof *s);
    s->view = v;
    s->console = console_of(v);
    draft_view_init(&s->draft, v, &part, s);
    change_list_init(&s->changes);
    problem_list_init(&s->problems);
    s->rows = row_list_new(&editor_rows);
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, editor_columns, editor_column_count);
    s->table.sort_column = SIZE_MAX;
    s->table.bare = true;
    s->table.empty = "no block yet (i inserts the trigger)";
    v->state = s;
    v->table = &s->table;
    struct manager *m = s->console->manager;
    enum err err = draft_view_read(&s->draft, arg, e);
    if (err == ERR_OK)
        err = previewing_begin(&s->samples, m,
                               draft_view_version(&s->draft)->id, e);
    if (err == ERR_OK)
        editor_show(s);
    else
        editor_close(v);
    return err;
}

static void
editor_title(const struct view *v, struct buf *out)
{
    const struct editor *s = v->state;
    const struct version_row *r = draft_view_version(&s->draft);
    buf_addf(out, "%s %s", r->workflow_name, r->label);
    if (draft_view_is_open(&s->draft) && r->parent_label)
        buf_addf(out, " draft on %s%s", r->parent_label,
                 r->stale ? " (stale)" : "");
}

static unsigned
editor_refresh(struct view *v)
{
    return draft_view_refresh(&((struct editor *)v->state)->draft);
}

/* --- drawing -------------------------------------------------------------- */

/* The line above the list: column names, and whether all is saved. */
static void
draw_head(const struct editor *s, struct cells *c, struct rect r)
{
    struct buf text;
    buf_init(&text, 512);
    draft_view_status(&s->draft, &text);
    int status = width_text(buf_str(&text), text.len, c->ascii);
    cells_right(c, r.row, r.col, r.cols, STYLE_GOOD, buf_str(&text));
    int col = r.col + 2;
    col += cells_text(c, r.row, col, 20, STYLE_HEADER, "blocks") + 2;
    if (s->table.filter.len > 0)
        cells_textf(c, r.row, col, r.cols - col - status - 1, STYLE_MATCH,
                    "/%s", buf_str(&s->table.filter));
    buf_clear(&text);
}

static void
editor_draw(struct view *v, struct cells *c, struct rect r)
{
    struct editor *s = v->state;
    bool beside = r.cols >= 120;
    int panel = editor_panel_rows(s);
    if (panel > r.rows / 2)
        panel = r.rows / 2;
    struct rect head = {r.row, r.col, 1, r.cols};
    struct rect list = {r.row + 1, r.col, r.rows - 1 - panel, r.cols};
    struct rect below = {r.row + r.rows - panel, r.col, panel, r.cols};
    if (beside) {
        list = (struct rect){r.row + 1, r.col, r.rows - 1, r.cols * 11 / 20};
        below = (struct rect){r.row + 1, r.col + list.cols + 2, r.rows - 1,
                              r.cols - list.cols - 2};
    }
    draw_head(s, c, head);
    if (s->editing) { /* the cursor belongs to the form */
        table_draw(&s->table, c, list);
        editor_draw_panel(s, c, below);
    } else {
        editor_draw_panel(s, c, below);
        table_draw(&s->table, c, list);
    }
}

/* --- actions -------------------------------------------------------------- */

static void
editor_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct editor *s = v->state;
    const struct editor_row *row = editor_marked(s);
    bool changes = act_info(action)->flags & ACT_MUTATES;
    bool block = row && !row->list;
    draft_view_context(&s->draft, action, ctx);
    if (ctx->off)
        return;
    if (changes && row && !block && action != ACT_INSERT &&
        (act_info(action)->flags & ACT_NEEDS_ROW))
        ctx->off = "a branch is marked";
    else if ((action == ACT_SAMPLE || action == ACT_PREVIOUS_SAMPLE) &&
             s->samples.count == 0)
        ctx->off = "no sample";
}

/* Enter: into the mapping where there is one, else into the fields. */
static void
open_marked(struct editor *s)
{
    const struct block *b = editor_block(s);
    if (!b)
        return;
    if (kind_field(b->kind, "mapping"))
        screen_open(s->view->app, &mapping_screen, draft_view_id(&s->draft),
                    b->id, NULL);
    else if (draft_view_is_open(&s->draft))
        app_do(s->view->app, &(struct invocation){ACT_EDIT, 0, NULL});
    else
        app_say(s->view->app, MESSAGE_INFO, "%s: %s", b->name, b->kind->help);
}

/* Goes to the block whose name begins with TEXT, else holds it. */
static void
jump(struct editor *s, const char *text, struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    size_t n = strlen(text);
    for (size_t i = 0; n > 0 && i < d->count; i++) {
        if (strncasecmp(d->blocks[i].name, text, n) == 0 &&
            table_go(&s->table, d->blocks[i].id))
            return;
    }
    error_set(e, ERR_NOT_FOUND, "No block begins with \"%.100s\"", text);
}

/* The next block with a problem after the marked one, or before it. */
static void
go_problem(struct editor *s, bool next, struct error *e)
{
    size_t n = row_list_count(s->rows), at = 0, i;
    const struct editor_row *marked = editor_marked(s);
    while (at < n && row_list_data(s->rows, at) != (const void *)marked)
        at++;
    for (i = 1; i <= n; i++) {
        size_t k = next ? (at + i) % n : (at + n - i) % n;
        const struct editor_row *row = row_list_data(s->rows, k);
        if (row->problem && table_go(&s->table, row->id))
            break;
    }
    if (n == 0 || i > n)
        error_set(e, ERR_NOT_FOUND, "no block has a problem");
}

static unsigned
editor_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct editor *s = v->state;
    const struct block *b = editor_block(s);
    unsigned reaction = draft_view_action(&s->draft, invocation, e);
    if (!(reaction & REACT_IGNORED))
        return reaction;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        open_marked(s);
        return REACT_PAINT;
    case ACT_EDIT:
        if (b)
            editor_form_open(s, b);
        return REACT_PAINT;
    case ACT_JUMP:
        jump(s, invocation->arg, e);
        return REACT_PAINT;
    case ACT_NEXT_PROBLEM:
    case ACT_PREVIOUS_PROBLEM:
        go_problem(s, invocation->action == ACT_NEXT_PROBLEM, e);
        return REACT_PAINT;
    case ACT_SAMPLE:
        s->sample = (s->sample + 1) % s->samples.count;
        return REACT_PAINT;
    case ACT_PREVIOUS_SAMPLE:
        s->sample = (s->sample + s->samples.count - 1) % s->samples.count;
        return REACT_PAINT;
    case ACT_COPY:
        editor_copy(s, b);
        return REACT_PAINT;
    default:
        return editor_change(s, invocation, e);
    }
}

static bool
editor_typing(const struct view *v)
{
    return editor_is_open(v);
}

static unsigned
editor_key(struct view *v, const struct key *key, struct error *e)
{
    return editor_is_open(v) ? editor_form_key(v->state, key, e)
                             : REACT_IGNORED;
}

static unsigned
editor_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct editor *s = v->state;
    if (!s->editing)
        return REACT_IGNORED;
    form_paste(&s->form, text, n, e);
    return REACT_PAINT;
}

static bool
editor_question(struct view *v, const struct invocation *invocation,
                struct question *q)
{
    return draft_view_question(&((const struct editor *)v->state)->draft,
                               invocation, q);
}

static void
editor_complete(const struct view *v, enum act action, const char *arg,
                struct completions *list)
{
    const struct document *d = editor_document(v);
    for (size_t i = 0; action == ACT_JUMP && i < d->count; i++) {
        if (text_starts(d->blocks[i].name, arg))
            completions_add(list, d->blocks[i].name);
    }
}

const struct view_ops editor_screen = {
    .id = VIEW_EDITOR,
    .open = editor_open,
    .close = editor_close,
    .title = editor_title,
    .draw = editor_draw,
    .action = editor_action,
    .typing = editor_typing,
    .key = editor_key,
    .paste = editor_paste,
    .context = editor_context,
    .question = editor_question,
    .refresh = editor_refresh,
    .complete = editor_complete,
};
