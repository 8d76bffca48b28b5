/*
 * The terms of a filter, as every list and command reads them: words,
 * "KEY:VALUE", text in quotes as one word, each turned round by a dash.
 */
#ifndef TAILOR_BASE_FILTER_TERM_H
#define TAILOR_BASE_FILTER_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* A term as written. Its text has failed where it is longer than 4096 bytes. */
struct filter_term {
    struct buf text; /* without dash and quotes */
    bool inverse;
    bool quoted;    /* begins with a quote: a word, whatever is in it */
    size_t key_end; /* the bytes before the first colon, 0: none */
};

/* Reads the term at *S, which moves past it; false if none exists. Quotes with
 * nothing in them are skipped: they leave nothing out, as an empty filter. A
 * quote that is not closed goes to the end of the text. The caller clears it
 * with filter_term_clear. */
bool filter_term_next(const char **s, struct filter_term *t);
void filter_term_clear(struct filter_term *t);

/* True where the term has the key KEY before its colon, in any case. */
bool filter_term_has_key(const struct filter_term *t, const char *key);

/* Errors: USAGE where the term is too long, or a dash with nothing to leave
 * out. */
enum err filter_term_check(const struct filter_term *t, struct error *e);

#endif
