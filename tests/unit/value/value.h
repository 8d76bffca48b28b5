/* The suites of the value layer and what they share. */
#ifndef TAILOR_TEST_VALUE_H
#define TAILOR_TEST_VALUE_H

#include "value/value.h"

extern int failed_tests;

void test_value_canonical(void);
void test_value_patch(void);
void test_value_pointer(void);
void test_value_property(void);
void test_value_read(void);
void test_value_tape(void);
void test_value_tree(void);

/* --- helpers (help.c) ----------------------------------------------------- */

/* Reads the N bytes at TEXT from memory of exactly that size, so that a
 * sanitizer sees a look past the end. NULL where they are refused, with the
 * sentence in E. */
struct value *read_n(const char *text, size_t n, struct error *e);

/* The same for a string; a refusal is a failed test of its own. */
struct value *must_read(const char *text);

/* The canonical, the pretty text, as new strings that the caller frees. */
char *canonical_text(const struct value *v);
char *pretty_text(const struct value *v);

/* --- random trees and patches (random.c) ---------------------------------- */

/* A random number below N. Seeded by random_start from test_seed(). */
void random_start(unsigned long seed);
unsigned random_below(unsigned n);

/* A random tree at most DEPTH deep, the caller owns it. */
struct value *random_tree(unsigned depth);

/* A random patch of about COUNT operations that applies to ROOT; the caller
 * owns it. */
struct value *random_patch(const struct value *root, unsigned count);

/* A copy of V with random changes; the caller owns it. */
struct value *random_change(const struct value *v);

#endif
