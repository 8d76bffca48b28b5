/*
 * What is typed on after a text field was closed under its person, by another
 * session or the runtime: letters that were text would be commands. From then
 * on all input is dropped, the first of it whenever it comes, until a second
 * goes by without any. Typing has no such pauses, and whoever reads the message
 * makes one. The message names what closed the field, and counts. So is what
 * follows a line feed, or a letter that came before a question took any, and
 * what is typed where the window is too small to see it: the half of a text
 * would be stored.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/app/app_private.h"

enum { PAUSE_MS = 1000 };

struct text_place
app_text_place(struct app *app)
{
    const struct view *v = app_top(app);
    struct text_place p = {.depth = app->depth};
    const struct form *form = NULL;
    if (app->dialog.open)
        form = &app->dialog.form;
    else if (app->prompt.kind != PROMPT_CLOSED)
        p.owner = &app->prompt;
    else if (v && app_is_typing(app)) {
        p.owner = v->state;
        form = v->ops->asks ? v->ops->asks(v) : NULL;
    }
    if (form) {
        p.owner = form_typing(form) ? form : NULL;
        p.item = form->focus;
    }
    return p;
}

bool
text_place_same(const struct text_place *a, const struct text_place *b)
{
    return a->owner == b->owner && a->item == b->item && a->depth == b->depth;
}

static void
drop_input(struct app *app, const char *why)
{
    struct typing *t = &app->typing;
    free(t->why);
    t->why = mem_strdup(why);
    t->drops = true;
    t->closed = false;
    t->dropped = t->said = 0;
    app->dirty = true;
}

void
app_typing_ends(struct app *app, const char *why)
{
    drop_input(app, why);
    app->typing.closed = true;
}

/* The field is closed; the worst of what was said since is the reason. */
static void
begin(struct app *app)
{
    const struct message *m =
        messages_worst(&app->messages, app->typing.messages);
    app_typing_ends(app, m ? m->text : "The text field was closed");
}

static void
remember(struct app *app, const struct text_place *now)
{
    app->typing.place = *now;
    app->typing.messages = app->messages.added;
}

void
app_typing_look(struct app *app)
{
    const struct text_place now = app_text_place(app);
    const struct text_place *was = &app->typing.place;
    if (!was->owner || text_place_same(was, &now))
        return;
    begin(app);
    remember(app, &now);
}

void
app_typing_done(struct app *app)
{
    const struct text_place now = app_text_place(app);
    const struct text_place *was = &app->typing.place;
    bool closed = was->owner && !now.owner && was->depth == now.depth &&
                  was->owner != &app->prompt && !app->dialog.open;
    /* as after every refusal */
    if (closed && app->burst_over && !app->typing.drops)
        begin(app);
    remember(app, &now);
}

/* Says why, and how much was dropped, in one message that grows. */
static void
say_dropped(struct app *app)
{
    struct typing *t = &app->typing;
    char *text = t->dropped == 0
                     ? mem_strdup(t->why)
                     : mem_printf("%zu key%s dropped: %s", t->dropped,
                                  t->dropped == 1 ? "" : "s", t->why);
    if (t->said != 0 && t->said == app->messages.added)
        messages_revise(&app->messages, MESSAGE_ERROR, text);
    else
        messages_add(&app->messages, MESSAGE_ERROR, text);
    t->said = app->messages.added;
    free(text);
    app->dirty = true;
}

/* How long the pause must go on: it counts from the paint after a key. */
static int64_t
pause_left(const struct app *app)
{
    int64_t now = app->screen->ops->now_ms(app->screen);
    return app->quiet_from == 0 ? PAUSE_MS
                                : app->quiet_from + PAUSE_MS - now;
}

/* The hint line says again what the keys do. */
static void
pause_ends(void *ctx)
{
    struct app *app = ctx;
    int64_t left = pause_left(app);
    if (left > 0)
        app_alarm(app, (int)left, pause_ends, app);
    else if (!app_too_small(app)) /* there it goes on */
        app->typing.drops = false;
    app->dirty = true;
}

void
app_typing_line_feed(struct app *app)
{
    drop_input(app, "Ctrl-J does nothing, it is the line end of a paste");
    app->typing.dropped = app_drop_burst(app);
    say_dropped(app);
    app_alarm(app, PAUSE_MS, pause_ends, app);
}

void
app_typing_early(struct app *app, size_t dropped)
{
    drop_input(app, "the question had just opened");
    app->typing.dropped = dropped;
    say_dropped(app);
    app_alarm(app, PAUSE_MS, pause_ends, app);
}

void
app_typing_resized(struct app *app)
{
    if (!app->typing.drops)
        return;
    app->quiet_from = 0;
    app_alarm(app, PAUSE_MS, pause_ends, app);
}

/* True where input is dropped, from now on or still. */
static bool
drops_now(struct app *app)
{
    struct typing *t = &app->typing;
    bool unseen = app_too_small(app);
    if (!unseen && !t->closed && app->silence >= PAUSE_MS)
        t->drops = false;
    if (unseen && !t->drops)
        drop_input(app, "the window was too small");
    return t->drops;
}

bool
app_typing_drops(struct app *app, const struct event *event)
{
    struct typing *t = &app->typing;
    if (event->kind == EVENT_COMMAND || !drops_now(app))
        return false;
    app->count = 0;
    t->dropped += event->kind == EVENT_PASTE ? event->n : 1;
    say_dropped(app);
    t->closed = false;
    app_alarm(app, PAUSE_MS, pause_ends, app);
    app_row_seen(app);
    return true;
}

const char *
app_typing_hint(const struct app *app)
{
    return app->typing.drops ? "Keys are dropped until you pause for a second"
                             : NULL;
}

void
app_typing_clear(struct app *app)
{
    app_alarm_cancel(app, pause_ends, app);
    free(app->typing.why);
}
