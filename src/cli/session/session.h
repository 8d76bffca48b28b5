/*
 * tailor session NAME: what the forced command of an SSH key starts. It runs
 * SSH_ORIGINAL_COMMAND, split by rules of its own into one tailor command
 * (no shell), as the actor NAME, or opens the console if none exists.
 */
#ifndef TAILOR_CLI_SESSION_SESSION_H
#define TAILOR_CLI_SESSION_SESSION_H

#include "base/error.h"

enum { SESSION_WORDS_MAX = 256 };

/* Splits TEXT into words: blanks separate, '…' and "…" keep blanks, a
 * backslash outside '…' takes the next character as it is; nothing is
 * expanded. WORDS (room for SESSION_WORDS_MAX, NULL-terminated) point into
 * *STORAGE, which the caller frees. Errors: USAGE (an open quote, too many
 * words, a leading word that is not tailor is kept). */
enum err session_split(const char *text, char **words, int *count,
                       char **storage, struct error *e);

/* Copies one word from S to *TO, which is then after it; returns where it
 * ended, NULL at an open quote. */
const char *session_copy_word(const char *s, char **to);

/* COMMAND as the audit has it: what customers may have sent, by the table of
 * ../frame/words.h, is only counted, because a record can never be erased. The
 * caller frees it. */
char *session_record_text(const char *command);

/* Runs a session of the actor NAME on STORE: start
 * record ("no record, no session"), the command or console in a child, end
 * record. Returns the exit code. */
int session_run(const char *name, const char *store);

#endif
