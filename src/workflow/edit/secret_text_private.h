/* How secrets in texts look, and those that stand before their names. Texts are
 * as secret_words.h takes them. */
#ifndef TAILOR_WORKFLOW_EDIT_SECRET_TEXT_PRIVATE_H
#define TAILOR_WORKFLOW_EDIT_SECRET_TEXT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

/* The word of *N characters at S without the signs around it; *N becomes its
 * length. */
const char *secret_bare_word(const char *s, size_t *n);

/* True where the word may be a secret that a name or a sign says. */
bool secret_is_value(const char *s, size_t n);

/* True where it looks like one that a person chose: with a digit or a sign. */
bool secret_is_chosen(const char *s, size_t n);

/* True where a sentence ends with the word. */
bool secret_ends_sentence(const char *s, size_t n);

/* True where the secret of the name of N characters at NAME in TEXT stands
 * before it: "x is the password", "use x as password", "(password)". */
bool secret_is_before(const char *text, const char *name, size_t n);

/* True where a line of TEXT is two words with a colon between, and the first
 * looks like a secret: "hunter2: x". */
bool secret_is_paired(const char *text);

#endif
