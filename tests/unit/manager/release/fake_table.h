/* A table from short strings to owned values, for the fake runtime. */
#ifndef TAILOR_TEST_FAKE_TABLE_H
#define TAILOR_TEST_FAKE_TABLE_H

#include "value/value.h"

struct table_slot {
    char key[65];
    struct value *value;
};

struct table {
    struct table_slot *slots; /* a power of two, or none */
    size_t capacity;
    size_t count;
};

/* The value of KEY, borrowed, or NULL. KEY may be NULL. */
struct value *table_get(const struct table *t, const char *key);

/* Sets KEY, which must be new; takes VALUE. */
void table_put(struct table *t, const char *key, struct value *value);
void table_clear(struct table *t);

#endif
