/* Edits of several blocks as one. */
#include "workflow/edit/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/edit/list_place_private.h"
#include "workflow/edit/patch_private.h"
#include "workflow/edit/pins_private.h"

/* --- which blocks --------------------------------------------------------- */

static int
by_place(const void *a, const void *b)
{
    const struct block *x = *(const struct block *const *)a;
    const struct block *y = *(const struct block *const *)b;
    return (x > y) - (x < y);
}

/* Leaves the outermost of the sorted blocks of S, each once. */
static void
keep_outermost(struct selection *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct block *b = s->blocks[i];
        const struct block *last = n > 0 ? s->blocks[n - 1] : NULL;
        if (!last || (b != last && !block_inside(b, last)))
            s->blocks[n++] = b;
    }
    s->count = n;
}

enum err
selection_make(struct selection *s, const struct document *d,
               const char *const *ids, size_t count, struct error *e)
{
    *s = (struct selection){.document = d};
    s->blocks = mem_array(count + 1, sizeof s->blocks[0]);
    for (size_t i = 0; i < count; i++) {
        const struct block *b = document_block(d, ids[i]);
        if (b)
            s->blocks[s->count++] = b;
    }
    qsort(s->blocks, s->count, sizeof s->blocks[0], by_place);
    keep_outermost(s);
    if (s->count == 0)
        return error_set(e, ERR_NOT_FOUND,
                         "the workflow has none of these blocks");
    if (s->count > 1 && s->blocks[0] == d->trigger) {
        s->count = 0;
        return error_set(e, ERR_INVALID,
                         "%.200s is the trigger, which stays first (leave it "
                         "out)",
                         d->trigger->name);
    }
    return ERR_OK;
}

void
selection_clear(struct selection *s)
{
    free(s->blocks);
    *s = (struct selection){0};
}

bool
selection_has(const struct selection *s, const struct block *b)
{
    return bsearch(&b, s->blocks, s->count, sizeof s->blocks[0], by_place) !=
           NULL;
}

char *
selection_words(const struct selection *s)
{
    return s->count == 1 ? mem_strdup(s->blocks[0]->name)
                         : mem_printf("%zu blocks", s->count);
}

/* --- taking out ----------------------------------------------------------- */

static bool
same_list(const struct block *a, const struct block *b)
{
    return a->parent == b->parent && strcmp(a->list, b->list) == 0 &&
           a->list_case == b->list_case;
}

/* The next block of the list of B, or NULL. */
static const struct block *
next_in_list(const struct document *d, const struct block *b)
{
    const struct block *next = b->end < d->count ? &d->blocks[b->end] : NULL;
    return next && same_list(next, b) ? next : NULL;
}

/* True where S has the whole list that the block at I, its first, stands
 * in. */
static bool
has_whole_list(const struct selection *s, size_t i)
{
    const struct block *b = s->blocks[i];
    if (b->index != 0 || !*b->list)
        return false;
    while (b && i < s->count && s->blocks[i] == b) {
        b = next_in_list(s->document, b);
        i++;
    }
    return !b;
}

/* Removes the blocks of S, the last first, so that no pointer is off; a list
 * that would stay empty goes as a whole. */
static void
take_out(struct value *patch, const struct selection *s)
{
    struct value *ops = value_array();
    for (size_t i = 0; i < s->count;) {
        const struct block *b = s->blocks[i];
        bool whole = has_whole_list(s, i);
        char *path = whole ? list_pointer(b) : edit_pointer(b, NULL, SIZE_MAX);
        op_remove(ops, path);
        free(path);
        do
            i++;
        while (whole && i < s->count && same_list(s->blocks[i], b));
    }
    while (value_size(ops) > 0)
        value_append(patch, value_take_at(ops, value_size(ops) - 1));
    value_free(ops);
}

enum err
edit_remove_all(struct value **out, const struct selection *s, struct error *e)
{
    (void)e;
    *out = value_array();
    take_out(*out, s);
    pin_remove(*out, s->document, s);
    return ERR_OK;
}

/* --- moving --------------------------------------------------------------- */

static bool
stands_inside(const struct selection *s, const struct block *b)
{
    while (b && !selection_has(s, b))
        b = b->parent;
    return b != NULL;
}

/* A block beside REF, in its list, that S does not have; NULL where S has them
 * all. */
static const struct block *
stays_beside(const struct selection *s, const struct block *ref, bool *before)
{
    const struct block *last = NULL;
    for (const struct block *b = s->document->blocks; b < ref; b++) {
        if (same_list(b, ref) && !selection_has(s, b))
            last = b;
    }
    *before = last == NULL;
    while (!last && (ref = next_in_list(s->document, ref)) != NULL)
        last = selection_has(s, ref) ? NULL : ref;
    return last;
}

/* The place of REF, which moves itself, as it is said without S: by what stays
 * beside it, else by its list. LIST holds the name of that. */
static struct edit_place
place_without(const struct selection *s, const struct block *ref,
              char list[DOCUMENT_MAX_NAME])
{
    bool before;
    const struct block *beside = stays_beside(s, ref, &before);
    if (beside)
        return (struct edit_place){before ? PLACE_BEFORE : PLACE_AFTER,
                                   beside->id, NULL};
    if (!ref->parent)
        return (struct edit_place){PLACE_END, NULL, NULL};
    if (strcmp(ref->list, "cases") == 0)
        snprintf(list, DOCUMENT_MAX_NAME, "cases/%zu", ref->list_case);
    else
        snprintf(list, DOCUMENT_MAX_NAME, "%s", ref->list);
    return (struct edit_place){PLACE_INTO, ref->parent->id, list};
}

/* Moves them to PLACE, which names no block of S. */
static enum err
move_there(struct value **out, const struct selection *s,
           struct edit_place place, struct error *e)
{
    struct document *without;
    struct list_place spot;
    *out = value_array();
    take_out(*out, s);
    enum err err = document_patch(&without, s->document, *out, NULL, e);
    if (!err) {
        err = list_place_find(&spot, without, place, e);
        if (!err) {
            struct value *blocks = value_array();
            for (size_t i = 0; i < s->count; i++)
                value_append(blocks, value_copy(s->blocks[i]->value));
            list_place_put(*out, &spot, blocks);
        }
        document_free(without);
    }
    if (err) {
        value_free(*out);
        *out = NULL;
    }
    return err;
}

enum err
edit_move_all(struct value **out, const struct selection *s,
              struct edit_place place, struct error *e)
{
    const struct document *d = s->document;
    const struct block *ref = NULL;
    char list[DOCUMENT_MAX_NAME];
    *out = NULL;
    if (place.where != PLACE_END) {
        ref = edit_block(d, place.ref, e);
        if (!ref)
            return ERR_NOT_FOUND;
        place.ref = ref->id;
    }
    if (s->blocks[0] == d->trigger)
        return error_set(e, ERR_INVALID, "%s: the trigger stays where it is",
                         d->trigger->name);
    bool chosen = ref && selection_has(s, ref);
    if (ref && stands_inside(s, ref) && (!chosen || place.where == PLACE_INTO))
        return error_set(e, ERR_INVALID, "%s: a block cannot move into itself",
                         ref->name);
    if (chosen && s->count == 1) {
        *out = value_array();
        return ERR_OK;
    }
    if (chosen)
        place = place_without(s, ref, list);
    return move_there(out, s, place, e);
}
