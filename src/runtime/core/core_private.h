/* What the files of the core share; nobody else includes this. */
#ifndef TAILOR_RUNTIME_CORE_CORE_PRIVATE_H
#define TAILOR_RUNTIME_CORE_CORE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "runtime/core/core.h"

enum job_kind { JOB_REQUEST, JOB_OUTBOUND, JOB_WORK, JOB_WAITED };

/* One thing to do in a tick. */
struct job {
    struct job *next;
    enum job_kind kind;
    bool undo; /* roll back although it went well */
    struct error error;
    int64_t wait_ms; /* before it is tried again after damage; 0: never was */
    /* requests */
    struct http_request *request;
    struct http_answer answer;
    bool parked;
    bool waits; /* core_wait() */
    bool last;
    bool due; /* woken */
    enum core_topic topic;
    int64_t until_ms;
    int64_t position, reached; /* see core_go_on(): kept, and to be kept */
    const struct route *route; /* of a large body: how it is read */
    struct body *body;         /* as it was read; NULL: not yet */
    /* outbound calls */
    struct core_outbound outbound;
    struct outbound_result *result;
    /* work, and work that another thread waits for */
    struct core_work work;
    bool left; /* to the next tick: nothing of it was done */
    bool *waiter_done;
    struct error *waiter_error;
};

/* What a job asked for; happens after the commit. */
enum effect_kind { EFFECT_OUTBOUND, EFFECT_WORK, EFFECT_WAKE };
struct effect {
    struct effect *next;
    enum effect_kind kind;
    struct outbound_request *request; /* a deep copy */
    struct core_outbound outbound;
    struct core_work work;
    int64_t at_ms;
    enum core_topic topic;
};

/* Work that is due later, a binary heap by time and then by order. */
struct timer {
    int64_t at_ms;
    uint64_t order;
    struct job *job;
};
struct timers {
    struct timer *items;
    size_t count, capacity;
    uint64_t order;
};

/* A running outbound call, as its context. */
struct flight {
    struct flight *next, *previous;
    struct core *core;
    struct core_outbound done;
};

enum { CORE_THREADS = 8 };

/* How many slow pieces may run at once is counted for each kind. */
enum background_kind {
    BACKGROUND_WORK,
    BACKGROUND_BODY,
    BACKGROUND_ANSWER,
    BACKGROUND_DISCARD,
    BACKGROUND_KINDS
};

/* background.c: the threads beside the core. */
struct background {
    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t work;  /* there is something to begin, or it is closed */
    pthread_cond_t end;   /* the awaited piece has ended, or a thread has */
    size_t count, idle;   /* of the threads */
    struct piece *waiting, *ended;
    size_t waiting_count, slow_running[BACKGROUND_KINDS];
    uint64_t turn;    /* of the slow piece that was begun last */
    size_t preparing; /* answers that a thread reads; used by the core alone */
    atomic_bool closed;
};

/* When damage of the store is logged next. */
struct damage {
    int64_t wait_ms, log_at;
};

/* time.c: what is known of the wall clock. */
struct core_time {
    int64_t kept_ms;      /* what the store keeps of it; 0: not known */
    int64_t right_ms;     /* what it should have shown … */
    int64_t right_mono;   /* … at this monotonic time */
    int64_t ahead_since;  /* right_ms as it was found ahead; 0: it is not */
    int64_t behind_since; /* the same for behind */
    int64_t high_ms;      /* what core_time_ms() gave … */
    int64_t high_mono;    /* … at this monotonic time */
    bool looked, keep;    /* keep: also when nothing else changes */
    bool leapt;           /* it jumped while tailord ran */
};

struct core {
    struct core_options options;
    struct db *db;
    struct outbound *outbound;
    struct background background;
    bool first;    /* the store was just opened */
    bool unplaced; /* it was logged that db_place_problem() */
    bool erased;   /* the log of the store may have what was erased */
    struct core_time time;
    int64_t changes; /* of the store before the transaction */
    atomic_bool stopping;
    atomic_llong drain_until; /* monotonic; 0: go on */
    bool draining;
    struct job *current;
    struct job *parked;
    struct job *ready, *ready_tail; /* finished calls, in order */
    struct timers timers;
    struct flight *flights;
    struct effect *effects, *last_effect;
    bool woken[CORE_TOPIC_COUNT];
    struct core_counts counts;
    struct damage damage;
    pthread_mutex_t lock; /* the three below */
    pthread_cond_t done;
    bool closed;                          /* core_run has ended */
    struct job *commands, *commands_tail; /* of core_do */
};

/* do_job.c: gives requests of JOBS with a large body to threads, where the
 * caller may call; returns the other jobs. */
struct job *core_read_bodies(struct core *core, struct job *jobs);

/* do_job.c: does J in a savepoint of the open transaction: its changes and
 * effects stay, or none do; logs why J failed. */
void core_do_job(struct core *core, struct job *j);
void core_log_failure(const struct job *j, const struct error *e);

/* time.c: the store was opened, in its first transaction; the transaction, in
 * which something CHANGED or not, ends: it also keeps the time, at most once a
 * second. */
enum err core_time_opened(struct core *core, struct error *e);
enum err core_time_keep(struct core *core, bool changed, struct error *e);

/* finish.c: after the commit, effects and answers go out. Where the tick
 * failed, WHY is given to what asked for a change; requests and commands that
 * only read get their answer. Frees JOBS. Fails where the store cannot be used
 * any more. */
void core_let_out(struct core *core, struct job *jobs);
enum err core_fail_tick(struct core *core, struct job *jobs,
                        const struct error *why, struct error *e);

/* jobs.c */
struct job *core_gather(struct core *core, struct http_server *server,
                        size_t most);
int64_t core_next_due(const struct core *core);
void core_job_free(struct job *j);
void core_jobs_again(struct core *core, struct job *list);
void core_waiter_done(struct core *core, struct job *j);
void core_timers_drop_work(struct core *core);
void core_commands_close(struct core *core);
void core_jobs_free(struct core *core);
void core_orphans_free(struct core *core);

/* background.c: the threads beside the core */
void core_background_init(struct background *b);
struct job *core_background_ended(struct core *core);
/* Ends the threads; core_background_free() frees what they left. */
void core_background_stop(struct background *b);
void core_background_free(struct background *b);

/* Lets a thread read the body of the request J; J is then done in a later
 * tick. True where no thread could be started: the body was read here. */
bool core_read_body(struct core *core, struct job *j);
/* Lets a thread prepare the answer to the outbound call J; J is then done in a
 * later tick. True where no thread could be started: it was prepared here. */
bool core_prepare_answer(struct core *core, struct job *j);
/* Frees the answered request J and its large body on a thread. */
void core_free_body(struct core *core, struct job *j);

/* damage.c: counts and logs WHY, seldom, and gives true where it is DAMAGED;
 * does J again later; takes paths out of an error that a client will see. */
bool core_damage_note(struct core *core, const struct error *why);
void core_damage_later(struct core *core, struct job *j);
void core_public_error(const struct core *core, struct error *e);

/* effects.c; MARK is the last effect to keep, NULL: none. */
void core_effects_apply(struct core *core);
void core_effects_drop(struct core *core, struct effect *mark);
void core_timer_add(struct core *core, int64_t at_ms, struct job *j);

#endif
