/* The paths that a mapping row reads, each from the record or from another
 * block's output, whatever it is written relative to. */
#ifndef TAILOR_MAPPING_PLAN_ROW_PATHS_H
#define TAILOR_MAPPING_PLAN_ROW_PATHS_H

#include "mapping/path/path.h"
#include "mapping/plan/plan.h"

struct row_path {
    char *block; /* NULL: the record */
    struct path *path;
};

struct row_paths {
    struct row_path *items;
    size_t count;
    size_t capacity;
};

/* Finds what the row ROW of P reads, SOURCE being its text: of a path the
 * path, of a formula each reference. Where P is NULL, paths that begin at an
 * element are left out. To be emptied by row_paths_clear. */
void row_paths_find(struct row_paths *out, const struct plan *p, size_t row,
                    const char *source);
void row_paths_clear(struct row_paths *r);

/* Appends the nodes of the sample SCOPE that P reads to OUT. */
void row_path_query(const struct row_path *p, const struct scope *scope,
                    struct node_list *out);

#endif
