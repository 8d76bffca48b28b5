/* tailord user remove: delete a user again whom a restore has brought back. */
#ifndef TAILOR_RUNTIME_DAEMON_USER_REMOVE_H
#define TAILOR_RUNTIME_DAEMON_USER_REMOVE_H

#include "runtime/daemon/command.h"

daemon_function user_remove_command;

#endif
