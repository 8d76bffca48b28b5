/* The table of functions, and finding in it. */
#include "mapping/functions/functions.h"

#include <stdlib.h>
#include <string.h>

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

/* How many letters must be added, dropped or changed (Levenshtein). */
static unsigned
distance(const char *a, size_t n, const char *b)
{
    unsigned row[NAME_MAX_LENGTH + 1];
    size_t m = strlen(b);
    for (size_t j = 0; j <= m; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned change = corner + (upper(a[i - 1]) != b[j - 1]);
            unsigned step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = change < step ? change : step;
        }
    }
    return row[m];
}

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
    unsigned least = n < 4 ? 2 : 3;
    for (size_t i = 0; i < formula_functions_count; i++) {
        unsigned d = distance(name, n, formula_functions[i].name);
        if (d < least) {
            least = d;
            best = formula_functions[i].name;
        }
    }
    return best;
}
