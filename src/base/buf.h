/*
 * The one growing buffer. Its maximum is stated at birth; an append that
 * would pass it changes nothing, sets a sticky flag and returns false, so a
 * caller may append many times and look once with buf_failed(). Who hashes,
 * keeps, sends or hands over the content looks, or uses buf_init_any().
 */
#ifndef TAILOR_BASE_BUF_H
#define TAILOR_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* always NUL-terminated once something was appended */
    size_t len;
    size_t capacity;
    size_t max; /* bytes, without the NUL */
    bool failed;
};

/* An empty buffer that may hold MAX bytes; allocates nothing yet. */
void buf_init(struct buf *b, size_t max);

/* An empty buffer without a maximum, for what is made of something bounded: it
 * never fails, so nothing that is hashed, kept, sent or read again is cut. */
void buf_init_any(struct buf *b);

/* Frees the bytes; B is then as after buf_init with the same maximum. */
void buf_clear(struct buf *b);

/* Keeps the memory, drops the content and the sticky flag. */
void buf_reset(struct buf *b);

/* Appends N bytes / a string / one byte / a formatted text. */
bool buf_add(struct buf *b, const void *bytes, size_t n);
bool buf_adds(struct buf *b, const char *s);
bool buf_addc(struct buf *b, char c);
bool buf_addf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool buf_vaddf(struct buf *b, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Makes room for N more bytes and returns where they go, or NULL past the
 * maximum; the caller then says buf_grew with how many it wrote. */
char *buf_reserve(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);

/* Cuts the content to N bytes (N <= len). */
void buf_truncate(struct buf *b, size_t n);

/* True once any append was refused. */
bool buf_failed(const struct buf *b);

/* The content as a C string ("" when empty), borrowed. */
const char *buf_str(const struct buf *b);

/* Hands the bytes (never NULL) to the caller, who frees them; B is empty
 * afterwards. */
char *buf_take(struct buf *b);

#endif
