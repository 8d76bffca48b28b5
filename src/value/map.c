/* The members of an object: in order, with an index where there are many. */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "value/tree.h"

static uint32_t
hash_key(uint64_t seed, const char *key, size_t n)
{
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t h = seed ^ n * odd;
    while (n >= 8) {
        uint64_t word;
        memcpy(&word, key, 8);
        h = (h ^ word) * odd;
        h ^= h >> 29;
        key += 8;
        n -= 8;
    }
    uint64_t word = 0;
    memcpy(&word, key, n);
    h = (h ^ word ^ seed >> 7) * odd;
    return (uint32_t)((h ^ h >> 32) * odd >> 32);
}

static bool
key_is(const struct member *member, const char *key, size_t n)
{
    return member->key_len == n && memcmp(member->key, key, n) == 0;
}

static size_t
find_indexed(const struct value_map *m, const char *key, size_t n)
{
    uint32_t hash = hash_key(m->seed, key, n);
    size_t mask = m->slot_count - 1;
    for (size_t i = hash & mask; m->slots[i]; i = (i + 1) & mask) {
        size_t at = m->slots[i] - 1;
        if (m->members[at].hash == hash && key_is(&m->members[at], key, n))
            return at;
    }
    return SIZE_MAX;
}

size_t
map_find(const struct value_map *m, const char *key, size_t n)
{
    if (m->slots)
        return find_indexed(m, key, n);
    for (size_t i = 0; i < m->head.size; i++) {
        if (key_is(&m->members[i], key, n))
            return i;
    }
    return SIZE_MAX;
}

static void
index_member(struct value_map *m, size_t at)
{
    size_t mask = m->slot_count - 1;
    size_t i = m->members[at].hash & mask;
    while (m->slots[i])
        i = (i + 1) & mask;
    m->slots[i] = (uint32_t)at + 1;
}

static void
index_again(struct value_map *m)
{
    memset(m->slots, 0, m->slot_count * sizeof *m->slots);
    for (size_t i = 0; i < m->head.size; i++)
        index_member(m, i);
}

/* Makes the index fit the capacity: at most half of the slots are used. */
static void
index_resize(struct value_map *m)
{
    if (!m->slots) {
        random_bytes(&m->seed, sizeof m->seed);
        for (size_t i = 0; i < m->head.size; i++) {
            struct member *member = &m->members[i];
            member->hash = hash_key(m->seed, member->key, member->key_len);
        }
    }
    size_t count = 64;
    while (count < m->capacity * 2)
        count *= 2;
    m->slots = mem_resize(m->slots, count, sizeof *m->slots);
    m->slot_count = count;
    index_again(m);
}

void
map_reserve(struct value_map *m, size_t count)
{
    if (count <= m->capacity)
        return;
    size_t doubled = m->capacity * 2;
    m->capacity = count > doubled ? count : doubled;
    m->members = mem_resize(m->members, m->capacity, sizeof *m->members);
    if (m->capacity > MAP_INDEX_FROM)
        index_resize(m);
}

static void
make_member(struct value_map *m, size_t at, const char *key, size_t n,
            struct value *item)
{
    m->members[at] = (struct member){
        .key = mem_strndup(key, n),
        .key_len = n,
        .item = item,
        .hash = m->slots ? hash_key(m->seed, key, n) : 0,
    };
    m->head.size++;
}

void
map_append(struct value_map *m, const char *key, size_t n, struct value *item)
{
    if (m->head.size == m->capacity)
        map_reserve(m, m->capacity ? m->capacity * 2 : 4);
    make_member(m, m->head.size, key, n, item);
    if (m->slots)
        index_member(m, m->head.size - 1);
}

void
map_insert(struct value_map *m, size_t at, const char *key, size_t n,
           struct value *item)
{
    map_append(m, key, n, item);
    size_t last = m->head.size - 1;
    if (at == last)
        return;
    struct member made = m->members[last];
    memmove(m->members + at + 1, m->members + at,
            (last - at) * sizeof *m->members);
    m->members[at] = made;
    if (m->slots)
        index_again(m);
}

struct value *
map_take(struct value_map *m, size_t at)
{
    struct value *item = m->members[at].item;
    free(m->members[at].key);
    m->head.size--;
    memmove(m->members + at, m->members + at + 1,
            (m->head.size - at) * sizeof *m->members);
    if (m->slots)
        index_again(m);
    return item;
}
