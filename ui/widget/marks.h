/* A set of row keys. */
#ifndef TAILOR_UI_WIDGET_MARKS_H
#define TAILOR_UI_WIDGET_MARKS_H

#include <stdbool.h>
#include <stddef.h>

struct marks {
    char **keys; /* sorted */
    size_t count, capacity;
};

/* All zero is an empty set. */
void marks_clear(struct marks *m);

/* Copies KEY into the set, or takes it out. */
void marks_set(struct marks *m, const char *key, bool on);

bool marks_has(const struct marks *m, const char *key);

#endif
