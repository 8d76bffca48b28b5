/*
 * The suites of the runtime's inside, and the small world they share: a state
 * folder, a core whose ticks the test drives, and an HTTPS server in the same
 * thread that counts effects by idempotency key.
 */
#ifndef TAILOR_TEST_RUNTIME_H
#define TAILOR_TEST_RUNTIME_H

#include "runtime/core.h"
#include "runtime/executor.h"
#include "runtime/receipts.h"
#include "runtime/runtime.h"
#include "tests/unit/test.h"
#include "value/value.h"

extern int failed_tests;

void test_runtime_decide(void);
void test_runtime_vault(void);
void test_runtime_executor(void);

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
    int status;    /* what it answers; 0: 201 */
    int fail_next; /* calls that get 503 first */
    bool echo;     /* its answer repeats the Authorization header */
};

void world_start(struct world *w);
void world_stop(struct world *w);

/* Ends the core without any orderly end, and opens the store anew: what was
 * committed is all that is left. */
void world_crash(struct world *w);

/* Ticks until DONE says so; fails after 10 s. */
void world_until(struct world *w, bool (*done)(struct world *w, void *ctx),
                 void *ctx);
/* One tick of the core, and answers to what has reached the outside. */
void world_tick(struct world *w);

/* Runs RUN inside a tick and returns what it returned. */
enum err world_do(struct world *w,
                  enum err (*run)(struct core *core, void *ctx,
                                  struct error *e),
                  void *ctx);

/* Sends a request made of KIND and the JSON of its items (single quotes stand
 * for double ones); its receipt, owned by the caller. KEY may be NULL. */
struct value *world_request(struct world *w, const char *key, const char *kind,
                            const char *items);

/* Puts a document of JSON with single quotes into the store; its hash. */
const char *world_document(struct world *w, const char *json);

/* The first column of statement ID, given one number. */
int64_t world_int(struct world *w, int statement, int64_t n);

#endif
