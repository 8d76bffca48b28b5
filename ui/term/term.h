/*
 * The terminal as a screen. term.c is the only file that knows curses, and
 * the only one that writes to the terminal.
 */
#ifndef TAILOR_UI_TERM_TERM_H
#define TAILOR_UI_TERM_TERM_H

#include "ui/term/screen.h"

struct term_options {
    bool ascii;     /* --ascii; else the locale decides */
    bool no_colour; /* beside NO_COLOR of the environment */
    bool thin;      /* no colour and no attributes but the focus */
    enum theme theme;
    int escape_ms; /* 0: 25 */
};

/* Takes the terminal on descriptors 0 and 1 over, and the signals SIGWINCH,
 * SIGTSTP, SIGCONT, SIGHUP, SIGINT, SIGTERM until it is closed. Errors: USAGE
 * where there is no terminal or its TERM is unknown. One at a time. */
enum err term_open(const struct term_options *options, struct screen **out,
                   struct error *e);

/* Restores the terminal when the program must end at once (out of memory,
 * failed assertion); nothing where no terminal was taken over. */
void term_emergency(void);

/* The version of the ncurses library that the program runs with, and its day:
 * "6.4.20221231". */
const char *term_library_version(void);

#define TERM_COPY_MOST 74000 /* bytes that all known terminals take */

#endif
