/* The place that a JSON Pointer names, whether or not something is there
 * yet; private to src/value. */
#ifndef TAILOR_VALUE_PLACE_H
#define TAILOR_VALUE_PLACE_H

#include "value/value.h"

struct place {
    struct value *parent; /* NULL: the place is the root */
    size_t at;            /* position in the parent; its size where the place
                             is after the last */
    bool exists;
    struct buf key; /* the last word of the pointer, unescaped */
    size_t depth;   /* containers around the place */
};

/* Finds the place that the N bytes at POINTER name under ROOT. All but the
 * last step must exist; for an array the last may be "-" or its size. Errors:
 * INVALID (no pointer), NOT_FOUND. PLACE is to be cleared in any case. */
enum err place_find(struct place *place, struct value *root,
                    const char *pointer, size_t n, struct error *e);

/* What is at PLACE, borrowed, or NULL. */
struct value *place_get(const struct place *place, struct value *root);

void place_clear(struct place *place);

/* ERR with the N bytes at POINTER, made visible, and WHY. */
enum err place_refuse(enum err err, const char *pointer, size_t n,
                      const char *why, struct error *e);

/* NOT_FOUND for the first N bytes at POINTER. */
enum err place_missing(const char *pointer, size_t n, struct error *e);

#endif
