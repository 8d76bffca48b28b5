/*
 * What an app's answers say of a credential. One refusal (HTTP 401) proves
 * nothing: apps refuse a call that is one too many, or that was signed by a
 * wrong clock. A refused credential becomes suspect: the runs that need it
 * wait, one of them tries it again after a growing time, and one answer that
 * takes it frees them all. Only many refusals over minutes, with no success
 * between, make it refused; then a person must connect the app again or ask
 * for a retry. Every change is a fact of the feed.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_CREDENTIAL_H
#define TAILOR_RUNTIME_EXECUTOR_CREDENTIAL_H

#include "runtime/core/core.h"

/* An answer to a call of run RUN (row) that carried credential N (row). */
struct credential_answer {
    int64_t n, run;
    int status;
    bool clock_is_off;   /* ours or the app's: the refusal proves nothing */
    const char *message; /* why, without secrets */
};

/* What the credential in STATE means to a run that A refused, and what follows;
 * the caller frees it. */
char *credential_words(int state, const struct credential_answer *a);

/* Whether RUN may call with the suspect credential N now: one run at a time
 * tries it, once it is due. */
enum err credential_may_call(struct core *core, int64_t n, int64_t run,
                             bool *may, struct error *e);

/* Takes in what A says of its credential. */
enum err credential_take(struct core *core, const struct credential_answer *a,
                         struct error *e);

/* Credential N is about to be deleted and stands in its installations still:
 * the runs that wait for it, or for another attempt of a call with it, go on
 * and find what they wait for then. */
enum err credential_leaves(struct core *core, int64_t n, struct error *e);

/* A person asks: the credential of APP (NULL: each) of an installation (row)
 * is tried at once, by RUN where that is not 0, else by the oldest run that
 * waits for it; the refusals before count no longer. *WAITING: how many runs
 * wait. NOT_FOUND where none is connected. */
enum err credential_retry(struct core *core, int64_t installation,
                          const char *app, int64_t run, int64_t *waiting,
                          struct error *e);

/* The store was just opened: suspect credentials are tried again. */
void credentials_opened(struct core *core);

#endif
