/*
 * What a block gives on the samples of its workflow: a document, as it is now
 * or as it would be with what is being typed, run through previews
 * (workflow/preview/preview.h).
 */
#ifndef TAILOR_UI_DRAFT_TRIAL_H
#define TAILOR_UI_DRAFT_TRIAL_H

#include "manager/draft/previewing.h"

#define TRIAL_SAMPLES 50 /* that are counted while one types */

struct trial {
    const struct previewing *previewing; /* borrowed */
    struct previewer *previewer;
    struct preview preview; /* of the last trial_run */
};

/* Makes D (borrowed until trial_end) ready. */
void trial_begin(struct trial *t, const struct previewing *previewing,
                 const struct document *d);
void trial_end(struct trial *t);

/* What the block ID came to on sample I; borrowed until the next run, NULL
 * where there is no such sample or block. */
const struct preview_block *trial_run(struct trial *t, size_t i,
                                      const char *id);

/* Appends what R made in short: "62.5" for {"result":62.5}, else why there is
 * nothing. R may be NULL. */
void trial_words(const struct preview_block *r, struct buf *out);

/* True where R is what a run would make or send. */
bool trial_is_good(const struct preview_block *r);

/* True where a run with the sample does not come to the block of R. */
bool trial_is_skipped(const struct preview_block *r);

#endif
