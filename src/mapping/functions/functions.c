/* The table of functions, and finding in it. */
#include "mapping/functions/functions.h"

#include <stdlib.h>
#include <string.h>

#include "base/likeness.h"
#include "mapping/functions/fn.h"

#define CALL(f) .call = f
#define LAZY(f) .lazy = f
#define PARSED .call = NULL
#define F(name_, category_, min_, max_, types_, flags_, implementation,        \
          arguments_, help_, example_, result_, note_)                         \
    {.name = name_,                                                            \
     .category = category_,                                                    \
     .arguments = arguments_,                                                  \
     .help = help_,                                                            \
     .example = example_,                                                      \
     .result = result_,                                                        \
     .note = note_,                                                            \
     .types = types_,                                                          \
     implementation,                                                           \
     .min = min_,                                                              \
     .max = max_,                                                              \
     .flags = flags_},
const struct formula_function formula_functions[] = {
#include "mapping/functions/functions.def"
};
#undef F
#undef PARSED
#undef LAZY
#undef CALL

const size_t formula_functions_count =
    sizeof formula_functions / sizeof *formula_functions;

char
function_type(const struct formula_function *fn, unsigned i)
{
    size_t n = strlen(fn->types);
    return fn->types[i < n ? i : n - 1];
}

bool
function_is_single(const struct formula_function *fn, unsigned i)
{
    char type = function_type(fn, i);
    return type == 't' || type == 'n' || type == 'b' || type == 'a';
}

static char
upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

int
function_find(const char *name, size_t n)
{
    for (size_t i = 0; i < formula_functions_count; i++) {
        const char *known = formula_functions[i].name;
        size_t k = 0;
        while (k < n && known[k] && upper(name[k]) == known[k])
            k++;
        if (k == n && !known[k])
            return (int)i;
    }
    return -1;
}

enum { NAME_MAX_LENGTH = 16 };

/* Names that other spreadsheets and languages have for ours. */
static const struct {
    const char *other, *ours;
} aliases[] = {
#define NAME(other, ours) {other, ours},
#include "mapping/functions/names.def"
#undef NAME
};

const char *
function_nearest(const char *name, size_t n)
{
    if (n == 0 || n > NAME_MAX_LENGTH)
        return NULL;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strlen(aliases[i].other) == n &&
            strncasecmp(aliases[i].other, name, n) == 0)
            return aliases[i].ours;
    const char *best = NULL;
    char written[NAME_MAX_LENGTH];
    size_t least = n < 4 ? 2 : 3;
    for (size_t i = 0; i < n; i++)
        written[i] = upper(name[i]);
    for (size_t i = 0; i < formula_functions_count; i++) {
        const char *known = formula_functions[i].name;
        size_t d = likeness_distance(written, n, known, strlen(known));
        if (d < least) {
            least = d;
            best = known;
        }
    }
    return best;
}
