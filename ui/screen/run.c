/*
 * A run on the canvas of the version that it ran: what became of each block.
 * It is fetched from its runtime, which records who looked, and is kept nowhere
 * but in this screen.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/editing.h"
#include "ui/canvas/sign.h"
#include "ui/screen/fetching.h"
#include "ui/screen/run_blocks.h"
#include "ui/screen/screens.h"
#include "ui/screen/shown_canvas.h"

struct run_view {
    struct view *view;
    char *runtime, *installation, *id;
    bool waiting;      /* for the runtime's answer */
    char *said;        /* in place of the run: why none is there */
    struct value *run; /* redacted; NULL: none is there */
    char *version;     /* its label */
    struct document *document;
    struct shown_canvas shown;
};

static void
forget(struct run_view *s)
{
    shown_canvas_clear(&s->shown);
    document_free(s->document);
    s->document = NULL;
    value_free(s->run);
    s->run = NULL;
    FREE_NULL(s->version);
}

static void
say(struct run_view *s, const char *words)
{
    free(s->said);
    s->said = mem_strdup(words);
}

/* --- the answer ----------------------------------------------------------- */

static bool
is_bad(const struct face *f)
{
    return f->problem || f->run == FACE_STOPPED || f->run == FACE_WAITING;
}

/* Whether RUN is that of the customer whose screen asked, and ROW the version
 * that it ran: after a restore one id can name two contents. */
static enum err
check_version(const struct run_view *s, const struct value *run,
              const struct version_row *row, struct error *e)
{
    bool own =
        text_equal(value_get_text(run, "installationId"), s->installation) &&
        text_equal(value_get_text(run, "workflowId"), row->workflow_id) &&
        (!row->installation_id ||
         text_equal(row->installation_id, s->installation));
    if (!own)
        return error_set(e, ERR_INVALID,
                         "runtime %s: the run is of another workflow or "
                         "customer",
                         s->runtime);
    if (!text_equal(value_get_text(run, "hash"), row->hash))
        return error_set(e, ERR_STALE,
                         "%s: the run ran another content of this version "
                         "than this store has",
                         row->label);
    return ERR_OK;
}

/* Reads the document that RUN ran. */
static enum err
read_version(struct run_view *s, const struct value *run, struct error *e)
{
    struct manager *m = console_of(s->view)->manager;
    struct version_list list = {0};
    const char *id = value_text_or(value_get(run, "versionId"), "");
    enum err err = manager_version_show(m, id, NULL, NULL, &list, e);
    if (err == ERR_OK)
        err = check_version(s, run, &list.rows[0], e);
    if (err == ERR_OK)
        err = manager_document(m, id, &s->document, e);
    if (err == ERR_OK)
        s->version = mem_strdup(list.rows[0].label);
    version_list_clear(&list);
    return err;
}

/* Takes RUN (*taken*), and marks the block that it ended at. */
static void
take(struct run_view *s, struct value *run)
{
    struct shown_canvas *c = &s->shown;
    const char *at = value_get_text(run, "blockId");
    run_redact(run);
    s->run = run;
    shown_canvas_make(c, s->document);
    run_faces(run, &c->outline, c->faces, c->summaries);
    size_t block = at ? outline_find(&c->outline, at) : OUTLINE_NONE;
    shown_canvas_go(c, block != OUTLINE_NONE
                           ? outline_spot(&c->outline, block)
                           : shown_canvas_next(c, true, is_bad));
}

static void
answered(void *ctx, struct value *body, const struct error *why)
{
    struct run_view *s = ctx;
    struct error e = *why;
    s->waiting = false;
    forget(s);
    if (e.code == ERR_OK && read_version(s, body, &e) == ERR_OK) {
        take(s, body);
        say(s, NULL);
        return;
    }
    value_free(body);
    forget(s);
    char words[sizeof e.text + 400];
    app_tell(&e, words, sizeof words);
    say(s, words);
}

static void
ask(struct run_view *s)
{
    struct value *arguments = value_object();
    char *words = mem_printf("waiting for %s (Esc gives up)", s->runtime);
    say(s, words);
    free(words);
    value_set_text(arguments, "runId", s->id);
    s->waiting = true;
    fetching_ask(console_of(s->view)->fetching, ACT_TRY_RUN, s->runtime,
                 QUESTION_RUN, arguments, answered, s);
}

/* --- life ----------------------------------------------------------------- */

static void
run_close(struct view *v)
{
    struct run_view *s = v->state;
    fetching_give_up(console_of(v)->fetching, s);
    forget(s);
    free(s->runtime);
    free(s->installation);
    free(s->id);
    free(s->said);
    free(s);
}

static enum err
run_open(struct view *v, const char *arg, struct error *e)
{
    struct run_view *s = mem_alloc(sizeof *s);
    *s = (struct run_view){.view = v,
                           .runtime = screen_word(arg, 0),
                           .installation = screen_word(arg, 1),
                           .id = screen_word(arg, 2)};
    v->state = s;
    if (!s->id) {
        run_close(v);
        return error_set(e, ERR_USAGE, "run: which one?");
    }
    ask(s);
    return ERR_OK;
}

static unsigned
run_cancel(struct view *v)
{
    struct run_view *s = v->state;
    if (!s->waiting)
        return REACT_IGNORED;
    fetching_give_up(console_of(v)->fetching, s);
    s->waiting = false;
    say(s, s->run ? NULL : "given up (F5 asks again)");
    return REACT_PAINT;
}

/* --- what is shown -------------------------------------------------------- */

static void
run_title(const struct view *v, struct buf *out)
{
    const struct run_view *s = v->state;
    const char *label = value_get_text(s->run, "label");
    buf_addf(out, "run%s%s", label && *label ? " of " : "",
             label && *label ? label : "");
    if (s->version)
        buf_addf(out, " on %s: %s", s->version,
                 value_text_or(value_get(s->run, "state"), ""));
}

/* "4 Create order  api  failed: the message", whole as far as there is room,
 * and what went in and came out. */
static void
draw_panel(const struct run_view *s, struct cells *c, struct rect r)
{
    size_t block = shown_canvas_block(&s->shown);
    if (block == OUTLINE_NONE || r.rows < 2)
        return;
    const struct face *f = &s->shown.faces[block];
    struct buf words;
    int col = r.col;
    col += cells_fit(c, r.row + 1, col, r.cols, STYLE_ROW_NAME, f->name);
    col += cells_textf(c, r.row + 1, col, r.cols - (col - r.col), STYLE_FAINT,
                       "  %s  ", f->kind);
    cells_fit(c, r.row + 1, col, r.cols - (col - r.col), sign_run_style(f->run),
              f->summary);
    buf_init_any(&words);
    run_block_brief(s->run, s->document, block, &words);
    char *line = words.len > 0 ? words.data : NULL;
    for (int row = r.row + 2; line && *line && row < r.row + r.rows; row++) {
        char *end = strchr(line, '\n');
        *end = '\0';
        cells_fit(c, row, r.col, r.cols, STYLE_NORMAL, line);
        line = end + 1;
    }
    buf_clear(&words);
}

static void
run_draw(struct view *v, struct cells *c, struct rect r)
{
    struct run_view *s = v->state;
    if (s->said)
        cells_wrapped(c, r, STYLE_NORMAL, s->said);
    else
        draw_panel(s, c, shown_canvas_draw(&s->shown, c, r));
}

static void
run_detail(const struct view *v, struct buf *out)
{
    const struct run_view *s = v->state;
    size_t block = shown_canvas_block(&s->shown);
    if (s->run && block != OUTLINE_NONE)
        buf_addf(out, "%s: %s", s->shown.faces[block].name,
                 s->shown.faces[block].summary);
}

/* --- actions -------------------------------------------------------------- */

static void
show_block(struct view *v, size_t block)
{
    const struct run_view *s = v->state;
    const struct face *f = &s->shown.faces[block];
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "%s: %s\n", f->name, f->summary);
    run_block_whole(s->run, s->document, block, &text);
    app_show(v->app, f->name, buf_str(&text));
    buf_clear(&text);
}

static unsigned
go_problem(struct run_view *s, bool next, struct error *e)
{
    struct spot to = shown_canvas_next(&s->shown, next, is_bad);
    if (spot_is_none(to))
        error_set(e, ERR_NOT_FOUND, "Every block that was reached is ok");
    shown_canvas_go(&s->shown, to);
    return REACT_PAINT;
}

static unsigned
run_action(struct view *v, const struct invocation *invocation, struct error *e)
{
    struct run_view *s = v->state;
    size_t block = shown_canvas_block(&s->shown);
    enum act action = (enum act)invocation->action;
    switch (action) {
    case ACT_OPEN:
        show_block(v, block);
        return REACT_PAINT;
    case ACT_NEXT_PROBLEM:
    case ACT_PREVIOUS_PROBLEM:
        return go_problem(s, action == ACT_NEXT_PROBLEM, e);
    case ACT_REFRESH:
        if (!s->waiting)
            ask(s);
        return REACT_PAINT;
    default:
        return shown_canvas_move(&s->shown, invocation, e);
    }
}

static void
run_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct run_view *s = v->state;
    bool about = action == ACT_OPEN || action == ACT_NEXT_PROBLEM ||
                 action == ACT_PREVIOUS_PROBLEM;
    ctx->has_row = shown_canvas_block(&s->shown) != OUTLINE_NONE;
    if (about && s->said)
        ctx->off = "the run is not there";
    else if (action == ACT_FILTER)
        ctx->off = "the canvas shows all blocks";
}

const struct view_ops run_screen = {
    .id = VIEW_RUN,
    .open = run_open,
    .close = run_close,
    .title = run_title,
    .draw = run_draw,
    .action = run_action,
    .context = run_context,
    .detail = run_detail,
    .cancel = run_cancel,
};
