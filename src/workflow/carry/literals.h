/*
 * What a text of a document says itself, beside what it reads: a path reads
 * all that it gives, a constant nothing, a formula may do both.
 */
#ifndef TAILOR_WORKFLOW_CARRY_LITERALS_H
#define TAILOR_WORKFLOW_CARRY_LITERALS_H

#include "workflow/document/texts.h"

enum literal {
    LITERAL_NONE,    /* it has nothing but what it reads */
    LITERAL_NUMBERS, /* it reads something, and has numbers (see below) */
    LITERAL_TEXTS,   /* it reads something, and has texts in quotes, and
                        perhaps numbers */
    LITERAL_ALL      /* a constant; a formula with a text or a number that reads
                        nothing; or whatever is not correct */
};

/* How much of V, a text of KIND in the format LANGUAGE of formulas, is
 * literal. A value that is not a text is a constant. */
enum literal literal_of(const struct value *v, enum text_kind kind,
                        unsigned language);

/* Appends the texts in quotes of TEXT, with their quotes: "a", "b". Names of
 * blocks are not among them. Where it is not clear what a quote ends, the whole
 * of TEXT. */
void literal_texts(const char *text, struct buf *out);

/* Appends the numbers of the formula TEXT, and of the filters of the paths in
 * it: 1.0375, 67. Whole ones of a single digit are not among them: they are
 * places, positions and signs. */
void literal_numbers(const char *text, unsigned language, struct buf *out);

/* True where V is or holds a URL with a user name or a password: in a formula
 * too. */
bool literal_has_login(const struct value *v);

#endif
