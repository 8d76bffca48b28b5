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

static struct edit_place
place_here(const struct editor *s)
{
    return place_for_edit(&s->shape.outline, editor_place(s));
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
    editor_slot_close(v);
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

/* --- moving --------------------------------------------------------------- */

/* Says of the block I, which has moved, what it or another reads too early. */
static bool
say_too_early(struct editor *s, size_t moved)
{
    const struct block *blocks = s->shape.outline.document->blocks;
    for (size_t i = 0; i < s->shape.readings.count; i++) {
        struct reading r = s->shape.readings.items[i];
        if ((r.reader != moved && r.read != moved) || r.read <= r.reader)
            continue;
        app_say(s->view->app, MESSAGE_WARNING,
                "%zu %.100s reads %zu %.100s, which now comes later (u undoes)",
                r.reader + 1, blocks[r.reader].name, r.read + 1,
                blocks[r.read].name);
        return true;
    }
    return false;
}

/* Says where the block ID, which has moved, stands; OUT: in another lane. */
static void
say_moved(struct editor *s, const char *id, bool out)
{
    const struct outline *o = &s->shape.outline;
    size_t block = outline_find(o, id);
    struct buf where;
    if (say_too_early(s, block))
        return;
    buf_init_any(&where);
    if (out) {
        buf_addc(&where, ' ');
        place_lane_words(o, o->blocks[block].lane, &where);
    }
    app_say(s->view->app, MESSAGE_INFO, "Moved %zu %.200s%s (u undoes it)",
            block + 1, o->document->blocks[block].name, buf_str(&where));
    buf_clear(&where);
}

/* Moves B to TO, and says so. */
static void
move_to(struct editor *s, const struct block *b, struct place to,
        struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    const struct outline *o = &s->shape.outline;
    bool out = to.lane != o->blocks[b - d->blocks].lane;
    struct value *patch = NULL;
    char *id = mem_strdup(b->id);
    enum err err = edit_move(&patch, d, b->id, place_for_edit(o, to), e);
    if (editor_apply(s, err, patch, id, e) == ERR_OK)
        say_moved(s, id, out);
    free(id);
}

static bool
is_trigger(const struct editor *s, const struct block *b, struct error *e)
{
    if (b != draft_view_document(&s->draft)->trigger)
        return false;
    error_set(e, ERR_REFUSED, "%s is the trigger, which stays first", b->name);
    return true;
}

/* One place down or up, into blocks and out of them. */
static void
move_block(struct editor *s, const struct block *b, bool down, struct error *e)
{
    size_t block = (size_t)(b - draft_view_document(&s->draft)->blocks);
    if (is_trigger(s, b, e))
        return;
    struct place to =
        place_step(&s->shape.outline, s->shape.folded, block, down);
    if (to.lane == OUTLINE_NONE)
        error_set(e, ERR_REFUSED, "%s is already the %s block", b->name,
                  down ? "last" : "first");
    else
        move_to(s, b, to, e);
}

static void
move_aside(struct editor *s, const struct block *b, bool right, struct error *e)
{
    size_t block = (size_t)(b - draft_view_document(&s->draft)->blocks);
    if (is_trigger(s, b, e))
        return;
    struct place to = place_beside(&s->shape.outline, block, right);
    if (to.lane == OUTLINE_NONE)
        error_set(e, ERR_REFUSED, "%s: no lane is on the %s", b->name,
                  right ? "right" : "left");
    else
        move_to(s, b, to, e);
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
    case ACT_MOVE_LEFT:
    case ACT_MOVE_RIGHT:
        move_aside(s, b, invocation->action == ACT_MOVE_RIGHT, e);
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
