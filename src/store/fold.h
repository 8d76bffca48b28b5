/*
 * Names as filters compare them: letters folded to lower case by a fixed
 * table (not by the locale, for what it gives is kept in an index), and the
 * two SQL functions that walk a list by it: name_has and name_begins.
 */
#ifndef TAILOR_STORE_FOLD_H
#define TAILOR_STORE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* CP in lower case: ASCII, Latin, Greek and Cyrillic. */
uint32_t fold_letter(uint32_t cp);

/* Appends the N bytes at S, folded, to OUT. */
void fold_text(struct buf *out, const char *s, size_t n);

/* True where NAME, folded, holds the bytes of FOLDED. */
bool fold_has(const char *name, size_t n, const char *folded, size_t m);

/* True where a word of NAME, folded, begins with FOLDED. */
bool fold_begins(const char *name, size_t n, const char *folded, size_t m);

/* True for what words are made of: letters and digits. */
bool fold_is_word(uint32_t cp);

#endif
