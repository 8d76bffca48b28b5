/* Text as a JSON string (RFC 8259, section 7). */
#ifndef TAILOR_VALUE_ESCAPE_H
#define TAILOR_VALUE_ESCAPE_H

#include "base/buf.h"

/* Appends the N bytes at S, valid UTF-8, as a JSON string with its quotes:
 * short escapes where there are any, \u00xx for other control characters. */
void json_escape(struct buf *out, const char *s, size_t n);

#endif
