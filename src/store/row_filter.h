/*
 * What a filter of the list of installations lets through. Statements get it
 * by db_filter and ask it row by row with the SQL function row_fits.
 */
#ifndef TAILOR_STORE_ROW_FILTER_H
#define TAILOR_STORE_ROW_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of integrations, by their numbers in the store. */
struct row_set {
    int64_t *numbers;
    size_t count;
};

/* A word that must be there, or must not. */
struct row_word {
    char *text; /* folded */
    size_t length;
    bool begins;                 /* a word of the row must begin with it */
    bool inverse;                /* rows with it are left out */
    struct row_set integrations; /* the ones whose own names have it */
};

struct row_filter {
    struct row_word *words; /* all must fit */
    size_t word_count;
    unsigned conditions; /* the bit 1 << enum installation_condition; 0: any */
    bool by_integration; /* only those of integrations */
    struct row_set integrations;
    const struct row_set *skip; /* rows of these are left out; NULL: none */
};

/* True where every row fits. */
bool row_filter_is_empty(const struct row_filter *f);

/* True where the word fits the folded text SEARCH. */
bool row_word_fits(const struct row_word *word, const char *search, size_t n);

/* True where a row fits; SEARCH is its column of that name. */
bool row_filter_fits(const struct row_filter *f, const char *search, size_t n,
                     int64_t integration, int condition);

bool row_set_has(const struct row_set *set, int64_t n);
void row_set_add(struct row_set *set, int64_t n);

/* Frees what F owns. */
void row_filter_clear(struct row_filter *f);

#endif
