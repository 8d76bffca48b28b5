/*
 * The console: the screens of a store on a terminal, over the same operations
 * as the command line.
 */
#ifndef TAILOR_UI_SCREEN_CONSOLE_H
#define TAILOR_UI_SCREEN_CONSOLE_H

#include "base/error.h"
#include "ui/term/screen.h"

struct fetch;

struct console_options {
    const char *store; /* path */
    const char *actor;
    const char *session; /* of the audit records, NULL: a new one */
    bool remote; /* an SSH session: the host delivers, not this process, and
                    it has started what asks runtimes, if anything may … */
    struct fetch *fetch; /* … which stays the caller's; NULL: nothing */
    bool read_only, thin, ascii;
    bool tour;       /* leads through job A on the message line */
    bool temporary;  /* the store is removed afterwards: a demo */
    bool fresh;      /* begins with nothing that the last one left, and leaves
                        nothing; so do all remote, read-only and temporary */
    const char *exe; /* starts sync on demand; NULL: tailor-sync */
};

/* Opens the store and the terminal and runs until the session ends. Errors:
 * those of manager_open; USAGE without a terminal; ROLE where an admin removed
 * the person's access meanwhile. */
enum err console_main(const struct console_options *options, struct error *e);

/* The same on SCREEN (taken, also where it fails), for tests. */
enum err console_run(const struct console_options *options,
                     struct screen *screen, struct error *e);

#endif
