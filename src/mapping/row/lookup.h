/*
 * Look-ups: the value table that a row's source names a key of, and what
 * becomes of a key that the table lacks: "Country", "Country, else blank".
 */
#ifndef TAILOR_MAPPING_ROW_LOOKUP_H
#define TAILOR_MAPPING_ROW_LOOKUP_H

#include "base/error.h"

enum lookup_miss {
    MISS_SET_ASIDE, /* the record fails */
    MISS_DEFAULT,   /* the row's default is sent */
    MISS_BLANK      /* the field is left out */
};

struct row_lookup {
    char *table;
    enum lookup_miss miss;
};

/* Reads TEXT into *OUT, whose table the caller frees. Errors: INVALID. */
enum err row_lookup_read(struct row_lookup *out, const char *text,
                         struct error *e);

#endif
