/* Who else may read or change the state folder. */
#ifndef TAILOR_RUNTIME_DAEMON_MODES_H
#define TAILOR_RUNTIME_DAEMON_MODES_H

#include "base/error.h"

/* Takes the rights of group and others off the folder STATE and the store in
 * it, and logs a warning where they had any. Errors: IO. */
enum err modes_repair(const char *state, struct error *e);

#endif
