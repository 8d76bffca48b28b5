/* Text for man pages. */
#include "base/roff.h"

#include <string.h>

void
roff_text(struct buf *out, const char *s)
{
    if (*s == '.' || *s == '\'')
        buf_adds(out, "\\&");
    for (; *s; s++) {
        if (*s == '-')
            buf_adds(out, "\\-");
        else if (*s == '\\')
            buf_adds(out, "\\e");
        else if (strncmp(s, "\xe2\x80\xa6", 3) == 0) {
            buf_adds(out, "\\&...");
            s += 2;
        } else
            buf_addc(out, *s);
    }
}

void
roff_command(struct buf *out, const char *words, const char *usage,
             const char *help)
{
    buf_adds(out, ".TP\n\\fB");
    roff_text(out, words);
    buf_adds(out, "\\fR ");
    roff_text(out, usage);
    buf_adds(out, "\n");
    roff_text(out, help);
    buf_adds(out, ".\n");
}
