/* The life of the console: its screens, its loop, what wakes it. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/app/app_private.h"

struct app *
app_new(struct screen *screen, const struct app_facts *facts)
{
    struct app *app = mem_alloc(sizeof *app);
    app->screen = screen;
    app->environment = mem_strdup(facts->environment);
    app->actor = mem_strdup(facts->actor);
    app_role(app, facts->role, facts->read_only);
    app->thin = facts->thin;
    app->owner = facts->owner;
    app->temporary = facts->temporary;
    app->tip = facts->tip;
    app->before = facts->before;
    app->secret = facts->secret;
    app->left_screen = facts->left;
    app->action = facts->action;
    cells_init(&app->cells, screen->rows, screen->cols, screen->ascii);
    keymap_init(&app->keymap);
    prompt_init(&app->prompt, app_complete, app);
    buf_init(&app->paste.text, PASTE_MOST);
    app->ahead = true;
    app_register(app, &help_view);
    app_register(app, &messages_view);
    app_register(app, &actions_view);
    app_register(app, &text_view);
    app->dirty = true;
    return app;
}

static void
close_top(struct app *app)
{
    struct view *v = &app->stack[app->depth - 1];
    if (v->ops->close)
        v->ops->close(v);
    free(v->arg);
    app->depth--;
    FREE_NULL(app->seen[app->depth]);
}

void
app_free(struct app *app)
{
    if (!app)
        return;
    while (app->depth > 0)
        close_top(app);
    dialog_close(&app->dialog);
    prompt_clear(&app->prompt);
    keymap_clear(&app->keymap);
    messages_clear(&app->messages);
    cells_clear(&app->cells);
    app->screen->ops->close(app->screen);
    free(app->pending_arg);
    free(app->pending_row);
    free(app->left);
    free(app->last_arg);
    free(app->offered);
    app_typing_clear(app);
    app_paste_clear(app);
    free(app->environment);
    free(app->actor);
    free(app->notice);
    free(app->zone);
    free(app);
}

enum { ESCAPES = 2 }; /* the first may close a list of choices only */

void
app_leave_typing(struct view *v, const char *why)
{
    struct key escape = {.kind = KEY_KIND_ESCAPE};
    struct error ignored = {0};
    if (v->ops->keep)
        v->ops->keep(v, why);
    for (int i = 0; i < ESCAPES; i++) {
        if (v->ops->typing && v->ops->typing(v) && v->ops->key)
            v->ops->key(v, &escape, &ignored);
    }
}

void
app_role(struct app *app, enum role role, bool read_only)
{
    bool reads = read_only || role <= ROLE_AUDITOR;
    for (size_t i = 0; i < app->depth && reads && !app->read_only; i++) {
        if (app->stack[i].ops != &actions_view)
            app_leave_typing(&app->stack[i], "your role changed");
    }
    app->role = role;
    app->read_only = reads;
    app->dirty = true;
    app_typing_look(app);
}

void
app_close_all(struct app *app, const char *why)
{
    if (app->dialog.open) {
        dialog_close(&app->dialog);
        app->answered(app->answered_ctx, false);
    }
    prompt_close(&app->prompt);
    app_guard_end(app);
    for (size_t i = 0; i < app->depth; i++)
        app_leave_typing(&app->stack[i], why);
    while (app->depth > 0)
        close_top(app);
    messages_clear(&app->messages);
    FREE_NULL(app->left);
    app_paste_clear(app);
    app_offer(app, NULL);
    app->count = 0;
}

void
app_last(struct app *app, const char *title, const char *text)
{
    app->last = true;
    app_show(app, title, text);
    app_typing_ends(app, "Esc closes the console");
}

void
app_restart(struct app *app, const char *why)
{
    const struct view_ops *first = app->stack[0].ops;
    app_close_all(app, why);
    app_open(app, first, "");
    app_say(app, MESSAGE_ERROR, "%s", why);
    app_typing_ends(app, why);
}

void
app_register(struct app *app, const struct view_ops *ops)
{
    app->registered[ops->id] = ops;
}

bool
app_open(struct app *app, const struct view_ops *ops, const char *arg)
{
    struct error e = {0};
    if (app->depth == APP_DEPTH) {
        app_say(app, MESSAGE_ERROR, "%d screens are open (Esc goes back)",
                APP_DEPTH);
        return false;
    }
    struct view *v = &app->stack[app->depth];
    *v = (struct view){.ops = ops, .app = app};
    if (ops->open && ops->open(v, arg ? arg : "", &e) != ERR_OK) {
        app_say_error(app, MESSAGE_ERROR, &e);
        return false;
    }
    v->arg = mem_strdup(arg ? arg : "");
    app->depth++;
    app->dirty = true;
    app_draw(app); /* keys typed ahead find its rows there */
    app_guard_begin(app);
    return true;
}

void
app_show(struct app *app, const char *title, const char *text)
{
    char *whole = mem_printf("%s\n%s", title, text);
    app_open(app, &text_view, whole);
    free(whole);
}

/* The number of screens that stay open where one goes back. */
static size_t
depth_behind(struct app *app)
{
    const struct view *v = app_top(app);
    size_t depth = app->depth - 1;
    while (depth > 1 && v->ops->passes &&
           v->ops->passes(v, &app->stack[depth - 1]))
        depth--;
    return depth;
}

/* Closes screens until DEPTH are open, and shows the last of them as it is
 * now. */
static void
back_to(struct app *app, size_t depth)
{
    while (app->depth > depth)
        close_top(app);
    struct view *v = app_top(app);
    if (v->ops->refresh)
        v->ops->refresh(v);
    app->dirty = true;
    app_guard_begin(app);
    if (app->left_screen)
        app->left_screen(app->owner);
}

void
app_back(struct app *app)
{
    if (app->depth > 1)
        back_to(app, depth_behind(app));
}

bool
app_return_or_open(struct app *app, const struct view_ops *ops, const char *arg)
{
    for (size_t i = app->depth - 1; i-- > 0;) {
        const struct view *v = &app->stack[i];
        if (v->ops == ops && strcmp(v->arg, arg) == 0) {
            back_to(app, i + 1);
            return true;
        }
    }
    return app_open(app, ops, arg);
}

int64_t
app_now_ms(const struct app *app)
{
    return app->screen->ops->now_ms(app->screen);
}

struct view *
app_top(struct app *app)
{
    return app->depth ? &app->stack[app->depth - 1] : NULL;
}

void *
app_owner(const struct app *app)
{
    return app->owner;
}

void
app_quit(struct app *app)
{
    app->quit = true;
}

bool
app_holds_screen(const struct app *app)
{
    return app->dialog.open || app->prompt.kind != PROMPT_CLOSED;
}

void
app_changed(struct app *app)
{
    app->dirty = true;
}

void
app_refresh(struct app *app)
{
    for (size_t i = 0; i < app->depth; i++) {
        struct view *v = &app->stack[i];
        if (v->ops->refresh)
            v->ops->refresh(v);
    }
    app->dirty = true;
}

void
app_say(struct app *app, enum message_level level, const char *format, ...)
{
    struct buf text;
    va_list ap;
    buf_init(&text, 4096);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    messages_add(&app->messages, level, buf_str(&text));
    log_event(LOG_DEBUG, "message", "text", buf_str(&text), NULL);
    buf_clear(&text);
    app->dirty = true;
}

static const char *const hints[HINT_COUNT] = {
#define W(name, words) [HINT_##name] = words,
#include "ui/app/hints.def"
#undef W
};

void
app_tell(const struct error *e, char *out, size_t n)
{
    struct buf text;
    buf_init(&text, 2000);
    error_tell(e, hints, &text);
    snprintf(out, n, "%s", buf_str(&text));
    buf_clear(&text);
}

void
app_say_error(struct app *app, enum message_level level, const struct error *e)
{
    char text[2000];
    app_tell(e, text, sizeof text);
    app_say(app, level, "%s", text);
}

void
app_zone(struct app *app, const char *text)
{
    free(app->zone);
    app->zone = mem_strdup(text);
    app->dirty = true;
}

void
app_notice(struct app *app, const char *text)
{
    free(app->notice);
    app->notice = mem_strdup(text);
    app->dirty = true;
}

void
app_copy(struct app *app, const char *what, const char *text, size_t n)
{
    struct error e = {0};
    if (app->screen->ops->copy(app->screen, text, n, &e) != ERR_OK)
        app_say_error(app, MESSAGE_ERROR, &e);
    else
        app_say(app, MESSAGE_INFO, "%s: copied, %zu bytes", what, n);
}

void
app_keep_left(struct app *app, const char *text)
{
    free(app->left);
    app->left = mem_strdup(text);
    app->paste.older = true;
}

void
app_offer(struct app *app, const char *text)
{
    free(app->offered);
    app->offered = mem_strdup(text);
}

const struct keymap *
app_keymap(const struct app *app)
{
    return &app->keymap;
}

const struct messages *
app_messages(const struct app *app)
{
    return &app->messages;
}

bool
app_is_ascii(const struct app *app)
{
    return app->screen->ascii;
}

bool
app_is_thin(const struct app *app)
{
    return app->thin;
}

/* --- what wakes it --------------------------------------------------- */

void
app_watch(struct app *app, int fd, short events,
          void (*ready)(void *ctx, short events), void *ctx)
{
    app_unwatch(app, fd);
    assert(app->watch_count < APP_WATCHES);
    app->watches[app->watch_count++] = (struct watch){fd, events, ready, ctx};
}

void
app_unwatch(struct app *app, int fd)
{
    for (size_t i = 0; i < app->watch_count; i++) {
        if (app->watches[i].fd == fd) {
            app->watches[i] = app->watches[--app->watch_count];
            return;
        }
    }
}

void
app_alarm(struct app *app, int ms, void (*due)(void *ctx), void *ctx)
{
    app_alarm_cancel(app, due, ctx);
    assert(app->alarm_count < APP_ALARMS);
    app->alarms[app->alarm_count++] =
        (struct alarm){app->screen->ops->now_ms(app->screen) + ms, due, ctx};
}

void
app_alarm_cancel(struct app *app, void (*due)(void *ctx), void *ctx)
{
    for (size_t i = 0; i < app->alarm_count; i++) {
        if (app->alarms[i].due == due && app->alarms[i].ctx == ctx) {
            app->alarms[i] = app->alarms[--app->alarm_count];
            return;
        }
    }
}

static void
run_alarms(struct app *app)
{
    int64_t now = app->screen->ops->now_ms(app->screen);
    for (size_t i = 0; i < app->alarm_count;) {
        struct alarm alarm = app->alarms[i];
        if (alarm.at > now) {
            i++;
            continue;
        }
        app->alarms[i] = app->alarms[--app->alarm_count];
        alarm.due(alarm.ctx);
        i = 0;
    }
}

/* How long to wait at most, -1 for ever. */
static int
wait_ms(struct app *app)
{
    int64_t least = app->screen->ops->wait_ms(app->screen);
    int64_t now = app->screen->ops->now_ms(app->screen);
    for (size_t i = 0; i < app->alarm_count; i++) {
        int64_t left = app->alarms[i].at - now;
        if (left < 0)
            left = 0;
        if (least < 0 || left < least)
            least = left;
    }
    return (int)least;
}

static void
run_watches(struct app *app, const struct pollfd *fds, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; fds[i].revents && k < app->watch_count; k++) {
            struct watch w = app->watches[k];
            if (w.fd == fds[i].fd) {
                w.ready(w.ctx, fds[i].revents);
                break;
            }
        }
    }
}

static void
input_done(struct app *app)
{
    app_typing_done(app);
    app_paste_left(app, false);
    app_row_seen(app);
}

static void
take_event(struct app *app, const struct event *event)
{
    if (event->kind != EVENT_RESIZE) {
        bool again = event->kind == EVENT_KEY &&
                     key_same(&event->key, &app->removal.key);
        if (!again && event->kind != EVENT_HANGUP)
            app_removal_now(app);
        app_guard_input(app);
        bool pasted = app_paste_takes(app, event);
        if (event->kind != EVENT_HANGUP &&
            (app_guard_followed(app) || pasted || app_typing_drops(app, event)))
            return;
    }
    switch (event->kind) {
    case EVENT_KEY:
        app_key(app, &event->key);
        break;
    case EVENT_UNKNOWN:
        app_guard_unknown(app);
        break;
    case EVENT_PASTE:
        app_paste(app, event->text, event->n);
        break;
    case EVENT_REFUSED:
        app_refuse(app, "paste: more than %u bytes (import a file instead)",
                   PASTE_MOST);
        break;
    case EVENT_LOST:
        app_paste_lost(app, event->text, event->n);
        break;
    case EVENT_COMMAND:
        app_command(app, event->text);
        break;
    case EVENT_RESIZE:
        cells_resize(&app->cells, app->screen->rows, app->screen->cols);
        app_draw(app);
        app->dirty = true;
        app_guard_reopen(app);
        app_typing_resized(app);
        break;
    case EVENT_HANGUP:
        app_paste_left(app, true);
        app->quit = true;
        break;
    }
    if (event->kind == EVENT_RESIZE)
        app_typing_look(app);
    else
        input_done(app);
}

void
app_take_event(struct app *app, const struct event *event)
{
    bool acts = app_guard_acts(app);
    bool input = event->kind != EVENT_RESIZE && event->kind != EVENT_HANGUP;
    if (input && app->before && !app->before(app->owner)) {
        app_drop_burst(app);
        return;
    }
    if (app->last &&
        (event->kind == EVENT_PASTE || event->kind == EVENT_UNKNOWN))
        return; /* nothing takes text there */
    take_event(app, event);
    if (acts)
        app_guard_yields(app, event);
}

static void
turn(struct app *app)
{
    struct pollfd fds[SCREEN_FDS + APP_WATCHES];
    size_t own = app->screen->ops->fds(app->screen, fds), n = own;
    for (size_t i = 0; i < app->watch_count; i++)
        fds[n++] =
            (struct pollfd){app->watches[i].fd, app->watches[i].events, 0};
    if (poll(fds, n, wait_ms(app)) < 0)
        n = own;
    struct event event;
    app->burst_over = false;
    bool early = app_paste_look(app);
    while (!early && !app->quit && !app->burst_over &&
           app->screen->ops->next(app->screen, &event))
        app_take_event(app, &event);
    app->burst_over = true;
    if (!app->quit) {
        run_watches(app, fds + own, n - own);
        run_alarms(app);
        app_typing_look(app);
    }
}

void
app_run(struct app *app)
{
    while (!app->quit) {
        if (app->dirty) {
            app_draw(app);
            app->screen->ops->paint(app->screen, &app->cells);
            app->dirty = false;
            app_guard_painted(app);
        }
        turn(app);
    }
}
