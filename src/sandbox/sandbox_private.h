/* The two halves of the sandbox: files and network, and system calls. */
#ifndef TAILOR_SANDBOX_SANDBOX_PRIVATE_H
#define TAILOR_SANDBOX_SANDBOX_PRIVATE_H

#include "sandbox/sandbox.h"

/* The version of Landlock that this kernel has, 0 for none. */
int landlock_version(void);
/* Gives up all files but those of S and what every program reads, all TCP
 * ports but those of S (version 4), and signals and abstract sockets of
 * others (version 6). Errors: FAILED. */
enum err landlock_enter(const struct sandbox *s, int version, struct error *e);

/* True where a list of system calls is known for this machine. */
bool seccomp_known(void);
/* Leaves only the system calls that a process of KIND uses. Errors: FAILED. */
enum err seccomp_enter(enum sandbox_kind kind, struct error *e);

#endif
