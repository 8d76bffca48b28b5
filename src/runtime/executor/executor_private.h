/* What the files of the executor share; nobody else includes this. */
#ifndef TAILOR_RUNTIME_EXECUTOR_EXECUTOR_PRIVATE_H
#define TAILOR_RUNTIME_EXECUTOR_EXECUTOR_PRIVATE_H

#include "runtime/executor/executor.h"
#include "runtime/executor/run.h"

enum { EXECUTOR_BUCKETS = 1024 };

/* A step whose call is out. */
struct flying {
    struct flying *next;
    int64_t step;
};

struct executor {
    struct compiled_cache cache;
    struct run *runs[EXECUTOR_BUCKETS]; /* in memory, by row */
    size_t count;                       /* of them */
    size_t max;                         /* at once */
    int64_t newest;  /* the last row that was taken from the journal */
    bool more;       /* the journal holds runs that found no room */
    bool look_due;   /* a look at the journal is on its way */
    bool counts_due; /* so is a fact with counts */
    uint64_t tick;      /* the tick that all runs share time in … */
    int64_t tick_until; /* … and when that is used up (monotonic) */
    bool suspects;      /* there may be credentials that are suspect */
    int suspect_looks;  /* looks at them that are on their way */
    struct flying *flying;
    int64_t backoff_ms; /* before the second attempt of a call */
};

/* After COMMIT: goes on with run N (row) at the monotonic time AT_MS. */
void executor_again(struct core *core, int64_t run, int64_t at_ms);

/* The run N (row) in memory, or taken from the journal; NULL with OK where it
 * is not to be run. */
enum err executor_run(struct core *core, int64_t n, struct run **out,
                      struct error *e);

/* Goes on with R; it is gone afterwards where it has ended. */
enum err executor_go_on(struct core *core, struct run *r, struct error *e);

/* Whether this tick has time for more blocks of any run. */
bool executor_has_time(struct core *core, struct executor *x);

/* Steps whose call is out, in memory only. */
bool executor_flies(const struct executor *x, int64_t step);
void executor_fly(struct executor *x, int64_t step);
void executor_land(struct executor *x, int64_t step);

/* run_end.c: sends the counts of runs to the feed, WAIT_MS from now. */
void run_counts_soon(struct core *core, struct executor *executor,
                     int64_t wait_ms);

#endif
