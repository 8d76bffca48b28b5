/* List policies as texts of rows. */
#include "mapping/row/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define MERGE "merge by "
#define DELETE ", delete missing"

/* True where KEY is a field: names alone. */
static bool
is_field(const struct target *key)
{
    for (size_t i = 0; i < key->count; i++)
        if (key->steps[i].kind != TARGET_NAME)
            return false;
    return key->count > 0;
}

enum err
row_list_read(struct row_list *out, const char *text, struct error *e)
{
    *out = (struct row_list){.policy = LIST_REPLACE};
    if (strcmp(text, "replace") == 0)
        return ERR_OK;
    if (!text_starts(text, MERGE))
        return error_set(e, ERR_INVALID,
                         "\"%.60s\" is neither replace nor merge by a field of "
                         "the lines (as in merge by sku, delete missing)",
                         text);
    text += strlen(MERGE);
    size_t n = text_without_end(text, DELETE);
    char *key = mem_strndup(text, n);
    out->policy = LIST_MERGE;
    out->delete_missing = text[n] != '\0';
    enum err err = target_parse(&out->key, key, e);
    if (err == ERR_OK && !is_field(&out->key))
        err = error_set(e, ERR_INVALID,
                        "\"%.60s\" is not a field of a line (name one, such "
                        "as sku)",
                        key);
    free(key);
    return err;
}
