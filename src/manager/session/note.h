/* Notes, which records of the audit keep for good. */
#ifndef TAILOR_MANAGER_SESSION_NOTE_H
#define TAILOR_MANAGER_SESSION_NOTE_H

#include <stdbool.h>

#include "base/error.h"

/* True where TEXT may hold a secret, or is a call. */
bool note_may_hold_secret(const char *text);

/* REFUSED where NOTE (NULL: none) may hold a secret. */
enum err note_check(const char *note, struct error *e);

#endif
