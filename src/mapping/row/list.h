/*
 * List policies: what a list that is sent does to the one at the other side:
 * "replace", "merge by sku", "merge by sku, delete missing".
 */
#ifndef TAILOR_MAPPING_ROW_LIST_H
#define TAILOR_MAPPING_ROW_LIST_H

#include "mapping/row/target.h"

enum list_policy {
    LIST_AS_IS,  /* nothing is said: what the app makes of it */
    LIST_REPLACE, /* it takes the place of the one that is there */
    LIST_MERGE /* its lines change those of the same key; the list that is sent
                  has the others too, and takes the place of the one there */
};

struct row_list {
    enum list_policy policy;
    struct target key;   /* of LIST_MERGE: within a line */
    bool delete_missing; /* of LIST_MERGE: lines that have no new one go */
};

/* Reads TEXT into *OUT, whose key the caller empties by target_clear. Errors:
 * INVALID. */
enum err row_list_read(struct row_list *out, const char *text, struct error *e);

#endif
