/* A model of blocks that knows nothing of patches: which ids stand in which
 * list, in order. */
#ifndef TAILOR_TEST_SELECTION_MODEL_H
#define TAILOR_TEST_SELECTION_MODEL_H

#include "workflow/document/document.h"

/* The model of D, which the caller frees. */
struct value *model_of(const struct document *d);

/* Where ID stands in LIST, -1: nowhere. */
long model_index(const struct value *list, const char *id);

/* The key of the list that ID stands in. */
const char *model_key(const struct value *m, const char *id);

/* The block around the list KEY, static; NULL for a list of the document. */
const char *model_owner(const char *key);

/* True where ID, or a block around it, is in CHOSEN. */
bool model_goes_along(const struct value *m, const struct value *chosen,
                      const char *id);

/* True where ID is in CHOSEN and no block around it is. */
bool model_is_outermost(const struct value *m, const struct value *chosen,
                        const char *id);

/* The outermost of CHOSEN, in the order of D. */
struct value *model_outermost(const struct document *d, const struct value *m,
                              const struct value *chosen);

/* M without what CHOSEN takes along; where MOVED, only the outermost of it, so
 * that lists inside of them stay. */
struct value *model_without(const struct value *m, const struct value *chosen,
                            bool moved);

/* Lists without blocks are the same as lists that are not there. */
char *model_text(const struct value *m);

/* No block of TO is another than it was in FROM. */
void model_check_unchanged(const struct document *from,
                           const struct document *to);

#endif
