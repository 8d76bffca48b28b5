/* What the block editor changes: every change is one edit of the draft. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"

enum err
editor_apply(struct editor *s, enum err err, struct value *patch,
             const char *go, struct error *e)
{
    err = draft_view_apply(&s->draft, err, patch, e);
    if (err == ERR_OK && go)
        editor_go(s, go);
    return err;
}

/* --- where things go ------------------------------------------------------ */

/* The first block of the list LIST of PARENT, or NULL. */
static const struct block *
first_in(const struct document *d, const struct block *parent, const char *list)
{
    char *end;
    bool in_case = strncmp(list, "cases/", 6) == 0;
    size_t number = in_case ? strtoul(list + 6, &end, 10) : 0;
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        if (b != d->trigger && b->parent == parent && b->index == 0 &&
            strcmp(b->list, in_case ? "cases" : list) == 0 &&
            b->list_case == number)
            return b;
    }
    return NULL;
}

/* After the marked block; at the start of the marked branch. */
static struct edit_place
place_here(const struct editor *s)
{
    const struct document *d = draft_view_document(&s->draft);
    const struct editor_row *row = editor_marked(s);
    const struct block *b = editor_block(s);
    const struct block *first = NULL;
    if (row && row->list)
        first = first_in(d, b, row->list);
    else if (b && b == d->trigger)
        first = first_in(d, NULL, "blocks");
    if (first)
        return (struct edit_place){PLACE_BEFORE, first->id, NULL};
    if (row && row->list)
        return (struct edit_place){PLACE_INTO, row->id, row->list};
    if (b && b != d->trigger)
        return (struct edit_place){PLACE_AFTER, b->id, NULL};
    return (struct edit_place){PLACE_END, NULL, NULL};
}

void
editor_insert(struct view *v, const struct kind *kind,
              const struct connector *connector, const char *action)
{
    struct editor *s = v->state;
    struct value *config = value_object(), *patch = NULL;
    struct error e = {0};
    if (connector) {
        value_set_text(config, "app", connector_app(connector));
        value_set_text(config, "action", action);
    }
    const struct connector_action *a =
        connector ? connector_action(connector, action) : NULL;
    const char *name = a ? a->name : NULL;
    if (name && document_block_named(draft_view_document(&s->draft), name,
                                     strlen(name)))
        name = NULL; /* numbered by the kind's title */
    struct value *block =
        edit_new_block(draft_view_document(&s->draft), kind, name, config);
    char *id = mem_strdup(value_get_text(block, "id"));
    enum err err = edit_insert(&patch, draft_view_document(&s->draft), block,
                               place_here(s), connector, &e);
    value_free(config);
    if (editor_apply(s, err, patch, id, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    else if (document_block(draft_view_document(&s->draft), id))
        editor_form_open(s, document_block(draft_view_document(&s->draft), id));
    free(id);
    app_changed(v->app);
}

void
editor_copy(struct editor *s, const struct block *b)
{
    value_free(s->console->block);
    s->console->block = value_copy(b->value);
    app_copy(s->view->app, b->name, b->name, strlen(b->name));
}

/* The newest connector that the block BLOCK uses, or NULL. */
static const struct connector *
connector_of(const struct connector_set *set, const struct value *block)
{
    const char *app = value_get_text(block, "app");
    return app ? connector_set_app(set, app) : NULL;
}

static void
paste_block(struct editor *s, struct error *e)
{
    const struct value *block = s->console->block;
    const struct document *d = draft_view_document(&s->draft);
    struct connector_set set;
    struct value *patch = NULL;
    if (!block) {
        error_set(e, ERR_REFUSED,
                  "paste: no block was copied (y copies, d "
                  "cuts)");
        return;
    }
    connector_set_init(&set);
    enum err err = manager_connectors(s->console->manager, d, &set, e);
    if (err == ERR_OK)
        err = edit_paste(&patch, d, block, place_here(s),
                         connector_of(&set, block), e);
    connector_set_clear(&set);
    if (editor_apply(s, err, patch, NULL, e) == ERR_OK)
        app_say(s->view->app, MESSAGE_INFO,
                "Inserted a copy of %.200s (u "
                "undoes it)",
                value_text_or(value_get(block, "name"), "the block"));
}

/* The block beside B in its list. */
static const struct block *
sibling(const struct document *d, const struct block *b, bool next)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct block *x = &d->blocks[i];
        if (x != d->trigger && x->parent == b->parent &&
            strcmp(x->list, b->list) == 0 && x->list_case == b->list_case &&
            x->index == (next ? b->index + 1 : b->index - 1))
            return x;
    }
    return NULL;
}

static void
move_block(struct editor *s, const struct block *b, bool down, struct error *e)
{
    const struct block *to = sibling(draft_view_document(&s->draft), b, down);
    struct value *patch = NULL;
    if (!to)
        to = b->parent; /* out of the branch */
    if (!to || b == draft_view_document(&s->draft)->trigger) {
        error_set(e, ERR_REFUSED, "%s is already the %s block", b->name,
                  down ? "last" : "first");
        return;
    }
    char *name = mem_strdup(b->name);
    struct edit_place place = {down ? PLACE_AFTER : PLACE_BEFORE, to->id, NULL};
    char *id = mem_strdup(b->id);
    enum err err =
        edit_move(&patch, draft_view_document(&s->draft), b->id, place, e);
    if (editor_apply(s, err, patch, id, e) == ERR_OK)
        app_say(s->view->app, MESSAGE_INFO, "Moved %.200s %s (u undoes it)",
                name, down ? "down" : "up");
    free(name);
    free(id);
}

/* --- actions -------------------------------------------------------------- */

static void
cut_block(struct editor *s, const struct block *b, struct error *e)
{
    struct value *patch = NULL, *kept = value_copy(b->value);
    char *name = mem_strdup(b->name);
    enum err err =
        edit_remove(&patch, draft_view_document(&s->draft), b->id, e);
    if (editor_apply(s, err, patch, NULL, e) == ERR_OK) {
        value_free(s->console->block);
        s->console->block = kept;
        kept = NULL;
        app_say(s->view->app, MESSAGE_INFO,
                "Deleted %.200s (u brings it back, p inserts it here)", name);
    }
    value_free(kept);
    free(name);
}

unsigned
editor_change(struct editor *s, const struct invocation *invocation,
              struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    const struct block *b = editor_block(s);
    struct value *patch = NULL;
    enum err err;
    switch ((enum act)invocation->action) {
    case ACT_INSERT:
        app_open(s->view->app, &palette_screen, "");
        return REACT_PAINT;
    case ACT_MOVE_DOWN:
    case ACT_MOVE_UP:
        move_block(s, b, invocation->action == ACT_MOVE_DOWN, e);
        return REACT_PAINT;
    case ACT_CUT:
        cut_block(s, b, e);
        return REACT_PAINT;
    case ACT_PASTE:
        paste_block(s, e);
        return REACT_PAINT;
    case ACT_DUPLICATE:
        err = edit_duplicate(&patch, d, b->id, e);
        break;
    case ACT_RENAME:
        err = edit_rename(&patch, d, b->id, invocation->arg, e);
        break;
    default:
        return REACT_IGNORED;
    }
    editor_apply(s, err, patch, NULL, e);
    return REACT_PAINT;
}
