/* The tables by which a text is searched for secrets: words of people, keys of
 * services, options of programs. All functions take texts in which blanks are
 * " " or a line end, and signs are those of ASCII. */
#ifndef TAILOR_WORKFLOW_EDIT_SECRET_WORDS_H
#define TAILOR_WORKFLOW_EDIT_SECRET_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* What a word is used for, as secret_words.def says. */
enum word_use {
    WORD_NAME,
    WORD_NAME_IN,
    WORD_NAME_END,
    WORD_NAME_DIGITS,
    WORD_NAME_ALONE,
    WORD_NAME_PAIR,
    WORD_NAME_QUALIFIED,
    WORD_QUALIFIER,
    WORD_HARMLESS_IN,
    WORD_HARMLESS_END,
    WORD_USER,
    WORD_JOIN,
    WORD_JOIN_TO,
    WORD_AS,
    WORD_USE,
    WORD_POINTER,
    WORD_AND,
    WORD_OWN,
    WORD_CHANGE,
    WORD_FILL,
    WORD_ARTICLE,
    WORD_OF,
    WORD_STATE,
    WORD_HASH
};

/* True where the N characters at S, in any case, are a word of USE; of a use
 * in _IN: have one in them; of a use in _END: end with one. */
bool word_is(enum word_use use, const char *s, size_t n);

/* The characters of the word at S: up to a blank or the end. */
size_t word_length(const char *s);

/* The word behind the blanks at S, "" at the end. */
const char *word_next(const char *s);

/* True where a word of TEXT is a key by how it looks or begins. Ids, UUIDs,
 * order numbers, names in capitals and hashes that are called so are none. */
bool secret_has_key(const char *text);

/* True where an option of a program in TEXT has a secret. */
bool secret_has_option(const char *text);

#endif
