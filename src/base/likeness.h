/* How alike two texts are, for "did you mean" and suggestions. */
#ifndef TAILOR_BASE_LIKENESS_H
#define TAILOR_BASE_LIKENESS_H

#include <stddef.h>

/* How many bytes of a text likeness_distance() compares at most. */
#define LIKENESS_MAX_BYTES 200

/* How many bytes must be added, dropped or changed to turn the AN bytes at A
 * into the BN bytes at B (V. I. Levenshtein, 1966), both cut to
 * LIKENESS_MAX_BYTES. */
size_t likeness_distance(const char *a, size_t an, const char *b, size_t bn);

#endif
