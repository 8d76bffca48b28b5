/*
 * Counts the heap: the program is linked with --wrap, so that every malloc of
 * our own code, PCRE2's included (which asks through us), passes here.
 */
#include "tests/unit/mapping/formula/heap.h"

#include <malloc.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static _Thread_local size_t live, peak;

static void *
count(void *p)
{
    if (p)
        live += malloc_usable_size(p);
    if (live > peak)
        peak = live;
    return p;
}

static void
discount(void *p)
{
    size_t n = p ? malloc_usable_size(p) : 0;
    live -= n < live ? n : live;
}

void *
__wrap_malloc(size_t n)
{
    return count(__real_malloc(n));
}

void *
__wrap_calloc(size_t n, size_t size)
{
    return count(__real_calloc(n, size));
}

void *
__wrap_realloc(void *p, size_t n)
{
    discount(p);
    return count(__real_realloc(p, n));
}

void
__wrap_free(void *p)
{
    discount(p);
    __real_free(p);
}

void
heap_start(void)
{
    live = peak = 0;
}

size_t
heap_peak(void)
{
    return peak;
}
