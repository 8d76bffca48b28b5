/* Where blocks stand, compared across documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "workflow/carry/carry_private.h"

bool
carry_same_list(const struct block *a, const struct block *b)
{
    return text_equal(a->parent ? a->parent->id : NULL,
                      b->parent ? b->parent->id : NULL) &&
           strcmp(a->list, b->list) == 0 && a->list_case == b->list_case;
}

const struct block *
carry_before(const struct document *d, const struct block *b)
{
    const struct block *p = b;
    if (b->index == 0)
        return NULL;
    do
        p--;
    while (p > d->blocks &&
           !(p->index == b->index - 1 && carry_same_list(p, b)));
    return p;
}

void
carry_list_name(const struct block *b, char out[DOCUMENT_MAX_NAME])
{
    if (strcmp(b->list, "cases") == 0)
        snprintf(out, DOCUMENT_MAX_NAME, "cases/%zu", b->list_case);
    else
        snprintf(out, DOCUMENT_MAX_NAME, "%s", b->list);
}

/* The first block of the list of TO that B of another document stands in. */
static const struct block *
first_of_list(const struct document *to, const struct block *b)
{
    for (size_t i = 0; i < to->count; i++)
        if (to->blocks[i].index == 0 && carry_same_list(&to->blocks[i], b))
            return &to->blocks[i];
    return NULL;
}

bool
carry_spot(struct carry_spot *out, const struct document *from,
           const struct block *b, const struct document *to)
{
    const struct block *before = b;
    *out = (struct carry_spot){0};
    if (b->parent && !document_block(to, b->parent->id))
        return false;
    while ((before = carry_before(from, before)) != NULL) {
        const struct block *there = document_block(to, before->id);
        if (there && carry_same_list(there, b)) {
            out->place = (struct edit_place){PLACE_AFTER, there->id, NULL};
            return true;
        }
    }
    const struct block *first = first_of_list(to, b);
    if (first) {
        out->place = (struct edit_place){PLACE_BEFORE, first->id, NULL};
    } else if (b->parent) {
        carry_list_name(b, out->list);
        out->place = (struct edit_place){PLACE_INTO, b->parent->id, out->list};
    } else {
        out->place = (struct edit_place){PLACE_END, NULL, NULL};
    }
    return true;
}

struct value *
carry_place_value(const struct document *d, const struct block *b)
{
    if (!b)
        return NULL;
    char list[DOCUMENT_MAX_NAME];
    const struct block *before = carry_before(d, b);
    struct value *v = value_object(), *after = value_array();
    carry_list_name(b, list);
    if (b->parent) {
        value_set_text(v, "parent", b->parent->id);
        value_set_text(v, "parentName", b->parent->name);
    }
    value_set_text(v, "list", list);
    if (before)
        value_set_text(v, "afterName", before->name);
    for (; before; before = carry_before(d, before))
        value_append(after, value_string(before->id));
    value_set(v, "after", after);
    return v;
}

/* --- elements of lists ---------------------------------------------------- */

long
carry_index(const struct value *list, const char *key,
            const char *(*key_of)(const struct value *element))
{
    for (size_t i = 0; i < value_size(list); i++)
        if (strcmp(key_of(value_at(list, i)), key) == 0)
            return (long)i;
    return -1;
}

void
carry_place(struct value *now, const struct value *placed,
            const struct value *ours,
            const char *(*key_of)(const struct value *element))
{
    struct value *out = value_object();
    for (size_t i = value_size(now); i-- > 0 && value_size(placed) > 0;) {
        if (value_get(placed, key_of(value_at(now, i)))) {
            struct value *element = value_take_at(now, i);
            value_set(out, key_of(element), element);
        }
    }
    for (size_t i = 0; i < value_size(ours) && value_size(out) > 0; i++) {
        struct value *element = value_detach(out, key_of(value_at(ours, i)));
        long at = -1;
        for (size_t k = i; element && at < 0 && k-- > 0;)
            at = carry_index(now, key_of(value_at(ours, k)), key_of);
        if (element)
            value_insert(now, (size_t)(at + 1), element);
    }
    value_free(out);
}
