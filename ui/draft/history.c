/* Undo and redo of a draft. */
#include "ui/draft/history.h"

#include <stdio.h>
#include <stdlib.h>

#include "manager/draft/draft.h"
#include "workflow/edit/summary.h"

/* OTHERS: also what another made. */
static enum err
step(struct history *h, bool undo, bool others, struct error *e)
{
    struct manager *m = console_of(h->view)->manager;
    struct editing *ed = &h->opened->ed;
    struct draft_content now;
    char *what;
    enum err rc = (undo ? manager_draft_undo : manager_draft_redo)(
        m, ed->draft, &ed->now, others, &now, e);
    if (rc != ERR_OK)
        return rc;
    what = summary_edit(ed->now.document, now.document);
    editing_take(ed, &now);
    console_of(h->view)->own_revision = ed->now.revision;
    h->changed(h->screen);
    app_say(h->view->app, MESSAGE_INFO, "%s: %.400s (%s)",
            undo ? "Undone" : "Redone", what,
            undo ? "U redoes it" : "u undoes it");
    free(what);
    return ERR_OK;
}

static void
answered(struct history *h, bool undo, bool yes)
{
    struct error e = {0};
    if (yes && step(h, undo, true, &e) != ERR_OK)
        app_say(h->view->app, MESSAGE_ERROR, "%s", e.text);
    app_changed(h->view->app);
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

void
history_step(struct history *h, bool undo, struct error *e)
{
    struct question q = {0};
    if (step(h, undo, false, e) != ERR_CHOICE)
        return;
    snprintf(q.text, sizeof q.text, "%s another's change?",
             undo ? "Undo" : "Redo");
    snprintf(q.detail, sizeof q.detail, "%.500s", e->text);
    snprintf(q.yes, sizeof q.yes, "%s it", undo ? "Undo" : "Redo");
    error_clear(e);
    app_ask(h->view->app, &q, undo ? undo_answered : redo_answered, h);
}
