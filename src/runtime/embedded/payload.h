/*
 * Payloads of runs in answers. One answer never holds, reads or parses more
 * of them than a bound: what is past it is cut, and says so.
 */
#ifndef TAILOR_RUNTIME_EMBEDDED_PAYLOAD_H
#define TAILOR_RUNTIME_EMBEDDED_PAYLOAD_H

#include "store/runtime.h"
#include "value/value.h"

/* What one answer may still hold; begins with PAYLOADS_ALL. */
struct payloads {
    size_t left;
    int64_t cut; /* how many were */
};
enum { PAYLOADS_ALL = 4 * 1024 * 1024 };

/* Sets KEY of V to the JSON in COLUMN of row N of TABLE; leaves it out if
 * none exists. What is longer than 1 MB, or than what P has left, becomes
 * {"cut":true,"bytes":N,"head":"its beginning"}. */
enum err payload_set(struct db *db, struct payloads *p, const char *table,
                     const char *column, int64_t n, struct value *v,
                     const char *key, struct error *e);

#endif
