/* The environment a program trusts. */
#include "cli/frame/environment.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* SSH_ORIGINAL_COMMAND is what `tailor session` runs; the TAILOR_TORTURE_
 * variables only make the program fail (tests). */
static const char *const allowed[] = {
    "TERM",     "LANG",     "LC_ALL",        "LC_CTYPE",
    "LC_TIME",  "TZ",       "PATH",          "HOME",
    "NO_COLOR", "ESCDELAY", "COLORTERM",     "SSH_ORIGINAL_COMMAND",
    "TMUX",     "STY",      "NOTIFY_SOCKET", "TAILOR_TORTURE_ALLOC",
};

void
environment_clean(void)
{
    enum { COUNT = sizeof allowed / sizeof allowed[0] };
    char *kept[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        kept[i] = mem_strdup(getenv(allowed[i]));
    clearenv();
    for (size_t i = 0; i < COUNT; i++) {
        if (kept[i])
            setenv(allowed[i], kept[i], 1);
        free(kept[i]);
    }
}
