/*
 * Large documents of the store that a call needs, parsed on threads beside the
 * core: the call waits for them, and all others are served meanwhile. What is
 * not a call cannot wait, and parses where it is.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_READING_H
#define TAILOR_RUNTIME_INSTALLED_READING_H

#include "base/digest.h"
#include "runtime/core/core.h"

struct reading;

/* Whether the caller goes on and parses the document HASH itself, or finds it
 * in the cache of parsed documents: OK. BUSY where it is being parsed beside
 * the core: the caller returns that error, and its call is done again when the
 * document is there (core_wait). Errors of the document itself are found by who
 * goes on. */
enum err reading_check(struct core *core, const char *hash, struct error *e);

void reading_clear(struct reading **list);

#endif
