/*
 * How the store, its runtimes and their installations are, from the store
 * alone: what a monitor asks. Nothing here asks a runtime.
 */
#ifndef TAILOR_MANAGER_INSTALLATION_STATUS_H
#define TAILOR_MANAGER_INSTALLATION_STATUS_H

#include "manager/exchange/removed.h"
#include "manager/exchange/runtime.h"
#include "store/console.h"

/* Something that needs a person. */
struct status_problem {
    const char *kind;    /* a word for programs: "contact", "queue", … */
    const char *runtime; /* its name; NULL: not about one */
    struct error what;   /* the sentence, and the hint what to do */
};

/* What waits for a runtime's answer. */
struct status_queue {
    int64_t count;
    int64_t uncertain; /* of them: sent, and not known whether they arrived */
    int64_t oldest_at; /* 0: nothing waits */
};

struct status {
    int64_t at; /* when it was read */
    struct runtime_list runtimes;
    struct status_queue *queues; /* one for each of the runtimes */
    struct removed_list removed; /* runtimes that something is still at */
    /* Installations by condition, for those before CONDITION_PAUSED_WITH.
     * Healthy ones are not counted. One that is paused and fails counts at
     * both. */
    int64_t conditions[CONDITION_PAUSED_WITH];
    int64_t refused; /* installations with a credential that an app refused */
    int64_t expected_at; /* what the clock of this host should show; 0: that it
                            shows the right time is not doubted */
    int64_t doubted; /* samples and sheets that this clock would remove */
    int64_t open_sessions; /* that began in the last 24 hours and have no record
                              of their end */
    size_t leftovers;   /* files of restores that were killed … */
    char *one_leftover; /* … one of them, or NULL */
    int64_t bytes;   /* of the store */
    int64_t free;    /* of its disk; -1: not known */
    struct status_problem *problems;
    size_t problem_count;
};

/* Reads all that into OUT, which status_clear() frees, also after an error.
 * The time grows with the installations that are not healthy, by some 100 ns
 * each. */
enum err manager_status(struct manager *m, struct status *out,
                        struct error *e);
void status_clear(struct status *s);

#endif
