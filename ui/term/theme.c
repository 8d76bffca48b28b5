/* The five themes. */
#include "ui/term/theme.h"

#include <string.h>

struct theme_entry {
    short of_8, of_256;
    unsigned char attributes;
};

#define BOLD LOOK_BOLD
#define DIM LOOK_DIM
#define UNDERLINE LOOK_UNDERLINE
#define REVERSE LOOK_REVERSE
#define L(of_8, of_256, attributes)                                            \
    {                                                                          \
        of_8, of_256, attributes                                               \
    }

static const struct theme_entry entries[STYLE_COUNT][THEME_COUNT] = {
#define S(name, ...) {__VA_ARGS__},
#include "ui/term/styles.def"
#undef S
};

static const char *const names[THEME_COUNT] = {"default", "light", "dark",
                                               "mono", "contrast"};

/* On a thin line only what shows where one types or chooses stays. */
static bool
shows_focus(enum style style)
{
    return style == STYLE_CELL || style == STYLE_INPUT || style == STYLE_FOCUS;
}

struct look
theme_look(enum theme theme, enum style style, int colours, bool thin)
{
    const struct theme_entry *e = &entries[style][theme];
    struct look look = {-1, e->attributes};
    if (thin) {
        if (!shows_focus(style))
            look.attributes = 0;
        return look;
    }
    if (colours >= 256)
        look.colour = e->of_256;
    else if (colours >= 8)
        look.colour = e->of_8;
    return look;
}

const char *
theme_name(enum theme theme)
{
    return names[theme];
}

int
theme_find(const char *name)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}
