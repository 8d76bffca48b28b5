/* What a release will do, as lines that the release screen shows. */
#ifndef TAILOR_UI_SCREEN_RELEASE_LINES_H
#define TAILOR_UI_SCREEN_RELEASE_LINES_H

#include "manager/release/release.h"
#include "ui/term/cells.h"

enum { RELEASE_LABELS = 13, RELEASE_LINES = 60 };

struct said {
    const char *label; /* static */
    char *text;
    enum style style;
};

struct release_lines {
    struct said lines[RELEASE_LINES];
    size_t count;
};

void release_lines_clear(struct release_lines *s);

/* Appends a line; LABEL is static. Lines beyond RELEASE_LINES are dropped. */
void release_lines_say(struct release_lines *s, const char *label,
                       enum style style, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Appends what releasing DRAFT does. */
void release_lines_say_plan(struct release_lines *s, struct manager *m,
                            const char *draft, const struct release_item *item);

/* Draws as many whole lines into R as it has room for and says how many are
 * left; returns the rows used. */
int release_lines_draw(const struct release_lines *s, struct cells *c,
                       struct rect r);

#endif
