/*
 * A screen without a terminal, for tests: keys come from a script, cells go
 * to files. A line of a script is one of
 *
 *   j j Enter        keys by name; Unknown is a sequence that is not a key,
 *                    Lost a paste without its end, TooBig one of too many bytes
 *   'text            the rest of the line as typed characters
 *   :command         a line for the command line; ":save-screen FILE" writes
 *                    the screen as text
 *   !paste text      a paste; \n in it is a line end, \e an escape character
 *   !resize 24 80    another size
 *   !at-once j Enter the same, faster than a hand: they may be a paste
 *   !begun           the beginning of a paste or of a sequence
 *   !wait 200        so many milliseconds without a key
 *   !later 300       the same, but only the clock of the screen goes on
 *   !until text      no key until the screen shows the text, at most a minute
 *   # comment
 *
 * The clock of the screen stands still but for !wait, !later and !until.
 *
 * What stands on one line comes at once, as one burst; after each line the
 * screen is painted. At the end of the script the session ends.
 */
#ifndef TAILOR_UI_TERM_SCRIPT_H
#define TAILOR_UI_TERM_SCRIPT_H

#include "ui/term/screen.h"

/* A screen of ROWS by COLS fed by SCRIPT (copied). ":save-screen" writes into
 * FOLDER (copied; NULL: refused). */
struct screen *script_open(const char *script, int rows, int cols, bool ascii,
                           const char *folder);

/* The cells last painted, borrowed. */
const struct cells *script_cells(const struct screen *s);

/* What was copied last, borrowed, "" before. */
const char *script_copied(const struct screen *s);

#endif
