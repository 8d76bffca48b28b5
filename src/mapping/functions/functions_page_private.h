/* The parts of the page of the docs about formulas. */
#ifndef TAILOR_MAPPING_FUNCTIONS_FUNCTIONS_PAGE_PRIVATE_H
#define TAILOR_MAPPING_FUNCTIONS_FUNCTIONS_PAGE_PRIVATE_H

#include "base/buf.h"

/* Appends what a reader needs to predict the results of functions whose rule is
 * longer than a note: words, times, tags, units and spellings in ASCII. */
void functions_add_details(struct buf *out);

#endif
