/* What other sessions do to a draft that is on the screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "store/console.h"
#include "ui/draft/draft_view_private.h"
#include "workflow/edit/summary.h"

enum { AUTHORS = 3 }; /* that are named */

#define ANOTHER_OF_YOURS "another session of yours"

/* --- what is known already ------------------------------------------------ */

/* Every open screen of a draft is refreshed after a change; only the first one
 * says what it was. */
static struct draft_known *
known(const struct draft_view *d)
{
    struct draft_known *k = &console_of(d->view)->known;
    const char *id = draft_view_id(d);
    if (strcmp(k->draft, id) != 0) {
        *k = (struct draft_known){.revision = -1, .state = -1};
        snprintf(k->draft, sizeof k->draft, "%s", id);
    }
    return k;
}

void
draft_news_known(const struct draft_view *d)
{
    struct draft_known *k = known(d);
    const struct version_row *v = draft_view_version(d);
    k->revision = draft_view_revision(d);
    k->state = v->state;
    snprintf(k->author, sizeof k->author, "%s", v->author);
}

static bool
knows_edits(const struct draft_view *d)
{
    return known(d)->revision == draft_view_revision(d);
}

static bool
knows_state(const struct draft_view *d)
{
    const struct draft_known *k = known(d);
    const struct version_row *v = draft_view_version(d);
    return k->state == v->state && strcmp(k->author, v->author) == 0;
}

const char *
draft_news(const struct draft_view *d)
{
    const char *news = known(d)->news;
    return *news ? news : "the draft was changed";
}

/* --- edits ---------------------------------------------------------------- */

static bool
is_mine(const struct draft_view *d, const char *author)
{
    return text_equal(author, manager_actor(d->opened.ed.manager));
}

/* Adds who made ROW, unless a later one of LOG is theirs too. */
static bool
add_author(const struct draft_view *d, const struct draft_log *log, size_t row,
           struct buf *out)
{
    const struct draft_edit_row *r = &log->rows[row];
    for (size_t i = row + 1; i < log->count; i++) {
        if (strcmp(log->rows[i].author, r->author) == 0)
            return false;
    }
    buf_addf(out, "%s%.60s at ", out->len ? " and " : "",
             is_mine(d, r->author) ? ANOTHER_OF_YOURS : r->author);
    screen_time(out, r->at);
    return true;
}

/* Says who has changed the draft after the revision SINCE, and when. */
static void
tell_authors(const struct draft_view *d, int64_t since)
{
    struct draft_log log = {0};
    struct buf out;
    int told = 0;
    struct draft_known *k = known(d);
    buf_init(&out, sizeof k->news - 32);
    if (manager_draft_log(d->opened.ed.manager, d->opened.ed.draft, since, &log,
                          NULL) != ERR_OK)
        log.count = 0;
    for (size_t i = log.count; i > 0 && told < AUTHORS; i--)
        told += add_author(d, &log, i - 1, &out);
    if (told == 0)
        buf_adds(&out, "another session");
    snprintf(k->news, sizeof k->news, "%s changed this draft", buf_str(&out));
    buf_clear(&out);
    draft_log_clear(&log);
}

enum err
draft_news_take_in(struct draft_view *d, char **what, struct error *e)
{
    struct editing *ed = &d->opened.ed;
    struct draft_content before = ed->now;
    ed->now = (struct draft_content){.document = NULL};
    enum err err = editing_refresh(ed, e);
    *what = NULL;
    if (err != ERR_OK) {
        ed->now = before;
        return err;
    }
    if (!knows_edits(d))
        tell_authors(d, before.revision);
    *what = summary_edit(before.document, ed->now.document);
    draft_content_clear(&before);
    return ERR_OK;
}

/* --- the draft as a whole ------------------------------------------------- */

/* Who released the draft; else its author. */
static const char *
who(const struct draft_view *d)
{
    const struct version_row *v = draft_view_version(d);
    return v->state == VERSION_RELEASED && v->released_by ? v->released_by
                                                          : v->author;
}

/* "ada released v1.1 at 14:05", and what to do; MINE is how the actor is
 * called. */
static void
end_words(const struct draft_view *d, const char *mine, struct buf *out)
{
    const struct version_row *v = draft_view_version(d);
    bool released = v->state == VERSION_RELEASED;
    buf_addf(out, "%.60s %s %s at ", is_mine(d, who(d)) ? mine : who(d),
             released ? "released" : "discarded", v->label);
    screen_time(out, released ? v->released_at : v->changed_at);
    buf_adds(out, !released ? " (tailor draft restore brings it back)"
                  : v->installation_id
                      ? " (F on the installation forks it)"
                      : " (tailor draft new makes the next base draft)");
}

bool
draft_news_may_edit(const struct draft_view *d)
{
    return draft_view_is_open(d) && is_mine(d, draft_view_version(d)->author);
}

static const char *
take_over_hint(const struct draft_view *d)
{
    return manager_read_only(d->opened.ed.manager) ? "" : " (a, take over)";
}

void
draft_news_refusal(struct draft_view *d, struct error *e)
{
    struct error ignored = {0};
    struct buf words;
    bool moved;
    if (opened_look(&d->opened, &moved, &ignored) != ERR_OK)
        return;
    buf_init(&words, 300);
    if (!draft_view_is_open(d))
        end_words(d, knows_state(d) ? "you" : ANOTHER_OF_YOURS, &words);
    else if (!is_mine(d, who(d)))
        buf_addf(&words, "%s is %.60s's draft%s", draft_view_version(d)->label,
                 who(d), take_over_hint(d));
    if (words.len)
        error_set(e, ERR_REFUSED, "Not done: %s", buf_str(&words));
    buf_clear(&words);
}

/* Says what another did to the draft as a whole, which the screen showed with
 * STATE and AUTHOR. */
static void
tell_state(const struct draft_view *d, int state, const char *author)
{
    const struct version_row *v = draft_view_version(d);
    bool taken = strcmp(v->author, author) != 0;
    struct buf words;
    if (v->state == state && !taken)
        return;
    buf_init(&words, 300);
    if (!draft_view_is_open(d))
        end_words(d, ANOTHER_OF_YOURS, &words);
    else if (taken) {
        buf_addf(&words, "%.60s took %s over at ",
                 is_mine(d, v->author) ? ANOTHER_OF_YOURS : v->author,
                 v->label);
        screen_time(&words, v->changed_at);
        if (!is_mine(d, v->author))
            buf_adds(&words, take_over_hint(d));
    }
    if (words.len)
        app_say(d->view->app, MESSAGE_WARNING, "%s", buf_str(&words));
    buf_clear(&words);
}

/* --- refresh -------------------------------------------------------------- */

/* Shows the part; NOT_FOUND where the draft no longer has it. */
static enum err
show_part(const struct draft_view *d, struct error *e)
{
    const char *gone = d->part->gone ? d->part->gone(d->editor) : NULL;
    d->part->show(d->editor);
    if (!gone)
        return ERR_OK;
    return error_set(e, ERR_NOT_FOUND,
                     "%.100s is no longer in the draft: %s "
                     "(Esc goes back)",
                     gone, draft_news(d));
}

unsigned
draft_view_refresh(struct draft_view *d)
{
    struct error e = {0};
    bool moved = false;
    char *what = NULL;
    int state = draft_view_version(d)->state;
    char *author = mem_strdup(draft_view_version(d)->author);
    enum err err = opened_look(&d->opened, &moved, &e);
    if (moved)
        err = draft_news_take_in(d, &what, &e);
    if (err == ERR_OK && !knows_state(d))
        tell_state(d, state, author);
    if (err == ERR_OK && !draft_news_may_edit(d))
        draft_view_drop_question(d);
    if (err == ERR_OK && what && !knows_edits(d))
        app_say(d->view->app, MESSAGE_INFO, "%s: %s", draft_news(d), what);
    if (err == ERR_OK) {
        draft_news_known(d);
        draft_kept_read(d);
    }
    if (what && err == ERR_OK)
        err = show_part(d, &e);
    if (err != ERR_OK)
        app_say_error(d->view->app, MESSAGE_ERROR, &e);
    free(author);
    free(what);
    return REACT_PAINT;
}

void
draft_view_say_gone(struct draft_view *d, const char *what, const char *text)
{
    if (unfinished_leave(d->view->app, text))
        app_say(d->view->app, MESSAGE_ERROR,
                "%.100s was deleted or renamed. Not stored: %.1000s", what,
                text);
    else
        app_say(d->view->app, MESSAGE_ERROR,
                "%.100s was deleted or renamed. What you typed is not kept, it "
                "may hold a secret",
                what);
}
