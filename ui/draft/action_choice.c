/* The actions of an app, searched as one types: for the field "action". */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/chooser.h"
#include "ui/draft/editor_private.h"
#include "workflow/connector/schema.h"

/* --- taking one ----------------------------------------------------------- */

/* Says how many fields the action describes, for the mapping. */
static void
say_described(struct editor *s, const char *key)
{
    const struct connector *c = editor_form_connector(s);
    const struct connector_action *a = c ? connector_action(c, key) : NULL;
    struct schema_targets targets;
    size_t count = 0, required = 0;
    schema_targets_init(&targets);
    if (a)
        schema_collect(&targets, a->input, NULL);
    for (size_t i = 0; i < targets.count; i++) {
        count += targets.items[i].leaf;
        required += targets.items[i].leaf && targets.items[i].always;
    }
    schema_targets_clear(&targets);
    if (a)
        app_say(s->view->app, MESSAGE_INFO,
                "%.100s: %zu field%s, %zu of them required (Enter opens the "
                "mapping, where i and Tab offer them)",
                a->name, count, count == 1 ? "" : "s", required);
}

void
editor_take_action(struct editor *s, const char *key)
{
    struct error e = {0};
    const struct kind_field *f =
        s->editing ? s->item[s->form.focus].field : NULL;
    if (!f || f->type != FIELD_ACTION)
        return;
    line_edit_set(&s->form.items[s->form.focus].line, key);
    if (editor_form_commit(s, &e) != ERR_OK)
        app_say_error(s->view->app, MESSAGE_ERROR, &e);
    else if (s->editing) {
        editor_form_again(s, "mapping");
        say_described(s, key);
    }
    error_clear(&e);
}

/* --- the list ------------------------------------------------------------- */

struct choice {
    char *key, *name, *help;
    bool effect; /* it changes something at the app */
};

static void
choice_free(void *data)
{
    struct choice *choice = data;
    free(choice->key);
    free(choice->name);
    free(choice->help);
    free(choice);
}

static void
choice_text(const void *data, struct buf *out)
{
    const struct choice *choice = data;
    buf_addf(out, "%s %s %s", choice->name, choice->key, choice->help);
}

static const struct row_list_ops ops = {choice_free, choice_text, NULL};

static enum style
cell_name(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct choice *)row)->name);
    return STYLE_NORMAL;
}

static enum style
cell_effect(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct choice *)row)->effect ? "changes" : "reads");
    return STYLE_FAINT;
}

static enum style
cell_help(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct choice *)row)->help);
    return STYLE_NORMAL;
}

static const struct column columns[] = {
    {"action", 24, 1, 0, false, true, cell_name},
    {"there", 8, 0, 1, false, false, cell_effect},
    {"what it does", 20, 3, 0, false, false, cell_help},
};

static void
add_choice(struct chooser *list, const struct connector_action *a)
{
    struct choice *choice = mem_alloc(sizeof *choice);
    choice->key = mem_strdup(a->key);
    choice->name = mem_strdup(a->name);
    choice->help = mem_strdup(*a->help ? a->help : a->path);
    choice->effect = a->effect;
    row_list_add(list->rows, choice->key, choice);
}

/* Opened from the form of a block, which is the screen beneath. */
static enum err
action_open(struct view *v, const char *arg, struct error *e)
{
    struct view *below = app_top(v->app);
    const struct connector *c = below && below->ops == &editor_screen
                                    ? editor_form_connector(below->state)
                                    : NULL;
    (void)arg;
    if (!c)
        return error_set(e, ERR_REFUSED,
                         "action: choose the app of the block first");
    struct chooser *list = mem_alloc(sizeof *list);
    chooser_init(list, &ops, columns, sizeof columns / sizeof *columns,
                 "action  ", "no action is called so");
    const struct connector_action *a;
    for (size_t i = 0; (a = connector_action_at(c, i)) != NULL; i++)
        add_choice(list, a);
    v->state = list;
    v->table = &list->table;
    return ERR_OK;
}

static void
action_close(struct view *v)
{
    chooser_clear(v->state);
    free(v->state);
}

static void
action_draw(struct view *v, struct cells *c, struct rect r)
{
    chooser_draw(v->state, c, r);
}

static bool
action_typing(const struct view *v)
{
    (void)v;
    return true;
}

static unsigned
action_key(struct view *v, const struct key *key, struct error *e)
{
    struct chooser *list = v->state;
    struct app *app = v->app;
    bool chosen = false;
    unsigned reaction = chooser_key(list, key, &chosen, e);
    const struct row *row = chosen ? table_selected(&list->table) : NULL;
    if (!row)
        return reaction;
    char *action = mem_strdup(((const struct choice *)row->data)->key);
    app_back(app);
    if (app_top(app)->ops == &editor_screen)
        editor_take_action(app_top(app)->state, action);
    free(action);
    return reaction;
}

static unsigned
action_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    line_edit_paste(&((struct chooser *)v->state)->line, text, n, e);
    return REACT_PAINT;
}

static void
action_detail(const struct view *v, struct buf *out)
{
    const struct row *row =
        table_selected(&((struct chooser *)v->state)->table);
    if (row)
        buf_adds(out, ((const struct choice *)row->data)->help);
}

static const char *
action_hint(const struct view *v)
{
    (void)v;
    return "Enter choose  Esc cancel  F1 help";
}

const struct view_ops action_screen = {
    .id = VIEW_ACTION_CHOICE,
    .open = action_open,
    .close = action_close,
    .draw = action_draw,
    .typing = action_typing,
    .typing_hint = action_hint,
    .key = action_key,
    .paste = action_paste,
    .detail = action_detail,
};
