/* How much memory our code holds at most, counted outside of it. */
#ifndef TAILOR_TEST_HEAP_H
#define TAILOR_TEST_HEAP_H

#include <stddef.h>

/* Forgets what is held so far; frees of that are not counted below zero. */
void heap_start(void);

/* The most bytes held at once since heap_start. */
size_t heap_peak(void);

#endif
