/* What becomes of a text that nobody has stored with Enter. */
#include "ui/screen/unfinished.h"

#include "base/text.h"
#include "manager/session/note.h"

bool
unfinished_is_secret(const char *text)
{
    return note_may_hold_secret(text);
}

enum err
unfinished_check(const char *text, struct error *e)
{
    return unfinished_is_secret(text)
               ? error_set(e, ERR_REFUSED, "it may hold a secret")
               : ERR_OK;
}

void
unfinished_say_secret(struct app *app)
{
    app_say(app, MESSAGE_WARNING,
            "Not saved: a text that may hold a secret is not kept");
}

bool
unfinished_keep(struct console *c, const char *draft, const char *title,
                const struct kept_text *text)
{
    if (unfinished_is_secret(text->text)) {
        unfinished_say_secret(c->app);
        return false;
    }
    if (manager_draft_keep(c->manager, draft, text, NULL) == ERR_OK)
        return true;
    buf_addf(&c->unkept, "%s (%s):\n%s\n\n", title, text->why,
             *text->text ? text->text : "(emptied)");
    return false;
}

bool
unfinished_leave(struct app *app, const char *text)
{
    bool plain = !unfinished_is_secret(text);
    if (plain)
        app_keep_left(app, text);
    return plain;
}

void
unfinished_tell_left(struct app *app, const char *text, const char *stored)
{
    if (!*text || text_equal(text, stored))
        return;
    if (!unfinished_leave(app, text))
        unfinished_say_secret(app);
    else
        app_say(app, MESSAGE_INFO,
                "Not saved: %.400s (Ctrl-Y in a field inserts it)", text);
}
