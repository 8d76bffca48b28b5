/* Secrets in the spellings that programs write: the search reads what stands
 * there, whatever mixture of spellings it is. */
#ifndef TAILOR_RUNTIME_SPELLING_H
#define TAILOR_RUNTIME_SPELLING_H

#include "base/buf.h"

/* Replaces each place of TEXT that reads as one of the COUNT NEEDLES by MARK;
 * places side by side get one. Each byte may stand plain, percent-encoded (once
 * or more often, digits of either case, "+" for a space), escaped as JSON does,
 * or as an HTML entity; line ends may stand between. Where a needle has 8 bytes
 * or more, the letters a to z may be of either case. What is left of the text
 * before is wiped. Takes time in proportion to the text. */
void spelling_hide(struct buf *text, const struct buf *needles, size_t count,
                   const char *mark);

#endif
