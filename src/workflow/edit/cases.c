/* Edits of the cases of a branch. */
#include <stdlib.h>
#include <string.h>

#include "value/pointer.h"
#include "workflow/edit/edit.h"
#include "workflow/edit/patch_private.h"

/* The branch called REF, and its cases (NULL: none yet). */
static const struct block *
find_branch(const struct document *d, const char *ref,
            const struct value **cases, struct error *e)
{
    const struct block *b = edit_block(d, ref, e);
    if (b && !kind_field(b->kind, "cases")) {
        error_set(e, ERR_INVALID, "%.100s: only a branch has cases", b->name);
        return NULL;
    }
    *cases = b ? block_field(b, "cases") : NULL;
    return b;
}

static enum err
no_case(const struct block *b, size_t index, struct error *e)
{
    return error_set(e, ERR_INVALID, "%.100s: case %zu not found", b->name,
                     index + 1);
}

/* A new case at the end. */
static void
add_case(struct value *patch, const struct block *b, const struct value *cases,
         const char *name)
{
    struct value *one = value_object(), *all = NULL;
    char *path = edit_pointer(b, "cases", cases ? value_size(cases) : SIZE_MAX);
    value_set_text(one, "name", name);
    if (!cases) {
        all = value_array();
        value_append(all, one);
    }
    op_add(patch, path, all ? all : one);
    free(path);
}

enum err
edit_case_set(struct value **out, const struct document *d, const char *block,
              size_t index, const char *member, const char *text,
              struct error *e)
{
    const struct value *cases;
    const struct block *b = find_branch(d, block, &cases, e);
    *out = NULL;
    if (!b)
        return e->code;
    bool is_new = index == value_size(cases) && strcmp(member, "name") == 0;
    if (index >= value_size(cases) && !is_new)
        return no_case(b, index, e);
    *out = value_array();
    if (is_new) {
        add_case(*out, b, cases, text);
        return ERR_OK;
    }
    char *base = edit_pointer(b, "cases", index);
    char *path = edit_join(base, member);
    if (*text)
        op_add(*out, path, value_string(text));
    else if (value_get(value_at(cases, index), member))
        op_remove(*out, path);
    free(path);
    free(base);
    return ERR_OK;
}

enum err
edit_case_remove(struct value **out, const struct document *d,
                 const char *block, size_t index, struct error *e)
{
    const struct value *cases;
    const struct block *b = find_branch(d, block, &cases, e);
    *out = NULL;
    if (!b)
        return e->code;
    if (index >= value_size(cases))
        return no_case(b, index, e);
    size_t holds = value_size(value_get(value_at(cases, index), "blocks"));
    if (holds > 0)
        return error_set(e, ERR_INVALID,
                         "case %zu: it holds %zu block%s (move or cut them "
                         "first)",
                         index + 1, holds, holds == 1 ? "" : "s");
    *out = value_array();
    char *path = edit_pointer(b, "cases", index);
    op_remove(*out, path);
    free(path);
    return ERR_OK;
}

enum err
edit_case_move(struct value **out, const struct document *d, const char *block,
               size_t index, size_t to, struct error *e)
{
    const struct value *cases;
    const struct block *b = find_branch(d, block, &cases, e);
    *out = NULL;
    if (!b)
        return e->code;
    if (index >= value_size(cases) || to >= value_size(cases))
        return no_case(b, index < value_size(cases) ? to : index, e);
    *out = value_array();
    char *from = edit_pointer(b, "cases", index);
    char *into = edit_pointer(b, "cases", to);
    op_remove(*out, from);
    op_add(*out, into, value_copy(value_at(cases, index)));
    free(from);
    free(into);
    return ERR_OK;
}
