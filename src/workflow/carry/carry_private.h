/* What the parts of carrying share. Used by the files of this folder only. */
#ifndef TAILOR_WORKFLOW_CARRY_CARRY_PRIVATE_H
#define TAILOR_WORKFLOW_CARRY_CARRY_PRIVATE_H

#include "workflow/carry/carry.h"
#include "workflow/document/conflicts.h"
#include "workflow/edit/diff.h"
#include "workflow/edit/edit.h"

struct carrying {
    /* With the names that blocks have in the result. */
    struct document *base, *ours, *theirs;
    struct change_list own;   /* BASE to OURS */
    struct change_list their; /* BASE to THEIRS */
    struct value *renamed;    /* ids of blocks that THEIRS renamed: true */
    struct value *wanted;     /* id to name: blocks with a number behind it */
    struct document *now;     /* the result so far */
    struct value *conflicts;
    struct carry_edits *edits;
};

/* Adds an edit: what C says, in STATE. */
void carry_add(struct carrying *k, const struct change *c,
               enum carry_state state);

/* The same; where it is in conflict, or gone, CONFLICT (its state is set here,
 * the values are copied) is kept in the document. */
void carry_edit(struct carrying *k, const struct change *c,
                enum carry_state state, struct conflict conflict);

/* Applies PATCH (*taken*; NULL after a failed edit) to what is there now; false
 * where it, or the patch, fails. */
bool carry_apply(struct carrying *k, enum err err, struct value *patch);

/* The patch that replaces the member KEY of a document by V; owned by the
 * caller. */
struct value *carry_replacement(const char *key, const struct value *v);

/* The state of a thing that is A in the old base, O in the own version and T in
 * the new base (NULL: not there): CARRY_CLEAN where O is to be set. */
enum carry_state carry_three(const struct value *a, const struct value *o,
                             const struct value *t);

/* True where A and B (may be NULL) are the same. */
bool carry_same(const struct value *a, const struct value *b);

/* The change of LIST of SUBJECT at the block ID and FIELD (each may be NULL:
 * any) and of KIND, or NULL. */
const struct change *carry_find(const struct change_list *list,
                                enum change_subject subject, const char *id,
                                const char *field, enum change_kind kind);

/* --- names.c -------------------------------------------------------------- */

/* Gives the three documents (owned by K already) the names of the result and
 * says what became of each renaming of OURS. */
enum err carry_names(struct carrying *k, struct error *e);

/* Takes a number from a name where the result does not need it: what had the
 * name is gone, and nothing refers to that. */
void carry_numbers(struct carrying *k);

/* --- places.c ------------------------------------------------------------- */

/* Where B of FROM belongs in TO: behind the nearest block before it in its
 * list that TO has in the same list, else first there. False where TO has no
 * such list. REF and LIST (static for the caller) hold what OUT names. */
struct carry_spot {
    struct edit_place place;
    char list[DOCUMENT_MAX_NAME];
};
bool carry_spot(struct carry_spot *out, const struct document *from,
                const struct block *b, const struct document *to);

/* True where A and B, of two documents, stand in the same list. */
bool carry_same_list(const struct block *a, const struct block *b);

/* The name of the list of B as edit.h says it. */
void carry_list_name(const struct block *b, char out[DOCUMENT_MAX_NAME]);

/* The block before B in its list, or NULL. */
const struct block *carry_before(const struct document *d,
                                 const struct block *b);

/* Where B of D stands, for a conflict: {"parent","parentName","list","after":
 * ids, the nearest first,"afterName"}, owned by the caller; NULL for NULL. */
struct value *carry_place_value(const struct document *d,
                                const struct block *b);

/* Where the element with KEY stands in LIST, or -1. */
long carry_index(const struct value *list, const char *key,
                 const char *(*key_of)(const struct value *element));

/* Puts each element of NOW whose key is a member of PLACED directly behind the
 * nearest one before it in OURS that NOW has, else first. */
void carry_place(struct value *now, const struct value *placed,
                 const struct value *ours,
                 const char *(*key_of)(const struct value *element));

/* --- blocks.c ------------------------------------------------------------- */

void carry_block(struct carrying *k, const struct change *c);

/* What B has itself: without the blocks inside it. Owned by the caller. */
struct value *carry_own_value(const struct block *b);

/* --- content.c ------------------------------------------------------------ */

void carry_field(struct carrying *k, const struct change *c);

/* The changes of rows of one block, the COUNT from C on. */
void carry_rows(struct carrying *k, const struct change *c, size_t count);

/* --- tables.c ------------------------------------------------------------- */

void carry_table(struct carrying *k, const struct change *c);
void carry_entries(struct carrying *k, const struct change *c, size_t count);
void carry_document(struct carrying *k, const struct change *c);

/* The changes of pinned connectors, when the blocks are there. */
void carry_pins(struct carrying *k);

#endif
