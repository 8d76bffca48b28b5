/*
 * Pastes: those that the terminal brackets, and those that it does not, which
 * come as keys. Keys that came at once, faster than a hand, with a line end
 * among them, are a paste until nothing comes for a while, whatever they begin
 * with; so is a word of commands that would change something. No key of it
 * acts. Its text goes where a bracketed paste would go, the text field that had
 * the focus. Where there was none, or the field does not take it, it is kept
 * for Ctrl-Y in the next text field. A bracketed paste whose end never comes
 * ends the same way. One that may hold a secret is not read before its end is
 * there: what else comes at once is its rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/app_private.h"

/* How long a paste pauses before it is over: longer where the rest of it would
 * be commands. */
enum { PAUSE_FIELD_MS = 300, PAUSE_COMMANDS_MS = 1000 };

/* So many letters at once in a text field are a paste there: a fast hand has no
 * more. */
enum { PASTED_LEAST = 3 };

/* Fewer letters than this act, also those that change something. */
enum { CHANGING_LEAST = 3 };

#define ENTER_ALONE                                                            \
    "Enter did nothing, other keys came with it (press it again)"

/* How long the rest of a paste may stay away. */
enum { REST_MS = 60000 };

/* Where a paste goes that is for the screen. */
static void
view_paste(struct app *app, const char *text, size_t n, struct error *e)
{
    struct view *v = app_top(app);
    bool typing = app_is_typing(app);
    const char *why = typing ? NULL : app_refusal(app, ACT_PASTE);
    unsigned reaction = REACT_IGNORED;
    if (v->ops->paste && !why)
        reaction = v->ops->paste(v, text, n, e);
    app->paste.secret = (reaction & REACT_SECRET) != 0;
    if ((reaction & REACT_IGNORED) && e->code == ERR_OK)
        error_set(e, ERR_REFUSED, "paste: refused, %s",
                  v->ops->paste && why ? why : "no text field has the focus");
    app_react(app, v, reaction, e);
}

/* Gives a paste to what has the focus. An error: nothing took it. */
static enum err
give(struct app *app, const char *text, size_t n, struct error *e)
{
    app->dirty = true;
    app->paste.secret = false;
    if (app_guard_holds(app))
        return error_set(e, ERR_REFUSED,
                         "Paste dropped: the question had just opened");
    if (app->dialog.open)
        dialog_paste(&app->dialog, text, n, e);
    else if (app->prompt.kind == PROMPT_CLOSED)
        view_paste(app, text, n, e);
    else if (line_edit_paste(&app->prompt.line, text, n, e) == ERR_OK) {
        app_prompt_changed(app);
        app->filter_pasted = app->filter_pasted || app_filters_first(app);
    }
    if (e->code == ERR_OK)
        app->paste.into = app_text_place(app);
    return e->code;
}

void
app_paste(struct app *app, const char *text, size_t n)
{
    struct error e = {0};
    app->paste.rest_until = 0;
    if (app->depth && give(app, text, n, &e) != ERR_OK)
        app_refuse_error(app, &e);
    error_clear(&e);
}

/* --- pastes that come as keys ------------------------------------------ */

static void paste_is_over(void *ctx);

static void
wait_for_more(struct app *app)
{
    bool field = app->paste.place.owner != NULL;
    app_alarm(app, field ? PAUSE_FIELD_MS : PAUSE_COMMANDS_MS, paste_is_over,
              app);
    app->dirty = true;
}

static void
begin(struct app *app, size_t before)
{
    struct loose_paste *p = &app->paste;
    p->open = true;
    p->before = before;
    p->too_big = p->lost = p->ended = false;
    p->rest_until = 0;
    p->place = app_text_place(app);
    buf_reset(&p->text);
    app->count = 0;
    wait_for_more(app);
}

/* True where at least LEAST letters came at once in KEYS, one of which would
 * change something before another opens a field for the rest. */
static bool
would_change(struct app *app, const struct together *keys, size_t least)
{
    enum view_id view = app_top(app)->ops->id;
    size_t commands = 0;
    bool changes = false, opens = false;
    for (size_t i = 0; i < keys->letters && i < TOGETHER_RUN; i++) {
        const struct key key = {KEY_KIND_CHAR, keys->run[i], 0};
        enum act action = keymap_find(&app->keymap, view, &key);
        unsigned flags = action == ACT_NONE ? 0 : act_info(action)->flags;
        opens = opens || (flags & (ACT_OPENS | ACT_ARGUMENT)) != 0;
        changes = changes || (!opens && (flags & ACT_MUTATES) != 0);
        commands += key.codepoint < '0' || key.codepoint > '9';
    }
    return changes && commands >= least;
}

/* True where the rest of a paste may still come. */
static bool
awaits_rest(const struct app *app)
{
    return app_now_ms(app) < app->paste.rest_until;
}

/* What comes now is that rest. */
static void
go_on(struct app *app)
{
    app->paste.open = true;
    app->paste.after_enter = false;
    app->count = 0;
    wait_for_more(app);
}

/* The field has a paste in it where so many KEYS came at once: its text is
 * there as if it was typed, but nobody has looked at it. */
static void
note_pasted(struct app *app, const struct together *keys)
{
    const struct text_place now = app_text_place(app);
    if (now.owner && keys->letters >= PASTED_LEAST)
        app->paste.into = now;
}

bool
app_field_has_paste(struct app *app)
{
    const struct text_place now = app_text_place(app);
    return now.owner && text_place_same(&app->paste.into, &now);
}

bool
app_paste_look(struct app *app)
{
    struct together keys;
    if (app->paste.open || !app->depth || app->last || app->typing.drops ||
        app_too_small(app))
        return false;
    bool in_text = app_text_place(app).owner != NULL;
    bool commands = !in_text && !app_is_asking(app);
    app->screen->ops->together(app->screen, &keys);
    note_pasted(app, &keys);
    if (keys.keys == keys.before)
        return false;
    if (awaits_rest(app) && keys.letters + keys.enters + keys.feeds > 1)
        go_on(app);
    else if (together_is_paste(&keys, in_text) ||
             (commands && would_change(app, &keys, CHANGING_LEAST)))
        begin(app, keys.before);
    else
        return commands && keys.open && would_change(app, &keys, 1);
    return false;
}

/* A line end is one line feed, as a bracketed paste has it. */
static void
add_key(struct loose_paste *p, const struct key *key)
{
    char bytes[8] = "";
    size_t n = p->text.len;
    bool feed = key_is_line_feed(key);
    if (key_is_text(key))
        bytes[utf8_encode(bytes, key->codepoint)] = '\0';
    else if (key->kind == KEY_KIND_TAB)
        bytes[0] = '\t';
    else if (key->kind == KEY_KIND_ENTER || (feed && !p->after_enter))
        bytes[0] = '\n';
    p->after_enter = key->kind == KEY_KIND_ENTER;
    if (!buf_adds(&p->text, bytes)) {
        p->too_big = true;
        buf_truncate(&p->text, n);
    }
}

/* The text as it goes into a line: without the line ends around it, those
 * inside and tabs as blanks. */
static char *
as_line(const char *text)
{
    size_t n = strlen(text), begin = strspn(text, "\r\n\t ");
    while (n > begin && strchr("\r\n\t ", text[n - 1]))
        n--;
    char *line = mem_strndup(text + begin, n - begin);
    for (char *s = line; *s; s++)
        *s = strchr("\r\n\t", *s) ? ' ' : *s;
    return line;
}

/* Keeps it for Ctrl-Y, and says so behind WHY. One that may hold a secret is
 * dropped: nothing shows it again. */
static void
keep(struct app *app, const char *why)
{
    enum { SHOWN = 30 };
    struct loose_paste *p = &app->paste;
    if (app->secret && app->secret(buf_str(&p->text))) {
        app_say(app, MESSAGE_ERROR,
                "Paste dropped, it may hold a secret (paste it into its "
                "field)");
        return;
    }
    free(p->kept);
    p->kept = mem_strdup(buf_str(&p->text));
    p->older = false;
    char *line = as_line(p->kept);
    size_t n = strlen(line), shown = n < SHOWN ? n : SHOWN;
    shown = utf8_valid_prefix(line, shown);
    char *text = mem_printf(
        "%s \"%.*s%s\" (Ctrl-Y in a text field inserts it, :held-paste shows "
        "it)",
        why, (int)shown, line, shown < n ? "\xe2\x80\xa6" : "");
    messages_add(&app->messages, MESSAGE_ERROR, text);
    free(text);
    free(line);
    app->dirty = true;
}

static const char *
how_it_came(const struct loose_paste *p, char *out, size_t n)
{
    const char *text =
        p->too_big ? "Held as a paste, which was cut because it is too big:"
        : p->lost  ? "Paste held, its end did not arrive:"
                   : "Held as a paste, the keys came at once and did nothing:";
    snprintf(out, n, "%s", text);
    if (p->before > 0)
        snprintf(out, n,
                 "Held as a paste, but %zu key%s that came before it acted:",
                 p->before, p->before == 1 ? "" : "s");
    return out;
}

/* Keeps what its field has refused. */
static void
keep_refused(struct app *app, const struct error *e)
{
    char told[600];
    app_tell(e, told, sizeof told);
    char *why = mem_printf("%s; held:", told);
    keep(app, why);
    free(why);
}

/* Gives the text to its field; the line ends in it press nothing. */
static void
insert(struct app *app)
{
    struct loose_paste *p = &app->paste;
    struct error e = {0};
    const char *text = buf_str(&p->text);
    size_t first = strspn(text, "\n"), n = p->text.len - first;
    p->cut = p->lost && !p->ended;
    enum err err = give(app, text + first, n, &e);
    p->rest_until = p->cut && p->secret ? app_now_ms(app) + REST_MS : 0;
    p->cut = false;
    if (err != ERR_OK)
        keep_refused(app, &e);
    else if (!p->secret)
        app_say(app, p->lost ? MESSAGE_WARNING : MESSAGE_INFO,
                "Pasted %zu characters%s", utf8_length(text + first, n),
                p->lost ? ", the end of the paste did not arrive"
                        : " that came at once; the Enter among them did "
                          "nothing");
    error_clear(&e);
}

/* True where nothing of it is text: Enters, or empty cells of a sheet. */
static bool
is_blank(const struct loose_paste *p)
{
    return !p->lost && strspn(buf_str(&p->text), "\r\n\t ") == p->text.len;
}

static void
finish(struct app *app)
{
    struct loose_paste *p = &app->paste;
    const struct text_place now = app_text_place(app);
    app_alarm_cancel(app, paste_is_over, app);
    p->open = false;
    app->messages.showing = false;
    app->dirty = true;
    if (is_blank(p)) {
        app_say(app, MESSAGE_ERROR, ENTER_ALONE);
        return;
    }
    p->into = p->place;
    if (p->place.owner && text_place_same(&now, &p->place) && !p->too_big) {
        insert(app);
    } else if (awaits_rest(app)) {
        app_say(app, MESSAGE_WARNING,
                "The rest of a paste was dropped, it may hold a secret");
    } else {
        char how[120];
        keep(app, how_it_came(p, how, sizeof how));
    }
}

static void
paste_is_over(void *ctx)
{
    struct app *app = ctx;
    if (app->screen->ops->unfinished(app->screen))
        wait_for_more(app);
    else
        finish(app);
}

bool
app_paste_takes(struct app *app, const struct event *event)
{
    bool key = event->kind == EVENT_KEY;
    if (!app->paste.open || event->kind == EVENT_RESIZE)
        return false;
    if (!key && event->kind != EVENT_UNKNOWN) {
        finish(app);
        return false;
    }
    app->paste.ended = app->paste.ended || !key;
    if (key)
        add_key(&app->paste, &event->key);
    wait_for_more(app);
    return true;
}

void
app_paste_left(struct app *app, bool ends)
{
    struct together keys;
    struct text_place *into = &app->paste.into;
    if (ends) {
        app->screen->ops->together(app->screen, &keys);
        note_pasted(app, &keys);
    }
    const struct text_place now = app_text_place(app);
    if (!into->owner || !text_place_same(into, &now))
        *into = (struct text_place){0};
    else if (ends && now.owner != &app->prompt && !app->dialog.open)
        app_leave_typing(app_top(app), "the session ended after a paste");
}

void
app_paste_lost(struct app *app, const char *text, size_t n)
{
    if (!app->depth)
        return;
    begin(app, 0);
    app->paste.lost = true;
    for (size_t i = 0; i < n; i++) {
        if (text[i]) /* no text has that byte */
            buf_addc(&app->paste.text, text[i]);
    }
}

bool
app_paste_is_cut(const struct app *app)
{
    return app->paste.cut;
}

bool
app_paste_again(struct app *app)
{
    struct loose_paste *p = &app->paste;
    struct error e = {0};
    if (!p->kept)
        return false;
    char *line = as_line(p->kept);
    if (give(app, line, strlen(line), &e) == ERR_OK)
        FREE_NULL(p->kept);
    else
        app_refuse_error(app, &e);
    free(line);
    error_clear(&e);
    return true;
}

enum err
app_paste_show(struct app *app, struct error *e)
{
    const struct loose_paste *p = &app->paste;
    if (!p->kept)
        return error_set(e, ERR_NOT_FOUND, "No paste is held");
    app_show(app, "Held paste", p->kept);
    return ERR_OK;
}

const char *
app_paste_hint(const struct app *app)
{
    return app->paste.open ? "Keys that come at once are held as a paste until "
                             "you pause"
                           : NULL;
}

void
app_paste_clear(struct app *app)
{
    app_alarm_cancel(app, paste_is_over, app);
    app->paste.open = false;
    FREE_NULL(app->paste.kept);
    buf_clear(&app->paste.text);
}
