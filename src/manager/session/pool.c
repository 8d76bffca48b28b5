/* A pool: chunks that are freed together. */
#include "manager/session/pool.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define CHUNK_SIZE 8192

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

struct pool {
    struct chunk *chunks;
};

struct pool *
pool_new(void)
{
    return mem_alloc(sizeof(struct pool));
}

void
pool_free(struct pool *p)
{
    if (!p)
        return;
    for (struct chunk *c = p->chunks; c;) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
    free(p);
}

/* SIZE bytes at a multiple of ALIGNMENT. */
static void *
reserve(struct pool *p, size_t size, size_t alignment)
{
    struct chunk *c = p->chunks;
    size_t at = c ? (c->used + alignment - 1) / alignment * alignment : 0;
    if (!c || at > c->size || c->size - at < size) {
        size_t all = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        c = mem_alloc(sizeof *c + all);
        c->size = all;
        c->next = p->chunks;
        p->chunks = c;
        at = 0;
    }
    c->used = at + size;
    return c->bytes + at;
}

const char *
pool_text_n(struct pool *p, const char *s, size_t n)
{
    if (!s)
        return NULL;
    char *copy = reserve(p, n + 1, 1);
    memcpy(copy, s, n);
    copy[n] = 0;
    return copy;
}

const struct error *
pool_error(struct pool *p, const struct error *e)
{
    struct error *copy = reserve(p, sizeof *copy, _Alignof(struct error));
    *copy = *e;
    return copy;
}

const char *
pool_text(struct pool *p, const char *s)
{
    return s ? pool_text_n(p, s, strlen(s)) : NULL;
}
