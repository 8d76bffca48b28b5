/* What a program that handles tokens gives up at its start. */
#ifndef TAILOR_BASE_PROCESS_H
#define TAILOR_BASE_PROCESS_H

/* No core file of this process is written, and no other process of the
 * account can read its memory. */
void process_hide_memory(void);

#endif
