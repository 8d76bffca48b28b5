/* What a row says otherwise than another, beside its source. */
#include "mapping/row/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What holds where a row does not have the member KEY. */
static const char *
without(const char *key)
{
    for (enum row_member m = 0; m < ROW_MEMBERS; m++)
        if (strcmp(row_member(m)->key, key) == 0 && row_member(m)->without)
            return row_member(m)->without;
    return strcmp(key, "required") == 0 ? "no" : "none";
}

/* The member KEY of ROW in words, a new string: a default as it is typed, so
 * that a text is told from a number. */
static char *
words(const struct value *row, const char *key)
{
    const struct value *v = value_get(row, key);
    if (!v)
        return mem_strdup(without(key));
    if (strcmp(key, "required") == 0)
        return mem_strdup("yes");
    if (strcmp(key, "default") == 0)
        return value_to_text(v);
    return mem_strdup(value_text_or(v, ""));
}

static void
add_change(struct value *out, const char *key, const struct value *now,
           const struct value *wanted)
{
    char *before = words(now, key), *after = words(wanted, key);
    if (strcmp(before, after) != 0) {
        struct value *change = value_object();
        value_set_text(change, "member", key);
        value_set_text(change, "now", before);
        value_set_text(change, "wanted", after);
        value_append(out, change);
    }
    free(before);
    free(after);
}

struct value *
row_changes(const struct mapping_row *now, const struct mapping_row *wanted)
{
    static const char *const keys[] = {"default", "required", "note"};
    struct value *out = value_array();
    struct value *before = now ? row_object(now) : value_object();
    struct value *after = row_object(wanted);
    for (enum row_member m = 0; m < ROW_MEMBERS; m++)
        add_change(out, row_member(m)->key, before, after);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        add_change(out, keys[i], before, after);
    value_free(before);
    value_free(after);
    return out;
}

void
row_changes_words(const struct value *changes, struct buf *out)
{
    for (size_t i = 0; i < value_size(changes); i++) {
        const struct value *c = value_at(changes, i);
        buf_addf(out, "%s%s %s -> %s", i ? ", " : "",
                 value_get_text(c, "member"), value_get_text(c, "now"),
                 value_get_text(c, "wanted"));
    }
}
