/*
 * Memory that never fails: if none exists left, the program ends in
 * order through the hook set by mem_on_exhausted (the console restores the
 * terminal there) and exits with status 1. Callers need no NULL checks.
 *
 * Words used in all headers: a function *borrows* what it only reads,
 * *copies* what it needs for longer, *takes* what it will free.
 */
#ifndef TAILOR_BASE_MEM_H
#define TAILOR_BASE_MEM_H

#include <stddef.h> /* size_t */

/* N bytes, zeroed; the caller frees them with free(). N may be 0. */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));

/* COUNT elements of SIZE bytes, zeroed, overflow checked. */
void *mem_array(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));

/* Resizes P (NULL is OK) to COUNT elements of SIZE bytes; new bytes are not
 * initialised. */
void *mem_resize(void *p, size_t count, size_t size)
    __attribute__((returns_nonnull));

/* A copy of the string S; NULL gives NULL. The caller frees it. */
char *mem_strdup(const char *s);

/* A NUL-terminated copy of N bytes at S. The caller frees it. */
char *mem_strndup(const char *s, size_t n)
    __attribute__((malloc, returns_nonnull));

/* A formatted string; the caller frees it. */
char *mem_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2), returns_nonnull));

/* Frees *P and sets it to NULL. */
#define FREE_NULL(p) (free(p), (p) = NULL)

/* What the allocation P takes of the heap; 0 for NULL. */
size_t mem_bytes(const void *p);

/* Calls HOOK once, with a sentence, before the program ends for lack of
 * memory. Set once at start, before threads. */
void mem_on_exhausted(void (*hook)(const char *sentence));

/* Makes the NTH allocation from now on fail (0: none): for torture tests,
 * which set it through the environment variable TAILOR_TORTURE_ALLOC read
 * by mem_torture_from_environment. */
void mem_fail_after(unsigned long nth);

/* Reads TAILOR_TORTURE_ALLOC, if set, and calls mem_fail_after. */
void mem_torture_from_environment(void);

#endif
