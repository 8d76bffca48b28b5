/* The blocks of a version: a draft is edited, anything else is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "workflow/edit/summary.h"
#include "workflow/validate/validate.h"

void
editor_show(struct editor *s)
{
    change_list_clear(&s->changes);
    change_list_init(&s->changes);
    problem_list_clear(&s->problems);
    problem_list_init(&s->problems);
    if (s->opened.base)
        diff_documents(s->opened.base, s->opened.ed.now.document, &s->changes);
    validate_document(s->opened.ed.now.document, &s->opened.ed.connectors,
                      &s->problems);
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
    return row ? document_block(s->opened.ed.now.document, row->id) : NULL;
}

const struct document *
editor_document(const struct view *v)
{
    return ((const struct editor *)v->state)->opened.ed.now.document;
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
    if (s->opened.editable && s->opened.ed.now.revision == 0 &&
        opened_version(&s->opened)->installation_id)
        app_say(s->console->app, MESSAGE_INFO,
                "Draft %s stays, without a change (F lists the drafts, where "
                "a discards one)",
                opened_version(&s->opened)->label);
}

static void
editor_close(struct view *v)
{
    struct editor *s = v->state;
    struct error e = {0};
    editor_form_commit(s, &e); /* also when the terminal is gone */
    tell_untouched(s);
    editor_form_close(s);
    opened_clear(&s->opened);
    change_list_clear(&s->changes);
    problem_list_clear(&s->problems);
    previewing_end(&s->samples);
    table_clear(&s->table);
    row_list_free(s->rows);
    free(s);
}

static enum err
editor_open(struct view *v, const char *arg, struct error *e)
{
    struct editor *s = mem_alloc(sizeof *s);
    s->view = v;
    s->console = console_of(v);
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
    enum err rc = opened_read(&s->opened, m, arg, e);
    if (rc == ERR_OK)
        rc =
            previewing_begin(&s->samples, m, opened_version(&s->opened)->id, e);
    if (rc == ERR_OK)
        editor_show(s);
    else
        editor_close(v);
    return rc;
}

static void
editor_title(const struct view *v, struct buf *out)
{
    const struct editor *s = v->state;
    const struct version_row *r = opened_version(&s->opened);
    buf_addf(out, "%s %s", r->workflow_name, r->label);
    if (s->opened.editable && r->parent_label)
        buf_addf(out, " draft on %s%s", r->parent_label,
                 r->stale ? " (stale)" : "");
}

/* Another session has changed the draft: says who, and what. */
static void
tell_change(struct editor *s, const struct document *before)
{
    struct draft_log log = {0};
    if (manager_draft_log(s->console->manager, s->opened.ed.draft, &log,
                          NULL) == ERR_OK &&
        log.count > 0) {
        const char *who = log.rows[log.count - 1].author;
        bool mine = text_equal(who, manager_actor(s->console->manager));
        char *what = summary_edit(before, s->opened.ed.now.document);
        app_say(s->view->app, MESSAGE_INFO, "%s changed this draft: %s",
                mine ? "another session of yours" : who, what);
        free(what);
    }
    draft_log_clear(&log);
}

static unsigned
editor_refresh(struct view *v)
{
    struct editor *s = v->state;
    struct error e = {0};
    bool moved = false;
    enum err rc = opened_look(&s->opened, &moved, &e);
    if (moved) {
        struct draft_content before = s->opened.ed.now;
        s->opened.ed.now = (struct draft_content){.document = NULL};
        rc = editing_refresh(&s->opened.ed, &e);
        if (rc != ERR_OK)
            s->opened.ed.now = before;
        else {
            editor_show(s);
            if (s->opened.ed.now.revision != s->console->own_revision)
                tell_change(s, before.document);
            draft_content_clear(&before);
        }
    }
    if (rc != ERR_OK)
        app_say(v->app, MESSAGE_ERROR, "%s", e.text);
    return REACT_PAINT;
}

/* --- drawing -------------------------------------------------------------- */

/* The line above the list: column names, and whether all is saved. */
static void
draw_head(struct editor *s, struct cells *c, struct rect r)
{
    struct buf text;
    const struct version_row *version = opened_version(&s->opened);
    bool mine =
        text_equal(version->author, manager_actor(s->opened.ed.manager));
    buf_init(&text, 512);
    if (!s->opened.editable)
        buf_addf(&text, "%s: read only", version->status);
    else if (s->saved_at) {
        buf_adds(&text, "saved ");
        screen_time(&text, s->saved_at);
    } else if (!mine)
        buf_addf(&text, "%s's draft (a, take over)", version->author);
    cells_right(c, r.row, r.col, r.cols, STYLE_GOOD, buf_str(&text));
    cells_text(c, r.row, r.col + 2, 20, STYLE_HEADER, "blocks");
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
    if (changes && !s->opened.editable)
        ctx->off = "released: F on the installation forks it";
    else if (changes && row && !block && action != ACT_INSERT &&
             (act_info(action)->flags & ACT_NEEDS_ROW))
        ctx->off = "a branch is marked";
    else if (action == ACT_TAKE_OVER &&
             text_equal(opened_version(&s->opened)->author,
                        manager_actor(s->console->manager)))
        ctx->off = "it is yours";
    else if (action == ACT_COMPARE && !s->opened.base)
        ctx->off = "nothing to compare with";
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
        screen_open(s->view->app, &mapping_screen, s->opened.ed.draft, b->id,
                    NULL);
    else if (s->opened.editable)
        app_do(s->view->app, &(struct call){ACT_EDIT, 0, NULL});
    else
        app_say(s->view->app, MESSAGE_INFO, "%s: %s", b->name, b->kind->help);
}

/* Goes to the block whose name begins with TEXT, else holds it. */
static void
jump(struct editor *s, const char *text, struct error *e)
{
    const struct document *d = s->opened.ed.now.document;
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
editor_action(struct view *v, const struct call *call, struct error *e)
{
    struct editor *s = v->state;
    const struct version_row *version = opened_version(&s->opened);
    const struct block *b = editor_block(s);
    switch ((enum act)call->action) {
    case ACT_OPEN:
        open_marked(s);
        return REACT_PAINT;
    case ACT_EDIT:
        if (b)
            editor_form_open(s, b);
        return REACT_PAINT;
    case ACT_TABLES:
        screen_open(v->app, &tables_screen, s->opened.ed.draft, NULL);
        return REACT_PAINT;
    case ACT_COMPARE:
        screen_open(v->app, &diff_screen, opened_base_id(&s->opened),
                    version->id, NULL);
        return REACT_PAINT;
    case ACT_OPEN_RELEASE:
        screen_open(v->app, &release_screen, version->id, NULL);
        return REACT_PAINT;
    case ACT_JUMP:
        jump(s, call->arg, e);
        return REACT_PAINT;
    case ACT_NEXT_PROBLEM:
    case ACT_PREVIOUS_PROBLEM:
        go_problem(s, call->action == ACT_NEXT_PROBLEM, e);
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
        return editor_change(s, call, e);
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
editor_question(struct view *v, const struct call *call, struct question *q)
{
    const struct editor *s = v->state;
    const struct version_row *row = opened_version(&s->opened);
    if (call->action != ACT_TAKE_OVER)
        return false;
    snprintf(q->text, sizeof q->text, "Take %s over from %.100s?", row->label,
             row->author);
    snprintf(q->yes, sizeof q->yes, "Take over %.40s", row->label);
    return true;
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
