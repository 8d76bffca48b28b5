/* What the makers of patches share. Used by the edit*.c files only. */
#ifndef TAILOR_WORKFLOW_EDIT_PATCH_PRIVATE_H
#define TAILOR_WORKFLOW_EDIT_PATCH_PRIVATE_H

#include "workflow/document/document.h"

/* Appends an operation to PATCH. VALUE (*taken*) is for add and replace. */
void op_add(struct value *patch, const char *path, struct value *value);
void op_replace(struct value *patch, const char *path, struct value *value);
void op_remove(struct value *patch, const char *path);

/* The pointer of B with KEY (and INDEX, unless SIZE_MAX) behind it, a new
 * string. KEY may be NULL. */
char *edit_pointer(const struct block *b, const char *key, size_t index);

/* BASE with KEY behind it, a new string. */
char *edit_join(const char *base, const char *key);

/* The block called or identified by REF; NULL with NOT_FOUND. */
const struct block *edit_block(const struct document *d, const char *ref,
                               struct error *e);

/* A name that no block of D has: WANTED, else "WANTED 2" …; a new string. */
char *edit_free_name(const struct document *d, const char *wanted);

#endif
