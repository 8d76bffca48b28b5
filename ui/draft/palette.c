/* The palette: what can be inserted, searched as one types. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/editing.h"
#include "ui/app/chooser.h"
#include "ui/screen/screens.h"

struct choice {
    const struct kind *kind;           /* NULL: what was copied last */
    const struct connector *connector; /* of an app's action, else NULL */
    const char *action;
    char *name, *help;
};

struct palette {
    struct view *editor; /* the screen beneath, which has the slot */
    struct connector_set connectors;
    struct chooser list;
};

static void
choice_free(void *data)
{
    struct choice *choice = data;
    free(choice->name);
    free(choice->help);
    free(choice);
}

static void
choice_text(const void *data, struct buf *out)
{
    const struct choice *choice = data;
    if (choice->kind)
        buf_addf(out, "%s %s %s", choice->name, choice->kind->name,
                 choice->help);
    else /* not by the name of what was copied: who types "math" wants one */
        buf_adds(out, "paste");
}

/* Who types the key or the name of a kind wants that kind, not one that has
 * the word in its help. */
static void
choice_names(const void *data, struct buf *out)
{
    const struct choice *choice = data;
    buf_adds(out, choice->name);
    if (choice->kind && !choice->connector) /* "action" is the kind of many */
        buf_addf(out, "\n%s", choice->kind->name);
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
cell_kind(void *ctx, const void *row, struct buf *out)
{
    const struct choice *choice = row;
    (void)ctx;
    buf_adds(out, choice->kind ? kind_role_word(choice->kind->role) : "copied");
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
    {"block", 24, 1, 0, false, true, cell_name},
    {"sort", 8, 0, 1, false, false, cell_kind},
    {"what it does", 20, 3, 0, false, false, cell_help},
};

static void
add_choice(struct palette *s, const struct kind *kind,
           const struct connector *connector,
           const struct connector_action *action)
{
    struct choice *choice = mem_alloc(sizeof *choice);
    choice->kind = kind;
    choice->connector = connector;
    choice->action = action ? action->key : NULL;
    choice->name =
        action ? mem_printf("%s: %s", connector_name(connector), action->name)
               : mem_strdup(kind->title);
    choice->help =
        mem_strdup(action && *action->help ? action->help : kind->help);
    row_list_add(s->list.rows, choice->name, choice);
}

/* What p would insert, first: it is known by its names. */
static void
add_copied(struct palette *s, const struct clip *clip)
{
    char *words = clip_words(clip);
    if (words) {
        struct choice *choice = mem_alloc(sizeof *choice);
        choice->name = mem_printf("Paste %s", words);
        choice->help = mem_strdup("Inserts what was copied or cut last.");
        row_list_add(s->list.rows, choice->name, choice);
        free(words);
    }
}

/* What was copied, the kinds that this version's runtime runs, and the actions
 * of all apps. */
static void
add_choices(struct palette *s, const struct clip *clip)
{
    add_copied(s, clip);
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *kind = kind_get((enum kind_id)i);
        if (kind->runs && kind->id != KIND_action && kind->role != ROLE_TRIGGER)
            add_choice(s, kind, NULL, NULL);
    }
    for (size_t i = 0; i < s->connectors.count; i++) {
        const struct connector *c = s->connectors.items[i];
        const struct connector_action *a;
        if (connector_set_app(&s->connectors, connector_app(c)) != c)
            continue;
        for (size_t k = 0; (a = connector_action_at(c, k)) != NULL; k++)
            add_choice(s, kind_get(KIND_action), c, a);
    }
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *kind = kind_get((enum kind_id)i);
        if (kind->runs && kind->role == ROLE_TRIGGER)
            add_choice(s, kind, NULL, NULL);
    }
}

static void
palette_close(struct view *v)
{
    struct palette *s = v->state;
    if (s->editor)
        editor_slot_close(s->editor);
    chooser_clear(&s->list);
    connector_set_clear(&s->connectors);
    free(s);
}

/* Opened from the editor only, which is the screen beneath. */
static enum err
palette_open(struct view *v, const char *arg, struct error *e)
{
    struct palette *s = mem_alloc(sizeof *s);
    struct view *below = app_top(v->app);
    (void)arg;
    connector_set_init(&s->connectors);
    chooser_init(&s->list, &ops, columns, sizeof columns / sizeof *columns,
                 "insert  ", "no block is called so");
    row_list_order_by_names(s->list.rows, choice_names);
    v->state = s;
    s->editor = below && below->ops == &editor_screen ? below : NULL;
    enum err err =
        s->editor
            ? manager_connectors(console_of(v)->manager, editor_document(below),
                                 &s->connectors, e)
            : error_set(e, ERR_REFUSED, "palette: no draft is open");
    add_choices(s, &console_of(v)->clip);
    v->table = &s->list.table;
    if (err != ERR_OK)
        palette_close(v);
    return err;
}

static void
palette_draw(struct view *v, struct cells *c, struct rect r)
{
    struct palette *s = v->state;
    struct buf words;
    r = editor_draw_slot(s->editor, c, r);
    buf_init_any(&words);
    editor_slot_words(s->editor, &words);
    cells_fit(c, r.row, r.col, r.cols, STYLE_HEADER, buf_str(&words));
    buf_clear(&words);
    chooser_draw(&s->list, c,
                 (struct rect){r.row + 1, r.col, r.rows - 1, r.cols});
}

static void
choose(struct view *v)
{
    struct palette *s = v->state;
    const struct row *row = table_selected(&s->list.table);
    struct app *app = v->app;
    if (!row)
        return;
    const struct choice choice = *(const struct choice *)row->data;
    char *action = mem_strdup(choice.action);
    struct connector_set kept = s->connectors;
    connector_set_init(&s->connectors); /* the choice outlives the palette … */
    s->editor = NULL;                   /* … and so does the slot */
    app_back(app);
    if (choice.kind)
        editor_insert(app_top(app), choice.kind, choice.connector, action);
    else
        app_do(app, &(struct invocation){ACT_PASTE, 0, EDITOR_SLOT});
    connector_set_clear(&kept);
    free(action);
}

static bool
palette_typing(const struct view *v)
{
    (void)v;
    return true;
}

static unsigned
palette_key(struct view *v, const struct key *key, struct error *e)
{
    struct palette *s = v->state;
    bool chosen = false;
    if (key->kind == KEY_KIND_TAB) {
        editor_slot_step(s->editor, !(key->mods & KEY_MOD_SHIFT));
        return REACT_PAINT;
    }
    unsigned reaction = chooser_key(&s->list, key, &chosen, e);
    if (chosen)
        choose(v);
    return reaction;
}

static unsigned
palette_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct palette *s = v->state;
    line_edit_paste(&s->list.line, text, n, e);
    return REACT_PAINT;
}

static void
palette_detail(const struct view *v, struct buf *out)
{
    const struct palette *s = v->state;
    const struct row *row = table_selected(&s->list.table);
    if (row)
        buf_adds(out, ((const struct choice *)row->data)->help);
}

static const char *
palette_hint(const struct view *v)
{
    (void)v;
    return "Enter insert  Tab other place  Esc cancel  F1 help";
}

const struct view_ops palette_screen = {
    .id = VIEW_PALETTE,
    .open = palette_open,
    .close = palette_close,
    .draw = palette_draw,
    .typing = palette_typing,
    .typing_hint = palette_hint,
    .key = palette_key,
    .paste = palette_paste,
    .detail = palette_detail,
};
