/*
 * Questions: what rows look up in apps and cross references, of all records of
 * a batch. It is asked before the records are mapped: each is then mapped over
 * the answers, and looks nothing up itself.
 */
#ifndef TAILOR_MAPPING_PLAN_QUESTIONS_H
#define TAILOR_MAPPING_PLAN_QUESTIONS_H

#include "mapping/plan/plan.h"

#define QUESTIONS_MAX 100000 /* distinct keys of one batch */

/* One key that is looked up somewhere; see row/lookup.h for WHAT. */
struct asked_key {
    char *what;
    char *key;
    size_t key_len;
};

/* Distinct questions, in the order in which they were met. */
struct questions {
    struct asked_key *items;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* by hash: number of the question + 1 */
    size_t slot_count;
};

void questions_init(struct questions *q);
void questions_clear(struct questions *q);

/* Adds KEY of WHAT unless it is there. False past QUESTIONS_MAX. */
bool questions_add(struct questions *q, const char *what, const char *key,
                   size_t key_len);

/* Adds what P, run by R, looks up for the record of SCOPE. A row that fails
 * asks nothing; it will fail again. Errors: TOO_BIG past QUESTIONS_MAX. */
enum err plan_ask(struct plan_runner *r, const struct plan *p,
                  const struct scope *scope, struct questions *out,
                  struct error *e);

/* True where a row of P looks something up in an app or a cross reference. */
bool plan_asks(const struct plan *p);

#endif
