/*
 * How a value lies in memory; private to src/value. One header, then what
 * the type needs, so that a null costs one small allocation.
 */
#ifndef TAILOR_VALUE_TREE_H
#define TAILOR_VALUE_TREE_H

#include "value/escape.h"
#include "value/value.h"

struct value {
    enum value_type type;
    size_t size; /* bytes of a text, elements, members */
};

/* VALUE_NUMBER, VALUE_STRING; the bytes are NUL-terminated. */
struct value_scalar {
    struct value head;
    char text[];
};

struct value_list {
    struct value head;
    size_t capacity;
    struct value **items;
};

struct member {
    char *key; /* NUL-terminated */
    size_t key_len;
    struct value *item;
    uint32_t hash; /* of the key; set once the map has an index */
};

/* A map keeps its members in order. Past MAP_INDEX_FROM members it has an
 * index as well: an open-addressing table of member positions + 1, under a
 * random seed so that keys cannot be chosen to collide. */
struct value_map {
    struct value head;
    size_t capacity;
    struct member *members;
    uint32_t *slots; /* NULL while the map is small */
    size_t slot_count;
    uint64_t seed;
};

enum { MAP_INDEX_FROM = 16 };

/* The position of the member KEY, or SIZE_MAX. */
size_t map_find(const struct value_map *m, const char *key, size_t n);

/* Appends a member whose key is known to be new; copies KEY, takes ITEM. */
void map_append(struct value_map *m, const char *key, size_t n,
                struct value *item);

/* Inserts such a member before position AT (at most the size). */
void map_insert(struct value_map *m, size_t at, const char *key, size_t n,
                struct value *item);

/* Takes the member at position AT out and hands its value to the caller. */
struct value *map_take(struct value_map *m, size_t at);

/* Makes room for COUNT members in all, index included. */
void map_reserve(struct value_map *m, size_t count);

/* A string without the check that its bytes are valid UTF-8, and a number
 * without the check that it is one: for what a reader has checked. */
struct value *value_new_scalar(enum value_type type, const char *s, size_t n);

/* Appends the N bytes at S, read as what stands between the quotes of a JSON
 * string that a reader has checked, with escapes resolved. */
void json_unescape(struct buf *out, const char *s, size_t n);

static inline const struct value_scalar *
as_scalar(const struct value *v)
{
    return (const struct value_scalar *)v;
}

static inline const struct value_list *
as_list(const struct value *v)
{
    return (const struct value_list *)v;
}

static inline const struct value_map *
as_map(const struct value *v)
{
    return (const struct value_map *)v;
}

#endif
