/* What can be done to a draft whatever part of it is on the screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "store/console.h"
#include "ui/draft/draft_view_private.h"
#include "ui/screen/asked.h"
#include "workflow/document/conflicts.h"
#include "workflow/edit/summary.h"

/* --- undo and redo -------------------------------------------------------- */

enum { NAME_COLS = 54 }; /* of an edit, so that what undoes it fits too */

/* The patch of the edit that the next undo takes back, or redo makes again;
 * NULL where none can be read. */
static struct value *
next_patch(const struct draft_view *d, bool undo)
{
    struct draft_log log = {0};
    struct value *patch = NULL;
    if (manager_draft_next(d->opened.ed.manager, d->opened.ed.draft, undo, &log,
                           NULL) == ERR_OK &&
        log.count > 0) {
        const char *text = undo ? log.rows[0].patch : log.rows[0].inverse;
        value_read(&patch, text, strlen(text), &value_limits_document, "edit",
                   NULL);
    }
    draft_log_clear(&log);
    return patch;
}

/* What the edit is called that led from FROM to TO, a new string. */
static char *
step_name(const struct draft_view *d, const struct document *from,
          const struct document *to, const struct value *patch)
{
    struct buf name;
    char *whole = summary_edit_name(from, to, patch);
    buf_init_any(&name);
    cells_cut(&name, whole, strlen(whole), NAME_COLS,
              app_is_ascii(d->view->app));
    free(whole);
    return buf_take(&name);
}

/* The id of the first block of NOW that WAS lacks, a new string; NULL: none. */
static char *
first_new(const struct document *was, const struct document *now)
{
    for (size_t i = 0; i < now->count; i++) {
        if (!document_block(was, now->blocks[i].id))
            return mem_strdup(now->blocks[i].id);
    }
    return NULL;
}

/* Undoes or redoes one edit; with OTHERS also an edit of another. What comes
 * back is marked. */
static enum err
step(struct draft_view *d, bool undo, bool others, struct error *e)
{
    struct editing *ed = &d->opened.ed;
    struct draft_content now;
    struct value *patch = next_patch(d, undo);
    enum err err = (undo ? manager_draft_undo : manager_draft_redo)(
        ed->manager, ed->draft, &ed->now, others, &now, e);
    if (err == ERR_OK) {
        char *name = step_name(d, undo ? now.document : ed->now.document,
                               undo ? ed->now.document : now.document, patch);
        char *id = first_new(ed->now.document, now.document);
        editing_take(ed, &now);
        draft_view_changed(d);
        if (id && d->part->go)
            d->part->go(d->editor, id);
        free(id);
        app_say(d->view->app, MESSAGE_INFO, "%s: %s (%s)",
                undo ? "Undone" : "Redone", name,
                undo ? "U redoes it" : "u undoes it");
        free(name);
    }
    value_free(patch);
    return err == ERR_OK ? ERR_OK : draft_view_failed(d, err, e);
}

/* The answer undoes nothing but what the question was about: the draft must
 * still be at that revision. */
static void
answered(struct draft_view *d, bool undo, bool yes)
{
    struct error e = {0};
    enum err err = yes ? draft_view_check(d, d->asked, &e) : ERR_OK;
    if (yes && err == ERR_OK)
        err = step(d, undo, true, &e);
    if (err != ERR_OK)
        app_say_error(d->view->app, MESSAGE_ERROR, &e);
    app_changed(d->view->app);
}

static void
undo_answered(void *ctx, bool yes)
{
    answered(ctx, true, yes);
}

static void
redo_answered(void *ctx, bool yes)
{
    answered(ctx, false, yes);
}

/* "eve's change of 14:05: changing formula of Tax". */
static void
say_edit(const struct draft_view *d, const struct draft_edit_row *row,
         bool undo, struct buf *out)
{
    struct document *to = NULL;
    struct value *patch = NULL;
    buf_addf(out, undo ? "%.60s's change of " : "%.60s undid this at ",
             row->author);
    screen_time(out, row->at);
    if (value_read(&patch, row->inverse, strlen(row->inverse),
                   &value_limits_document, "edit", NULL) == ERR_OK &&
        document_patch(&to, draft_view_document(d), patch, NULL, NULL) ==
            ERR_OK) {
        const struct document *now = draft_view_document(d);
        struct value *made = next_patch(d, undo);
        char *name =
            summary_edit_name(undo ? to : now, undo ? now : to, made);
        char *what = summary_edit(undo ? to : now, undo ? now : to);
        buf_addf(out, ": %.200s: %.300s", name, what);
        free(name);
        free(what);
        value_free(made);
    }
    document_free(to);
    value_free(patch);
}

static void
ask(struct draft_view *d, bool undo)
{
    struct question q = {0};
    struct draft_log log = {0};
    struct buf detail;
    buf_init(&detail, sizeof q.detail - 1);
    if (manager_draft_next(d->opened.ed.manager, d->opened.ed.draft, undo, &log,
                           NULL) == ERR_OK &&
        log.count > 0)
        say_edit(d, &log.rows[0], undo, &detail);
    snprintf(q.text, sizeof q.text, "%s another's change?",
             undo ? "Undo" : "Redo");
    snprintf(q.detail, sizeof q.detail, "%s", buf_str(&detail));
    snprintf(q.yes, sizeof q.yes, "%s it", undo ? "Undo" : "Redo");
    d->asked = draft_view_revision(d);
    app_ask(d->view->app, &q, undo ? undo_answered : redo_answered, d);
    buf_clear(&detail);
    draft_log_clear(&log);
}

static void
undo_or_redo(struct draft_view *d, bool undo, struct error *e)
{
    if (step(d, undo, false, e) != ERR_CHOICE)
        return;
    error_clear(e);
    ask(d, undo);
}

/* --- the draft as a whole ------------------------------------------------- */

/* After an operation on the draft that ended with RC. */
static void
done(struct draft_view *d, enum err err, const char *sentence, struct error *e)
{
    bool moved;
    if (err == ERR_OK)
        err = opened_look(&d->opened, &moved, e);
    if (err != ERR_OK)
        return;
    draft_news_known(d);
    app_say(d->view->app, MESSAGE_INFO, "%s", sentence);
}

static void
open_diff(const struct draft_view *d)
{
    screen_open(d->view->app, &diff_screen, opened_base_id(&d->opened),
                draft_view_version(d)->id, NULL);
}

unsigned
draft_view_action(struct draft_view *d, const struct invocation *invocation,
                  struct error *e)
{
    struct manager *m = d->opened.ed.manager;
    const char *id = d->opened.ed.draft;
    const struct draft_shown shown = draft_shown_of(draft_view_version(d));
    switch ((enum act)invocation->action) {
    case ACT_UNDO:
    case ACT_REDO:
        undo_or_redo(d, invocation->action == ACT_UNDO, e);
        return REACT_PAINT;
    case ACT_TAKE_OVER:
        done(d, manager_draft_take(m, id, &shown, e),
             "Taken over: the draft is yours", e);
        return REACT_PAINT;
    case ACT_READY:
        done(d, manager_draft_ready(m, id, &shown, e),
             "Marked ready for a releaser (an edit makes it a draft again)", e);
        return REACT_PAINT;
    case ACT_KEPT_TEXTS:
        draft_kept_show(d);
        return REACT_PAINT;
    case ACT_FORGET_KEPT_TEXTS:
        draft_kept_forget(d, e);
        return REACT_PAINT;
    case ACT_REFRESH:
        return draft_view_refresh(d);
    case ACT_CONFLICTS:
        screen_open(d->view->app, &conflicts_screen, id, NULL);
        return REACT_PAINT;
    case ACT_TABLES:
        screen_open(d->view->app, &tables_screen, id, NULL);
        return REACT_PAINT;
    case ACT_COMPARE:
        open_diff(d);
        return REACT_PAINT;
    case ACT_OPEN_RELEASE:
        screen_open(d->view->app, &release_screen, id, NULL);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

/* --- what may be done, and what the head says ---------------------------- */

static bool
is_mine(const struct draft_view *d)
{
    return text_equal(draft_view_version(d)->author,
                      manager_actor(d->opened.ed.manager));
}

void
draft_view_context(const struct draft_view *d, enum act action,
                   struct act_context *ctx)
{
    unsigned flags = act_info(action)->flags;
    bool kept = action == ACT_KEPT_TEXTS || action == ACT_FORGET_KEPT_TEXTS;
    if (kept) {
        ctx->off = d->kept.count == 0 ? "no text is kept" : NULL;
        return;
    }
    bool changes = flags & ACT_MUTATES;
    bool edits = ((flags & ACT_DRAFT) && action != ACT_OPEN_RELEASE) ||
                 action == ACT_READY;
    /* These may bring it back. */
    bool back = action == ACT_UNDO || action == ACT_REDO;
    if (edits && !back && d->part->gone && draft_view_document(d) &&
        d->part->gone(d->editor))
        ctx->off = "it is no longer in the draft (Esc goes back)";
    else if (d->opened.closed[0] &&
             (edits || (changes && !draft_view_is_open(d))))
        ctx->off = d->opened.closed;
    else if (action == ACT_TAKE_OVER && is_mine(d))
        ctx->off = "it is yours";
    else if (action == ACT_CONFLICTS &&
             document_conflicts(draft_view_document(d)) == 0)
        ctx->off = "no conflict";
    else if (action == ACT_COMPARE && !d->opened.base)
        ctx->off = "nothing to compare with";
}

/* All kept texts are removed, so each of them counts. */
static void
ask_to_forget(const struct draft_view *d, struct question *q)
{
    struct buf ids;
    buf_init_any(&ids);
    for (size_t i = 0; i < d->kept.count; i++)
        buf_addf(&ids, "%s ", d->kept.rows[i].id);
    digest_hex(q->basis, buf_str(&ids), ids.len);
    buf_clear(&ids);
    snprintf(q->text, sizeof q->text, "Remove %zu kept text%s of %s?",
             d->kept.count, d->kept.count == 1 ? "" : "s",
             draft_view_version(d)->label);
    snprintf(q->yes, sizeof q->yes, "Remove");
}

bool
draft_view_question(const struct draft_view *d,
                    const struct invocation *invocation, struct question *q)
{
    const struct version_row *row = draft_view_version(d);
    bool ready = invocation->action == ACT_READY;
    if (invocation->action == ACT_FORGET_KEPT_TEXTS) {
        ask_to_forget(d, q);
        return true;
    }
    if (invocation->action != ACT_TAKE_OVER && !ready)
        return false;
    char object[ASKED_VERSION];
    asked_version(d->opened.ed.manager, q, row, object);
    snprintf(q->text, sizeof q->text, "%s %s?",
             ready ? "Mark as ready:" : "Take over", object);
    if (!ready)
        snprintf(q->detail, sizeof q->detail, "It is %.64s's draft.",
                 row->author);
    snprintf(q->yes, sizeof q->yes, "%s %.40s",
             ready ? "Mark ready" : "Take over", row->label);
    return true;
}

void
draft_view_status(const struct draft_view *d, struct buf *out)
{
    const struct version_row *row = draft_view_version(d);
    if (!draft_view_is_open(d))
        buf_addf(out, "%s: read only", row->status);
    else if (!is_mine(d))
        buf_addf(out, "%.60s's draft: read only%s", row->author,
                 manager_read_only(d->opened.ed.manager) ? ""
                                                         : " (a, take over)");
    else if (d->saved_at) {
        buf_adds(out, "saved ");
        screen_time(out, d->saved_at);
    }
}

void
draft_view_draw_rule(const struct draft_view *d, struct cells *c, struct rect r)
{
    struct buf status;
    buf_init(&status, 200);
    buf_addc(&status, ' ');
    draft_view_status(d, &status);
    buf_addc(&status, ' ');
    cells_line(c, r.row, r.col, r.cols, STYLE_FAINT);
    if (status.len > 2)
        cells_right(c, r.row, r.col, r.cols - 1, STYLE_FAINT, buf_str(&status));
    buf_clear(&status);
}
