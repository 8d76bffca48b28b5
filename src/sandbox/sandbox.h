/*
 * What a process gives up before it serves. A session reaches its own store
 * and what each program needs (Landlock), no network, no token and no other
 * process (seccomp); one that only reads can also write nothing. tailor-fetch
 * reaches runtimes, their CAs and read tokens, and no store; tailor-sheet
 * nothing at all. So it is also where one was taken over.
 */
#ifndef TAILOR_SANDBOX_SANDBOX_H
#define TAILOR_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum sandbox_kind {
    SANDBOX_READER, /* a session that only reads */
    SANDBOX_WRITER, /* one that may change the store */
    SANDBOX_FETCH,  /* tailor-fetch */
    SANDBOX_SHEET   /* tailor-sheet: computes, and reaches no file */
};

struct sandbox {
    enum sandbox_kind kind;
    const char *store;        /* path of a session's store */
    const char *const *files; /* tailor-fetch: CAs and read tokens */
    size_t file_count;
    const uint16_t *ports; /* tailor-fetch: TCP ports of the runtimes */
    size_t port_count;
};

/* Gives up, for this process and its children, for ever. What the kernel
 * does not have is left out (sandbox_describe says so); FAILED where the
 * kernel has it and it cannot be set up. */
enum err sandbox_enter(const struct sandbox *s, struct error *e);

/* What this kernel lets sandbox_enter enforce: "landlock 7, seccomp", "no
 * landlock, seccomp"; for the audit. */
void sandbox_describe(char *out, size_t size);

#endif
