/* Two documents in one, to be drawn: a newer one with what it lacks of the
 * older. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/edit/diff.h"
#include "workflow/edit/list_place_private.h"
#include "workflow/edit/patch_private.h"

static bool
same_list(const struct block *a, const struct block *b)
{
    return strcmp(a->list, b->list) == 0 && a->list_case == b->list_case &&
           (a->parent == NULL) == (b->parent == NULL) &&
           (!a->parent || strcmp(a->parent->id, b->parent->id) == 0);
}

/* True where B of the older document is to be put into TO by itself: it is not
 * there, and does not stand in another block that is not. */
static bool
is_put(const struct document *to, const struct block *b)
{
    return *b->list && !document_block(to, b->id) &&
           (!b->parent || document_block(to, b->parent->id));
}

/* Takes out of V, a block or a part of one, the blocks that TO has. */
static void
take_kept(struct value *v, const struct document *to)
{
    for (size_t i = value_size(v); i-- > 0;) {
        struct value *item = value_at(v, i);
        const char *id = value_get_text(item, "id");
        bool block = id && kind_find(value_get_text(item, "kind"));
        if (value_is(v, VALUE_ARRAY) && block && document_block(to, id))
            value_free(value_take_at(v, i));
        else
            take_kept(item, to);
    }
}

/* The next or previous block of the list of B in D, or NULL. */
static const struct block *
beside(const struct document *d, const struct block *b, bool next)
{
    if (next) {
        const struct block *n = b->end < d->count ? &d->blocks[b->end] : NULL;
        return n && same_list(n, b) ? n : NULL;
    }
    for (const struct block *p = b; p > d->blocks && b->index > 0;) {
        p--;
        if (p->index == b->index - 1 && same_list(p, b))
            return p;
    }
    return NULL;
}

/* The place in NOW that B of FROM had: beside what stood beside it there and
 * still does, else in its list, else behind the block around it. LIST holds
 * the name of the list. */
static struct edit_place
old_place(const struct document *now, const struct document *from,
          const struct block *b, char list[DOCUMENT_MAX_NAME])
{
    for (int next = 0; next < 2; next++) {
        const struct block *at = b;
        while ((at = beside(from, at, next)) != NULL) {
            const struct block *there = document_block(now, at->id);
            if (there && same_list(there, b))
                return (struct edit_place){next ? PLACE_BEFORE : PLACE_AFTER,
                                           there->id, NULL};
        }
    }
    if (!b->parent)
        return (struct edit_place){PLACE_END, NULL, NULL};
    if (strcmp(b->list, "cases") == 0)
        snprintf(list, DOCUMENT_MAX_NAME, "cases/%zu", b->list_case);
    else
        snprintf(list, DOCUMENT_MAX_NAME, "%s", b->list);
    return (struct edit_place){PLACE_INTO, b->parent->id, list};
}

/* Puts BLOCKS (*taken*) where B, the first of them, stood. */
static void
put(struct document **now, const struct document *from, const struct block *b,
    struct value *blocks)
{
    char list[DOCUMENT_MAX_NAME];
    struct edit_place place = old_place(*now, from, b, list);
    struct value *patch = value_array();
    struct list_place at;
    struct document *with = NULL;
    if (list_place_find(&at, *now, place, NULL) != ERR_OK) {
        /* the block around it has no such list any more */
        place = (struct edit_place){PLACE_AFTER, b->parent->id, NULL};
        if (list_place_find(&at, *now, place, NULL) != ERR_OK) {
            value_free(blocks);
            value_free(patch);
            return;
        }
    }
    list_place_put(patch, &at, blocks);
    if (document_patch(&with, *now, patch, NULL, NULL) == ERR_OK) {
        document_free(*now);
        *now = with;
    }
    value_free(patch);
}

enum err
diff_union(struct document **out, const struct document *from,
           const struct document *to, struct error *e)
{
    enum err err = document_from_value(out, value_copy(to->root), e);
    for (size_t i = 0; i < from->count && err == ERR_OK; i++) {
        const struct block *b = &from->blocks[i], *first = b;
        struct value *blocks = value_array();
        while (b && is_put(to, b)) {
            struct value *copy = value_copy(b->value);
            take_kept(copy, to);
            value_append(blocks, copy);
            i = (size_t)(b - from->blocks);
            b = beside(from, b, true);
        }
        if (value_size(blocks) > 0)
            put(out, from, first, blocks);
        else
            value_free(blocks);
    }
    return err;
}
