/* Look-ups as texts of rows. */
#include "mapping/row/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define ELSE ", else "

/* The last ", else " of TEXT, or NULL: a table's name may hold one too. */
static const char *
find_else(const char *text)
{
    const char *found = NULL;
    for (const char *s = text; (s = strstr(s, ELSE)); s++)
        found = s;
    return found;
}

static bool
read_miss(const char *word, enum lookup_miss *out)
{
    static const char *const words[] = {[MISS_SET_ASIDE] = "setAside",
                                        [MISS_DEFAULT] = "default",
                                        [MISS_BLANK] = "blank"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0) {
            *out = (enum lookup_miss)i;
            return true;
        }
    return false;
}

enum err
row_lookup_read(struct row_lookup *out, const char *text, struct error *e)
{
    const char *rule = find_else(text);
    size_t n = rule ? (size_t)(rule - text) : strlen(text);
    *out = (struct row_lookup){.miss = MISS_SET_ASIDE};
    if (rule && !read_miss(rule + strlen(ELSE), &out->miss))
        return error_set(e, ERR_INVALID,
                         "what becomes of a key that the table lacks is "
                         "setAside, default or blank, not \"%.60s\"",
                         rule + strlen(ELSE));
    if (n == 0)
        return error_set(e, ERR_INVALID, "it names no value table");
    out->table = mem_strndup(text, n);
    return ERR_OK;
}
