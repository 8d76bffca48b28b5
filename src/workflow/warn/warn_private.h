/* The single checks of warn.c. Each is pure. */
#ifndef TAILOR_WORKFLOW_WARN_WARN_PRIVATE_H
#define TAILOR_WORKFLOW_WARN_WARN_PRIVATE_H

#include "mapping/row/rows.h"
#include "mapping/scope.h"

enum warning {
#define WARNING(id, code, what, remedy) WARNING_##id,
#include "workflow/warn/warnings.def"
#undef WARNING
    WARNINGS
};

/* --- texts.c ------------------------------------------------------------- */
/* True where NAME ("sku", "externalId", "order_no") is one of a key. */
bool warn_is_key_name(const char *name, size_t n);

/* True where the N bytes at S begin or end with a space, or have one that is
 * not U+0020 anywhere. */
bool warn_odd_spaces(const char *s, size_t n);

/* True where UTF-8 was read as Windows-1252 and written as UTF-8 again. */
bool warn_decoded_twice(const char *s, size_t n);

/* Appends the N bytes at S in quotes, with spaces other than U+0020 and marks
 * by their numbers; a long text is cut. */
void warn_show(struct buf *out, const char *s, size_t n);

/* --- amounts.c ----------------------------------------------------------- */
/* True where the object at NODE has a total and lines whose amounts do not add
 * up to it, with any of the charges beside it or without; EXAMPLE is then both
 * sums. */
bool warn_total_differs(struct node_ref node, struct buf *example);

/* --- money.c ------------------------------------------------------------- */
/* How ROW, of the format LANGUAGE, fixes the decimals of an amount: bits as of
 * formula_decimals. */
unsigned warn_fixed_decimals(const struct mapping_row *row, unsigned language);

/* Appends the currency that the record ROOT names, and says the places of its
 * minor unit; false where it names none. */
bool warn_currency(struct node_ref root, struct buf *out, int *places);

/* --- filters.c ----------------------------------------------------------- */
/* True where the row I of ROWS, of the format LANGUAGE, has a path whose filter
 * compares a number with a text that reads as one, in SCOPE; EXAMPLE is then
 * the first such text. */
bool warn_filter_mixes(const struct mapping_rows *rows, size_t i,
                       unsigned language, const struct scope *scope,
                       struct buf *example);

#endif
