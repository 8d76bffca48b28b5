/* Text that was typed into a draft and could not be stored there: kept when its
 * field is closed under the person, told and given back when they come again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/draft_view_private.h"

/* --- keeping -------------------------------------------------------------- */

void
draft_view_keep(struct draft_view *d, const char *place, const char *label,
                const char *typed, const char *why)
{
    const struct kept_text text = {
        .place = place, .label = label, .text = typed, .why = why};
    const struct version_row *v = draft_view_version(d);
    char *title =
        mem_printf("%s, draft %s of %s", label, v->label, v->workflow_name);
    bool kept =
        unfinished_keep(console_of(d->view), draft_view_id(d), title, &text);
    free(title);
    if (!kept)
        return;
    app_say(d->view->app, MESSAGE_WARNING,
            "%.100s: not stored (%.200s). What you typed is kept with the "
            "draft (:kept-texts)",
            label, why);
    draft_kept_read(d);
}

/* --- telling -------------------------------------------------------------- */

void
draft_kept_read(struct draft_view *d)
{
    struct error e = {0};
    kept_list_clear(&d->kept);
    if (manager_draft_kept(console_of(d->view)->manager, draft_view_id(d),
                           &d->kept, &e) == ERR_DAMAGED)
        app_say_error(d->view->app, MESSAGE_ERROR, &e);
}

static const char *
words(const struct kept_text *t)
{
    return !t->text    ? "you may no longer see it"
           : !*t->text ? "(emptied)"
                       : t->text;
}

void
draft_view_tell_kept(struct draft_view *d)
{
    struct buf out;
    if (d->kept.count == 0)
        return;
    const struct kept_text *t = &d->kept.rows[d->kept.count - 1];
    buf_init(&out, 600);
    if (d->kept.count > 1)
        buf_addf(&out, "%zu texts of yours were not stored, the last at ",
                 d->kept.count);
    else
        buf_adds(&out, "Text of yours was not stored at ");
    screen_time(&out, t->at);
    buf_addf(&out, ": %.100s: %.200s", t->label, words(t));
    if (draft_view_is_open(d))
        buf_adds(&out, " (Ctrl-Y in its field brings it back, :kept-texts "
                       "shows all)");
    else
        buf_addf(&out,
                 " (%s is %s: :kept-texts shows it to copy, "
                 ":forget-kept-texts removes it)",
                 draft_view_version(d)->label, draft_view_version(d)->status);
    app_say(d->view->app, MESSAGE_WARNING, "%s", buf_str(&out));
    buf_clear(&out);
}

void
draft_view_offer_kept(struct draft_view *d, const char *place)
{
    const struct kept_text *t = NULL;
    struct buf at;
    for (size_t i = 0; i < d->kept.count; i++)
        if (d->kept.rows[i].text && strcmp(d->kept.rows[i].place, place) == 0)
            t = &d->kept.rows[i];
    app_offer(d->view->app, t ? t->text : NULL);
    if (!t)
        return;
    buf_init(&at, 40);
    screen_time(&at, t->at);
    app_say(d->view->app, MESSAGE_INFO,
            "Not stored at %s: %.300s (Ctrl-Y brings it back)", buf_str(&at),
            words(t));
    buf_clear(&at);
}

void
draft_view_stored_kept(struct draft_view *d, const char *place,
                       const char *typed)
{
    struct error e = {0};
    if (d->kept.count == 0)
        return;
    for (size_t i = 0; i < d->kept.count; i++) {
        const struct kept_list one = {.rows = &d->kept.rows[i], .count = 1};
        if (!text_equal(one.rows->text, typed) ||
            strcmp(one.rows->place, place) != 0)
            continue;
        if (manager_draft_forget(console_of(d->view)->manager, draft_view_id(d),
                                 &one, NULL, &e) != ERR_OK)
            app_say_error(d->view->app, MESSAGE_WARNING, &e);
    }
    draft_kept_read(d);
}

/* --- the actions ---------------------------------------------------------- */

void
draft_kept_show(const struct draft_view *d)
{
    struct buf out;
    buf_init_any(&out);
    const struct version_row *version = draft_view_version(d);
    bool open = draft_view_is_open(d);
    buf_addf(&out, "Not stored in %s%s\n", open ? "draft " : "",
             version->label);
    for (size_t i = d->kept.count; i-- > 0;) {
        const struct kept_text *t = &d->kept.rows[i];
        screen_time(&out, t->at);
        buf_addf(&out, " %s (%s):\n%s\n\n", t->label, t->why, words(t));
    }
    if (open)
        buf_adds(&out, "Ctrl-Y in its field brings a text back. ");
    else
        buf_addf(&out,
                 "%s is %s and takes no text any more: y copies all of this, "
                 "for another draft. ",
                 version->label, version->status);
    buf_addf(&out,
             "Texts are removed after %d days, when they are stored, and by "
             ":forget-kept-texts.\n",
             KEPT_DAYS);
    char *text = buf_take(&out), *body = strchr(text, '\n');
    *body++ = '\0';
    app_show(d->view->app, text, body);
    free(text);
}

enum err
draft_kept_forget(struct draft_view *d, struct error *e)
{
    size_t count = 0;
    enum err err = manager_draft_forget(console_of(d->view)->manager,
                                        draft_view_id(d), &d->kept, &count, e);
    if (err != ERR_OK)
        return err;
    draft_kept_read(d);
    app_say(d->view->app, MESSAGE_INFO, "Removed %zu kept text%s", count,
            count == 1 ? "" : "s");
    return ERR_OK;
}
