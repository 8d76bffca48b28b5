/* A draft on a screen: the document and its edits. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/draft_view_private.h"

enum { TURNS = 3 }; /* tries to store a cell while others edit the draft */

void
draft_view_init(struct draft_view *d, struct view *v,
                const struct draft_part *part, void *editor)
{
    *d = (struct draft_view){.view = v, .part = part, .editor = editor};
    connector_set_init(&d->opened.ed.connectors);
}

enum err
draft_view_read(struct draft_view *d, const char *id, struct error *e)
{
    enum err err = opened_read(&d->opened, console_of(d->view)->manager, id, e);
    if (err == ERR_OK)
        draft_kept_read(d);
    return err;
}

static void
forget_conflict(struct draft_view *d)
{
    FREE_NULL(d->contested);
    FREE_NULL(d->theirs);
}

void
draft_view_clear(struct draft_view *d)
{
    opened_clear(&d->opened);
    kept_list_clear(&d->kept);
    forget_conflict(d);
}

const struct document *
draft_view_document(const struct draft_view *d)
{
    return d->opened.ed.now.document;
}

const struct document *
draft_view_base(const struct draft_view *d)
{
    return d->opened.base;
}

const struct connector_set *
draft_view_connectors(const struct draft_view *d)
{
    return &d->opened.ed.connectors;
}

const char *
draft_view_id(const struct draft_view *d)
{
    return d->opened.ed.draft;
}

int64_t
draft_view_revision(const struct draft_view *d)
{
    return d->opened.ed.now.revision;
}

const struct version_row *
draft_view_version(const struct draft_view *d)
{
    return opened_version(&d->opened);
}

bool
draft_view_is_open(const struct draft_view *d)
{
    return d->opened.editable;
}

/* --- edits ---------------------------------------------------------------- */

void
draft_view_changed(struct draft_view *d)
{
    d->saved_at = clock_now_ms();
    opened_edited(&d->opened);
    draft_news_known(d);
    d->part->show(d->editor);
}

enum err
draft_view_failed(struct draft_view *d, enum err err, struct error *e)
{
    char *what = NULL;
    struct error reading = {0};
    if (err == ERR_REFUSED)
        draft_news_refusal(d, e);
    if (err != ERR_CONFLICT)
        return err;
    if (draft_news_take_in(d, &what, &reading) == ERR_OK) {
        d->part->show(d->editor);
        error_set(e, ERR_CONFLICT,
                  "Not done: %s: %.200s (look at it, then "
                  "do it again)",
                  draft_news(d), what);
    }
    free(what);
    return err;
}

static enum err
apply(struct draft_view *d, enum err err, struct value *patch, struct error *e)
{
    bool made = err == ERR_OK;
    err = editing_apply(&d->opened.ed, err, patch, e);
    if (err == ERR_OK)
        draft_view_changed(d);
    return err != ERR_OK && made ? draft_view_failed(d, err, e) : err;
}

void
draft_view_copied(struct draft_view *d, const char *source)
{
    snprintf(d->opened.ed.source, sizeof d->opened.ed.source, "%s", source);
}

enum err
draft_view_apply(struct draft_view *d, enum err err, struct value *patch,
                 struct error *e)
{
    if (!d->leaving)
        return apply(d, err, patch, e);
    value_free(patch);
    return error_set(e, ERR_REFUSED, "the screen was closed");
}

enum err
draft_view_apply_text(struct draft_view *d, const char *typed, enum err err,
                      struct value *patch, struct error *e)
{
    if (err == ERR_OK && d->leaving)
        err = unfinished_check(typed, e);
    return apply(d, err, patch, e);
}

enum err
draft_view_check(const struct draft_view *d, int64_t revision, struct error *e)
{
    if (revision == draft_view_revision(d))
        return ERR_OK;
    return error_set(e, ERR_CONFLICT,
                     "Not done: %s (look at it, then do it again)",
                     draft_news(d));
}

/* --- cells ---------------------------------------------------------------- */

void
draft_view_begin_cell(struct draft_view *d)
{
    forget_conflict(d);
}

void
draft_view_leave(struct draft_view *d)
{
    d->leaving = true;
}

/* What the person last saw in C, or has said to replace. */
static const char *
shown_text(const struct draft_view *d, const struct draft_cell *c)
{
    bool replaced = d->replace && text_equal(d->contested, c->label);
    return replaced ? d->theirs : c->seen;
}

/* Mine: as if Enter were pressed in the cell once more. Theirs: as Esc. */
static void
replace_answered(void *ctx, bool yes)
{
    struct draft_view *d = ctx;
    struct view *v = d->view;
    struct key key = {yes ? KEY_KIND_ENTER : KEY_KIND_ESCAPE, 0, 0};
    struct error e = {0};
    if (!v->ops->typing(v)) /* closed meanwhile, which was said */
        return;
    d->replace = yes;
    v->ops->key(v, &key, &e);
    d->replace = false;
    if (e.code != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    app_changed(v->app);
}

void
draft_view_drop_question(struct draft_view *d)
{
    app_unask(d->view->app, replace_answered, d);
}

/* Asks whether to replace THEIRS in C, which another session has put there. */
static void
ask_to_replace(struct draft_view *d, const struct draft_cell *c)
{
    struct question q = {
        .text = "Replace another session's change of " QUESTION_WHAT "?",
        .yes = "Replace with mine",
        .no = "Keep theirs"};
    question_about(&q, c->label, NULL, NULL);
    snprintf(q.detail, sizeof q.detail, "Theirs: \"%.180s\". Mine: \"%.180s\".",
             d->theirs, c->typed);
    app_ask(d->view->app, &q, replace_answered, d);
}

/* OK where C holds what the person last saw there. Else E says what it holds,
 * and they are asked. */
static enum err
check_seen(struct draft_view *d, const struct draft_cell *c, struct error *e)
{
    char *now = c->text(c, draft_view_document(d));
    if (now && text_equal(now, shown_text(d, c))) {
        free(now);
        return ERR_OK;
    }
    if (!draft_news_may_edit(d)) { /* nothing is left to be asked */
        free(now);
        return error_set(e, ERR_REFUSED, "the draft is another's");
    }
    if (!now)
        return error_set(e, ERR_CONFLICT, "%.100s was deleted: %s (Esc)",
                         c->label, draft_news(d));
    bool asks = c->typed && !d->leaving && d->view->ops->typing(d->view);
    error_set(e, ERR_CONFLICT, "%.100s is now \"%.200s\": %s%s", c->label, now,
              draft_news(d), asks ? "" : " (look at it, then do it again)");
    forget_conflict(d);
    d->contested = mem_strdup(c->label);
    d->theirs = now;
    if (asks)
        ask_to_replace(d, c);
    return ERR_CONFLICT;
}

/* One try; *MOVED is true where another edit of the draft came before it. */
static enum err
store_once(struct draft_view *d, const struct draft_cell *c, bool *moved,
           struct error *e)
{
    struct value *patch = NULL;
    enum err err = check_seen(d, c, e);
    *moved = false;
    if (err == ERR_OK)
        err = c->patch(c, draft_view_document(d), &patch, e);
    bool made = err == ERR_OK;
    err = editing_apply(&d->opened.ed, err, patch, e);
    *moved = made && err == ERR_CONFLICT;
    return err;
}

/* Tries again after what others have changed; *WHAT is that in words. */
static enum err
store_behind(struct draft_view *d, const struct draft_cell *c, bool *moved,
             char **what, struct error *e)
{
    struct error reading = {0};
    enum err err = ERR_CONFLICT;
    for (int turn = 1; *moved && turn < TURNS; turn++) {
        free(*what);
        if (draft_news_take_in(d, what, &reading) != ERR_OK)
            return err;
        error_clear(e);
        err = store_once(d, c, moved, e);
    }
    return err;
}

/* Shows what became of storing a cell, which ended with RC. */
static void
show_stored(struct draft_view *d, enum err err, bool moved, const char *what,
            struct error *e)
{
    if (err == ERR_OK) {
        forget_conflict(d);
        draft_view_changed(d);
    } else if (err == ERR_REFUSED || moved)
        draft_view_failed(d, err, e);
    else if (what)
        d->part->show(d->editor);
    if (what && err == ERR_OK)
        app_say(d->view->app, MESSAGE_INFO, "%s: %s", draft_news(d), what);
}

enum err
draft_view_store(struct draft_view *d, const struct draft_cell *c,
                 struct error *e)
{
    char *what = NULL;
    bool moved;
    if (c->typed && text_equal(c->typed, shown_text(d, c)))
        return ERR_OK;
    if (d->leaving && c->typed && !*c->typed)
        return error_set(e, ERR_REFUSED, "it was emptied");
    if (d->leaving && c->typed && unfinished_check(c->typed, e))
        return e->code;
    enum err err = store_once(d, c, &moved, e);
    if (moved)
        err = store_behind(d, c, &moved, &what, e);
    show_stored(d, err, moved, what, e);
    free(what);
    return err;
}
