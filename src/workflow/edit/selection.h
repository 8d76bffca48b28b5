/*
 * Several blocks of a document, and the edits of them as one: each makes one
 * patch, as edit.h says. A block that stands inside another of them goes with
 * that and is handled once. Blocks keep their order.
 */
#ifndef TAILOR_WORKFLOW_EDIT_SELECTION_H
#define TAILOR_WORKFLOW_EDIT_SELECTION_H

#include "base/ident.h"
#include "workflow/edit/edit.h"

struct selection {
    const struct document *document; /* borrowed */
    const struct block **blocks;     /* the outermost, in reading order */
    size_t count;
};

/* The blocks of D with IDS; ids that D does not have are passed over. Errors:
 * NOT_FOUND where it has none of them, INVALID where the trigger is one of
 * several; S then has none. selection_clear() frees it, also after an error. */
enum err selection_make(struct selection *s, const struct document *d,
                        const char *const *ids, size_t count, struct error *e);
void selection_clear(struct selection *s);

/* True where B, of its document, is one of S. */
bool selection_has(const struct selection *s, const struct block *b);

/* "Tax", "3 blocks": what S is, as a new string. */
char *selection_words(const struct selection *s);

/* Also unpins connectors that no other block uses. */
enum err edit_remove_all(struct value **out, const struct selection *s,
                         struct error *e);

/* Moves them to PLACE, one behind the other. */
enum err edit_move_all(struct value **out, const struct selection *s,
                       struct edit_place place, struct error *e);

/* Puts them into a new block of KIND at their place; they must follow one
 * another in one list. ID receives the id of the new block. */
enum err edit_wrap(struct value **out, const struct selection *s,
                   const struct kind *kind, char id[UUID_SIZE],
                   struct error *e);

/* Removes BLOCK and keeps the blocks inside it at its place. INVALID where it
 * can hold none, or where more than one of its branches has some. */
enum err edit_unwrap(struct value **out, const struct document *d,
                     const char *block, struct error *e);

/* How copies are pasted. */
struct pasting {
    const struct connector_set *connectors; /* those that the document may use;
                                               NULL: none is pinned */
    bool keep_ids;          /* copies keep ids that the document does not have:
                               it is of the same workflow */
    struct value **origins; /* NULL, or receives an object that says for the id
                               of each copy the id of its original; the caller
                               frees it */
};

/* Copies of S, which may be of any document, in D at PLACE, with fresh ids and
 * names that are free in D; references among the copied blocks follow.
 * Connectors are pinned in the same patch where the blocks use their apps and
 * D pins none. A trigger becomes the trigger of a D without one. */
enum err edit_paste_all(struct value **out, const struct document *d,
                        const struct selection *s, struct edit_place place,
                        const struct pasting *how, struct error *e);

#endif
