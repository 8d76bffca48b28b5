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
    enum err err = edit_insert(
        &patch, draft_view_document(&s->draft), block,
        place_for_edit(&s->shape.outline, editor_place(s)), connector, &e);
    editor_slot_close(v);
    value_free(config);
    if (editor_apply(s, err, patch, id, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    else if (document_block(draft_view_document(&s->draft), id))
        editor_form_open(s, document_block(draft_view_document(&s->draft), id));
    free(id);
    app_changed(v->app);
}

/* --- moving --------------------------------------------------------------- */

/* Says of the blocks of S, which have moved, what they or others read too
 * early. */
static bool
say_too_early(struct editor *s, const struct selection *moved)
{
    const struct document *d = s->shape.outline.document;
    for (size_t i = 0; i < s->shape.readings.count; i++) {
        struct reading r = s->shape.readings.items[i];
        const struct block *reader = &d->blocks[r.reader];
        const struct block *read = &d->blocks[r.read];
        if ((!selection_has(moved, reader) && !selection_has(moved, read)) ||
            r.read <= r.reader)
            continue;
        app_say(s->view->app, MESSAGE_WARNING,
                "%zu %.100s reads %zu %.100s, which now comes later (u undoes)",
                r.reader + 1, reader->name, r.read + 1, read->name);
        return true;
    }
    return false;
}

/* Says where the blocks of MOVED stand now (OUT: in another lane), and what
 * the move BREAKS. */
static void
say_moved(struct editor *s, const struct selection *moved, bool out,
          const struct buf *breaks)
{
    const struct outline *o = &s->shape.outline;
    size_t block = (size_t)(moved->blocks[0] - o->document->blocks);
    struct buf where;
    if (say_too_early(s, moved))
        return;
    char *what = selection_words(moved);
    buf_init_any(&where);
    if (moved->count == 1)
        buf_addf(&where, "%zu ", block + 1);
    buf_addf(&where, "%.200s", what);
    if (out) {
        buf_addc(&where, ' ');
        place_lane_words(o, o->blocks[block].lane, &where);
    }
    app_say(s->view->app, breaks->len ? MESSAGE_WARNING : MESSAGE_INFO,
            "Moved %s (u undoes it)%s%s", buf_str(&where),
            breaks->len ? ": " : "", buf_str(breaks));
    buf_clear(&where);
    free(what);
}

/* The ids of the blocks of SEL, which outlive its document. */
static char **
ids_of(const struct selection *sel)
{
    char **ids = mem_array(sel->count, sizeof *ids);
    for (size_t i = 0; i < sel->count; i++)
        ids[i] = mem_strdup(sel->blocks[i]->id);
    return ids;
}

/* Moves the blocks of SEL to TO, and says so; the mark stays on its block. */
static void
move_to(struct editor *s, const struct selection *sel, struct place to,
        struct error *e)
{
    const struct outline *o = &s->shape.outline;
    size_t first = (size_t)(sel->blocks[0] - sel->document->blocks);
    bool out = to.lane != o->blocks[first].lane;
    struct value *patch = NULL;
    struct selection moved = {0};
    struct buf breaks;
    char *id = mem_strdup(editor_block(s)->id), **ids = ids_of(sel);
    enum err err = edit_move_all(&patch, sel, place_for_edit(o, to), e);
    buf_init(&breaks, 1000);
    if (err == ERR_OK)
        editor_breaks_words(s, &(struct foreseen){sel->document, patch, NULL},
                            &breaks);
    if (editor_apply(s, err, patch, id, e) == ERR_OK &&
        selection_make(&moved, draft_view_document(&s->draft),
                       (const char *const *)ids, sel->count, NULL) == ERR_OK)
        say_moved(s, &moved, out, &breaks);
    selection_clear(&moved);
    buf_clear(&breaks);
    for (size_t i = 0; i < sel->count; i++)
        free(ids[i]);
    free(ids);
    free(id);
}

/* One place down or up, into blocks and out of them. Several go as one group,
 * from where the last or the first of them stands. */
static struct place
place_beyond(struct editor *s, const struct selection *sel, bool down,
             struct error *e)
{
    size_t i = down ? sel->count - 1 : 0;
    size_t block = (size_t)(sel->blocks[i] - sel->document->blocks);
    struct place to =
        place_step(&s->shape.outline, s->shape.folded, block, down);
    if (to.lane == OUTLINE_NONE)
        error_set(e, ERR_REFUSED, "%s is already the %s block",
                  sel->blocks[i]->name, down ? "last" : "first");
    return to;
}

static struct place
place_aside(struct editor *s, const struct selection *sel, bool right,
            struct error *e)
{
    size_t block = (size_t)(sel->blocks[0] - sel->document->blocks);
    struct place to = place_beside(&s->shape.outline, block, right);
    if (to.lane == OUTLINE_NONE)
        error_set(e, ERR_REFUSED, "%s: no lane is on the %s",
                  sel->blocks[0]->name, right ? "right" : "left");
    return to;
}

static void
move_blocks(struct editor *s, enum act action, struct error *e)
{
    struct selection sel;
    struct place to = PLACE_NONE;
    bool trigger = false;
    if (editor_selection(s, &sel, e) == ERR_OK)
        trigger = sel.blocks[0] == sel.document->trigger;
    if (trigger)
        error_set(e, ERR_REFUSED, "%s is the trigger, which stays first",
                  sel.blocks[0]->name);
    else if (sel.count > 0)
        to = action == ACT_MOVE_DOWN || action == ACT_MOVE_UP
                 ? place_beyond(s, &sel, action == ACT_MOVE_DOWN, e)
                 : place_aside(s, &sel, action == ACT_MOVE_RIGHT, e);
    if (to.lane != OUTLINE_NONE)
        move_to(s, &sel, to, e);
    selection_clear(&sel);
}

/* --- actions -------------------------------------------------------------- */

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
    case ACT_MOVE_DOWN:
    case ACT_MOVE_UP:
        move_blocks(s, (enum act)invocation->action, e);
        return REACT_PAINT;
    case ACT_CUT:
        editor_cut(s, e);
        return REACT_PAINT;
    case ACT_WRAP:
        editor_wrap(s, invocation->arg, e);
        return REACT_PAINT;
    case ACT_UNWRAP:
        editor_unwrap(s, e);
        return REACT_PAINT;
    case ACT_PASTE:
        editor_paste_blocks(s, invocation->arg, e);
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
