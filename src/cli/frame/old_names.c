/* Names of earlier versions (old_names.def). */
#include "cli/frame/old_names.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *noun, *old, *new;
} verbs[] = {
#define V(noun, old, new) {noun, old, new},
#define O(old, new)
#include "cli/frame/old_names.def"
#undef O
#undef V
};

static const struct {
    const char *old, *new;
} options[] = {
#define V(noun, old, new)
#define O(old, new) {old, new},
#include "cli/frame/old_names.def"
#undef O
#undef V
};

const char *
old_verb(const char *noun, const char *verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].noun, noun) == 0 && strcmp(verbs[i].old, verb) == 0)
            return verbs[i].new;
    return verb;
}

const char *
old_option(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strlen(options[i].old) == n &&
            strncmp(options[i].old, name, n) == 0)
            return options[i].new;
    return NULL;
}
