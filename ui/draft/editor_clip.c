/* Cut, copy and paste in the editor: of the marked block, or of those that
 * Space has marked, as one edit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"

/* --- what it is about ----------------------------------------------------- */

size_t
editor_marked_count(const struct editor *s)
{
    const struct document *d = draft_view_document(&s->draft);
    size_t n = 0;
    for (size_t i = 0; i < s->table.marks.count; i++)
        n += document_block(d, s->table.marks.keys[i]) != NULL;
    return n;
}

void
editor_keep_marks(struct editor *s)
{
    const struct document *d = draft_view_document(&s->draft);
    struct marks *m = &s->table.marks;
    for (size_t i = m->count; i-- > 0;) {
        char *key = mem_strdup(m->keys[i]);
        if (!document_block(d, key))
            marks_set(m, key, false);
        free(key);
    }
}

enum err
editor_selection(const struct editor *s, struct selection *out, struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    const struct block *b = editor_block(s);
    *out = (struct selection){.document = d};
    if (editor_marked_count(s) > 0)
        return selection_make(out, d, (const char *const *)s->table.marks.keys,
                              s->table.marks.count, e);
    return b ? selection_make(out, d, &b->id, 1, e)
             : error_set(e, ERR_NOT_FOUND, "no block is marked");
}

/* --- copy and cut --------------------------------------------------------- */

static void
keep(struct editor *s, const struct selection *sel)
{
    clip_take(&s->console->clip, s->console->manager, sel,
              draft_view_version(&s->draft));
}

/* The names of the blocks, a line each. */
static char *
names_of(const struct selection *sel)
{
    struct buf out;
    buf_init_any(&out);
    for (size_t i = 0; i < sel->count; i++)
        buf_addf(&out, "%s%s", i ? "\n" : "", sel->blocks[i]->name);
    return buf_take(&out);
}

void
editor_copy(struct editor *s, struct error *e)
{
    struct selection sel;
    if (editor_selection(s, &sel, e) == ERR_OK) {
        char *names = names_of(&sel), *words = selection_words(&sel);
        keep(s, &sel);
        app_copy(s->view->app, words, names, strlen(names));
        marks_clear(&s->table.marks);
        free(names);
        free(words);
    }
    selection_clear(&sel);
}

void
editor_cut(struct editor *s, struct error *e)
{
    struct selection sel;
    struct value *patch = NULL;
    struct clip before = s->console->clip;
    enum err err = editor_selection(s, &sel, e);
    char *words = err == ERR_OK ? selection_words(&sel) : NULL;
    bool several = sel.count > 1;
    struct buf breaks;
    buf_init(&breaks, 1000);
    s->console->clip = (struct clip){0};
    if (err == ERR_OK) {
        keep(s, &sel);
        err = edit_remove_all(&patch, &sel, e);
        editor_breaks_words(s, &(struct foreseen){sel.document, patch, NULL},
                            &breaks);
    }
    selection_clear(&sel);
    if (editor_apply(s, err, patch, NULL, e) == ERR_OK) {
        clip_clear(&before);
        marks_clear(&s->table.marks);
        app_say(s->view->app, breaks.len ? MESSAGE_WARNING : MESSAGE_INFO,
                "Deleted %.200s (u brings %s back, p inserts %s here)%s%s",
                words, several ? "them" : "it", several ? "them" : "it",
                breaks.len ? ": " : "", buf_str(&breaks));
    } else {
        clip_clear(&s->console->clip);
        s->console->clip = before;
    }
    buf_clear(&breaks);
    free(words);
}

/* --- paste ---------------------------------------------------------------- */

/* What was copied, for this draft. */
static enum err
copied(const struct editor *s, struct selection *sel, struct error *e)
{
    return clip_selection(&s->console->clip,
                          draft_view_version(&s->draft)->installation_id, sel,
                          e);
}

/* The patch that inserts copies of SEL; ORIGINS as for edit_paste_all(). */
static enum err
make_paste(const struct editor *s, const struct selection *sel,
           struct value **patch, struct value **origins, struct error *e)
{
    const struct version_row *version = draft_view_version(&s->draft);
    const struct pasting how = {
        .connectors = draft_view_connectors(&s->draft),
        .keep_ids = text_equal(s->console->clip.workflow, version->workflow_id),
        .origins = origins};
    return edit_paste_all(patch, draft_view_document(&s->draft), sel,
                          place_for_edit(&s->shape.outline, editor_place(s)),
                          &how, e);
}

/* Only the palette pastes into the slot that was chosen there. */
static void
set_slot(struct editor *s, const char *slot)
{
    if (!text_equal(slot, EDITOR_SLOT))
        editor_slot_close(s->view);
}

bool
editor_paste_question(struct editor *s, const char *slot, struct question *q)
{
    struct selection sel;
    struct value *patch = NULL, *origins = NULL;
    if (copied(s, &sel, NULL) != ERR_OK)
        return false;
    bool asks = false;
    set_slot(s, slot);
    if (make_paste(s, &sel, &patch, &origins, NULL) == ERR_OK) {
        char *words = selection_words(&sel);
        snprintf(q->text, sizeof q->text, "Insert %s of " QUESTION_WHAT "?",
                 sel.count > 1 ? "copies" : "a copy");
        question_about(q, words, NULL, NULL);
        snprintf(q->yes, sizeof q->yes, "Insert");
        asks = editor_breaks_question(
            s, &(struct foreseen){sel.document, patch, origins}, q);
        free(words);
    }
    selection_clear(&sel);
    value_free(patch);
    value_free(origins);
    return asks;
}

static void
say_inserted(const struct editor *s, bool several, const char *words)
{
    struct buf left;
    buf_init_any(&left);
    clip_left_out(&s->console->clip,
                  draft_view_version(&s->draft)->installation_id, &left);
    app_say(s->view->app, left.len ? MESSAGE_WARNING : MESSAGE_INFO,
            "Inserted %s of %.200s (u undoes it)%s%s",
            several ? "copies" : "a copy", words, left.len ? "; " : "",
            buf_str(&left));
    buf_clear(&left);
}

/* The id of the first block that PATCH puts in, a new string; NULL: none. */
static char *
first_put_in(const struct value *patch)
{
    const char *id = NULL;
    for (size_t i = 0; i < value_size(patch) && !id; i++) {
        const struct value *value = value_get(value_at(patch, i), "value");
        if (value_is(value, VALUE_ARRAY)) /* a list that was empty */
            value = value_at(value, 0);
        id = value_get_text(value, "id");
    }
    return mem_strdup(id);
}

void
editor_paste_blocks(struct editor *s, const char *slot, struct error *e)
{
    struct selection sel;
    struct value *patch = NULL;
    if (copied(s, &sel, e) != ERR_OK)
        return;
    char *words = selection_words(&sel);
    bool several = sel.count > 1;
    set_slot(s, slot);
    enum err err = make_paste(s, &sel, &patch, NULL, e);
    char *id = first_put_in(patch);
    draft_view_copied(&s->draft, s->console->clip.foreign.source);
    if (editor_apply(s, err, patch, id, e) == ERR_OK)
        say_inserted(s, several, words);
    selection_clear(&sel);
    free(words);
    free(id);
}
