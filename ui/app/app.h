/*
 * The console: a stack of screens over one loop that waits for keys, signals
 * and descriptors, dispatches, and paints once.
 */
#ifndef TAILOR_UI_APP_APP_H
#define TAILOR_UI_APP_APP_H

#include <poll.h>
#include <stdint.h>

#include "ui/app/keymap.h"
#include "ui/app/messages.h"
#include "ui/app/view.h"
#include "ui/term/screen.h"

#define APP_MIN_ROWS 12
#define APP_MIN_COLS 40

/* What every screen shows of the session; strings are copied. */
struct app_facts {
    const char *environment; /* "PRODUCTION", or NULL */
    const char *actor;
    enum role role;
    bool read_only; /* also set for auditors, whatever is said here */
    bool thin;      /* no detail line */
    bool temporary; /* nothing of it is kept: leaving says so */
    void *owner;    /* what the screens share, borrowed: app_owner */
    /* Appends what to do next, where there is a tip for that: shown on the
     * message line when nothing else is. May be NULL. */
    void (*tip)(void *owner, struct buf *out);
    /* A screen was left by going back from it. May be NULL. */
    void (*left)(void *owner);
    /* Called before an input is worked in; false: it is dropped, because what
     * it was meant for is not on the screen any more. May be NULL. */
    bool (*before)(void *owner);
    /* True where TEXT may hold a secret: it is not kept. NULL: none does. */
    bool (*secret)(const char *text);
    /* Does an action of no screen, as view_ops.action. May be NULL. */
    unsigned (*action)(void *owner, const struct invocation *invocation,
                       struct error *e);
};

struct app;
struct value;

/* A console on SCREEN (taken). */
struct app *app_new(struct screen *screen, const struct app_facts *facts);
void app_free(struct app *app);

/* Tells which screen belongs to the commands installations, runs, …; OPS is
 * borrowed. */
void app_register(struct app *app, const struct view_ops *ops);

/* Opens a screen on top. An error becomes a message; returns whether it
 * opened. */
bool app_open(struct app *app, const struct view_ops *ops, const char *arg);

/* The same, but where it is open below the top with the same ARG, goes back to
 * it: the way to a screen is never a circle. */
bool app_return_or_open(struct app *app, const struct view_ops *ops,
                        const char *arg);

/* Opens TEXT, as long as it may be, on a screen of its own under TITLE. */
void app_show(struct app *app, const char *title, const char *text);

/* Leaves the screen on top; the first one stays. */
void app_back(struct app *app);

/* Closes every screen and question; what is typed is kept (view.h), not stored.
 * The session then shows nothing of the store until app_open or app_last. */
void app_close_all(struct app *app, const char *why);

/* The last that is shown, after app_close_all: TEXT whole, until Esc or q ends
 * the session. */
void app_last(struct app *app, const char *title, const char *text);

/* Closes every screen and question, forgets every message, and opens the first
 * screen again; until a pause no key does anything. WHY is said. */
void app_restart(struct app *app, const char *why);

/* The session has another role from now on. READ_ONLY as in app_facts. Where it
 * may change nothing from now on, every field that is typed in is left as by
 * Esc, and what is typed on is dropped: say the new role first. */
void app_role(struct app *app, enum role role, bool read_only);

/* Runs until the session ends. */
void app_run(struct app *app);

/* Ends the session at the next turn of the loop. */
void app_quit(struct app *app);

/* What the next session of the same person on the same store begins with, a new
 * object of at most 200 KB as JSON, and beginning with V of one: theme,
 * commands, sort, filter, last screen. What V has of anything else, or in
 * another form, is ignored. */
struct value *app_memory(const struct app *app);
void app_remember(struct app *app, const struct value *v);

/* --- for screens ---------------------------------------------------- */

/* True while a view is given a paste whose end has not arrived: what is read
 * from it may be cut off anywhere. */
bool app_paste_is_cut(const struct app *app);

/* Shows a message and keeps it. */
void app_say(struct app *app, enum message_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for an error, with what can be done about it. */
void app_say_error(struct app *app, enum message_level level,
                   const struct error *e);

/* The sentence of E and what can be done about it, into the N bytes of OUT. */
void app_tell(const struct error *e, char *out, size_t n);

/* Does an action as if its key had been pressed: judged, asked, done. */
void app_do(struct app *app, const struct invocation *invocation);

/* Does an action that the screen on top has asked about (view_ops.asks), a
 * moment after the present key and only if nothing follows that: judged and
 * done. From any other screen it is app_do. */
void app_confirmed(struct app *app, enum act action);

/* Why ACTION is off on the screen on top, or NULL. */
const char *app_refusal(struct app *app, enum act action);

/* Asks Q; ANSWERED is called once with the answer. */
void app_ask(struct app *app, const struct question *q,
             void (*answered)(void *ctx, bool yes), void *ctx);

/* Takes the question of ANSWERED and CTX off the screen, if it is there, since
 * what it asks about is over. ANSWERED is not called. */
void app_unask(struct app *app, void (*answered)(void *ctx, bool yes),
               void *ctx);

/* Copies to the clipboard and says so, or why not. WHAT names it. */
void app_copy(struct app *app, const char *what, const char *text, size_t n);

/* True where text came at once into the field that has the focus, since it has
 * it: nobody may have looked at that. */
bool app_field_has_paste(struct app *app);

/* Keeps TEXT (copied), which Esc left in a field: Ctrl-Y in a text field
 * inserts it. */
void app_keep_left(struct app *app, const char *text);

/* TEXT (copied; NULL: none) is what Ctrl-Y puts in the place of all that is in
 * the text field that is open. */
void app_offer(struct app *app, const char *text);

/* A standing notice in the header ("us-1 lost, heard 13:52"); NULL: none. */
void app_notice(struct app *app, const char *text);

/* The zone of the times on the screen, such as "UTC+2" (copied); it stands in
 * the header where nothing else needs the room. NULL: none. */
void app_zone(struct app *app, const char *text);

/* True while a question, the command line or a filter is open over the screen
 * on top: what that is about must stay where it is. */
bool app_holds_screen(const struct app *app);

/* Something shown has changed: paint at the end of this turn. */
void app_changed(struct app *app);

/* Every screen reads again (another session changed the store). */
void app_refresh(struct app *app);

/* Calls READY with the events of FD (POLLIN, POLLOUT) until app_unwatch. */
void app_watch(struct app *app, int fd, short events,
               void (*ready)(void *ctx, short events), void *ctx);
void app_unwatch(struct app *app, int fd);

/* Calls DUE once after MS milliseconds; the same DUE and CTX again moves the
 * time. Nothing wakes the console but this and descriptors. */
void app_alarm(struct app *app, int ms, void (*due)(void *ctx), void *ctx);
void app_alarm_cancel(struct app *app, void (*due)(void *ctx), void *ctx);

/* Carries out a line of the command line, also of a settings file; the first
 * screen must be open. */
void app_command(struct app *app, const char *line);

const struct keymap *app_keymap(const struct app *app);
const struct messages *app_messages(const struct app *app);
struct view *app_top(struct app *app);
int64_t app_now_ms(const struct app *app); /* monotonic */
void *app_owner(const struct app *app);
bool app_is_ascii(const struct app *app);
bool app_is_thin(const struct app *app);

#endif
