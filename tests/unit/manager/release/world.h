/*
 * A store, a fake runtime and the way between them with its mishaps, for
 * tests of releases. The way does what sync does, without a network.
 */
#ifndef TAILOR_TEST_WORLD_H
#define TAILOR_TEST_WORLD_H

#include "manager/draft/draft.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "manager/release/release.h"
#include "manager/session/manager.h"
#include "tests/unit/manager/release/fake_runtime.h"

extern int failed_tests;

/* What can happen to one delivery. */
enum mishap {
    WENT_WELL,
    REQUEST_LOST,  /* it never arrived, and we know */
    ANSWER_LOST,   /* it arrived, and we do not know */
    LOST_UNKNOWN,  /* it never arrived, and we do not know */
    CRASH_BEFORE,  /* killed after the mark, before a byte left */
    CRASH_AFTER,   /* killed after it arrived */
    SENT_TWICE,    /* the network doubled it */
    APPLIED_TWICE, /* the answer was read twice */
    ANSWER_LATE,   /* the answer is read after what happens next */
    MISHAPS
};

struct world {
    char folder[64];
    char path[96];
    struct manager *m;
    struct fake *rt;
    char runtime[25]; /* the store's id of it */
    int64_t runtime_n;
    int64_t cursor;
    struct value *late; /* an answer not read yet */
    char late_keys[8][25];
    size_t late_count;
    bool altered; /* behind the manager's back: the seals will not fit */
};

/* The question for at most N items that are due at the runtime of W. */
#define world_due(w, n)                                                        \
    (&(const struct outbox_ask){.runtime = (w)->runtime_n, .limit = (n)})

/* Opens a store in memory-backed files with the integration "orders"
 * (workflows "sale" and "refund"), published to one runtime, installed for
 * N users "user-0" …; all copied. */
void world_open(struct world *w, size_t n);
void world_close(struct world *w);

/* Another session's manager on the same store. */
struct manager *world_session(struct world *w, const char *actor,
                              enum role role);

/* A crash: all that is not on disk is gone. */
void world_crash(struct world *w);

/* Delivers the next batch with MISHAP; false where nothing is due. */
bool world_deliver(struct world *w, enum mishap mishap);

/* Reads a page of the feed of at most LIMIT records; AGAIN applies it
 * twice. False where there is none. */
bool world_feed(struct world *w, size_t limit, bool again);

/* The answer that was late arrives now. */
void world_late(struct world *w);

/* Everything is delivered and read. */
void world_settle(struct world *w);

/* The name of installation I ("user-3/orders"), static. */
const char *world_installation(size_t i);

/* Forks WORKFLOW of installation I and makes its formula "=1+NUMBER"; ID is
 * the draft's. With ASK a question is added, which makes it material. */
enum err world_fork(struct world *w, size_t i, const char *workflow, int number,
                    bool ask, char id[25], struct error *e);

/* Sets the formula of DRAFT to "=1+NUMBER". */
enum err world_edit(struct world *w, const char *draft, int number,
                    struct error *e);

/* Adds a question to DRAFT. */
enum err world_ask(struct world *w, const char *draft, struct error *e);

/* Forks, edits and releases; the runtime has not heard of it yet. */
void world_release(struct world *w, size_t i, const char *workflow, int number,
                   bool ask, char version[25]);

/* The workflow WORKFLOW of installation I as the console shows it; the list
 * is cleared by the caller. */
const struct installed_workflow_row *
world_row(struct world *w, size_t i, const char *workflow,
          struct installed_workflow_list *list);

/* The same by the runtime's word. */
struct fake_pointer *world_pointer(struct world *w, size_t i,
                                   const char *workflow);

/* Audit records so far. */
int64_t world_audit_count(struct world *w);

#endif
