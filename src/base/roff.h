/* Text for man pages. */
#ifndef TAILOR_BASE_ROFF_H
#define TAILOR_BASE_ROFF_H

#include "base/buf.h"

/* Appends S as plain text of a man page: hyphens, backslashes and leading
 * dots mean themselves. */
void roff_text(struct buf *out, const char *s);

/* Appends the entry of a command: its WORDS bold, its USAGE, and HELP below. */
void roff_command(struct buf *out, const char *words, const char *usage,
                  const char *help);

#endif
