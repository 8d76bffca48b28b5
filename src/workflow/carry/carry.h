/*
 * Carrying the edits of an own version to another base.
 *
 * Three documents go in: BASE, the base version that the own version was forked
 * from; OURS, the own version; THEIRS, the new base. What OURS changed of BASE
 * is made on THEIRS, and a document comes out with a list of these edits, each
 * with its state:
 *
 *   clean     made; the new base did not touch the same thing
 *   same      the new base made the same change: it is there once
 *   conflict  both changed the same thing differently, or one changed what the
 *             other removed. The document has what the new base has, and a
 *             conflict (document/conflicts.h) with all three values
 *   gone      the new base no longer has what the edit changes (its block, its
 *             table, the list that it stands in). The document has a conflict
 *             that keeps what the own version had
 *
 * An edit is a change that workflow/edit/diff.h finds between BASE and OURS.
 * The thing that it changes is
 *
 *   a block       by its id: added, or removed with what is inside
 *   its name      references follow, in what both sides wrote
 *   its place     the list that it stands in, and its order among the blocks
 *                 that it shares the list with
 *   a field       of a block, as a whole; its note
 *   a row         of a mapping, by its target, as a whole; and its place
 *   a table       of values, or a row of it by its key
 *   the pinned version of a connector; the name and the format of formulas of
 *   the workflow
 *
 * Rules that decide the rest:
 * 1. Blocks and rows keep the order of THEIRS. One that OURS added or moved
 *    comes directly after the nearest one before it in OURS that the list has,
 *    else first.
 * 2. Both moved a block: the same where it stands in one list and behind the
 *    same of the blocks that both lists have.
 * 3. A block that OURS removed is in conflict where THEIRS changed it or a
 *    block that went with it, or put something into it.
 * 4. Both added a block of one name: that of THEIRS keeps it, that of OURS gets
 *    a number, and what OURS wrote refers to its own.
 * 5. What OURS wrote about a block that THEIRS removed refers to nothing, even
 *    where a new block of THEIRS has the name; validation says so.
 * 6. A connector is pinned while a block uses its app.
 * So with THEIRS equal to BASE, OURS comes out; with OURS equal to BASE,
 * THEIRS.
 */
#ifndef TAILOR_WORKFLOW_CARRY_CARRY_H
#define TAILOR_WORKFLOW_CARRY_CARRY_H

#include "workflow/document/document.h"

enum carry_state { CARRY_CLEAN, CARRY_SAME, CARRY_CONFLICT, CARRY_GONE };
enum { CARRY_STATES = CARRY_GONE + 1 };

struct carry_edit {
    enum carry_state state;
    char *block_id; /* NULL: of no block */
    char *block;    /* its name in the result or in OURS */
    char *field;    /* as in struct change */
    char *text;     /* one line: "Create cash sale > tax: + Tax!result" */
    /* Of what is in conflict or gone: what the old base, the own version and
     * the new base have, as people read it; else NULL. */
    char *base, *ours, *theirs;
};

struct carry_edits {
    struct carry_edit *items;
    size_t count;
    size_t capacity;
    size_t states[CARRY_STATES]; /* how many of each */
};

void carry_edits_clear(struct carry_edits *l);

/* Makes *OUT, which the caller owns, and fills EDITS, which the caller clears
 * also after an error. The three are borrowed and not changed. Errors: INVALID
 * where it is not clear what was edited: a block is of another kind or a
 * branch has other cases, two blocks have one name, two rows one target, two
 * rows of a table one key, or one of the three has conflicts; TOO_BIG. */
enum err carry_edits(struct document **out, struct carry_edits *edits,
                     const struct document *base, const struct document *ours,
                     const struct document *theirs, struct error *e);

/* "clean", "same", "conflict", "gone". */
const char *carry_state_word(enum carry_state state);

/* [{"state","blockId","block","field","text"}…], with "oldBase", "own" and
 * "newBase" where it has them, owned by the caller. */
struct value *carry_edits_value(const struct carry_edits *l);

#endif
