/* The blocks of a version: a draft is edited, anything else is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/conflicts.h"
#include "ui/draft/editor_private.h"
#include "ui/draft/samples.h"
#include "ui/screen/asked.h"
#include "workflow/document/conflicts.h"
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
    editor_keep_marks(s);
    editor_form_look(s);
    editor_shape_make(s);
    editor_fill_rows(s);
    table_reload(&s->table);
    editor_follow(s);
    editor_lanes_later(s);
}

const struct connector *
editor_connector(const struct editor *s, const struct block *b)
{
    const char *app = kind_field(b->kind, "app") ? block_text(b, "app") : "";
    const struct connector_set *set = draft_view_connectors(&s->draft);
    const char *hash = document_connector(draft_view_document(&s->draft), app);
    return hash ? connector_set_find(set, hash) : connector_set_app(set, app);
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

/* The name is the first field. */
bool
editor_is_naming(const struct view *v)
{
    const struct editor *s = v->state;
    return s->editing && s->form.focus == 0;
}

/* --- life ----------------------------------------------------------------- */

/* A fork that nobody has edited is left in the store: people do not expect
 * that of a screen where they did nothing. */
static void
tell_untouched(const struct editor *s)
{
    const struct version_row *version = draft_view_version(&s->draft);
    if (!draft_view_is_open(&s->draft) || draft_view_revision(&s->draft) > 0 ||
        !version->installation_id)
        return;
    const struct document *d = draft_view_document(&s->draft);
    size_t conflicts = d ? document_conflicts(d) : 0, edits = 0;
    for (size_t i = 0; i < s->changes.count; i++)
        edits += s->changes.items[i].subject != SUBJECT_CONFLICT;
    if (edits + conflicts > 0)
        app_say(s->console->app, MESSAGE_INFO,
                "Draft %s stays, with its edits: %zu changed from %s, %zu in "
                "conflict",
                version->label, edits, version->parent_label, conflicts);
    else
        app_say(s->console->app, MESSAGE_INFO,
                "Draft %s stays, without a change (F lists the drafts, where "
                "a discards one)",
                version->label);
}

static void
editor_close(struct view *v)
{
    struct editor *s = v->state;
    draft_view_leave(&s->draft);
    editor_form_leave(s);
    tell_untouched(s);
    editor_form_close(s);
    draft_view_clear(&s->draft);
    change_list_clear(&s->changes);
    problem_list_clear(&s->problems);
    editor_shape_clear(s);
    editor_lanes_end(s);
    editor_try_end(s);
    previewing_end(&s->previewing);
    editor_offers_end(s);
    editor_offers_forget(s);
    fields_clear(&s->known.fields);
    buf_clear(&s->offers);
    free(s->sought);
    free(s->tried.of);
    free(s->tried.words);
    table_clear(&s->table);
    row_list_free(s->rows);
    free(s);
}

static void
go_block(void *editor, const char *id)
{
    editor_go(editor, id);
}

/* A block editor shows the whole document: nothing of it can be gone. */
static const struct draft_part part = {.show = editor_show, .go = go_block};

static enum err
editor_open(struct view *v, const char *arg, struct error *e)
{
    struct editor *s = mem_alloc(sizeof *s);
    s->view = v;
    s->console = console_of(v);
    draft_view_init(&s->draft, v, &part, s);
    fields_init(&s->known.fields);
    buf_init_any(&s->offers);
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
        err = previewing_begin(&s->previewing, m,
                               draft_view_version(&s->draft)->id, e);
    if (err == ERR_OK)
        samples_take_in(&s->draft, &s->previewing);
    if (err != ERR_OK) {
        editor_close(v);
        return err;
    }
    editor_show(s);
    conflicts_tell(&s->draft);
    draft_view_tell_kept(&s->draft);
    return ERR_OK;
}

static void
editor_keep(struct view *v, const char *why)
{
    struct editor *s = v->state;
    editor_form_keep(s, why);
    editor_form_close(s);
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
    struct editor *s = v->state;
    samples_take_in(&s->draft, &s->previewing);
    return draft_view_refresh(&s->draft);
}

/* --- drawing -------------------------------------------------------------- */

static void
add_problems(const struct editor *s, struct buf *out)
{
    size_t n = s->problems.errors;
    if (n > 0)
        buf_addf(out, "%zu problem%s", n, n == 1 ? "" : "s");
}

enum { PATH_KEPT = 36 }; /* columns of the path beside what is compared with */

/* What the head says of the whole: "9 blocks  3 changed  1 problem"; NAMED says
 * what they are compared with: "3 changed from v2". */
static void
add_counts(const struct editor *s, bool named, struct buf *out)
{
    const struct editor_shape *shape = &s->shape;
    size_t changed = 0, n = shape->outline.count;
    for (size_t i = 0; i < n; i++)
        changed += shape->faces[i].change != FACE_SAME;
    if (editor_marked_count(s) > 0)
        buf_addf(out, "%zu marked  ", editor_marked_count(s));
    buf_addf(out, "%zu block%s", n, n == 1 ? "" : "s");
    if (changed)
        buf_addf(out, "  %zu changed", changed);
    if (changed && named)
        buf_addf(out, " from %s", draft_view_version(&s->draft)->parent_label);
    if (s->problems.errors > 0)
        buf_adds(out, "  ");
    add_problems(s, out);
}

/* Writes TEXT into ROOM columns; too long, it is cut at the left. */
static void
draw_path(struct cells *c, int row, int col, int room, const char *text)
{
    const char *ellipsis = glyph_text(GLYPH_ELLIPSIS, c->ascii);
    if (width_text(text, strlen(text), c->ascii) > room) {
        col += cells_text(c, row, col, room--, STYLE_FAINT, ellipsis);
        for (uint32_t cp;
             *text && width_text(text, strlen(text), c->ascii) > room;) {
            size_t n = utf8_decode(text, strlen(text), &cp);
            text += n > 0 ? n : 1;
        }
    }
    cells_text(c, row, col, room, STYLE_NORMAL, text);
}

/* The line above the canvas: the path to the mark, and the counts where both
 * have room, at least that of the problems. */
static void
draw_canvas_head(const struct editor *s, struct cells *c, struct rect r,
                 int status)
{
    struct buf path, counts;
    buf_init_any(&path);
    buf_init(&counts, 512);
    editor_path(s, c->ascii, &path);
    int room = r.cols - status - 4;
    int path_width = width_text(buf_str(&path), path.len, c->ascii);
    add_counts(s, true, &counts);
    int width = width_text(buf_str(&counts), counts.len, c->ascii);
    if (width + PATH_KEPT > room) { /* whatever the path: steps are cheap */
        buf_reset(&counts);
        add_counts(s, false, &counts);
        width = width_text(buf_str(&counts), counts.len, c->ascii);
    }
    if (path_width + width + 2 > room) {
        buf_reset(&counts);
        add_problems(s, &counts);
        width = width_text(buf_str(&counts), counts.len, c->ascii);
    }
    if (path_width + width + 2 <= room) {
        cells_right(c, r.row, r.col, r.cols - status - 2, STYLE_FAINT,
                    buf_str(&counts));
        room -= width + 2;
    }
    draw_path(c, r.row, r.col + 1, room, buf_str(&path));
    buf_clear(&path);
    buf_clear(&counts);
}

/* The line above the blocks, with whether all is saved. */
static void
draw_head(const struct editor *s, struct cells *c, struct rect r)
{
    struct buf text;
    buf_init(&text, 512);
    draft_view_status(&s->draft, &text);
    int status = width_text(buf_str(&text), text.len, c->ascii);
    cells_right(c, r.row, r.col, r.cols, STYLE_GOOD, buf_str(&text));
    buf_clear(&text);
    if (editor_is_canvas(s)) {
        draw_canvas_head(s, c, r, status);
        return;
    }
    int col = r.col + 2;
    col += cells_text(c, r.row, col, 20, STYLE_HEADER, "blocks") + 2;
    if (s->table.filter.len > 0)
        col += cells_textf(c, r.row, col, r.cols - col - status - 1,
                           STYLE_MATCH, "/%s", buf_str(&s->table.filter)) +
               2;
    if (editor_marked_count(s) > 0)
        col += cells_textf(c, r.row, col, r.cols - col - status - 1,
                           STYLE_ROW_NAME, "%zu marked",
                           editor_marked_count(s)) +
               2;
    if (draft_view_base(&s->draft))
        cells_textf(c, r.row, col, r.cols - col - status - 1, STYLE_FAINT,
                    "compared with %s",
                    draft_view_version(&s->draft)->parent_label);
}

enum {
    BESIDE_LIST = 100,   /* columns from which the panel stands beside a list */
    BESIDE_CANVAS = 132, /* and beside the canvas */
    PANEL = 44,          /* its columns there */
    ALL = 200,           /* from which list, canvas and panel stand together */
    WIDE_LIST = 36,
    WIDE_PANEL = 70,
    CANVAS_PANEL = 4, /* rows of the panel below the canvas … */
    CANVAS_LOW = 16,  /* … and fewer on a screen with fewer rows than these */
    LOW_PANEL = 2
};

/* Where what is drawn. */
struct parts {
    struct rect list, canvas, panel; /* empty: not drawn */
};

static int
panel_rows(const struct editor *s, int rows)
{
    int panel = editor_panel_rows(s);
    if (editor_is_canvas(s) && !s->editing)
        panel = rows < CANVAS_LOW ? LOW_PANEL : CANVAS_PANEL;
    int most = s->editing ? rows * 2 / 3 : rows / 2;
    return panel < most ? panel : most;
}

/* Shares R, without its head, among list, canvas and panel. */
static struct parts
share(const struct editor *s, struct rect r)
{
    bool canvas = editor_is_canvas(s);
    bool beside = r.cols >= (canvas ? BESIDE_CANVAS : BESIDE_LIST);
    struct parts p = {{0}, {0}, {0}};
    struct rect left = {r.row + 1, r.col, r.rows - 1, r.cols};
    if (canvas && r.cols >= ALL) {
        p.list = (struct rect){left.row, left.col, left.rows, WIDE_LIST};
        left.col += WIDE_LIST + 2;
        left.cols -= WIDE_LIST + 2;
    }
    if (beside) {
        int list = canvas ? left.cols - 2 - (r.cols >= ALL ? WIDE_PANEL : PANEL)
                          : r.cols * 11 / 20;
        p.panel = (struct rect){left.row, left.col + list + 2, left.rows,
                                left.cols - list - 2};
        left.cols = list;
    } else {
        int panel = panel_rows(s, r.rows);
        p.panel = (struct rect){r.row + r.rows - panel, r.col, panel, r.cols};
        left.rows -= panel;
    }
    *(canvas ? &p.canvas : &p.list) = left;
    return p;
}

static void
draw_blocks(struct editor *s, struct cells *c, const struct parts *p)
{
    s->shape.listed = p->list.cols > 0;
    if (s->shape.listed)
        table_draw(&s->table, c, p->list);
    if (p->canvas.cols > 0)
        editor_draw_canvas(s, c, p->canvas);
}

static void
editor_draw(struct view *v, struct cells *c, struct rect r)
{
    struct editor *s = v->state;
    struct parts p = share(s, r);
    s->shape.map_below = p.canvas.cols > 0 && p.panel.row > p.canvas.row;
    draw_head(s, c, (struct rect){r.row, r.col, 1, r.cols});
    if (s->editing) { /* the cursor belongs to the form */
        draw_blocks(s, c, &p);
        editor_draw_panel(s, c, p.panel);
    } else {
        editor_draw_panel(s, c, p.panel);
        draw_blocks(s, c, &p);
    }
    if (s->shape.map_below)
        editor_draw_map(s, c, p.panel);
}

/* --- actions -------------------------------------------------------------- */

/* True for actions that Space can have marked several blocks for. */
static bool
takes_several(enum act action)
{
    return action == ACT_CUT || action == ACT_MOVE_DOWN ||
           action == ACT_MOVE_UP || action == ACT_MOVE_LEFT ||
           action == ACT_MOVE_RIGHT || action == ACT_WRAP ||
           action == ACT_UNWRAP;
}

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
    if (((changes && action != ACT_INSERT) || action == ACT_MARK) && row &&
        !block && (act_info(action)->flags & ACT_NEEDS_ROW) &&
        !(takes_several(action) && editor_marked_count(s) > 0))
        ctx->off = "a branch is marked";
    else if (editor_is_canvas(s) && action == ACT_FILTER)
        ctx->off = "the canvas shows all blocks (o goes to one by its name, c "
                   "shows the list)";
    else
        sample_context(&s->previewing, s->sample, action, ctx);
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

static unsigned
editor_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct editor *s = v->state;
    const struct block *b = editor_block(s);
    unsigned reaction = draft_view_action(&s->draft, invocation, e);
    if (reaction & REACT_IGNORED)
        reaction = editor_move(s, invocation, e);
    if (reaction & REACT_IGNORED)
        reaction = sample_action(&s->draft, &s->previewing, &s->sample,
                                 (enum act)invocation->action, e);
    if (!(reaction & REACT_IGNORED))
        return reaction;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        open_marked(s);
        return REACT_PAINT;
    case ACT_EDIT:
        if (b)
            editor_form_open_problem(s, b);
        return REACT_PAINT;
    case ACT_EXPLORE:
        app_open(v->app, &explorer_screen, "");
        return REACT_PAINT;
    case ACT_NEXT_PANE: /* into the fields, for whom may edit them */
        app_do(v->app, &(struct invocation){ACT_EDIT, 0, NULL});
        return REACT_PAINT;
    case ACT_ALL_SAMPLES:
        app_open(v->app, &samples_screen, "");
        return REACT_PAINT;
    case ACT_COPY:
        editor_copy(s, e);
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

static const char *
editor_typing_hint(const struct view *v)
{
    return editor_form_hint(v->state);
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
    return editor_form_paste(s, text, n, e);
}

static bool
editor_question(struct view *v, const struct invocation *invocation,
                struct question *q)
{
    struct editor *s = v->state;
    asked_basis(q, draft_view_version(&s->draft));
    switch ((enum act)invocation->action) {
    case ACT_PASTE:
        return editor_paste_question(s, invocation->arg, q);
    case ACT_WRAP:
        return editor_wrap_question(s, invocation->arg, q);
    case ACT_UNWRAP:
        return editor_unwrap_question(s, q);
    case ACT_KEEP_SAMPLE:
        samples_keep_question(&s->draft, &s->previewing, s->sample, q);
        return true;
    default:
        return draft_view_question(&s->draft, invocation, q);
    }
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
    if (action == ACT_WRAP)
        editor_wrap_complete(arg, list);
}

const struct view_ops editor_screen = {
    .id = VIEW_EDITOR,
    .open = editor_open,
    .keep = editor_keep,
    .close = editor_close,
    .title = editor_title,
    .draw = editor_draw,
    .action = editor_action,
    .typing = editor_typing,
    .typing_hint = editor_typing_hint,
    .key = editor_key,
    .paste = editor_paste,
    .context = editor_context,
    .question = editor_question,
    .refresh = editor_refresh,
    .complete = editor_complete,
};
