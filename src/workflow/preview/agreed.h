/*
 * What a sample gives, compared with what was agreed with the customer: the
 * expected output of blocks, {BLOCK NAME OR ID:VALUE}. Of a block in a loop
 * the value is a list with what it makes for each element that it is met
 * with. Numbers are compared by their digits, exactly (62.50 is 62.5), and a
 * missing member is not null.
 */
#ifndef TAILOR_WORKFLOW_PREVIEW_AGREED_H
#define TAILOR_WORKFLOW_PREVIEW_AGREED_H

#include "workflow/preview/preview.h"

#define AGREED_CELLS 100 /* of one sample that are kept; all are counted */

/* A cell where what is given is not what was agreed; strings are owned. */
struct agreed_cell {
    char *block;    /* as the expected output names it */
    char *path;     /* "lines[0].tax"; "" for the whole output */
    char *expected; /* JSON; NULL: expected to be missing */
    char *given;    /* JSON; NULL: missing */
    char *why;      /* why the block gives nothing to compare; NULL: it does */
};

struct agreed_cells {
    struct agreed_cell *items;
    size_t count; /* of ITEMS */
    size_t total;
};

/* Appends the cells in which GIVEN (NULL: missing) differs from EXPECTED to
 * OUT (zeroed before its first use), under PATH of BLOCK. */
void agreed_cells_compare(struct agreed_cells *out, const char *block,
                          const char *path, const struct value *expected,
                          const struct value *given);
void agreed_cells_clear(struct agreed_cells *cells);

/* INVALID where EXPECTED is not an object with a member for each block. */
enum err agreed_check(const struct value *expected, struct error *e);

/* Runs SAMPLE through P and compares with EXPECTED; NOW_MS is NOW() of
 * formulas. Takes the place of P's listener. A sample that cannot be walked
 * differs in its first block. */
void agreed_compare(struct agreed_cells *out, struct previewer *p,
                    const struct value *sample, const struct value *expected,
                    int64_t now_ms);

/* What the blocks that send give on SAMPLE, as an expected output that the
 * caller owns. INVALID where one fails or is known only after a run, or where
 * nothing is sent. */
enum err agreed_from_preview(struct value **out, struct previewer *p,
                             const struct value *sample, int64_t now_ms,
                             struct error *e);

#endif
