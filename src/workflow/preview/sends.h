/*
 * What a version would send that another one does not, over samples: cell by
 * cell, with the number of samples and the first of them as the example.
 * Blocks are the same by their ids, the calls of a block in a loop by their
 * order.
 */
#ifndef TAILOR_WORKFLOW_PREVIEW_SENDS_H
#define TAILOR_WORKFLOW_PREVIEW_SENDS_H

#include "workflow/preview/preview.h"

#define SENDS_CELLS 50 /* that are kept; the rest is counted */

enum sends_how { SENDS_MORE, SENDS_LESS, SENDS_OTHER, SENDS_ELSEWHERE };

/* A cell that differs; strings are owned. */
struct sends_cell {
    const struct block *block; /* SENDS_LESS of a whole call: it may be of the
                                  other version */
    enum sends_how how;
    char *path;     /* "lines[*].tax", the elements of a list being one cell;
                       "" for a whole call */
    char *label;    /* of the first sample */
    char *before;   /* there, JSON (SENDS_ELSEWHERE: method and URL); NULL */
    char *after;    /* the same in the version; NULL where it is not sent */
    size_t samples; /* in which it differs */
    size_t last;    /* the number of the newest of them */
};

struct sends {
    struct previewer *version, *other; /* borrowed; OTHER may be NULL */
    struct sends_cell *cells;
    size_t count;
    size_t more;    /* times that a cell was not kept */
    size_t samples; /* looked at */
    size_t differ, failed, unknown; /* of them */
};

void sends_init(struct sends *s, struct previewer *version,
                struct previewer *other);
void sends_clear(struct sends *s);

/* Adds one sample; NOW_MS is NOW() of formulas in both. INVALID where it is
 * not a sample; then it is not counted. Takes the place of the listeners of
 * both previewers. */
enum err sends_add(struct sends *s, const struct preview_sample *sample,
                   int64_t now_ms, struct error *e);

/* Appends a line: "Create cash sale: + tax, 62.5 on SO-10023 (48 of 48
 * samples)". */
void sends_say_cell(const struct sends *s, size_t i, struct buf *out);

/* Appends what was looked at and what came of it: "48 samples: 48 send
 * something else, 0 fail". */
void sends_say_sum(const struct sends *s, struct buf *out);

#endif
