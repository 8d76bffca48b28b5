/* A run as its runtime shows it (RUN of the management API): what became of
 * each block, in words, and what went into it and came out. */
#ifndef TAILOR_UI_SCREEN_RUN_BLOCKS_H
#define TAILOR_UI_SCREEN_RUN_BLOCKS_H

#include "base/buf.h"
#include "ui/canvas/draw.h"
#include "value/value.h"

/* Redacts what went into the blocks of RUN and came out: values under names of
 * secrets, texts that may hold one, and the beginnings of what is too long to
 * be shown. */
void run_redact(struct value *run);

/* Puts what became of the blocks of O's document in RUN into FACES (all zero
 * in `run`), and the words for it into the new strings WORDS; both by block. */
void run_faces(const struct value *run, const struct outline *o,
               struct face *faces, char **words);

/* Appends the input and output of block INDEX of D in one line each; of
 * several elements, of the first that failed, else of the first. */
void run_block_brief(const struct value *run, const struct document *d,
                     size_t index, struct buf *out);

/* Appends all that RUN has of it: elements that failed come first, and of
 * many only some are shown. */
void run_block_whole(const struct value *run, const struct document *d,
                     size_t index, struct buf *out);

#endif
