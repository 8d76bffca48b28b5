/* The value tree: making, looking, changing. */
#include "value/value.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "value/tree.h"

/* --- making --------------------------------------------------------------- */

static struct value *
new_value(enum value_type type, size_t bytes)
{
    struct value *v = mem_alloc(bytes);
    v->type = type;
    return v;
}

struct value *
value_new_scalar(enum value_type type, const char *s, size_t n)
{
    struct value_scalar *v = mem_alloc(sizeof *v + n + 1);
    v->head = (struct value){.type = type, .size = n};
    if (n)
        memcpy(v->text, s, n);
    return &v->head;
}

struct value *
value_null(void)
{
    return new_value(VALUE_NULL, sizeof(struct value));
}

struct value *
value_bool(bool b)
{
    return new_value(b ? VALUE_TRUE : VALUE_FALSE, sizeof(struct value));
}

struct value *
value_int(int64_t n)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRId64, n);
    return value_new_scalar(VALUE_NUMBER, text, (size_t)len);
}

struct value *
value_number(const char *text, size_t n)
{
    assert(value_is_number_text(text, n));
    return value_new_scalar(VALUE_NUMBER, text, n);
}

struct value *
value_string(const char *s)
{
    return s ? value_string_n(s, strlen(s)) : value_null();
}

/* What is not UTF-8 would make a text that no reader takes. */
static struct value *
string_repaired(const char *s, size_t n, size_t valid)
{
    struct buf b;
    buf_init(&b, n * 3);
    while (n) {
        buf_add(&b, s, valid);
        s += valid;
        n -= valid;
        if (n) {
            buf_adds(&b, "\xef\xbf\xbd");
            s++;
            n--;
        }
        valid = utf8_valid_prefix(s, n);
    }
    struct value *v = value_new_scalar(VALUE_STRING, buf_str(&b), b.len);
    buf_clear(&b);
    return v;
}

struct value *
value_string_n(const char *s, size_t n)
{
    if (!s)
        return value_null();
    size_t valid = utf8_valid_prefix(s, n);
    return valid == n ? value_new_scalar(VALUE_STRING, s, n)
                      : string_repaired(s, n, valid);
}

struct value *
value_array(void)
{
    return new_value(VALUE_ARRAY, sizeof(struct value_list));
}

struct value *
value_object(void)
{
    return new_value(VALUE_OBJECT, sizeof(struct value_map));
}

struct value *
value_copy(const struct value *v)
{
    struct value *copy;
    switch (value_type(v)) {
    case VALUE_NUMBER:
    case VALUE_STRING:
        return value_new_scalar(v->type, as_scalar(v)->text, v->size);
    case VALUE_ARRAY:
        copy = value_array();
        for (size_t i = 0; i < v->size; i++)
            value_append(copy, value_copy(as_list(v)->items[i]));
        return copy;
    case VALUE_OBJECT:
        copy = value_object();
        map_reserve((struct value_map *)copy, v->size);
        for (size_t i = 0; i < v->size; i++) {
            const struct member *m = &as_map(v)->members[i];
            map_append((struct value_map *)copy, m->key, m->key_len,
                       value_copy(m->item));
        }
        return copy;
    default:
        return new_value(value_type(v), sizeof(struct value));
    }
}

static void
free_list(struct value_list *l)
{
    for (size_t i = 0; i < l->head.size; i++)
        value_free(l->items[i]);
    free(l->items);
}

static void
free_map(struct value_map *m)
{
    for (size_t i = 0; i < m->head.size; i++) {
        free(m->members[i].key);
        value_free(m->members[i].item);
    }
    free(m->members);
    free(m->slots);
}

void
value_free(struct value *v)
{
    if (!v)
        return;
    if (v->type == VALUE_ARRAY)
        free_list((struct value_list *)v);
    else if (v->type == VALUE_OBJECT)
        free_map((struct value_map *)v);
    free(v);
}

/* Trees are of bounded depth, and so is the recursion. */
size_t
value_bytes(const struct value *v)
{
    size_t n = mem_bytes(v);
    if (value_is(v, VALUE_ARRAY))
        n += mem_bytes(as_list(v)->items);
    if (value_is(v, VALUE_OBJECT))
        n += mem_bytes(as_map(v)->members) + mem_bytes(as_map(v)->slots);
    for (size_t i = 0; i < value_size(v); i++) {
        n += value_bytes(value_at(v, i));
        n += mem_bytes(value_key(v, i, NULL));
    }
    return n;
}

/* --- looking -------------------------------------------------------------- */

enum value_type
value_type(const struct value *v)
{
    return v ? v->type : VALUE_NULL;
}

bool
value_is(const struct value *v, enum value_type type)
{
    return v && v->type == type;
}

const char *
value_text(const struct value *v, size_t *n)
{
    bool has = value_is(v, VALUE_STRING) || value_is(v, VALUE_NUMBER);
    if (n)
        *n = has ? v->size : 0;
    return has ? as_scalar(v)->text : NULL;
}

const char *
value_text_or(const struct value *v, const char *fallback)
{
    const char *text = value_is(v, VALUE_STRING) ? as_scalar(v)->text : NULL;
    return text && !memchr(text, '\0', v->size) ? text : fallback;
}

bool
value_bool_or(const struct value *v, bool fallback)
{
    if (value_is(v, VALUE_TRUE))
        return true;
    return value_is(v, VALUE_FALSE) ? false : fallback;
}

size_t
value_size(const struct value *v)
{
    bool has = value_is(v, VALUE_ARRAY) || value_is(v, VALUE_OBJECT);
    return has ? v->size : 0;
}

struct value *
value_at(const struct value *v, size_t i)
{
    if (i >= value_size(v))
        return NULL;
    return v->type == VALUE_ARRAY ? as_list(v)->items[i]
                                  : as_map(v)->members[i].item;
}

const char *
value_key(const struct value *v, size_t i, size_t *n)
{
    bool has = value_is(v, VALUE_OBJECT) && i < v->size;
    if (n)
        *n = has ? as_map(v)->members[i].key_len : 0;
    return has ? as_map(v)->members[i].key : NULL;
}

struct value *
value_get_n(const struct value *v, const char *key, size_t n)
{
    if (!value_is(v, VALUE_OBJECT))
        return NULL;
    size_t at = map_find(as_map(v), key, n);
    return at == SIZE_MAX ? NULL : as_map(v)->members[at].item;
}

struct value *
value_get(const struct value *v, const char *key)
{
    return key ? value_get_n(v, key, strlen(key)) : NULL;
}

const char *
value_get_text(const struct value *v, const char *key)
{
    return value_text_or(value_get(v, key), NULL);
}

/* --- changing ------------------------------------------------------------- */

static struct value_map *
to_map(struct value *v)
{
    assert(value_is(v, VALUE_OBJECT));
    return (struct value_map *)v;
}

static struct value_list *
to_list(struct value *v)
{
    assert(value_is(v, VALUE_ARRAY));
    return (struct value_list *)v;
}

void
value_set_n(struct value *object, const char *key, size_t n, struct value *item)
{
    struct value_map *m = to_map(object);
    assert(item);
    size_t at = map_find(m, key, n);
    if (at == SIZE_MAX)
        map_append(m, key, n, item);
    else
        value_replace_at(object, at, item);
}

void
value_set(struct value *object, const char *key, struct value *item)
{
    value_set_n(object, key, strlen(key), item);
}

void
value_set_text(struct value *object, const char *key, const char *s)
{
    value_set(object, key, value_string(s));
}

void
value_set_int(struct value *object, const char *key, int64_t n)
{
    value_set(object, key, value_int(n));
}

void
value_set_bool(struct value *object, const char *key, bool b)
{
    value_set(object, key, value_bool(b));
}

bool
value_remove_n(struct value *object, const char *key, size_t n)
{
    struct value_map *m = to_map(object);
    size_t at = map_find(m, key, n);
    if (at == SIZE_MAX)
        return false;
    value_free(map_take(m, at));
    return true;
}

bool
value_remove(struct value *object, const char *key)
{
    return value_remove_n(object, key, strlen(key));
}

struct value *
value_detach(struct value *object, const char *key)
{
    struct value_map *m = to_map(object);
    size_t at = map_find(m, key, strlen(key));
    return at == SIZE_MAX ? NULL : map_take(m, at);
}

void
value_insert(struct value *array, size_t i, struct value *item)
{
    struct value_list *l = to_list(array);
    assert(item && i <= l->head.size);
    if (l->head.size == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 4;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    memmove(l->items + i + 1, l->items + i,
            (l->head.size - i) * sizeof(struct value *));
    l->items[i] = item;
    l->head.size++;
}

void
value_append(struct value *array, struct value *item)
{
    value_insert(array, value_size(array), item);
}

struct value *
value_take_at(struct value *array, size_t i)
{
    struct value_list *l = to_list(array);
    assert(i < l->head.size);
    struct value *item = l->items[i];
    l->head.size--;
    memmove(l->items + i, l->items + i + 1,
            (l->head.size - i) * sizeof(struct value *));
    return item;
}

void
value_replace_at(struct value *v, size_t i, struct value *item)
{
    assert(item && i < value_size(v));
    struct value **place = v->type == VALUE_ARRAY ? &to_list(v)->items[i]
                                                  : &to_map(v)->members[i].item;
    value_free(*place);
    *place = item;
}
