/*
 * Seals: a record of the audit carries the hashes of the rows that its
 * operation changed, as {"actor:bob":"<SHA-256>", "request:…":""} ("": there
 * is no such row after it). The newest seal of a row is what the row must be,
 * so a row that another program changed, added or removed is found.
 */
#ifndef TAILOR_MANAGER_SESSION_SEAL_H
#define TAILOR_MANAGER_SESSION_SEAL_H

#include "base/buf.h"
#include "base/error.h"

struct db;
struct manager;
struct value;

enum seal {
#define SEAL(id, word) SEAL_##id,
#include "manager/session/seals.def"
#undef SEAL
    SEAL_COUNT
};

/* The seal whose word is WORD, or SEAL_COUNT. */
enum seal seal_of_word(const char *word);

/* Sets in the object SEALS the hash of the row NAME of kind SEAL as it is in
 * DB's open transaction. */
enum err seal_add(struct db *db, enum seal seal, const char *name,
                  struct value *seals, struct error *e);

/* Seals every row there is, in records of the open operation: for stores that
 * were filled without the audit, and those of older programs. */
enum err seal_all(struct manager *m, struct error *e);

/* Compares every row with its newest seal. Appends a line for each difference
 * (at most 50) and one with the figures to REPORT; DAMAGED where any differs.
 * Reads in slices; what others change meanwhile is not a difference. */
enum err seal_check(struct manager *m, struct buf *report, struct error *e);

#endif
