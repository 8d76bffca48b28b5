/* The types of JSON Schema and the words for them. */
#include "workflow/connector/schema.h"

enum schema_type
schema_type_of(const struct value *v)
{
    static const enum schema_type types[] = {
        SCHEMA_NULL,   SCHEMA_BOOLEAN, SCHEMA_BOOLEAN, SCHEMA_NUMBER,
        SCHEMA_STRING, SCHEMA_ARRAY,   SCHEMA_OBJECT};
    return types[value_type(v)];
}

void
schema_type_words(struct buf *out, unsigned types)
{
    static const char *const words[] = {"null", "true or false", "a number",
                                        "text", "a list",        "an object"};
    bool first = true;
    if (types == SCHEMA_ANY) {
        buf_adds(out, "any value");
        return;
    }
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (types & (1u << i)) {
            buf_addf(out, "%s%s", first ? "" : " or ", words[i]);
            first = false;
        }
}
