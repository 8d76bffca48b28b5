/*
 * Text: UTF-8 and the one way hostile text is made visible before it
 * reaches a terminal, a log or stderr.
 */
#ifndef TAILOR_BASE_TEXT_H
#define TAILOR_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Decodes the UTF-8 character at S (N bytes left, N > 0) into *CP and
 * returns its length; 0 where the bytes are not valid UTF-8 (RFC 3629:
 * overlong forms, surrogates and values past U+10FFFF are not). */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);

/* Writes CP as UTF-8 into OUT (4 bytes) and returns the length. */
size_t utf8_encode(char out[4], uint32_t cp);

/* The offset of the first byte that is not valid UTF-8, or N. */
size_t utf8_valid_prefix(const char *s, size_t n);

/* Characters (code points) in N valid bytes. */
size_t utf8_length(const char *s, size_t n);

/* True for what must never be shown as it is: C0 and C1 controls, DEL,
 * bidirectional controls, zero-width and other default-ignorable characters,
 * line and paragraph separators, private use, noncharacters. */
bool text_is_hidden(uint32_t cp);

/* True where S shows nothing: only blanks of any script and hidden characters,
 * or no character at all. */
bool text_is_blank(const char *s);

/* The bytes of the blank that the N bytes at S begin with, 0 for none: also
 * tab, line end and those that web pages and chats put in the place of " ". */
size_t text_blank_length(const char *s, size_t n);

/* True where S can be typed as it is shown and looks like no other text:
 * printable ASCII without a blank at an end and without two in a row. */
bool text_is_plain(const char *s);

/* Appends N bytes at S to OUT with every hidden character shown as "U+XXXX"
 * and every invalid byte as "\xXX". Newlines are hidden characters too. */
void text_visible(struct buf *out, const char *s, size_t n);

/* The same for a string, as a new string that the caller frees. */
char *text_visible_dup(const char *s);

/* NAME as it is shown, a new string that the caller frees. Two names that
 * differ never look the same: one with a hidden character, a blank that is not
 * a single one between two words, or a mark that joins the letter before it is
 * in double quotes, with these as \u{200B}, bytes that are not UTF-8 as \x{FF},
 * and \ and " behind a \. So is one that begins with a quote. */
char *text_name_dup(const char *name);

/* The first hidden character of S, 0 where it has none. */
uint32_t text_first_hidden(const char *s);

/* Frees a list of strings that ends with NULL, and the strings; NULL is OK. */
void text_lines_free(char **list);

/* Compares strings, NULL being smaller than any; for qsort and keys. */
int text_compare(const char *a, const char *b);

/* True where A and B are equal or both NULL. */
bool text_equal(const char *a, const char *b);

/* True where S begins with PREFIX. */
bool text_starts(const char *s, const char *prefix);

/* The bytes of S without the end WORD; all of them where it ends otherwise. */
size_t text_without_end(const char *s, const char *word);

#endif
