/*
 * The Unix socket in the state folder through which subcommands reach the
 * running daemon, which alone may have the store open. 0600, and the other
 * side must be of the same user (or root). A request is a line
 * {"command":"apikey add","arguments":[…]}, an answer a line {"result":…} or
 * {"message","error"}.
 */
#ifndef TAILOR_RUNTIME_DAEMON_CONTROL_H
#define TAILOR_RUNTIME_DAEMON_CONTROL_H

#include "runtime/daemon/command.h"

struct control;

/* Starts the thread that waits for signals and for clients of
 * STATE/control.sock, each of which gets a thread of its own: SIGTERM and
 * SIGINT (blocked by the caller in all threads) stop the core once what is
 * in progress has ended or STOP_MS are over, a second one at once; SIGHUP reads
 * the certificate again (daemon_reload). */
enum err control_start(struct control **out, const char *state,
                       const struct command_place *place, int64_t stop_ms,
                       struct error *e);

/* Ends the threads and removes the socket, after core_commands_close. NULL is
 * OK. */
void control_stop(struct control *c);

/* Asks the daemon of STATE to do COMMAND. Errors: UNREACHABLE where no daemon
 * runs, else the command's own. *OUT is owned by the caller. */
enum err control_ask(const char *state, const char *command,
                     const struct value *arguments, struct value **out,
                     struct error *e);

#endif
