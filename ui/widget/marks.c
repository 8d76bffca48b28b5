/* A sorted array of keys. */
#include "ui/widget/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
marks_clear(struct marks *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->keys[i]);
    FREE_NULL(m->keys);
    m->count = m->capacity = 0;
}

/* Where KEY is or would be. */
static size_t
place(const struct marks *m, const char *key, bool *found)
{
    size_t low = 0, high = m->count;
    *found = false;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(m->keys[mid], key);
        if (order == 0) {
            *found = true;
            return mid;
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void
marks_set(struct marks *m, const char *key, bool on)
{
    bool found;
    size_t at = place(m, key, &found);
    if (found == on)
        return;
    if (!on) {
        free(m->keys[at]);
        m->count--;
        memmove(m->keys + at, m->keys + at + 1,
                (m->count - at) * sizeof m->keys[0]);
        return;
    }
    if (m->count == m->capacity) {
        m->capacity = m->capacity ? m->capacity * 2 : 16;
        m->keys = mem_resize(m->keys, m->capacity, sizeof m->keys[0]);
    }
    memmove(m->keys + at + 1, m->keys + at,
            (m->count - at) * sizeof m->keys[0]);
    m->keys[at] = mem_strdup(key);
    m->count++;
}

bool
marks_has(const struct marks *m, const char *key)
{
    bool found;
    place(m, key, &found);
    return found;
}
