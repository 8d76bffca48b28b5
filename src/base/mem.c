/* Memory that never fails, and the torture switch that makes it fail. */
#include "base/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Process-wide by nature: the allocator is. */
static void (*exhausted_hook)(const char *);
static atomic_ulong fail_countdown;

static _Noreturn void
exhausted(void)
{
    static const char sentence[] =
        "out of memory: the program ends; what was acknowledged is saved\n";
    if (exhausted_hook)
        exhausted_hook(sentence);
    else if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0)
        _exit(1);
    _exit(1);
}

static int
torture_says_fail(void)
{
    unsigned long left =
        atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    if (left == 0)
        return 0;
    return atomic_fetch_sub(&fail_countdown, 1) == 1;
}

void *
mem_alloc(size_t n)
{
    void *p = torture_says_fail() ? NULL : calloc(1, n ? n : 1);
    if (!p)
        exhausted();
    return p;
}

void *
mem_array(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        exhausted();
    return mem_alloc(count * size);
}

void *
mem_resize(void *p, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        exhausted();
    size_t n = count * size;
    void *q = torture_says_fail() ? NULL : realloc(p, n ? n : 1);
    if (!q)
        exhausted();
    return q;
}

size_t
mem_bytes(const void *p)
{
    /* The allocator's function reads it only. */
    return p ? malloc_usable_size((void *)(uintptr_t)p) + sizeof(size_t) : 0;
}

char *
mem_strdup(const char *s)
{
    return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *
mem_strndup(const char *s, size_t n)
{
    char *copy = mem_alloc(n + 1);
    if (n)
        memcpy(copy, s, n);
    return copy;
}

char *
mem_printf(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    char *s = mem_alloc(n < 0 ? 1 : (size_t)n + 1);
    if (n > 0)
        vsnprintf(s, (size_t)n + 1, format, again);
    va_end(again);
    return s;
}

void
mem_on_exhausted(void (*hook)(const char *sentence))
{
    exhausted_hook = hook;
}

void
mem_fail_after(unsigned long nth)
{
    atomic_store(&fail_countdown, nth);
}

void
mem_torture_from_environment(void)
{
    const char *s = getenv("TAILOR_TORTURE_ALLOC");
    if (s)
        mem_fail_after(strtoul(s, NULL, 10));
}
