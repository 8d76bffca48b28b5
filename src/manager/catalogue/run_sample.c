/* A run as a sample. */
#include "manager/catalogue/run_sample.h"

#include "value/value.h"

/* Adds an output of block NAME. A search is recorded page by page: the lists
 * of a later page go to the ends of those of the first. */
static void
add_output(struct value *outputs, const char *name, const struct value *output)
{
    struct value *before = value_get(outputs, name);
    if (!value_is(before, VALUE_OBJECT) || !value_is(output, VALUE_OBJECT)) {
        value_set(outputs, name, value_copy(output));
        return;
    }
    for (size_t i = 0; i < value_size(output); i++) {
        const char *key = value_key(output, i, NULL);
        const struct value *page = value_at(output, i);
        struct value *list = value_get(before, key);
        if (value_is(page, VALUE_ARRAY) && value_is(list, VALUE_ARRAY)) {
            for (size_t k = 0; k < value_size(page); k++)
                value_append(list, value_copy(value_at(page, k)));
        } else {
            value_set(before, key, value_copy(page));
        }
    }
}

enum err
sample_of_run(struct value **out, struct value *run, struct error *e)
{
    *out = NULL;
    if (value_get(run, "payloadsCut")) {
        error_set(e, ERR_TOO_BIG,
                  "run %s: its payloads are too large to be fetched (give a "
                  "file with the input instead)",
                  value_text_or(value_get(run, "runId"), ""));
        value_free(run);
        return ERR_TOO_BIG;
    }
    const struct value *blocks = value_get(run, "blocks");
    struct value *input = value_detach(run, "input");
    struct value *outputs = value_object();
    for (size_t i = 0; i < value_size(blocks); i++) {
        const struct value *b = value_at(blocks, i);
        const char *name = value_get_text(b, "block");
        if (name && value_get(b, "output"))
            add_output(outputs, name, value_get(b, "output"));
    }
    value_free(run);
    *out = value_object();
    value_set(*out, "input", input ? input : value_null());
    value_set(*out, "outputs", outputs);
    return ERR_OK;
}
