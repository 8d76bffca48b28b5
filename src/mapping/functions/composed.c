/* Whether a text is spelled as texts usually are. */
#include "mapping/functions/composed.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#define COMPOSED_MAX 1000 /* bytes: keys are short, and marks cost a square */

bool
text_is_composed(const char *s, size_t n)
{
    utf8proc_uint8_t *composed = NULL;
    bool ascii = true;
    for (size_t i = 0; i < n && ascii; i++)
        ascii = (unsigned char)s[i] < 0x80;
    if (ascii || n > COMPOSED_MAX)
        return true;
    utf8proc_ssize_t length = utf8proc_map(
        (const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &composed,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    bool same = length < 0 ||
                ((size_t)length == n && memcmp(composed, s, n) == 0);
    free(composed);
    return same;
}
