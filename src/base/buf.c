/* The one growing buffer. */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void
buf_init_any(struct buf *b)
{
    buf_init(b, SIZE_MAX / 4);
}

void
buf_clear(struct buf *b)
{
    free(b->data);
    buf_init(b, b->max);
}

void
buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

static void
grow(struct buf *b, size_t needed)
{
    size_t capacity = b->capacity ? b->capacity : 64;
    while (capacity < needed)
        capacity *= 2;
    b->data = mem_resize(b->data, capacity, 1);
    b->capacity = capacity;
}

char *
buf_reserve(struct buf *b, size_t n)
{
    if (b->failed || n > b->max || b->len > b->max - n) {
        b->failed = true;
        return NULL;
    }
    if (b->len + n + 1 > b->capacity)
        grow(b, b->len + n + 1);
    return b->data + b->len;
}

void
buf_grew(struct buf *b, size_t n)
{
    b->len += n;
    b->data[b->len] = '\0';
}

bool
buf_add(struct buf *b, const void *bytes, size_t n)
{
    char *at = buf_reserve(b, n);
    if (!at)
        return false;
    if (n)
        memcpy(at, bytes, n);
    buf_grew(b, n);
    return true;
}

bool
buf_adds(struct buf *b, const char *s)
{
    return buf_add(b, s, strlen(s));
}

bool
buf_addc(struct buf *b, char c)
{
    if (b->failed || b->len >= b->max || b->len + 2 > b->capacity)
        return buf_add(b, &c, 1);
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
    return true;
}

bool
buf_vaddf(struct buf *b, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *at = n < 0 ? NULL : buf_reserve(b, (size_t)n);
    if (!at)
        return false;
    vsnprintf(at, (size_t)n + 1, format, ap);
    buf_grew(b, (size_t)n);
    return true;
}

bool
buf_addf(struct buf *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    bool ok = buf_vaddf(b, format, ap);
    va_end(ap);
    return ok;
}

void
buf_truncate(struct buf *b, size_t n)
{
    if (n < b->len) {
        b->len = n;
        b->data[n] = '\0';
    }
}

bool
buf_failed(const struct buf *b)
{
    return b->failed;
}

const char *
buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}

char *
buf_take(struct buf *b)
{
    char *data = b->data ? b->data : mem_alloc(1);
    b->data = NULL;
    buf_init(b, b->max);
    return data;
}
