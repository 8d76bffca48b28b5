/*
 * The actions of the marked row by their names: what is chosen is done on the
 * screen beneath, judged and asked about as if its key had been pressed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/app_private.h"
#include "ui/app/chooser.h"

struct entry {
    enum act action;
    const char *off; /* why it is off, or NULL */
};

static void
entry_text(const void *data, struct buf *out)
{
    enum act action = ((const struct entry *)data)->action;
    const struct act_info *info = act_info(action);
    buf_addf(out, "%s %s %s", info->label, info->command, act_synonyms(action));
}

static const struct row_list_ops menu_rows = {free, entry_text, NULL};

static enum style
cell_name(void *ctx, const void *row, struct buf *out)
{
    const struct entry *entry = row;
    (void)ctx;
    buf_adds(out, act_info(entry->action)->label);
    return entry->off ? STYLE_OFF : STYLE_NORMAL;
}

static enum style
cell_help(void *ctx, const void *row, struct buf *out)
{
    const struct entry *entry = row;
    (void)ctx;
    if (entry->off)
        buf_addf(out, "(%s) ", entry->off);
    buf_adds(out, act_info(entry->action)->help);
    return entry->off ? STYLE_OFF : STYLE_NORMAL;
}

static const struct column menu_columns[] = {
    {"action", 18, 0, 0, false, true, cell_name},
    {"what", 20, 1, 0, false, false, cell_help},
};

/* What can be done now comes first. */
static void
add_entries(struct chooser *s, struct app *app, bool off)
{
    enum view_id view = app_top(app)->ops->id;
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        enum act action = (enum act)i;
        if (!(act_info(action)->flags & ACT_MENU) || !act_applies(action, view))
            continue;
        const char *why = app_refusal(app, action);
        if ((why != NULL) != off)
            continue;
        struct entry *entry = mem_alloc(sizeof *entry);
        *entry = (struct entry){action, why};
        row_list_add(s->rows, act_info(action)->command, entry);
    }
}

static enum err
menu_open(struct view *v, const char *arg, struct error *e)
{
    struct chooser *s = mem_alloc(sizeof *s);
    (void)arg;
    (void)e;
    chooser_init(s, &menu_rows, menu_columns, 2, "action  ", "no such action");
    s->table.bare = true;
    add_entries(s, v->app, false);
    add_entries(s, v->app, true);
    v->state = s;
    v->table = &s->table;
    return ERR_OK;
}

static void
menu_close(struct view *v)
{
    chooser_clear(v->state);
    free(v->state);
}

static void
menu_draw(struct view *v, struct cells *c, struct rect r)
{
    struct chooser *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct entry *entry = row ? row->data : NULL;
    r.rows = app_draw_whole(c, r, entry ? act_info(entry->action)->help : "",
                            entry && entry->off ? entry->off : "");
    chooser_draw(s, c, r);
}

/* The first screen of an action of a menu that begins with TEXT, which the
 * screen VIEW does not have; NULL: there is none. *FOUND is its action. */
static const char *
other_screen(const char *text, enum view_id view, enum act *found)
{
    for (int i = ACT_NONE + 1; i < ACT_COUNT && *text; i++) {
        const struct act_info *info = act_info((enum act)i);
        if (!(info->flags & ACT_MENU) || act_applies((enum act)i, view) ||
            (!text_starts(info->label, text) &&
             !text_starts(info->command, text)))
            continue;
        *found = (enum act)i;
        for (int k = 0; k < VIEW_COUNT; k++) {
            if (act_applies((enum act)i, (enum view_id)k))
                return view_title((enum view_id)k);
        }
    }
    return NULL;
}

/* What is typed is none of S: it may be one of another screen. */
static void
say_none(struct app *app, const struct chooser *s, struct error *e)
{
    const char *text = line_edit_text(&s->line);
    enum act found = ACT_NONE;
    const char *screen =
        other_screen(text, app->stack[app->depth - 2].ops->id, &found);
    const char *where = act_elsewhere(text);
    if (where)
        error_set(e, ERR_NOT_FOUND, "Not in the console: %s (%s)", text,
                  where);
    else if (screen)
        error_set(e, ERR_NOT_FOUND,
                  "No action \"%s\" on this screen: \"%s\" is on the screen "
                  "%s",
                  text, act_info(found)->label, screen);
    else
        error_set(e, ERR_NOT_FOUND, "No action \"%s\" on this screen", text);
}

static unsigned
choose(struct view *v, struct error *e)
{
    struct chooser *s = v->state;
    struct app *app = v->app;
    const struct row *row = table_selected(&s->table);
    if (!row) {
        say_none(app, s, e);
        return REACT_PAINT;
    }
    struct invocation invocation = {
        (int)((const struct entry *)row->data)->action, 0, NULL};
    app_back(app); /* frees the menu */
    app_do(app, &invocation);
    return REACT_NOTHING;
}

static unsigned
menu_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    return invocation->action == ACT_OPEN ? choose(v, e) : REACT_IGNORED;
}

/* The screen beneath. */
static const struct view *
beneath(const struct view *v)
{
    const struct app *app = v->app;
    return &app->stack[app->depth - 2];
}

static void
menu_title(const struct view *v, struct buf *out)
{
    const struct table *t = beneath(v)->table;
    buf_adds(out, view_title(VIEW_ACTIONS));
    if (t && t->marks.count > 0)
        buf_addf(out, " for %zu marked", t->marks.count);
}

/* Which row it is about. */
static void
menu_detail(const struct view *v, struct buf *out)
{
    const struct view *below = beneath(v);
    if (below->ops->detail)
        below->ops->detail(below, out);
}

static bool
menu_typing(const struct view *v)
{
    (void)v;
    return true;
}

static unsigned
menu_key(struct view *v, const struct key *key, struct error *e)
{
    bool chosen = false;
    unsigned reaction = chooser_key(v->state, key, &chosen, e);
    return chosen ? choose(v, e) : reaction;
}

static const char *
menu_hint(const struct view *v)
{
    (void)v;
    return "Enter choose  Esc cancel  F1 help";
}

const struct view_ops actions_view = {
    .id = VIEW_ACTIONS,
    .open = menu_open,
    .close = menu_close,
    .title = menu_title,
    .draw = menu_draw,
    .action = menu_action,
    .typing = menu_typing,
    .typing_hint = menu_hint,
    .key = menu_key,
    .detail = menu_detail,
};
