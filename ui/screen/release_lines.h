/* What a release will do, as lines that the release screen shows. */
#ifndef TAILOR_UI_SCREEN_RELEASE_LINES_H
#define TAILOR_UI_SCREEN_RELEASE_LINES_H

#include "manager/draft/sending.h"
#include "manager/release/release.h"
#include "ui/term/cells.h"

enum { RELEASE_LABELS = 13 };

struct said {
    const char *label; /* static */
    char *text;
    enum style style;
};

/* Empty where it is all zero. */
struct release_lines {
    struct said *lines;
    size_t count, capacity;
};

void release_lines_clear(struct release_lines *s);

/* Appends a line; LABEL is static. */
void release_lines_say(struct release_lines *s, const char *label,
                       enum style style, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Appends what releasing DRAFT does; SENDING is what its samples showed up to
 * now. */
void release_lines_say_plan(struct release_lines *s, struct manager *m,
                            const char *draft, const struct release_item *item,
                            const struct sending *sending);

/* Draws what is released for whom into the first row of R; nothing where ROW,
 * of the draft, is NULL. Where it is too long the workflow is left out, never
 * the customer. */
struct version_row;
void release_object_draw(const struct version_row *row, struct cells *c,
                         struct rect r);

/* How many rows all lines take in COLS columns. */
int release_lines_rows(const struct release_lines *s, int cols, bool ascii);

/* Draws the rows from number FIRST on into R, as many as it has room for;
 * returns how many. */
int release_lines_draw(const struct release_lines *s, struct cells *c,
                       struct rect r, int first);

#endif
