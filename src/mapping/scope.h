/*
 * Where names are looked up while a path, a formula or a mapping row is
 * evaluated: the source ($), the current element (@), its position (#), the
 * outputs of other blocks (Tax!result) and the named value tables.
 */
#ifndef TAILOR_MAPPING_SCOPE_H
#define TAILOR_MAPPING_SCOPE_H

#include <stdatomic.h>

#include "mapping/budget.h"
#include "value/tape.h"

/* A node of a tape; tape is NULL for "nothing". */
struct node_ref {
    const struct tape *tape;
    uint32_t index;
};

/* Whether the record that a mapping fills is there already at the other
 * side: asked by rows that are sent on creation alone. */
enum scope_record { RECORD_UNKNOWN, RECORD_NEW, RECORD_EXISTS };

/* What is known of a key that is looked up in an app or a cross reference. */
enum scope_resolved {
    RESOLVED_NOT,   /* nothing, and it should be */
    RESOLVED_LATER, /* nothing: a run finds out */
    RESOLVED_VALUE,
    RESOLVED_MISSING,  /* there is no record for it */
    RESOLVED_AMBIGUOUS /* there are several */
};

struct scope {
    struct node_ref root;      /* $ */
    struct node_ref current;   /* @; as root where there is no element */
    uint64_t position;         /* #, from 1; 0 where there is no element */
    const struct scope *outer; /* @@: around the list of the element; NULL:
                                  nothing is */
    /* What the element came from, by the lists that the path of its list goes
     * through; NULL where nobody asked for it. */
    const struct node_ref *came_from;
    int64_t now_ms;   /* NOW(): the start of the run */
    const char *zone; /* IANA zone for dates without one; NULL: UTC */
    enum scope_record record;
    /* That record, as it is at the other side; a tape of NULL: not known. Asked
     * for by lists that are merged with the lines there. */
    struct node_ref present;
    const char *clears; /* JSON that clears a field there; NULL: null */
    /* True: nobody wants the result any more, formulas fail; NULL: never. */
    const atomic_bool *stopped;
    /* What is evaluated takes its steps off it; NULL: each evaluation has
     * those of its own limits. */
    struct budget *budget;
    void *context; /* handed to the functions below */
    /* The output of the block NAME, or a tape of NULL if none exists
     * (a block that has not run, or no such block). May be NULL. */
    struct node_ref (*output)(void *context, const char *name, size_t n);
    /* The value of KEY in the value table NAME: true and *VALUE set, or
     * false; *HAS_TABLE says whether there is such a table. May be NULL. */
    bool (*lookup)(void *context, const char *table, size_t table_len,
                   const char *key, size_t key_len, struct node_ref *value,
                   bool *has_table);
    void *resolver; /* handed to this one: what is known of the key KEY of
                       WHAT (row/lookup.h). NULL: nothing of any. */
    enum scope_resolved (*resolve)(void *resolver, const char *what,
                                   const char *key, size_t key_len,
                                   struct node_ref *value);
    /* Told of each text that reads as a number and that a filter of a path
     * compares with a number: by RFC 9535 neither is less than the other, and
     * they are not equal. NULL: nobody asks. */
    void (*mixed)(void *observer, const char *text, size_t n);
    void *observer;
    /* True where PATH ("orders[*].lines"), of $ or of the output of BLOCK, is a
     * list by its schema: one object there is a list of one. May be NULL. */
    bool (*is_list)(void *context, const char *block, const char *path);
};

#endif
