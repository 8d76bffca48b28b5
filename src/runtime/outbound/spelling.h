/* Secrets in the spellings that programs write: the search reads what stands
 * there, whatever mixture of spellings it is. */
#ifndef TAILOR_RUNTIME_SPELLING_H
#define TAILOR_RUNTIME_SPELLING_H

#include "base/buf.h"

/* What is looked for, ready for every search. */
struct needles;

struct needles *needles_new(void);
/* Wipes all of them. NULL is OK. */
void needles_free(struct needles *needles);
/* Adds the N bytes at S, unless they were added last. */
void needles_add(struct needles *needles, const char *s, size_t n);

/* Replaces each place of TEXT that reads as one of NEEDLES by MARK;
 * places side by side get one. Each byte may stand plain, percent-encoded (once
 * or more often, digits of either case, "+" for a space), escaped as JSON does,
 * or as an HTML entity; line ends may stand between. A needle that itself holds
 * what can be read so is found as it stands and as what it spells. Where a
 * needle has 8 bytes or more, the letters a to z may be of either case; where
 * it also holds other letters, all may be, with their marks composed,
 * decomposed or left out. What is left of the text before is wiped. Takes time
 * in proportion to the text. */
void spelling_hide(struct buf *text, const struct needles *needles,
                   const char *mark);

#endif
