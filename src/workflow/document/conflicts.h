/*
 * Conflicts: what a person must decide before a document may be released.
 * Carrying the edits of an own version to another base (workflow/carry) leaves
 * them in the document, as its member "conflicts", so that they are kept,
 * undone and shown with it. A document with conflicts never validates; its hash
 * and its format are those of an ordinary one again once the last is resolved.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_CONFLICTS_H
#define TAILOR_WORKFLOW_DOCUMENT_CONFLICTS_H

#include "workflow/document/document.h"

enum conflict_state {
    CONFLICT_BOTH, /* the own version and the new base changed it differently */
    CONFLICT_GONE  /* what the own version changed is not in the new base */
};

/* What a conflict is about; the words stand in conflicts.def. */
enum conflict_subject {
#define SUBJECT(id, word, help) CONFLICT_##id,
#include "workflow/document/conflicts.def"
#undef SUBJECT
    CONFLICT_SUBJECTS
};

/* One conflict; borrowed from the document. */
struct conflict {
    enum conflict_state state;
    enum conflict_subject subject;
    const char *block; /* its id; NULL: it is of no block */
    const char *kind;  /* of the block, or NULL */
    const char *name;  /* of the block when the edits were carried, or NULL */
    const char *table; /* a value table, or NULL */
    const char *field; /* the field, the target of a row, the key of a table's
                          row, an app, "name" or "formulas"; NULL: none */
    /* What the old base, the own version and the new base have; NULL: it is
     * not there. */
    const struct value *base, *ours, *theirs;
};

size_t document_conflicts(const struct document *d);

/* The conflict I (< document_conflicts) of D. */
void document_conflict(const struct document *d, size_t i,
                       struct conflict *out);

/* C as a member of "conflicts", owned by the caller; the values are copied. */
struct value *conflict_value(const struct conflict *c);

/* The word of C's subject in documents, static. */
const char *conflict_subject_word(enum conflict_subject subject);

/* Where C is, as people read it: "Tax > formula", "Create cash sale > tax",
 * "table Shipping > UPS". NAME is what the block is called now (NULL: as it
 * was when the edits were carried). A new string. */
char *conflict_place(const struct conflict *c, const char *name);

/* The field as problems name it, such as "mapping[tax]"; NULL: none. A new
 * string. */
char *conflict_field(const struct conflict *c);

/* V, a value of C, as people read it: "not there" where V is NULL, a row as
 * its source. A new string. */
char *conflict_show(const struct conflict *c, const struct value *v);

#endif
