/* A table from short strings to owned values. */
#include "tests/unit/manager/release/fake_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* FNV-1a. */
static size_t
place(const struct table *t, const char *key)
{
    uint64_t h = 14695981039346656037u;
    size_t i;
    for (const char *s = key; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    for (i = h & (t->capacity - 1); *t->slots[i].key;
         i = (i + 1) & (t->capacity - 1))
        if (strcmp(t->slots[i].key, key) == 0)
            break;
    return i;
}

struct value *
table_get(const struct table *t, const char *key)
{
    return key && t->capacity ? t->slots[place(t, key)].value : NULL;
}

static void
grow(struct table *t)
{
    struct table bigger = {.capacity = t->capacity ? 2 * t->capacity : 64,
                           .count = t->count};
    bigger.slots = mem_array(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < t->capacity; i++)
        if (*t->slots[i].key)
            bigger.slots[place(&bigger, t->slots[i].key)] = t->slots[i];
    free(t->slots);
    *t = bigger;
}

void
table_put(struct table *t, const char *key, struct value *value)
{
    struct table_slot *s;
    if (2 * t->count >= t->capacity)
        grow(t);
    s = &t->slots[place(t, key)];
    snprintf(s->key, sizeof s->key, "%s", key);
    s->value = value;
    t->count++;
}

void
table_clear(struct table *t)
{
    for (size_t i = 0; i < t->capacity; i++)
        value_free(t->slots[i].value);
    free(t->slots);
    memset(t, 0, sizeof *t);
}
