/* Styles by meaning; what each looks like is a theme's business. */
#ifndef TAILOR_UI_TERM_THEME_H
#define TAILOR_UI_TERM_THEME_H

#include <stdbool.h>

enum style {
#define S(name, ...) STYLE_##name,
#include "ui/term/styles.def"
#undef S
    STYLE_COUNT
};

enum theme {
    THEME_DEFAULT,
    THEME_LIGHT,
    THEME_DARK,
    THEME_MONO,
    THEME_CONTRAST,
    THEME_COUNT
};

enum look_attribute {
    LOOK_BOLD = 1,
    LOOK_DIM = 2,
    LOOK_UNDERLINE = 4,
    LOOK_REVERSE = 8
};

struct look {
    short colour;        /* -1: the terminal's own */
    unsigned attributes; /* of enum look_attribute */
};

/* How STYLE looks in THEME on a terminal of COLOURS colours (0: none). THIN
 * leaves out colour and all attributes but those that show a focus. */
struct look theme_look(enum theme theme, enum style style, int colours,
                       bool thin);

/* The name of THEME, static; and the theme of that name, or -1. */
const char *theme_name(enum theme theme);
int theme_find(const char *name);

#endif
