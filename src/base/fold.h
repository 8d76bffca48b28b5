/*
 * Names as filters compare them: letters folded by a fixed table (not by the
 * locale, for what it gives is kept in an index). Capitals become small and
 * marks are dropped, so that "zoe", "Zoë" and "Zoë" spelled with a combining
 * mark are the same.
 */
#ifndef TAILOR_BASE_FOLD_H
#define TAILOR_BASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Appends the N bytes at S, folded, to OUT. */
void fold_text(struct buf *out, const char *s, size_t n);

/* True where the folded TEXT holds the folded WORD. */
bool fold_has(const char *text, size_t n, const char *word, size_t m);

/* True where a word of the folded TEXT begins with the folded WORD. */
bool fold_begins(const char *text, size_t n, const char *word, size_t m);

/* True for what words of folded text are made of: letters and digits. */
bool fold_is_word(uint32_t cp);

#endif
