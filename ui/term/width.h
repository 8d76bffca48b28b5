/*
 * How wide text is on a screen, and what may be shown of it at all.
 *
 * Text is walked grapheme by grapheme. What must not reach a terminal
 * (base/text.h) or is not shown equally wide by all of them comes out as
 * plain ASCII "U+XXXX" or "\xXX".
 */
#ifndef TAILOR_UI_TERM_WIDTH_H
#define TAILOR_UI_TERM_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAPHEME_SIZE 20 /* a character and three marks, or "U+10FFFF" */
#define GRAPHEME_MARKS 3 /* more combining marks than that are shown apart */

struct grapheme {
    char text[GRAPHEME_SIZE]; /* what to show, NUL-terminated */
    uint8_t width;            /* its columns */
    bool escaped;             /* text is ASCII, one column a byte */
    size_t used;              /* bytes of the source */
};

/* The columns that all terminals give CP: 0 (combining), 1 or 2; -1 where it
 * must be shown as U+XXXX. */
int width_of(uint32_t cp);

/* Reads the grapheme at S (N bytes left, N > 0) into G. With ASCII every
 * character outside ASCII is escaped. */
void grapheme_next(const char *s, size_t n, bool ascii, struct grapheme *g);

/* The columns that N bytes at S take. */
int width_text(const char *s, size_t n, bool ascii);

/* How many of the N bytes at S fit on a row of COLUMNS: whole words where
 * possible, without the blank after them; at least one grapheme. */
size_t width_wrap(const char *s, size_t n, int columns, bool ascii);

/* The byte offset where the grapheme before offset AT begins (0 at 0). */
size_t grapheme_before(const char *s, size_t at, bool ascii);

#endif
