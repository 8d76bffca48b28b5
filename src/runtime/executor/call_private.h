/* The row of a call in the journal, for the files that decide about it. */
#ifndef TAILOR_RUNTIME_EXECUTOR_CALL_PRIVATE_H
#define TAILOR_RUNTIME_EXECUTOR_CALL_PRIVATE_H

#include "runtime/executor/call.h"
#include "runtime/executor/key.h"

struct call_row {
    int64_t n, attempts, due_ms;
    int state;  /* -1: none exists */
    bool doubt; /* an attempt may have taken effect without an answer */
    char key[KEY_DIGITS + 1];
    struct error failure; /* why it failed */
    struct value *request;
    unsigned char hash[KEY_HASH_BYTES]; /* of the request */
    struct output *answer;     /* what the call gave, once it is done */
    int64_t credential;        /* that it went out with; 0: none, or unknown */
    char account[DIGEST_SIZE]; /* that this was for (account_kept_name) */
};

/* Journals ROW: as sent, or as done with what its answer holds. */
enum err call_add_row(struct exec *x, int64_t page, struct call_row *row,
                      struct error *e);

/* Nobody knows whether the call of ROW took effect: a person looks, as WHY
 * says. */
enum exec_result call_park_unknown(struct exec *x, const struct call_row *row,
                                   const char *why);

/* What other runs of the same event have done with the key of ROW decides
 * whether its call is made: DONE where it is, else *ENDED and what became of
 * it. */
enum exec_result call_heed_others(struct exec *x, const struct call_plan *plan,
                                  struct call_row *row, bool *ended);

/* The same before another attempt of the call of ROW, which is journaled: one
 * that another run has made, or is making, is not made again. What nobody knows
 * does not keep a person from trying again. */
enum exec_result call_heed_again(struct exec *x, const struct call_plan *plan,
                                 struct call_row *row, bool *ended);

#endif
