/*
 * Help: every action with its keys, in groups, straight from the table of
 * actions. It is for reading: Enter shows an entry whole, and nothing runs
 * from here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/app_private.h"
#include "ui/widget/row_list.h"

struct entry {
    enum act action;   /* ACT_NONE: the head of a group */
    const char *group; /* of a head; static */
    char *keys;
    const char *off; /* why it is off, or NULL */
    char *where;     /* the screens it is for, when not this one */
};

struct help {
    struct row_list *rows;
    struct table table;
};

static void
entry_free(void *data)
{
    struct entry *entry = data;
    free(entry->keys);
    free(entry->where);
    free(entry);
}

static const char *
reason(const struct entry *entry)
{
    return entry->where ? entry->where : entry->off ? entry->off : "";
}

static void
entry_text(const void *data, struct buf *out)
{
    const struct entry *entry = data;
    const struct act_info *info = act_info(entry->action);
    if (entry->action != ACT_NONE)
        buf_addf(out, "%s %s %s %s %s %s", entry->keys, info->label,
                 info->command, info->help, act_synonyms(entry->action),
                 reason(entry));
}

static enum style
cell_keys(void *ctx, const void *row, struct buf *out)
{
    const struct entry *entry = row;
    (void)ctx;
    buf_adds(out, entry->keys);
    return STYLE_KEY;
}

static enum style
cell_command(void *ctx, const void *row, struct buf *out)
{
    const struct entry *entry = row;
    (void)ctx;
    if (entry->action == ACT_NONE)
        buf_adds(out, entry->group);
    else
        buf_adds(out, act_info(entry->action)->label);
    return entry->action == ACT_NONE ? STYLE_HEADER : STYLE_NORMAL;
}

static enum style
cell_help(void *ctx, const void *row, struct buf *out)
{
    const struct entry *entry = row;
    (void)ctx;
    if (entry->action == ACT_NONE)
        return STYLE_NORMAL;
    if (*reason(entry))
        buf_addf(out, "(%s) ", reason(entry));
    buf_adds(out, act_info(entry->action)->help);
    return *reason(entry) ? STYLE_OFF : STYLE_NORMAL;
}

static const struct column help_columns[] = {
    {"keys", 10, 0, 0, false, false, cell_keys},
    {"action", 17, 0, 0, false, true, cell_command},
    {"what", 10, 1, 0, false, false, cell_help},
};

static const struct row_list_ops help_rows = {entry_free, entry_text, NULL};

/* The screens an action is for: "on mapping, editor". */
static char *
screens_of(enum act action)
{
    struct buf text;
    buf_init(&text, 1024);
    for (int i = 0; i < VIEW_COUNT; i++) {
        if (act_applies(action, (enum view_id)i))
            buf_addf(&text, "%s%s", text.len ? ", " : "on ",
                     view_word((enum view_id)i));
    }
    return buf_take(&text);
}

static int
home_of(enum act action)
{
    for (int i = 0; i < VIEW_COUNT; i++) {
        if (act_applies(action, (enum view_id)i))
            return i;
    }
    return 0;
}

static void
add_entry(struct help *help, struct app *app, enum act action)
{
    enum view_id view = app_top(app)->ops->id;
    bool here = act_applies(action, view);
    struct entry *entry = mem_alloc(sizeof *entry);
    struct buf keys;
    buf_init(&keys, 512);
    keymap_keys(app_keymap(app), here ? view : (enum view_id)home_of(action),
                action, 8, &keys);
    entry->action = action;
    entry->keys = buf_take(&keys);
    entry->off = here ? app_refusal(app, action) : NULL;
    entry->where = here ? NULL : screens_of(action);
    row_list_add(help->rows, act_info(action)->command, entry);
}

static void
add_head(struct help *help, const char *group)
{
    struct entry *entry = mem_alloc(sizeof *entry);
    entry->group = group;
    entry->keys = mem_strdup("");
    row_list_add(help->rows, group, entry);
}

/* The screen's own actions, those of every screen, the rest. */
static void
add_all(struct help *help, struct app *app)
{
    static const char *const heads[] = {"THIS SCREEN", "EVERY SCREEN",
                                        "OTHER SCREENS"};
    enum view_id view = app_top(app)->ops->id;
    for (int group = 0; group < 3; group++) {
        add_head(help, heads[group]);
        for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
            bool here = act_applies((enum act)i, view);
            bool own = act_info((enum act)i)->views != ~0u;
            if ((here ? !own : 2) == group)
                add_entry(help, app, (enum act)i);
        }
    }
}

static enum err
help_open(struct view *v, const char *arg, struct error *e)
{
    struct help *help = mem_alloc(sizeof *help);
    help->rows = row_list_new(&help_rows);
    add_all(help, v->app);
    struct row_source source = row_list_source(help->rows);
    table_init(&help->table, &source, help_columns, 3);
    help->table.sort_column = SIZE_MAX;
    if (*arg)
        table_filter(&help->table, arg, e);
    v->state = help;
    v->table = &help->table;
    return ERR_OK;
}

static void
help_close(struct view *v)
{
    struct help *help = v->state;
    table_clear(&help->table);
    row_list_free(help->rows);
    free(help);
}

/* The marked entry, NULL on the head of a group. */
static const struct entry *
marked(const struct view *v)
{
    const struct help *help = v->state;
    const struct row *row = table_selected(&help->table);
    const struct entry *entry = row ? row->data : NULL;
    return entry && entry->action != ACT_NONE ? entry : NULL;
}

static void
help_draw(struct view *v, struct cells *c, struct rect r)
{
    struct help *help = v->state;
    const struct entry *entry = marked(v);
    int rows = app_draw_whole(c, r,
                              entry ? act_info(entry->action)->help : "",
                              entry ? reason(entry) : "");
    table_draw(&help->table, c, (struct rect){r.row, r.col, rows, r.cols});
}

/* How ACTION, which has the KEYS, is done. */
static void
add_ways(const struct app *app, enum act action, const char *keys,
         struct buf *out)
{
    const struct act_info *info = act_info(action);
    bool in_menu = info->flags & ACT_MENU;
    if (*keys)
        buf_addf(out, "Keys: %s\n", keys);
    else if (!in_menu)
        buf_adds(out, "Keys: none\n");
    if (in_menu) {
        buf_adds(out, "Menu: ");
        keymap_keys(&app->keymap, VIEW_HELP, ACT_ACTIONS, 1, out);
        buf_addf(out, " and \"%s\"\n", info->label);
    }
    buf_addf(out, "Command: :%s\n", info->command);
}

static unsigned
help_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    const struct entry *entry = marked(v);
    (void)e;
    if (invocation->action != ACT_OPEN)
        return REACT_IGNORED;
    if (!entry)
        return REACT_NOTHING;
    const struct act_info *info = act_info(entry->action);
    struct buf text;
    buf_init(&text, 8192);
    buf_addf(&text, "%s\n%s\n\n", info->label, info->help);
    add_ways(v->app, entry->action, entry->keys, &text);
    if (entry->where)
        buf_addf(&text, "Screens: %s\n", entry->where + strlen("on "));
    if (entry->off)
        buf_addf(&text, "Off: %s\n", entry->off);
    app_open(v->app, &text_view, buf_str(&text));
    buf_clear(&text);
    return REACT_PAINT;
}

const struct view_ops help_view = {
    .id = VIEW_HELP,
    .open = help_open,
    .close = help_close,
    .draw = help_draw,
    .action = help_action,
};
