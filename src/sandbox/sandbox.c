/* What a process gives up, and what this kernel can enforce of it. */
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <sys/prctl.h>

#include "sandbox/sandbox_private.h"

enum err
sandbox_enter(const struct sandbox *s, struct error *e)
{
    int version = landlock_version();
    enum err err = ERR_OK;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_errno(e, ERR_FAILED, "no new privileges");
    if (version > 0)
        err = landlock_enter(s, version, e);
    if (err == ERR_OK && seccomp_known())
        err = seccomp_enter(s->kind, e);
    return err;
}

void
sandbox_describe(char *out, size_t size)
{
    int version = landlock_version();
    const char *filter = seccomp_known() ? ", seccomp" : "";
    if (version > 0)
        snprintf(out, size, "landlock %d%s", version, filter);
    else
        snprintf(out, size, "no landlock%s", filter);
}
