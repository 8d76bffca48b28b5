/*
 * Fields: the distinct places that samples have, written as paths with [*]
 * for the elements of lists ("lines[*].ItemSku"), for completion, coverage
 * and the check of an imported sheet.
 */
#ifndef TAILOR_MAPPING_COVERAGE_FIELDS_H
#define TAILOR_MAPPING_COVERAGE_FIELDS_H

#include "mapping/scope.h"

struct field {
    char *path;
    enum value_type type; /* of the first one seen */
    bool leaf;            /* was somewhere neither object nor list, or empty */
    size_t samples;       /* in how many samples it occurs */
    size_t last;          /* the number of the last such sample */
    size_t used;          /* occurrences that feed a row (coverage) */
};

/* Fields in the order in which they were first seen, parents first. */
struct fields {
    struct field *items;
    size_t count;
    size_t capacity;
    size_t samples;    /* samples added */
    uint32_t *buckets; /* by path: index + 1 */
    size_t bucket_count;
};

void fields_init(struct fields *f);
void fields_clear(struct fields *f);

/* Adds every field of the sample ROOT; at most 10,000 fields are kept.
 * Where USED is given it has a byte for each node of the tape: what is not 0
 * counts as used. */
void fields_add(struct fields *f, struct node_ref root, const uint8_t *used);

/* The field written PATH, or NULL. */
const struct field *fields_find(const struct fields *f, const char *path);

#endif
