/* Whether a text is spelled as texts usually are (NFC). */
#ifndef TAILOR_MAPPING_FUNCTIONS_COMPOSED_H
#define TAILOR_MAPPING_FUNCTIONS_COMPOSED_H

#include <stdbool.h>
#include <stddef.h>

/* True where NFC leaves the N bytes at S (UTF-8) as they are; also of a text
 * that is too long or too odd to tell. */
bool text_is_composed(const char *s, size_t n);

#endif
