/* The formats of TEXT as spreadsheets paste them. */
#ifndef TAILOR_MAPPING_FUNCTIONS_TEXT_FORMAT_H
#define TAILOR_MAPPING_FUNCTIONS_TEXT_FORMAT_H

#include "mapping/formula/eval.h"

/* Makes FORMAT plain: without colours and filling, widths as blanks, a
 * currency as a text in quotes. False where it has what TEXT does not
 * support: *ERROR names it. */
bool text_format_read(struct evaluator *ev, struct ftext format,
                      struct ftext *out, struct fvalue *error);

#endif
