/* Operations, pointers and names: the small parts of patches. */
#include "workflow/edit/patch_private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "value/pointer.h"

static void
append_op(struct value *patch, const char *op, const char *path,
          struct value *value)
{
    struct value *v = value_object();
    value_set_text(v, "op", op);
    value_set_text(v, "path", path);
    if (value)
        value_set(v, "value", value);
    value_append(patch, v);
}

void
op_add(struct value *patch, const char *path, struct value *value)
{
    append_op(patch, "add", path, value);
}

void
op_replace(struct value *patch, const char *path, struct value *value)
{
    append_op(patch, "replace", path, value);
}

void
op_remove(struct value *patch, const char *path)
{
    append_op(patch, "remove", path, NULL);
}

char *
edit_pointer(const struct block *b, const char *key, size_t index)
{
    struct buf out;
    buf_init_any(&out);
    block_pointer(b, &out);
    if (key)
        pointer_add_key(&out, key, strlen(key));
    if (index != SIZE_MAX)
        pointer_add_index(&out, index);
    return buf_take(&out);
}

char *
edit_join(const char *base, const char *key)
{
    struct buf out;
    buf_init_any(&out);
    buf_adds(&out, base);
    pointer_add_key(&out, key, strlen(key));
    return buf_take(&out);
}

const struct block *
edit_block(const struct document *d, const char *ref, struct error *e)
{
    const struct block *b = ref ? document_block_find(d, ref) : NULL;
    if (!b)
        error_set(e, ERR_NOT_FOUND,
                  "%.100s: the workflow has no such block (its blocks are "
                  "listed by \"block list\")",
                  ref ? ref : "");
    return b;
}

char *
edit_free_name(const struct document *d, const char *wanted)
{
    char *name = mem_strdup(wanted);
    for (unsigned n = 2; document_block_named(d, name, strlen(name)); n++) {
        free(name);
        name = mem_printf("%.*s %u", DOCUMENT_MAX_NAME - 12, wanted, n);
    }
    return name;
}
