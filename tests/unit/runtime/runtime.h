/*
 * The suites of the runtime's inside, and the small world they share: a state
 * folder, a core whose ticks the test drives, and an HTTPS server in the same
 * thread that counts effects by idempotency key.
 */
#ifndef TAILOR_TEST_RUNTIME_H
#define TAILOR_TEST_RUNTIME_H

#include "base/digest.h"
#include "base/ident.h"
#include "runtime/core/core.h"
#include "runtime/decide/receipts.h"
#include "runtime/executor/executor.h"
#include "runtime/runtime.h"
#include "tests/unit/test.h"
#include "value/value.h"

extern int failed_tests;

void test_runtime_account(void);
void test_runtime_decide(void);
void test_runtime_compiling(void);
void test_runtime_parsed(void);
void test_runtime_asks(void);
void test_runtime_checking(void);
void test_runtime_vault(void);
void test_runtime_executor(void);
void test_runtime_starts(void);
void test_runtime_again(void);
void test_runtime_answers(void);
void test_runtime_credential(void);
void test_runtime_moved(void);
void test_runtime_pauses(void);
void test_runtime_reasons(void);
void test_runtime_fair(void);
void test_runtime_hosts(void);
void test_runtime_pages(void);
void test_runtime_requests(void);
void test_runtime_evaluation(void);
void test_runtime_large(void);
void test_runtime_limits(void);
void test_runtime_many(void);
void test_runtime_walks(void);
void test_runtime_time(void);
void test_runtime_bodies(void);
void test_runtime_rows(void);

struct effect_count {
    char key[80];
    int calls;
};

struct world {
    char folder[64];
    struct runtime runtime;
    struct core *core;
    struct http_server *server; /* the outside */
    char *host;                 /* "127.0.0.1:PORT" of it */
    struct effect_count effects[512];
    size_t effect_count;
    int status;         /* what it answers; 0: 201 */
    int fail_next;      /* calls that get 503 first */
    bool echo;          /* its answer repeats the Authorization header */
    const char *body;   /* what it answers; NULL: as above */
    const char *type;   /* the type that it declares; NULL: JSON */
    const char *coding; /* its Content-Encoding; NULL: none */
    const char *date;   /* its clock, as a Date header; NULL: ours */
    int calls;          /* that it got */
    int64_t credential; /* the row that was connected last */
    void (*before)(struct world *w); /* called once, before an answer */
    /* called with the key of each call to DEAD; NULL: nothing */
    void (*watch)(const char *key);
    const char *retry_after; /* its header of that name; NULL: none */
    const char *dead;        /* a path that is answered 503; NULL: none */
    const char *silent;      /* a path whose calls are kept; NULL: none */
    const char *silent_too;  /* another one, beside SILENT; NULL: none */
    size_t silent_after;     /* but for as many calls as come first */
    struct http_request *held[512]; /* those */
    size_t held_count, held_most;
    size_t arrived; /* calls, whatever became of them */
    /* done once where the store has been opened, before any call goes out */
    enum err (*opened)(struct core *core, void *ctx, struct error *e);
    void *opened_ctx;
};

void world_start(struct world *w);
void world_stop(struct world *w);

/* Ends the core without any orderly end, and opens the store anew: what was
 * committed is all that is left. */
void world_crash(struct world *w);
/* The same, and SQL changed the store before it was opened again. */
void world_crash_and_change(struct world *w, const char *sql);
/* The bytes of the log of the store. */
size_t world_log_size(const struct world *w);

/* A crash, and what was on disk: OUT (to be released with buf_clear) receives
 * the file of the store. */
void world_back_up(struct world *w, struct buf *out);
/* A crash, and the file of the store is STORE. */
void world_put_back(struct world *w, const struct buf *store);

/* What TEST_PATIENCE multiplies every deadline by. */
long world_patience(void);
/* Ticks until DONE says so; fails after 30 s, times TEST_PATIENCE. */
void world_until(struct world *w, bool (*done)(struct world *w, void *ctx),
                 void *ctx);
/* One tick of the core, and answers to what has reached the outside. */
void world_tick(struct world *w);

/* How far the wall clock is from the real one, in s. */
extern time_t world_clock_off;

/* The next COUNT evaluations do not go on until they are released: the first
 * COUNT of them, or with 0 all, and no others are held. */
void world_hold_evaluations(int count);
/* The same of large answers, which are of the charset "utf-16-held". */
void world_hold_answers(int count);
int world_held_evaluations(void);
void world_release_evaluations(int count);
/* A crash while some are held: the end of the core waits for their threads, and
 * only then are they released. */
void world_crash_while_held(struct world *w);
/* Whether this thread is in the core: its waits for an evaluation then end when
 * that has ended or is held, not by time. */
void world_in_core(bool in);
/* From here on each evaluation seems to take a second, or not. */
void world_slow_evaluations(bool slow);

/* Answers the calls that were kept. */
void world_let_go(struct world *w);
/* The calls without a key whose body begins with {"no":NO. They may arrive
 * after a crash, when the next run has begun. */
int world_calls_with(const struct world *w, int no);

/* Runs RUN inside a tick and returns what it returned. */
enum err world_do(struct world *w,
                  enum err (*run)(struct core *core, void *ctx,
                                  struct error *e),
                  void *ctx);

/* Sends a request made of KIND and the JSON of its items (single quotes stand
 * for double ones); its receipt, owned by the caller. KEY may be NULL. */
struct value *world_request(struct world *w, const char *key, const char *kind,
                            const char *items);

/* Accepts the restore for which the runtime is held; it goes on. */
void world_accept_restore(struct world *w);

/* Puts a document of JSON with single quotes into the store; its hash. */
const char *world_document(struct world *w, const char *json);

/* --- an installation and its runs (place.c) ------------------------------- */

#define BLOCK(n, kind, name, rest)                                             \
    "{'id':'00000000-0000-4000-8000-0000000000" #n "','kind':'" kind           \
    "','name':'" name "'," rest "}"
/* A workflow that the event "go" starts, labelled by its member "no". */
#define WORKFLOW(pins, blocks)                                                 \
    "{'format':1,'formulas':1,'name':'T','connectors':{" pins "},"             \
    "'trigger':{'id':'00000000-0000-4000-8000-000000000001','kind':'event',"   \
    "'name':'E','event':'go','label':'no'},'blocks':[" blocks "]}"
/* A call of the app that place_connector() describes. */
#define MAKE(n, name)                                                          \
    BLOCK(n, "action", name,                                                   \
          "'app':'thing','action':'make','mapping':[{'target':'no','source':"  \
          "'no'},{'target':'x','source':'A!result'}]")

/* Members of a connector that signs its calls with a token. */
#define BY_TOKEN                                                               \
    ",'authentication':[{'kind':'bearer','label':'T','fields':[{'name':"       \
    "'token','label':'T','secret':true,'required':true},{'name':'host',"       \
    "'label':'H'}]}],'idempotency':{'header':'Idempotency-Key'}"

/* An installation of a workflow of its own. */
struct place {
    char integration[IDENT_SIZE], workflow[IDENT_SIZE], user[IDENT_SIZE];
    char installation[IDENT_SIZE];
    char version[IDENT_SIZE]; /* the base version that it was made with */
};

/* A run as it is on disk. */
struct shown {
    const char *id;
    int state, park;
    int64_t aside, parked_times;
    int64_t attempts; /* of the call that came last */
    char label[40], message[500];
    char *steps; /* "place:state:output" a line; the caller's */
};

/* Publishes the document HASH, makes a user and installs it there. */
void place_install(struct world *w, struct place *p, const char *hash);
/* The same for a user who is there, whose id is in P. */
void place_install_for(struct world *w, struct place *p, const char *hash);
/* Puts the connector of the app "thing", with MORE members; its HASH. */
void place_connector(struct world *w, char hash[DIGEST_SIZE], const char *more);
/* Puts the workflow JSON, the word PIN replaced by the pin of CONNECTOR. */
const char *place_workflow(struct world *w, const char *connector,
                           const char *json);
/* Asks for one item, which is taken; its outcome must be WANTED. */
void world_expect(struct world *w, const char *kind, char *items,
                  const char *wanted);
/* Sends the event; the id of its run, owned by the caller. */
char *place_event(struct world *w, const struct place *p, const char *data);
/* Sends COUNT events with {"no":1} …, in one transaction. */
void place_events(struct world *w, const struct place *p, int count);
/* Seals the JSON of a credential of KIND for the app "thing" and connects it,
 * in the place of another. */
void place_connect(struct world *w, const struct place *p, const char *kind,
                   const char *json);
struct shown run_look(struct world *w, const char *id);
/* The state of a run (enum rt_run_state). */
int run_state(struct world *w, const char *id);
/* Checks the state of a run, and what a parked one waits for. */
void run_expect_state(struct world *w, const char *id, int state, int park);
/* Asks for KIND of one run, or of the installation; its outcome must be
 * WANTED. */
void run_expect(struct world *w, const char *id, const char *kind,
                const char *wanted);
/* The same of a run that was seen parked for PARK, after it had been parked so
 * many TIMES. */
void run_expect_seen(struct world *w, const char *id, const char *kind,
                     int park, int64_t times, const char *wanted);
void place_expect(struct world *w, const struct place *p, const char *kind,
                  const char *wanted);
/* Installs a workflow whose one block calls URL, or a path of the outside. */
void place_calls(struct world *w, struct place *p, const char *method,
                 const char *url);
/* Installs a workflow whose one call is of an account with the rateLimit LIMIT,
 * for a new user. */
void place_account(struct world *w, struct place *p, const char *limit);
/* Cancels all of its runs. */
void place_cancel_all(struct world *w, struct place *p);
/* The same, and answers what was kept: no run is open afterwards. */
void place_empty(struct world *w, struct place *p);
/* Another customer's events run although nothing of the others ends. */
void world_serves_another(struct world *w);
/* Turns the workflow on or off, as the API does. */
void place_turn(struct world *w, const struct place *p, bool on);
/* The same inside a tick. */
enum err place_switch(struct core *core, const struct place *p, bool on,
                      struct error *e);
/* Ticks as often as a run of one block needs, many times over. */
void world_let_time_pass(struct world *w);
bool run_has_ended(struct world *w, void *id);
/* Waits until the run is not open any more. */
struct shown run_finish(struct world *w, char *id);
/* Has what the run ID got, or INPUT, run once more: the new run's id, the
 * caller's. */
char *run_again(struct world *w, const char *id, const char *input);

/* The first column of statement ID, given one number. */
int64_t world_int(struct world *w, int statement, int64_t n);
/* How many runs are in STATE (enum rt_run_state). */
int64_t world_runs(struct world *w, int state);

#endif
