/*
 * What a session gives up before it serves its user. Every session reaches
 * its own store, the runtimes it may read and what each program needs
 * (Landlock); one that only reads can also write nothing, start no process
 * and make no system call that reading does not use (seccomp), so that it
 * could not even if it were taken over.
 */
#ifndef TAILOR_CLI_SESSION_SANDBOX_H
#define TAILOR_CLI_SESSION_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sandbox {
    const char *store;        /* path of the store */
    bool read_only;           /* give up writing and starting processes */
    const char *const *files; /* further files to read (CAs, read tokens) */
    size_t file_count;
    const uint16_t *ports; /* TCP ports of the runtimes */
    size_t port_count;
};

/* Gives up, for this process and its children, for ever. What the kernel
 * does not have is left out (sandbox_describe says so); FAILED where the
 * kernel has it and it cannot be set up. */
enum err sandbox_enter(const struct sandbox *s, struct error *e);

/* What this kernel lets sandbox_enter enforce: "landlock 7, seccomp", "no
 * landlock, seccomp"; for the audit. READ_ONLY as in struct sandbox. */
void sandbox_describe(char *out, size_t size, bool read_only);

#endif
