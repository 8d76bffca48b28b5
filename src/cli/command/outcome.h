/*
 * What became of what a command queued: delivery is sync's work; a command
 * makes sure that one runs, and with --wait waits until the runtime confirms.
 */
#ifndef TAILOR_CLI_COMMAND_OUTCOME_H
#define TAILOR_CLI_COMMAND_OUTCOME_H

#include "base/ident.h"
#include "cli/frame/cli.h"
#include "manager/release/release.h"

struct outcome_of {
    char key[IDENT_SIZE]; /* of the outbox */
    const char *runtime;  /* borrowed: where several are asked; else NULL */
    char word[24];        /* "live", "queued", "unknown" …; "" before */
    char message[512];    /* why it was refused, or the last trouble */
    enum err err;         /* of waiting for it */
    int64_t failed;       /* failed runs of the version that it replaced */
    bool failed_more;     /* and perhaps others */
};

struct outcomes {
    struct outcome_of *at; /* one for each request */
    size_t count;
};

void outcomes_clear(struct outcomes *o);

/* The requests of a released PLAN, whose names are borrowed: item by item, and
 * of each in the order of its runtimes. */
void outcomes_of_plan(struct outcomes *o, const struct release_plan *plan);

/* Of O, made by outcomes_of_plan, those of the item I: a part of O, not to be
 * cleared; none where O is empty. */
struct outcomes outcomes_of_item(const struct outcomes *o,
                                 const struct release_plan *plan, size_t i);

/* The one of O that says how it went as a whole, as outcomes_deliver tells it:
 * the first that was refused, else the first that is late, else the first. NULL
 * where O is empty. */
struct outcome_of *outcomes_worst(const struct outcomes *o);

/* Starts sync where none runs, or wakes it, so that what was queued goes out;
 * a session warns where nobody delivers. */
enum err outcomes_follow(struct cli *cli, struct error *e);

/* Starts sync where none runs and fills the words: "queued" at once, or with
 * --wait what the runtime said. Errors: OUTCOME_UNKNOWN or UNREACHABLE where
 * the runtime did not answer in time, STALE or REFUSED where it refused: a
 * refusal goes before what is late. All words are filled, and they have one
 * time limit together. */
enum err outcomes_deliver(struct cli *cli, struct outcomes *o, struct error *e);

/* Waits until each of the N RUNTIMES (names) has been asked since now and is in
 * step, or fails with its trouble: UNREACHABLE where it does not answer in
 * time. */
enum err outcomes_ask(struct cli *cli, const char *const *runtimes, size_t n,
                      struct error *e);

/* How long --wait waits: --timeout, or a minute. USAGE where --timeout is
 * not a number. */
enum err outcome_wait_ms(const struct cli *cli, int *out, struct error *e);

/* The same for one request, and OUT is what became of it; prints an object with
 * key and status besides what MORE has (taken; may be NULL). */
enum err outcome_deliver(struct cli *cli, const char *key, struct value *more,
                         struct outcome_of *out, struct error *e);
/* Likewise, for who needs no more than the error. */
enum err outcome_deliver_one(struct cli *cli, const char *key,
                             struct value *more, struct error *e);

#endif
