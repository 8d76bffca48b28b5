/* A pool of strings in chunks that are freed together. */
#include "manager/session/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK_SIZE 8192

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    char bytes[];
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

const char *
pool_text_n(struct pool *p, const char *s, size_t n)
{
    if (!s)
        return NULL;
    struct chunk *c = p->chunks;
    if (!c || c->size - c->used < n + 1) {
        size_t size = n + 1 > CHUNK_SIZE ? n + 1 : CHUNK_SIZE;
        c = mem_alloc(sizeof *c + size);
        c->size = size;
        c->next = p->chunks;
        p->chunks = c;
    }
    char *copy = c->bytes + c->used;
    memcpy(copy, s, n);
    copy[n] = 0;
    c->used += n + 1;
    return copy;
}

const char *
pool_text(struct pool *p, const char *s)
{
    return s ? pool_text_n(p, s, strlen(s)) : NULL;
}
