/*
 * Pages of a search that come again. An app that ignores which page it is asked
 * for gives the same one each time, or two or more of them in turn.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_BLOCK_CIRCLE_H
#define TAILOR_RUNTIME_EXECUTOR_BLOCK_CIRCLE_H

#include "runtime/executor/run.h"

enum { CIRCLE_MARK = 8 }; /* bytes that are kept of each page */

/* Notes the page whose items begin at AT of p->text. */
void circle_note(struct pages *p, size_t at);

/* How many pages came in turn: so many of the newest have the same items as as
 * many before them, and no smaller number has. 0: none, or the newest page is
 * empty. */
size_t circle_length(const struct pages *p);

/* How many of the first items of PAGE, whose list is the node LIST, are the
 * last ones of p->text again. An app whose last page is full gives so many more
 * than its total; any other number is 0. */
uint32_t circle_overlap(const struct pages *p, const struct tape *page,
                        uint32_t list);

#endif
