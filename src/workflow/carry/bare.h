/* A version of one customer for another one. */
#ifndef TAILOR_WORKFLOW_CARRY_BARE_H
#define TAILOR_WORKFLOW_CARRY_BARE_H

#include "workflow/document/document.h"

/* Makes *OUT, which the caller owns, of D without what may hold data, notes or
 * secrets of the customer whose version it is. Of each block, what its own
 * version in BASE (the base version that D was made of) does not have just so:
 * the note, the samples, the notes of rows; and the constants of headers, rows
 * and inputs whose name IS_SECRET says to be a secret's. LEFT_OUT (an array)
 * receives the place of each as people read it. */
enum err document_bare(struct document **out, const struct document *d,
                       const struct document *base,
                       bool (*is_secret)(const char *name),
                       struct value *left_out, struct error *e);

#endif
