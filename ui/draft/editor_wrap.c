/* Putting the marked blocks into a new block that holds them, and taking them
 * out of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"

/* True where blocks of KIND hold others. */
static bool
wraps(const struct kind *kind)
{
    const struct kind_field *f = kind->fields;
    while (f->name && f->type != FIELD_BLOCKS && f->type != FIELD_CASES)
        f++;
    return f->name != NULL;
}

void
editor_wrap_complete(const char *arg, struct completions *list)
{
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *kind = kind_get((enum kind_id)i);
        if (wraps(kind) && text_starts(kind->name, arg))
            completions_add(list, kind->name);
    }
}

/* The kind NAME; NULL with INVALID where it holds no blocks. */
static const struct kind *
kind_that_wraps(const char *name, struct error *e)
{
    const struct kind *kind = name ? kind_find(name) : NULL;
    struct buf names;
    if (kind && wraps(kind))
        return kind;
    buf_init(&names, 400);
    for (int i = 0; i < KIND_COUNT; i++) {
        if (wraps(kind_get((enum kind_id)i)))
            buf_addf(&names, "%s%s", names.len ? ", " : "",
                     kind_get((enum kind_id)i)->name);
    }
    error_set(e, ERR_INVALID,
              "wrap: \"%.40s\" is not a kind that holds blocks (%s)",
              name ? name : "", buf_str(&names));
    buf_clear(&names);
    return NULL;
}

/* The patch that puts the blocks of the selection into one of the kind NAME,
 * which ID receives the id of; *WORDS says what they are. */
static enum err
make_wrap(const struct editor *s, const char *name, struct value **patch,
          char id[UUID_SIZE], char **words, struct error *e)
{
    const struct kind *kind = kind_that_wraps(name, e);
    struct selection sel = {0};
    enum err err = kind ? editor_selection(s, &sel, e) : ERR_INVALID;
    if (err == ERR_OK) {
        *words = selection_words(&sel);
        err = edit_wrap(patch, &sel, kind, id, e);
    }
    selection_clear(&sel);
    return err;
}

void
editor_wrap(struct editor *s, const char *name, struct error *e)
{
    struct value *patch = NULL;
    char id[UUID_SIZE] = "";
    char *words = NULL;
    enum err err = make_wrap(s, name, &patch, id, &words, e);
    if (editor_apply(s, err, patch, id, e) == ERR_OK) {
        marks_clear(&s->table.marks);
        app_say(s->view->app, MESSAGE_INFO, "Put %.200s into %s (u undoes it)",
                words, editor_block(s)->name);
        editor_form_open(s, editor_block(s));
    }
    free(words);
}

bool
editor_wrap_question(const struct editor *s, const char *name,
                     struct question *q)
{
    const struct document *d = draft_view_document(&s->draft);
    struct value *patch = NULL;
    char id[UUID_SIZE];
    char *words = NULL;
    bool asks = false;
    if (make_wrap(s, name, &patch, id, &words, NULL) == ERR_OK) {
        snprintf(q->text, sizeof q->text,
                 "Put " QUESTION_WHAT " into a new %.20s?", name);
        question_about(q, words, NULL, NULL);
        snprintf(q->yes, sizeof q->yes, "Wrap");
        asks = editor_breaks_question(s, &(struct foreseen){d, patch, NULL}, q);
    }
    value_free(patch);
    free(words);
    return asks;
}

/* --- taking out ----------------------------------------------------------- */

/* The block that is taken away: the marked one where it holds blocks, else the
 * one around it; of several marked ones the one around all of them. */
static const struct block *
block_around(const struct editor *s, struct error *e)
{
    struct selection sel;
    const struct block *around = NULL;
    bool differ = false;
    if (editor_selection(s, &sel, e) != ERR_OK) {
        selection_clear(&sel);
        return NULL;
    }
    around = sel.blocks[0];
    if (sel.count > 1 || !wraps(around->kind))
        around = around->parent;
    for (size_t i = 1; i < sel.count && !differ; i++) {
        differ = sel.blocks[i]->parent != around;
        if (differ)
            error_set(e, ERR_INVALID,
                      "%.100s and %.100s are not in the same block",
                      sel.blocks[0]->name, sel.blocks[i]->name);
    }
    if (!around && !differ)
        error_set(e, ERR_REFUSED, "%.200s: no block is around it",
                  sel.blocks[0]->name);
    selection_clear(&sel);
    return differ ? NULL : around;
}

void
editor_unwrap(struct editor *s, struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    const struct block *around = block_around(s, e);
    struct value *patch = NULL;
    if (!around)
        return;
    size_t first = (size_t)(around - d->blocks) + 1;
    char *name = mem_strdup(around->name);
    char *go = first < around->end ? mem_strdup(d->blocks[first].id) : NULL;
    enum err err = edit_unwrap(&patch, d, around->id, e);
    if (editor_apply(s, err, patch, go, e) == ERR_OK) {
        marks_clear(&s->table.marks);
        app_say(s->view->app, MESSAGE_INFO,
                "Removed %.200s and kept its blocks (u undoes it)", name);
    }
    free(name);
    free(go);
}

bool
editor_unwrap_question(const struct editor *s, struct question *q)
{
    const struct document *d = draft_view_document(&s->draft);
    const struct block *around = block_around(s, NULL);
    struct value *patch = NULL;
    bool asks = false;
    if (around && edit_unwrap(&patch, d, around->id, NULL) == ERR_OK) {
        snprintf(q->text, sizeof q->text,
                 "Remove " QUESTION_WHAT " and keep its blocks?");
        question_about(q, around->name, NULL, NULL);
        snprintf(q->yes, sizeof q->yes, "Unwrap");
        asks = editor_breaks_question(s, &(struct foreseen){d, patch, NULL}, q);
    }
    value_free(patch);
    return asks;
}
