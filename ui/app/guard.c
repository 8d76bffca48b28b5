/*
 * The guard of questions: nothing that was typed before a question could be
 * read answers it. Keys that came at once with the one that opened it are
 * dropped, and so are all keys but Tab until it has been on the screen for a
 * while. Only an Enter that comes alone changes anything: after a silence
 * since the screen was painted, and before a silence of the same length. What
 * follows it, in this read or a later one, stops it. An Enter that is held
 * down goes no further than the button, and a key that met another session's
 * change no further than the refusal. Whatever else comes while that button
 * has the focus takes the focus off it: whoever types on believes that the
 * question is gone. Keys that came before the first screen was painted change
 * nothing at all. A question that comes back, after the terminal was away or
 * changed its size, or from help, counts as newly opened.
 */
#include <stdarg.h>

#include "ui/app/app_private.h"

enum {
    GUARD_MS = 300,
    REPEAT_MS = 1000 /* a key that is held down repeats sooner */
};

/* The form of the question that is open, or NULL. */
static struct form *
open_question(struct app *app)
{
    const struct view *v = app_top(app);
    return app->dialog.open     ? &app->dialog.form
           : v && v->ops->asks ? v->ops->asks(v)
                               : NULL;
}

bool
app_is_asking(struct app *app)
{
    return open_question(app) != NULL;
}

void
app_guard_begin(struct app *app)
{
    struct form *question = open_question(app);
    app->asked_at = 0;
    if (!question)
        return;
    form_rest(question);
    size_t dropped = app_drop_burst(app);
    if (dropped > 0 && form_typing(question))
        app_typing_early(app, dropped);
    else if (dropped > 0)
        app_say(app, MESSAGE_ERROR,
                "%zu key%s dropped: the question had just opened", dropped,
                dropped == 1 ? "" : "s");
}

bool
app_guard_acts(struct app *app)
{
    const struct form *question = open_question(app);
    return question && form_acts(question);
}

void
app_guard_yields(struct app *app, const struct event *event)
{
    struct form *question = open_question(app);
    bool enter =
        event->kind == EVENT_KEY && event->key.kind == KEY_KIND_ENTER;
    if (question && !enter && event->kind != EVENT_HANGUP) {
        form_yield(question);
        app->dirty = true;
    }
}

/* The end of the guard is shown: then the hint line says what the keys do. */
static void
guard_ends(void *ctx)
{
    app_changed(ctx);
}

void
app_guard_painted(struct app *app)
{
    int64_t now = app->screen->ops->now_ms(app->screen);
    if (app->ahead) {
        struct together keys;
        app->screen->ops->together(app->screen, &keys);
        app->ahead = keys.keys > keys.before;
    }
    if (app->quiet_from == 0)
        app->quiet_from = now;
    if (app->asked_at != 0 || !app_is_asking(app))
        return;
    app->asked_at = now;
    app_alarm(app, GUARD_MS, guard_ends, app);
}

bool
app_guard_holds(struct app *app)
{
    int64_t now = app->screen->ops->now_ms(app->screen);
    return app_is_asking(app) &&
           (app->asked_at == 0 || now - app->asked_at < GUARD_MS);
}

void
app_guard_early(struct app *app, const struct key *key)
{
    if (key->kind == KEY_KIND_CHAR && form_typing(open_question(app)))
        app_typing_early(app, 1 + app_drop_burst(app));
    else
        app_refuse(app, "Key dropped: the question had just opened");
}

void
app_guard_input(struct app *app)
{
    int64_t now = app->screen->ops->now_ms(app->screen);
    app->silence = app->quiet_from != 0 ? now - app->quiet_from : 0;
    app->alone = app->silence >= GUARD_MS;
    app->quiet_from = 0;
    if (app_is_asking(app))
        app->dirty = true; /* the silence begins with the next paint */
}

/* The silence after Enter is over. Bytes that are not a key yet broke it. */
static void
held_is_over(void *ctx)
{
    struct app *app = ctx;
    if (app_too_small(app) || app->screen->ops->unfinished(app->screen)) {
        app_guard_followed(app);
        return;
    }
    void (*act)(struct app *app) = app->held;
    app->held = NULL;
    app->dirty = true;
    app_guard_once(app);
    app->repeats = (struct key){.kind = KEY_KIND_ENTER};
    act(app);
    app_row_seen(app);
}

void
app_guard_act(struct app *app, const char *label, void (*act)(struct app *app))
{
    size_t behind = app_drop_burst(app);
    if (app->alone && behind == 0) {
        app->held = act;
        app->held_label = label;
        app->dirty = true;
        app_alarm(app, GUARD_MS, held_is_over, app);
    } else if (app->alone)
        app_say(app, MESSAGE_ERROR,
                "%s: not done, Enter came with %zu other key%s (press Enter "
                "once)",
                label, behind, behind == 1 ? "" : "s");
    else
        app_say(app, MESSAGE_ERROR,
                "%s: not done, Enter came too soon after another key (press "
                "Enter again)",
                label);
}

bool
app_guard_followed(struct app *app)
{
    if (!app->held)
        return false;
    app->held = NULL;
    app_alarm_cancel(app, held_is_over, app);
    app_drop_burst(app);
    app_say(app, MESSAGE_ERROR,
            "%s: not done, other input came right after Enter (press Enter "
            "once)",
            app->held_label);
    return true;
}

void
app_guard_reopen(struct app *app)
{
    if (app->held) {
        app->held = NULL;
        app_alarm_cancel(app, held_is_over, app);
        app_say(app, MESSAGE_ERROR,
                "%s: not done, the terminal changed right after Enter (look "
                "and choose again)",
                app->held_label);
    }
    app_guard_begin(app);
}

void
app_guard_end(struct app *app)
{
    app->held = NULL;
    app_alarm_cancel(app, held_is_over, app);
    app->asked_at = 0;
}

void
app_guard_once(struct app *app)
{
    app->repeats = app->key;
    app->repeats_until = app->screen->ops->now_ms(app->screen) + REPEAT_MS;
}

bool
app_guard_repeats(struct app *app, const struct key *key)
{
    int64_t now = app->screen->ops->now_ms(app->screen);
    if (!key_same(key, &app->repeats))
        app->repeats_until = 0;
    if (now >= app->repeats_until)
        return false;
    if (app->repeats_until < now + GUARD_MS)
        app->repeats_until = now + GUARD_MS;
    return true;
}

void
app_guard_unknown(struct app *app)
{
    bool text = app->prompt.kind != PROMPT_CLOSED || app_is_typing(app);
    size_t dropped = text && !app_is_asking(app) ? 0 : app_drop_burst(app);
    if (dropped > 0)
        app_say(app, MESSAGE_ERROR,
                "%zu key%s dropped: the terminal sent an unknown key with "
                "them",
                dropped, dropped == 1 ? "" : "s");
}

size_t
app_drop_burst(struct app *app)
{
    struct event event;
    size_t dropped = 0;
    if (app->burst_over) /* dropped already, or no key is the present one */
        return 0;
    app->burst_over = true;
    app->count = 0;
    while (!app->quit && app->screen->ops->next(app->screen, &event)) {
        if (event.kind == EVENT_RESIZE || event.kind == EVENT_HANGUP) {
            app_take_event(app, &event);
            continue;
        }
        app_guard_yields(app, &event);
        app_paste_takes(app, &event);
        dropped++;
    }
    return dropped;
}

void
app_refuse(struct app *app, const char *format, ...)
{
    struct buf text;
    va_list ap;
    buf_init(&text, 4096);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    size_t dropped = app_drop_burst(app);
    if (dropped > 0)
        app_say(app, MESSAGE_ERROR, "%s; %zu key%s dropped", buf_str(&text),
                dropped, dropped == 1 ? "" : "s");
    else
        app_say(app, MESSAGE_ERROR, "%s", buf_str(&text));
    buf_clear(&text);
}

void
app_refuse_error(struct app *app, const struct error *e)
{
    char text[2000];
    app_tell(e, text, sizeof text);
    app_refuse(app, "%s", text);
    if (e->code == ERR_CONFLICT)
        app_guard_once(app);
}
