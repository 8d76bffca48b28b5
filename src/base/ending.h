/*
 * Whether this process is asked to end, for what waits where nobody looks at
 * signals.
 */
#ifndef TAILOR_BASE_ENDING_H
#define TAILOR_BASE_ENDING_H

#include <stdbool.h>

/* Whether SIGTERM or SIGHUP is blocked and pending. Any thread. */
bool ending_is_asked(void);

/* Keeps NUMBER (SIGTERM or SIGHUP, blocked), which was just taken, pending:
 * what waits later ends early, too. */
void ending_keep(int number);

/* Takes what is pending of them, before they are let through again. */
void ending_clear(void);

#endif
