/* What the frame does itself, on every screen. */
#include <string.h>

#include "ui/app/app_private.h"

static const struct {
    enum act action;
    enum view_id view;
} places[] = {
    {ACT_GO_INSTALLATIONS, VIEW_INSTALLATIONS},
    {ACT_GO_DRAFTS, VIEW_DRAFTS},
    {ACT_GO_RUNTIMES, VIEW_RUNTIMES},
    {ACT_GO_AUDIT, VIEW_AUDIT},
    {ACT_HELP, VIEW_HELP},
    {ACT_MESSAGES, VIEW_MESSAGES},
    {ACT_ACTIONS, VIEW_ACTIONS},
};

static unsigned
go_to(struct app *app, enum view_id view, const char *arg, struct error *e)
{
    if (!app->registered[view]) {
        error_set(e, ERR_NOT_FOUND, "%s: not available in this console",
                  view_word(view));
        return REACT_PAINT;
    }
    bool aside =
        view == VIEW_HELP || view == VIEW_MESSAGES || view == VIEW_ACTIONS;
    if (aside && app_top(app)->ops->id == view)
        return REACT_PAINT;
    while (!aside && app->depth > 1)
        app_back(app);
    if (aside || app_top(app)->ops->id != view)
        app_open(app, app->registered[view], arg);
    return REACT_PAINT;
}

static void
leave_answered(void *ctx, bool yes)
{
    if (yes)
        app_quit(ctx);
}

void
app_ask_to_leave(struct app *app)
{
    static const struct question kept = {.text = "Leave the console?",
                                         .detail = "Drafts are saved.",
                                         .yes = "Leave"};
    static const struct question removed = {
        .text = "Leave the console and remove the demo?",
        .detail = "Its folder is removed, with drafts, versions and runs. "
                  "Started with tailor demo --dir DIR, a demo is kept.",
        .yes = "Leave and remove"};
    app_ask(app, app->temporary ? &removed : &kept, leave_answered, app);
}

/* Back undoes one thing: the count, work under way, the filter, the screen. */
static unsigned
go_back(struct app *app, struct error *e)
{
    struct view *v = app_top(app);
    if (v->ops->cancel) {
        unsigned reaction = v->ops->cancel(v);
        if (!(reaction & REACT_IGNORED))
            return reaction;
    }
    if (v->table && v->table->filter.len > 0) {
        if (v->ops->filter)
            v->ops->filter(v, "", e);
        else
            table_filter(v->table, "", e);
        return REACT_PAINT;
    }
    if (app->depth > 1)
        app_back(app);
    else
        app_say(app, MESSAGE_INFO,
                "this is the first screen (q leaves the console)");
    return REACT_PAINT;
}

/* As back; from the first screen, when nothing is left to undo, out. */
static unsigned
leave(struct app *app, struct error *e)
{
    const struct view *v = app_top(app);
    bool filtered = v->table && v->table->filter.len > 0;
    if (app->depth > 1 || filtered)
        return go_back(app, e);
    app_ask_to_leave(app);
    return REACT_PAINT;
}

static unsigned
cancel(struct app *app)
{
    struct view *v = app_top(app);
    if (!v->ops->cancel || (v->ops->cancel(v) & REACT_IGNORED))
        app_say(app, MESSAGE_INFO, "nothing to cancel");
    return REACT_PAINT;
}

static void
open_filter(struct app *app, const char *text)
{
    prompt_open(&app->prompt, PROMPT_FILTER, text);
    if (app_filters_first(app) && !*text)
        app->filter_pasted = false;
}

static unsigned
begin_filter(struct app *app, const char *text, struct error *e)
{
    struct view *v = app_top(app);
    if (*text) {
        if (v->ops->filter)
            v->ops->filter(v, text, e);
        else
            table_filter(v->table, text, e);
    } else
        open_filter(app, v->table ? buf_str(&v->table->filter) : "");
    return REACT_PAINT;
}

static unsigned
change_binding(struct app *app, const struct invocation *invocation,
               struct error *e)
{
    struct buf note;
    buf_init(&note, 256);
    enum err err = invocation->action == ACT_BIND
                       ? keymap_bind(&app->keymap, invocation->arg, &note, e)
                       : keymap_unbind(&app->keymap, invocation->arg, &note, e);
    if (!err)
        app_say(app, MESSAGE_INFO, "%s %s%s%s",
                act_info((enum act)invocation->action)->command,
                invocation->arg, note.len ? ": " : "", buf_str(&note));
    buf_clear(&note);
    return REACT_PAINT;
}

#define THEME_NAMES "default, light, dark, mono and contrast"

static unsigned
change_theme(struct app *app, const char *name, struct error *e)
{
    int theme = theme_find(name);
    if (!*name)
        error_set(e, ERR_USAGE,
                  "The theme is %s (" THEME_NAMES " are available)",
                  theme_name(app->screen->theme));
    else if (theme < 0)
        error_set(e, ERR_USAGE, "theme: unknown theme \"%s\" (" THEME_NAMES ")",
                  name);
    else
        app->screen->ops->theme(app->screen, (enum theme)theme);
    return REACT_PAINT;
}

static unsigned
save_screen(struct app *app, const char *file, struct error *e)
{
    if (!app->screen->ops->save)
        error_set(e, ERR_REFUSED,
                  "Save screen: only in a script (a session writes no files)");
    else {
        app_draw(app);
        app->screen->ops->save(app->screen, &app->cells, file, e);
    }
    return REACT_PAINT;
}

unsigned
app_frame_action(struct app *app, const struct invocation *invocation,
                 struct error *e)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (places[i].action == (enum act)invocation->action)
            return go_to(app, places[i].view, invocation->arg, e);
    }
    switch ((enum act)invocation->action) {
    case ACT_BACK:
        return go_back(app, e);
    case ACT_LEAVE:
        return leave(app, e);
    case ACT_CANCEL:
        return cancel(app);
    case ACT_FILTER:
        return begin_filter(app, invocation->arg, e);
    case ACT_COMMAND:
        prompt_open(&app->prompt, PROMPT_COMMAND, "");
        return REACT_PAINT;
    case ACT_BIND:
    case ACT_UNBIND:
        return change_binding(app, invocation, e);
    case ACT_THEME:
        return change_theme(app, invocation->arg, e);
    case ACT_REDRAW:
        app->screen->ops->repaint(app->screen);
        return REACT_PAINT;
    case ACT_SUSPEND:
        app->screen->ops->suspend(app->screen);
        cells_resize(&app->cells, app->screen->rows, app->screen->cols);
        app_guard_reopen(app);
        return REACT_PAINT;
    case ACT_SAVE_SCREEN:
        return save_screen(app, invocation->arg, e);
    case ACT_HELD_PASTE:
        app_paste_show(app, e);
        return REACT_PAINT;
    case ACT_LAST_PLACE:
        return app_go_to_last_place(app, e);
    case ACT_QUIT:
        app_quit(app);
        return REACT_NOTHING;
    default:
        return REACT_IGNORED;
    }
}
