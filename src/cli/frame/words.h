/* The words that stand for arguments in usage texts, and what the audit may
 * keep of what is typed for them. */
#ifndef TAILOR_CLI_FRAME_WORDS_H
#define TAILOR_CLI_FRAME_WORDS_H

#include <stdbool.h>

/* Whether what is typed for WORD may be recorded as it is: false also for a
 * word that is not in the table. */
bool words_kept(const char *word);

#endif
