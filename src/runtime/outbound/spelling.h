/* Secrets in the spellings that programs write: the search reads what stands
 * there, whatever mixture of spellings it is. */
#ifndef TAILOR_RUNTIME_SPELLING_H
#define TAILOR_RUNTIME_SPELLING_H

#include "base/buf.h"

/* Replaces each place of TEXT that reads as the N bytes at NEEDLE by MARK.
 * Each byte may stand plain, percent-encoded (once or more often, digits of
 * either case, "+" for a space), escaped as JSON does, or as an HTML entity.
 * What is left of the text before is wiped. Takes time in proportion to the
 * text. */
void spelling_replace(struct buf *text, const char *needle, size_t n,
                      const char *mark);

#endif
