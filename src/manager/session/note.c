/* What a note may not hold. */
#include "manager/session/note.h"

#include <string.h>

#include "workflow/edit/curl_find.h"
#include "workflow/edit/curl_secrets.h"

bool
note_may_hold_secret(const char *text)
{
    return secret_may_be_in(text) || curl_find(text, strlen(text));
}

enum err
note_check(const char *note, struct error *e)
{
    if (!note || !note_may_hold_secret(note))
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "the note may hold a secret, and would be kept for good "
                     "(leave the secret out, or say it in other words)");
}
