/* Looking at one block of a document: its place and its fields. */
#include <string.h>

#include "value/pointer.h"
#include "workflow/document/document.h"

void
block_list_pointer(const struct block *b, struct buf *out)
{
    if (b->parent)
        block_pointer(b->parent, out);
    pointer_add_key(out, b->list, strlen(b->list));
    if (strcmp(b->list, "cases") == 0) {
        pointer_add_index(out, b->list_case);
        pointer_add_key(out, "blocks", 6);
    }
}

void
block_pointer(const struct block *b, struct buf *out)
{
    if (!*b->list) {
        buf_adds(out, "/trigger");
        return;
    }
    block_list_pointer(b, out);
    pointer_add_index(out, b->index);
}

const char *
block_list_label(const char *key)
{
    static const struct {
        const char *key, *label;
    } labels[] = {{"then", "yes"}, {"else", "no"}, {"blocks", "each"}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (strcmp(labels[i].key, key) == 0)
            return labels[i].label;
    }
    return key;
}

const char *
block_lane_label(const struct block *b)
{
    const struct value *cases =
        b->parent && strcmp(b->list, "cases") == 0
            ? value_get(b->parent->value, "cases")
            : NULL;
    return cases ? value_text_or(
                       value_get(value_at(cases, b->list_case), "name"), "case")
                 : block_list_label(b->list);
}

const struct value *
block_field(const struct block *b, const char *field)
{
    return value_get(b->value, field);
}

const char *
block_text(const struct block *b, const char *field)
{
    const struct value *v = value_get(b->value, field);
    const char *text = value_text(v, NULL);
    if (text)
        return text;
    if (value_is(v, VALUE_TRUE))
        return "true";
    if (value_is(v, VALUE_FALSE))
        return "false";
    const struct kind_field *f = kind_field(b->kind, field);
    bool plain = f && f->fallback && !v &&
                 (field_type_is_text(f->type) || f->type == FIELD_INTEGER);
    return plain ? f->fallback : "";
}

bool
block_field_asked(const struct block *b, const char *field)
{
    const struct value *v = value_get(b->value, field);
    return value_is(v, VALUE_OBJECT) && value_get(v, "ask");
}

bool
block_sets_aside(const struct block *b)
{
    return strcmp(block_text(b, "onError"), "setAside") == 0;
}

bool
block_inside(const struct block *inner, const struct block *outer)
{
    for (const struct block *p = inner->parent; p; p = p->parent)
        if (p == outer)
            return true;
    return false;
}
