/*
 * Reading JSON Schemas (and samples) as far as mapping needs it: which
 * targets there are, which are required, of what type. Not a validator.
 */
#ifndef TAILOR_WORKFLOW_CONNECTOR_SCHEMA_H
#define TAILOR_WORKFLOW_CONNECTOR_SCHEMA_H

#include "value/value.h"

enum schema_type {
    SCHEMA_NULL = 1,
    SCHEMA_BOOLEAN = 2,
    SCHEMA_NUMBER = 4,
    SCHEMA_STRING = 8,
    SCHEMA_ARRAY = 16,
    SCHEMA_OBJECT = 32,
    SCHEMA_ANY = 63
};

struct schema_target {
    char *path;                 /* "item.items[*].quantity" */
    char *title;                /* or NULL */
    unsigned types;             /* bits of schema_type */
    bool required;              /* required wherever what holds it is sent */
    bool always;                /* required, and so is everything around it */
    bool leaf;                  /* holds no members of its own */
    const struct value *schema; /* borrowed from the schema, NULL of samples */
};

struct schema_targets {
    struct schema_target *items;
    size_t count;
    size_t capacity;
};

void schema_targets_init(struct schema_targets *t);
void schema_targets_clear(struct schema_targets *t);

/* Adds every target that SCHEMA describes ($ref to #/$defs or #/definitions,
 * properties, items, allOf are followed, at most 12 levels deep and 5,000
 * targets) or that SAMPLE shows; each may be NULL. */
void schema_collect(struct schema_targets *out, const struct value *schema,
                    const struct value *sample);

/* The target PATH, or NULL. */
const struct schema_target *schema_targets_find(const struct schema_targets *t,
                                                const char *path);

/* True where SCHEMA lets an object hold members it does not name. */
bool schema_is_open(const struct value *schema);

/* The type bit of V, and the words for TYPES ("text or number"). */
enum schema_type schema_type_of(const struct value *v);
void schema_type_words(struct buf *out, unsigned types);

#endif
