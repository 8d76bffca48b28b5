/* What the files of the executor share; nobody else includes this. */
#ifndef TAILOR_RUNTIME_EXECUTOR_EXECUTOR_PRIVATE_H
#define TAILOR_RUNTIME_EXECUTOR_EXECUTOR_PRIVATE_H

#include "runtime/executor/executor.h"
#include "runtime/executor/run.h"
#include "runtime/outbound/account.h"
#include "workflow/connector/connector.h"

enum { EXECUTOR_BUCKETS = 1024 };

/* A limit of calls that are out: of an account, or of an installation at a
 * host. Runs that it stops wait for their turn in the journal. */
struct gate;
struct host;

/* The limits that a call passes; NULL: none. */
struct passage {
    struct gate *account, *host;
};

/* A step whose call is out. */
struct flying {
    struct flying *next;
    int64_t run, step, lane;
    struct passage passage;
};

/* An installation's share of the executor. */
struct lane {
    struct lane *next;  /* in its bucket */
    struct lane *after; /* in the queue of those that are due */
    int64_t n;          /* row of the installation */
    size_t memory;      /* its runs in memory … */
    size_t large;       /* … of them those with a large document … */
    size_t waiting;     /* … of them those that wait for a time or a turn */
    size_t out;         /* its calls that are out */
    size_t evaluating;  /* its runs that threads evaluate something of, and
                           those that wait for their document */
    size_t crowded;     /* its runs that wait for room in memory */
    size_t asked;       /* its runs that are to begin by the last look */
    unsigned slow;      /* evaluations until it counts as quick again */
    uint64_t refused;   /* `landed` when a call last found no place; 0: never */
    bool due;           /* the journal may hold runs of it that can go on */
    bool counted;       /* by executor_waits(), while it counts */
};

/* A walk through runs, as the store keeps it. */
struct walk {
    int kind; /* enum rt_sweep */
    int64_t number;
    int64_t after,
        upto;   /* rows: it has come to the one, and ends at the other */
    int64_t at; /* when it began, or by what it sets times back */
    char turn[RUN_TURN_SIZE]; /* that the run in row `after` waited for */
};

struct executor {
    struct run *runs[EXECUTOR_BUCKETS]; /* in memory, by row */
    size_t count;                       /* of them */
    size_t waiting;                     /* of them those that wait */
    size_t evaluating; /* runs that threads evaluate something of */
    struct lane *lanes[EXECUTOR_BUCKETS];
    struct lane *first_due, *last_due;
    struct flying *flying[EXECUTOR_BUCKETS]; /* by run */
    size_t out;                              /* of them */
    uint64_t landed;                         /* calls that ended, and 1 */
    struct places *places; /* of runs that hold much memory … */
    struct large *large;   /* … and those */
    size_t large_bytes;
    int64_t turn_ms; /* of those, and of large documents */
    unsigned char account_key[ACCOUNT_KEY_BYTES]; /* of the names of gates */
    struct gate *gates;
    struct host *hosts;   /* that those are at */
    bool gate_waited_for; /* runs may wait for one of them */
    int64_t seen_ms;      /* what was due until then (wall clock) is in lanes */
    int64_t alarm_ms;     /* when the next look is due (monotonic) */
    bool all;             /* the next look forgets seen_ms */
    bool look_due;        /* a look at the journal is on its way */
    bool counts_due;      /* so is a fact with counts */
    bool sweeps;          /* decisions about many runs may not be done … */
    bool sweep_due;       /* … and a part of one is on its way */
    uint64_t sweep_tick;  /* the tick … */
    size_t swept;         /* … that has dealt with so many runs for them */
    bool behind;        /* runs may have to follow a clock that was set back */
    bool judging;       /* runs of a restored store are not judged yet … */
    int64_t restored;   /* … and so many have been parked since the start */
    uint64_t tick;      /* the tick that all runs share time in … */
    int64_t tick_until; /* … and when that is used up (monotonic) */
    struct compiling *compiling; /* documents that threads make ready … */
    size_t compiling_waits;      /* … how many of them have not begun … */
    bool crowded;             /* … one of those because of the memory … */
    int64_t crowded_ms;       /* … and when that was so last (monotonic) */
    bool suspects;            /* there may be credentials that are suspect */
    int suspect_looks;        /* looks at them that are on their way */
    int64_t backoff_ms;       /* the unit of all waits for an attempt */
    char opening[IDENT_SIZE]; /* this executor's name in the store */
    int64_t opened_ms;        /* when it began (monotonic) */
    int64_t opened_newest;    /* the newest run (row) then */
    int64_t doubted; /* runs (rows) up to it were open when tailord was killed;
                        0: it was not */
    bool alone;      /* there may be runs that are tried alone */
    int64_t trial, trial_lane; /* the one that is; 0: none … */
    int64_t trial_until;       /* … a call of it is waited for until then
                                  (monotonic) */
};

/* After COMMIT: goes on with run N (row) of LANE in a tick of its own. */
void executor_again(struct core *core, int64_t run, int64_t lane);

/* The same for a run of the journal that LANE may begin; until it comes it
 * counts in lane->asked. */
void executor_ask(struct core *core, int64_t run, struct lane *lane);

/* The run N (row) in memory, or taken from the journal; NULL with OK where it
 * is not to be run. */
enum err executor_run(struct core *core, int64_t n, struct run **out,
                      struct error *e);

/* Gives the run N (row), where it is in memory, the ANSWER to its call STEP,
 * which the journal has too. */
void executor_give(struct executor *x, int64_t n, int64_t step,
                   struct output *answer);

/* Whether the run N (row) is in memory and does not wait, has a call out, or
 * waits for memory or its document. */
bool executor_works_on(struct executor *x, int64_t n);

/* Whether no run may go on: the runtime is held, or runs of the store that was
 * restored are not judged yet. */
enum err executor_held(struct core *core, bool *held, struct error *e);

/* At the first start of a restored store, which is held: begins to park the
 * open runs whose calls may have been made since and must not be made twice
 * (restored.c). */
enum err restored_opened(struct core *core, struct executor *x,
                         struct error *e);
/* The next part of that. */
enum err restored_go_on(struct core *core, struct executor *x, struct error *e);

/* Where a run of an installed workflow would go on. */
struct standing {
    int park;     /* why it must wait, or PARK_NONE */
    bool gone;    /* it was uninstalled */
    bool off;     /* the workflow is turned off … */
    bool paused;  /* … or is paused, or its installation is */
    bool held;    /* so is the runtime */
    int64_t lane; /* row of the installation */
};
/* That of INSTALLED (accept.c). */
enum err run_standing(struct core *core, int64_t installed,
                      struct standing *out, struct error *e);
/* What a run that is parked there for PARK (NONE, PAUSED, HELD) says. */
const char *standing_message(const struct standing *at, int park);

/* --- sweep.c: decisions about many runs, done in parts ------------------- */

/* Parks the run N (row) where its workflow is paused or turned off. */
enum err run_park_stopped(struct core *core, int64_t n, bool *parked,
                          struct error *e);
/* Those that wait for the credential (row), which works now, go on. */
enum err sweep_credential(struct core *core, int64_t credential,
                          struct error *e);
/* After COMMIT: goes on with what is not done. */
void sweep_soon(struct core *core);

/* --- walk.c: what is done once with all runs, in parts ------------------- */

/* The store was opened: no turn of before counts, and what waits for a
 * credential that works goes on. */
enum err walks_opened(struct core *core, struct executor *x, struct error *e);
/* Begins the walk of KIND (enum rt_sweep), again where it is on its way. */
enum err walk_begin(struct core *core, int kind, struct error *e);
/* The clock was set back by MS: the times of the runs follow. */
enum err walk_set_back(struct core *core, struct executor *x, int64_t ms,
                       struct error *e);
/* By how many MS the times of RUN (row) will yet be set back. */
enum err walk_is_behind(struct core *core, const struct executor *x,
                        int64_t run, int64_t *ms, struct error *e);
/* The first walk of KIND that is not done. */
enum err walk_get(struct core *core, int kind, struct walk *out, bool *found,
                  struct error *e);
/* It is done, or has come to row w->after. */
enum err walk_keep(struct core *core, const struct walk *w, bool done,
                   struct error *e);
/* Does the next part; *MORE: there may be another one. */
enum err walk_on(struct core *core, struct executor *x, bool held, bool *more,
                 struct error *e);

/* R leaves memory where it waits there for a time or a turn. */
void executor_let_go(struct core *core, struct run *r);

/* Goes on with R; it is gone afterwards where it has ended. */
enum err executor_go_on(struct core *core, struct run *r, struct error *e);

/* The same for the run N (row) of LANE, taken from the journal where it is not
 * in memory. */
enum err executor_go_on_with(struct core *core, int64_t n, int64_t lane,
                             struct error *e);

/* How many ms this tick has left for blocks of any run; 0: none. */
int64_t executor_time_left(struct core *core, struct executor *x);

/* Whether this tick has time for more blocks of any run. */
bool executor_has_time(struct core *core, struct executor *x);

/* --- lane.c -------------------------------------------------------------- */

struct lane *lane_of(struct executor *x, int64_t n);
/* The lane has runs in the journal that can go on. */
void lane_due(struct executor *x, struct lane *lane);
/* How many more of the lane's runs there is room for. */
size_t lane_room(const struct executor *x, const struct lane *lane);
/* Forgets what is in memory of the journal; calls that are out stay. */
void lanes_reset(struct executor *x);
void lanes_free(struct executor *x);
/* After COMMIT: looks whether something that waits can go on. */
void lanes_look(struct core *core, struct executor *x);
/* Finds a clock that was set back since the store kept the time. */
enum err lanes_opened(struct core *core, struct executor *x, struct error *e);
/* The same where something waits for a place that may be free. */
void lanes_move_up(struct core *core, struct executor *x);
/* Lets R wait until its lane has a place for a call. */
void lane_wait_for_place(struct executor *x, struct run *r);
/* Lets R wait until DUE_MS (wall clock), or for its turn at the limit TURN,
 * for the reason that MESSAGE says. */
enum err lane_wait(struct core *core, struct executor *x, struct run *r,
                   int64_t due_ms, const char *turn, const char *message,
                   const char *block, struct error *e);

/* --- gate.c: calls that are out ------------------------------------------ */

/* How many calls an installation may have out: less, the more are out. */
size_t gate_share(const struct executor *x);
/* Whether a call of R to URL with SECRET (none need be open) may go out now:
 * *OUT is what it passes. Else the limit that stops it is left in *OUT, its
 * name in TURN ("": the installation's own share). */
bool gate_pass(struct executor *x, const struct run *r, const char *url,
               const struct secret *secret, struct passage *out,
               char turn[RUN_TURN_SIZE]);
/* What the limit says that gate_pass() left in *STOPPED. */
const char *gate_message(const struct passage *stopped);
/* Lets those runs go on that a limit has places for; *ALARM_MS is brought
 * forward to when there may be others (monotonic). */
enum err gates_open(struct core *core, struct executor *x, int64_t *alarm_ms,
                    struct error *e);
void gates_free(struct executor *x);
/* Hosts with as many calls out as may be. */
size_t gate_full_hosts(const struct executor *x);
/* Calls EACH with the lanes of which a run waits for a place at a host, where
 * none of the lane found one there for MS; a lane for each such host. */
enum err gate_lanes_waiting(struct core *core, struct executor *x, int64_t ms,
                            void (*each)(struct lane *lane, void *ctx),
                            void *ctx, struct error *e);

/* Steps whose call is out, in memory only. */
bool executor_flies(struct executor *x, int64_t run, int64_t step);
/* Whether a call of RUN (row) is out. Until its answer is journaled the run is
 * neither parked nor moved out of memory: nobody would take the answer. */
bool executor_calls(const struct executor *x, int64_t run);
void executor_fly(struct executor *x, const struct flying *flying);
void executor_land(struct executor *x, int64_t run, int64_t step);

/* --- crash.c: runs that tailord was killed with -------------------------- */

/* The store was opened: finds those that tailord was killed with. */
enum err crashes_opened(struct core *core, struct executor *x, struct error *e);
/* In a look: lets the next of those go on that are tried alone, where the one
 * before has ended or waits; *ALARM_MS is brought forward (monotonic). */
enum err crashes_look(struct core *core, struct executor *x, int64_t *alarm_ms,
                      struct error *e);
/* Whether the journal must say that the run N (row; in memory R, or NULL) is
 * worked on, and commit that, before it is. */
bool crash_marks(const struct executor *x, int64_t n, const struct run *r);
enum err crash_mark(struct core *core, int64_t n, struct error *e);
/* R waits, or has ended. */
enum err crash_survived(struct core *core, struct executor *x, struct run *r,
                        struct error *e);

/* --- compiling.c: large documents are compiled on threads ----------------- */

/* Whether the run N (row) of LANE, which is in the journal, finds its document
 * ready, or small enough to be made ready at once. Else a thread does it when
 * there is room for it, and the run goes on then: it waits until that is so.
 * Errors: the store's, and what the document is refused for (in WHY). */
enum err compiling_ready(struct core *core, struct executor *x, int64_t n,
                         int64_t lane, bool *ready, struct error *why);
/* Whether the run N (row) waits for its document. */
bool compiling_awaited(const struct executor *x, int64_t n);
/* Whether it waited, and its document was just made ready for it. */
bool compiling_has_ended(const struct executor *x, int64_t n);
/* The run N (row) ended by other means: it waits for no document. */
void compiling_forget(struct executor *x, int64_t n);
/* R was taken into memory. */
void compiling_taken(struct executor *x, struct run *r);
/* The run N (row) was tried again: it needs what was made for it no more. */
void compiling_tried(struct executor *x, int64_t n);
/* In a look: begins with what there is room for; *ALARM_MS is brought forward
 * where something waits (monotonic). */
void compiling_move_up(struct core *core, struct executor *x,
                       int64_t *alarm_ms);
/* Whether the run N (row) waits because others hold the memory that its
 * document needs. */
bool compiling_is_crowded(const struct executor *x, int64_t n);
/* How many runs wait so. */
size_t compiling_crowd(const struct executor *x);
/* Whether a run of LANE (row) waits for its document. */
bool compiling_is_for(const struct executor *x, int64_t lane);
/* Whether other runs wait for memory, and the document of R takes much. */
bool compiling_wants(const struct executor *x, const struct run *r);
/* Whether R must leave memory at once, because its document had its turn and
 * others wait for memory. It goes on when its document is ready again, behind
 * those that wait now. R has no call out, and did something new since it is in
 * memory. */
bool compiling_turn_is_over(struct core *core, struct executor *x,
                            const struct run *r);
/* Forgets which runs wait. */
void compiling_clear(struct executor *x);

/* --- memory.c: runs that hold much --------------------------------------- */

void memory_init(struct executor *x);
void memory_clear(struct executor *x);
void memory_free(struct executor *x);
/* Whether the run N (row) waits for room, and may not be in memory. */
bool memory_waits(struct executor *x, int64_t run);
/* Whether any run waits for room. */
bool memory_is_wanted(const struct executor *x);
/* Counts what R holds. False where there is no room for it: it must leave
 * memory at once, and goes on when there is. */
bool memory_keeps(struct core *core, struct executor *x, const struct run *r);
/* The run N (row) makes a call. */
void memory_called(struct executor *x, int64_t run);
/* Whether R had its time in memory, made a call in it, and another run takes
 * its place: it must leave memory at once, and goes on in its turn. */
bool memory_turn_is_over(struct core *core, struct executor *x,
                         const struct run *r);
/* The run N (row) holds nothing any more, or needs no room. */
void memory_leave(struct core *core, struct executor *x, int64_t run);

/* end.c: sends the counts of runs to the feed, WAIT_MS from now. */
void run_counts_soon(struct core *core, struct executor *executor,
                     int64_t wait_ms);

#endif
