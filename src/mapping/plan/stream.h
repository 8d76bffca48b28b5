/*
 * The mapping engine alone: newline-delimited JSON in, mapped JSON out, a
 * line each, in bounded memory.
 */
#ifndef TAILOR_MAPPING_PLAN_STREAM_H
#define TAILOR_MAPPING_PLAN_STREAM_H

#include "mapping/plan/plan.h"

struct mapping_stream {
    int in, out;       /* file descriptors */
    const char *name;  /* of the input, for messages; NULL: "input" */
    const char *out_name; /* of the output, likewise; NULL: "output" */
    size_t max_record; /* bytes of a line; 0: 16 MB */
    int64_t now_ms;    /* NOW() of formulas */
    const char *zone;  /* for dates without one; NULL: UTC */
    /* The value tables, as in struct scope, with TABLES as its context. May be
     * NULL. */
    bool (*lookup)(void *context, const char *table, size_t table_len,
                   const char *key, size_t key_len, struct node_ref *value,
                   bool *has_table);
    void *tables;
    void *context; /* handed to the functions below */
    /* Told of every record that fails (RECORD counts lines from 1); false
     * stops the stream with that error. NULL: the first error stops. */
    bool (*failed)(void *context, uint64_t record, const struct error *e);
    /* Told now and then how far it is. May be NULL. */
    void (*progress)(void *context, uint64_t records, uint64_t bytes);
    uint64_t records, errors, bytes_in, bytes_out; /* results */
};

/* Maps every line of the input with P until its end, each as what a new record
 * would get. Blank lines are left
 * out. Errors: IO, and those of a record ("record 17: ...") as FAILED
 * says. */
enum err mapping_stream_run(struct mapping_stream *s, const struct plan *p,
                            struct error *e);

#endif
