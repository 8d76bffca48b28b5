/*
 * A key that takes the marked row away, and is held down: the terminal sends it
 * again and again, and each time another row would go. Such a key acts once.
 * What comes sooner than a person presses a key twice, also in one burst of a
 * slow line, is dropped. The first repeat comes later than that, as late as a
 * second press: it waits until no other follows it at that pace, or until
 * another key comes, and acts then. Another key of that kind that comes at
 * once with it would take a row that nobody has seen: it is dropped as well.
 */
#include <ctype.h>
#include <stdio.h>

#include "ui/app/app_private.h"

enum {
    PACE_MS = 120,  /* keys repeat sooner, fingers do not */
    FIRST_MS = 1000 /* the first repeat comes sooner */
};

static void
say_dropped(struct app *app)
{
    struct removal *r = &app->removal;
    const char *label = act_info((enum act)r->later.action)->label;
    char text[160];
    snprintf(text, sizeof text,
             "%c%s: done once, %zu repeat%s of a held key dropped (release "
             "it, then press it again)",
             toupper((unsigned char)*label), label + 1, r->dropped,
             r->dropped == 1 ? "" : "s");
    if (r->said != 0 && r->said == app->messages.added)
        messages_revise(&app->messages, MESSAGE_ERROR, text);
    else
        messages_add(&app->messages, MESSAGE_ERROR, text);
    r->said = app->messages.added;
    app->count = 0;
    app->dirty = true;
}

static void
act(struct app *app)
{
    struct removal *r = &app->removal;
    r->dropped = r->said = 0;
    app_perform(app, &r->later);
}

void
app_removal_now(struct app *app)
{
    struct removal *r = &app->removal;
    bool same_screen = r->depth == app->depth && !app->dialog.open;
    if (!r->waits)
        return;
    r->waits = false;
    app_alarm_cancel(app, app_removal_due, app);
    if (!same_screen)
        return;
    act(app);
    app_row_seen(app);
}

void
app_removal_due(void *ctx)
{
    app_removal_now(ctx);
}

static void
drop(struct app *app)
{
    struct removal *r = &app->removal;
    r->dropped += r->waits ? 2 : 1;
    r->waits = false;
    app_alarm_cancel(app, app_removal_due, app);
    say_dropped(app);
}

void
app_removal(struct app *app, const struct invocation *invocation)
{
    struct removal *r = &app->removal;
    int64_t now = app->screen->ops->now_ms(app->screen);
    bool again =
        r->at != 0 && key_same(&app->key, &r->key) && now - r->at < FIRST_MS;
    bool at_once =
        r->at != 0 && r->depth == app->depth && now - r->at < PACE_MS;
    bool held = at_once || (again && (r->waits || now - r->at < PACE_MS));
    r->key = app->key;
    r->at = now;
    r->depth = app->depth;
    if (!at_once)
        r->later = *invocation;
    if (held) {
        drop(app);
    } else if (again) {
        r->waits = true;
        app_alarm(app, PACE_MS, app_removal_due, app);
    } else {
        act(app);
        /* repeats that came while it acted are read at once */
        r->at = app->screen->ops->now_ms(app->screen);
    }
}
