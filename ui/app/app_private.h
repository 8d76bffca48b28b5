/* The inside of the console. */
#ifndef TAILOR_UI_APP_APP_PRIVATE_H
#define TAILOR_UI_APP_APP_PRIVATE_H

#include "ui/app/app.h"
#include "ui/widget/dialog.h"
#include "ui/widget/prompt.h"

#define APP_DEPTH 32
#define APP_WATCHES 32
#define APP_ALARMS 16

struct watch {
    int fd;
    short events;
    void (*ready)(void *ctx, short events);
    void *ctx;
};

struct alarm {
    int64_t at; /* monotonic milliseconds */
    void (*due)(void *ctx);
    void *ctx;
};

/* Where a person types: the field ITEM of what OWNER is, over DEPTH screens.
 * OWNER is NULL where keys are commands. */
struct text_place {
    const void *owner;
    size_t item, depth;
};

/* What typing.c knows of the text field that has the focus. */
struct typing {
    struct text_place place; /* as the last input left it */
    size_t messages;         /* how many there were then */
    bool closed;    /* under the person, who has pressed no key since */
    bool drops;     /* keys, until none comes for a while */
    size_t dropped; /* so many */
    size_t said;    /* how many messages there were with the one about them */
    char *why;      /* they are dropped */
};

/* What paste.c knows of a paste that comes as keys. */
struct loose_paste {
    bool open;          /* its keys are held, until a pause */
    size_t before;      /* keys that came with it and acted */
    bool too_big;       /* what did not fit was left out */
    bool lost;          /* it began with a bracket and did not end */
    bool ended;         /* its end came later */
    bool cut;           /* it is given without its end */
    bool secret;        /* who was given it said REACT_SECRET */
    int64_t rest_until; /* till then its rest goes to its text; 0: none does */
    bool after_enter;   /* the last key was Enter: a line feed is its */
    struct text_place place; /* that had the focus when it began */
    struct text_place into;  /* the field that has one since it is open */
    struct buf text;         /* of it, or of the last one */
    char *kept;              /* the text of one for Ctrl-Y, or NULL */
    bool older;              /* than what Esc left in a field */
};

/* What removal.c knows of the key that took the last row away. */
struct removal {
    struct key key;
    int64_t at; /* when it came last, 0: never */
    bool waits; /* it may be a repeat: LATER is not done yet */
    struct invocation later;
    size_t depth;   /* of the screen that it is for */
    size_t dropped; /* repeats since it acted */
    size_t said;    /* as in struct typing */
};

struct app {
    struct screen *screen;
    struct cells cells;
    struct keymap keymap;
    struct messages messages;
    struct prompt prompt;
    struct dialog dialog;
    void (*answered)(void *ctx, bool yes);
    void *answered_ctx;
    struct invocation pending; /* the action that the dialog asks about */
    char *pending_arg;
    char *pending_row;        /* the row that it asks about, or NULL */
    struct question question; /* as it was asked */
    char *left;               /* the text that Esc left in a field, or NULL */
    char *offered;            /* what Ctrl-Y replaces the field with, or NULL */
    char *environment, *actor, *notice, *zone;
    bool filter_pasted;     /* that of the first list has a paste in it */
    enum view_id last_view; /* of the session before, … */
    char *last_arg;         /* … NULL: none is known */
    enum role role;
    bool read_only, thin;
    void *owner;
    bool temporary;
    void (*tip)(void *owner, struct buf *out);
    bool (*before)(void *owner);
    bool (*secret)(const char *text);
    void (*left_screen)(void *owner);
    unsigned (*action)(void *owner, const struct invocation *invocation,
                       struct error *e);
    const struct view_ops *registered[VIEW_COUNT];
    struct view stack[APP_DEPTH];
    /* Of each screen, the key of the row that was marked after the last input
     * for it, or NULL. */
    char *seen[APP_DEPTH];
    size_t depth;
    int count; /* typed before a key */
    bool dirty, quit;
    bool last;          /* app_last() was called: the session ends with Esc */
    bool burst_over;    /* nothing is left of what came with the present key */
    int64_t asked_at;   /* when the question was first painted, 0: not yet */
    int64_t quiet_from; /* the first paint after the last input, 0: not yet */
    int64_t silence;    /* from there to the present key, ms; 0: none */
    bool alone;         /* it was long enough for what changes production */
    bool ahead; /* what waits came before the first screen was painted */
    struct typing typing;
    struct loose_paste paste;
    struct removal removal;
    /* What Enter on a button does once nothing has followed it, or NULL. */
    void (*held)(struct app *app);
    const char *held_label; /* of that button, borrowed */
    enum act held_action;   /* for confirmed_acts() */
    struct key key;         /* the present one, or the last */
    struct key repeats;     /* a key that acted, or met another's change: … */
    int64_t repeats_until;  /* … till then it is that one, still held down */
    struct watch watches[APP_WATCHES];
    size_t watch_count;
    struct alarm alarms[APP_ALARMS];
    size_t alarm_count;
};

/* memory.c: opens the screen of the session before. */
unsigned app_go_to_last_place(struct app *app, struct error *e);

/* draw.c: draws TEXT, of the marked action, whole at the end of R, after REASON
 * ("" if none). Returns the rows that are left for the list. */
int app_draw_whole(struct cells *c, struct rect r, const char *text,
                   const char *reason);

/* app.c: leaves the field of V that is typed in: closing its screen would store
 * the half of a text. WHY is the reason. */
void app_leave_typing(struct view *v, const char *why);

/* dispatch.c: judges, asks, does. */
void app_perform(struct app *app, const struct invocation *invocation);
void app_react(struct app *app, struct view *v, unsigned reaction,
               const struct error *e);
/* An input is done: the row marked now is the one that the next action is
 * meant for. */
void app_row_seen(struct app *app);
void app_context(struct app *app, enum act action, struct act_context *ctx);

/* guard.c: while a question is open that must not be answered by accident. */
bool app_is_asking(struct app *app);
/* The question, if one is open, counts as newly opened: the focus is where it
 * was then, and what came at once with the present key is dropped. */
void app_guard_begin(struct app *app);
/* The same where the terminal was away or has changed; an Enter that
 * app_guard_act() holds is not done. */
void app_guard_reopen(struct app *app);
/* The question is gone, and with it an Enter that app_guard_act() holds. */
void app_guard_end(struct app *app);
void app_guard_painted(struct app *app);
/* True where the button of the question that acts has the focus. */
bool app_guard_acts(struct app *app);
/* EVENT came while it had: unless that was Enter, the button has the focus no
 * longer. */
void app_guard_yields(struct app *app, const struct event *event);
bool app_guard_holds(struct app *app);
/* Drops KEY, which came while that is true, and says so. */
void app_guard_early(struct app *app, const struct key *key);
/* Something was read: the silence that a change needs begins again. */
void app_guard_input(struct app *app);
/* The present key, Enter, changes production by ACT if it comes alone: after a
 * silence, and ACT is called after another one. Else the guard says that
 * LABEL (kept until then) was not pressed, and drops the burst. */
void app_guard_act(struct app *app, const char *label,
                   void (*act)(struct app *app));
/* An event came that is not a resize: true where it was too soon after an Enter
 * that app_guard_act() holds. Then neither is done, and the guard says so. */
bool app_guard_followed(struct app *app);
/* The present key does nothing more as long as it is held down: it has acted,
 * or was refused because another session changed what it was meant for. */
void app_guard_once(struct app *app);
/* True where KEY is the Enter that acted, or a key that was refused, still held
 * down. */
bool app_guard_repeats(struct app *app, const struct key *key);
/* What the terminal sent is not a key: the rest of its burst is dropped. */
void app_guard_unknown(struct app *app);
/* Drops what came at once with the present key; returns how many keys. */
size_t app_drop_burst(struct app *app);
/* Says that the present key was refused, and drops the burst. */
void app_refuse(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void app_refuse_error(struct app *app, const struct error *e);

/* typing.c: keys that were not meant for what has the focus: the text field was
 * closed under the person who types, or the window was too small to see
 * it. */

/* The text field that has the focus. */
struct text_place app_text_place(struct app *app);
bool text_place_same(const struct text_place *a, const struct text_place *b);
/* Something other than a key may have closed the field: what is typed on is
 * dropped from then on. */
void app_typing_look(struct app *app);
/* The screen is another: what is typed on is dropped, as WHY says. */
void app_typing_ends(struct app *app, const char *why);
/* The present key is a line feed: it and what follows it are dropped. */
void app_typing_line_feed(struct app *app);
/* DROPPED keys came before the field of a question that had just opened took
 * any: so is what follows them, since the rest would be half a text. */
void app_typing_early(struct app *app, size_t dropped);
/* The window has another size: the pause that ends the dropping begins
 * again. */
void app_typing_resized(struct app *app);
/* A key, a paste or a command is done: what it closed is closed by it, unless
 * it was refused. */
void app_typing_done(struct app *app);
/* True where EVENT is dropped, and says so. */
bool app_typing_drops(struct app *app, const struct event *event);
/* What the hint line says while keys are dropped; NULL: they are not. */
const char *app_typing_hint(const struct app *app);
void app_typing_clear(struct app *app);

/* removal.c: a key that takes a row away, and is held down. */

/* The present key means INVOCATION, which takes the marked row away: it is done
 * now, once it turns out not to be a repeat, or not at all. */
void app_removal(struct app *app, const struct invocation *invocation);
/* Something else than that key came: what waits is done before it. */
void app_removal_now(struct app *app);
void app_removal_due(void *ctx);

/* paste.c: pastes, also those whose keys come without brackets. */

/* A paste came, whole: it goes to what has the focus, or is refused. */
void app_paste(struct app *app, const char *text, size_t n);
/* The end of one did not come: N bytes of TEXT did. */
void app_paste_lost(struct app *app, const char *text, size_t n);
/* An input is done: a field that has a paste may have been left. Where the
 * session ENDS with it, its text is kept and not stored: nobody has looked at
 * it and pressed Enter. */
void app_paste_left(struct app *app, bool ends);
/* A burst begins: from now on its keys are held, where they are a paste. True
 * where it is too early to tell: one that changes something has come, and what
 * follows it at once may be on its way. */
bool app_paste_look(struct app *app);
/* True where EVENT is part of such a paste. */
bool app_paste_takes(struct app *app, const struct event *event);
/* Inserts what is held; false: nothing is. */
bool app_paste_again(struct app *app);
enum err app_paste_show(struct app *app, struct error *e);
/* What the hint line says while one goes on; NULL: none does. */
const char *app_paste_hint(const struct app *app);
void app_paste_clear(struct app *app);

/* keys.c */
void app_take_event(struct app *app, const struct event *event);
void app_key(struct app *app, const struct key *key);
bool app_is_typing(struct app *app);
/* The text of the prompt is another: a filter applies. */
void app_prompt_changed(struct app *app);
/* True while the filter of the first list is typed. */
bool app_filters_first(const struct app *app);
void app_complete(void *ctx, const char *text, size_t cursor,
                  struct completions *list);

/* draw.c */
void app_draw(struct app *app);
bool app_too_small(const struct app *app);

/* frame.c: the actions that the frame does itself. */
unsigned app_frame_action(struct app *app, const struct invocation *invocation,
                          struct error *e);

/* Asks whether to leave the console. */
void app_ask_to_leave(struct app *app);

extern const struct view_ops help_view, messages_view, actions_view, text_view;

#endif
