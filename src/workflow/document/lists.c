/* Which fields of what a mapping reads are lists. */
#include "workflow/document/lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/source.h"
#include "workflow/connector/schema.h"

/* A place within what a schema describes. */
struct place {
    const struct value *schema; /* NULL: not described */
    char *path;                 /* as in a struct schema_target; "" is all */
};

/* Appends PATH; an element by its number is any element to a schema. */
static void
add_path(struct buf *out, const char *path)
{
    while (*path) {
        size_t n = strspn(path + 1, "-0123456789");
        if (*path == '[' && n > 0 && path[n + 1] == ']') {
            buf_adds(out, "[*]");
            path += n + 2;
        } else {
            buf_addc(out, *path++);
        }
    }
}

/* Goes on to PATH from P, *taken*. */
static struct place
go_on(struct place p, const char *path)
{
    struct buf joined;
    path += *path == '$';
    path += *path == '.';
    buf_init_any(&joined);
    buf_adds(&joined, p.path);
    buf_adds(&joined, *p.path && *path && *path != '[' ? "." : "");
    add_path(&joined, path);
    free(p.path);
    return (struct place){p.schema, buf_take(&joined)};
}

/* What the block B gives, by the schema of its action or its own. */
static const struct value *
output_schema(const struct document *d, const struct connector_set *set,
              const struct block *b)
{
    if (!b)
        return NULL;
    if (b->kind->id != KIND_action)
        return b->kind->id == KIND_api ? NULL : block_field(b, "schema");
    const struct connector *c =
        connector_set_find(set, document_connector(d, block_text(b, "app")));
    const struct connector_action *a =
        c ? connector_action(c, block_text(b, "action")) : NULL;
    return a ? a->output : NULL;
}

static struct place root_of(const struct document *d,
                            const struct connector_set *set,
                            const struct block *loop);

/* What the source TEXT is, read where the innermost loop is LOOP. */
static struct place
source_place(const struct document *d, const struct connector_set *set,
             const struct block *loop, const char *text)
{
    struct place p = {NULL, mem_strdup("")};
    char *block = NULL;
    size_t rest = 0, n = strlen(text);
    if (source_kind(text, n, document_language(d)) != SOURCE_PATH)
        return p;
    if (source_split_block(text, n, &block, &rest)) {
        const struct block *b =
            document_block_named(d, block, strlen(block));
        p.schema = output_schema(d, set, b);
    } else {
        free(p.path);
        p = root_of(d, set, loop);
    }
    free(block);
    return go_on(p, text + rest);
}

static const struct block *
loop_around(const struct block *b)
{
    const struct block *p = b->parent;
    while (p && p->kind->id != KIND_iterate)
        p = p->parent;
    return p;
}

/* What $ is inside LOOP (NULL: in no loop). Loops are nested at most as deep
 * as documents, and so is the recursion. */
static struct place
root_of(const struct document *d, const struct connector_set *set,
        const struct block *loop)
{
    if (!loop)
        return (struct place){output_schema(d, set, d->trigger),
                              mem_strdup("")};
    return go_on(
        source_place(d, set, loop_around(loop), block_text(loop, "list")),
        "[*]");
}

bool
document_is_list(const struct document *d, const struct connector_set *set,
                 const struct block *reader, const char *block,
                 const char *path)
{
    struct place p;
    struct schema_targets targets;
    if (block) {
        const struct block *b = document_block_named(d, block, strlen(block));
        p = (struct place){output_schema(d, set, b), mem_strdup("")};
    } else if (*block_text(reader, "source")) {
        p = source_place(d, set, loop_around(reader),
                         block_text(reader, "source"));
    } else {
        p = root_of(d, set, loop_around(reader));
    }
    p = go_on(p, path);
    schema_targets_init(&targets);
    schema_collect(&targets, p.schema, NULL);
    const struct schema_target *t = schema_targets_find(&targets, p.path);
    bool list = t && t->schema && (t->types & SCHEMA_ARRAY) &&
                t->types != SCHEMA_ANY;
    schema_targets_clear(&targets);
    free(p.path);
    return list;
}
