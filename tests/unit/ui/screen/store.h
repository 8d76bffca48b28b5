/* A small real store for the tests of the console's screens. */
#ifndef TAILOR_TEST_CONSOLE_STORE_H
#define TAILOR_TEST_CONSOLE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/term/cells.h"

extern int failed_tests;

void test_console_blank(void);
void test_console_blocks(void);
void test_console_canvas(void);
void test_console_others(void);
void test_console_runs(void);
void test_console_carried(void);
void test_console_confirmed(void);
void test_console_hostile(void);
void test_console_lasting(void);
void test_console_memory(void);
void test_console_lists(void);
void test_console_questions(void);
void test_console_released(void);
void test_console_rowless(void);
void test_console_screens(void);
void test_console_sessions(void);
void test_console_walks(void);
void test_console_windows(void);

/* A folder with a store of its own, in $TEST_FOLDER, which tests/run removes
 * however the suite ends. */
struct small_store {
    char folder[256];
    char path[264];
};

/* Makes the store: alice is its admin, eve its auditor; with FULL the
 * order-to-cash integration on a runtime that no one answers for, and six
 * customers, one of them with a hostile name. */
void small_store_make(struct small_store *s, bool full);
void small_store_remove(struct small_store *s);

struct manager;
/* A session of ACTOR on it, which the caller closes. */
struct manager *small_store_open(struct small_store *s, const char *actor);

/* The ids that facts name. */
struct small_ids {
    char runtime[25], integration[25], workflow[25], version[25];
};
void small_store_ids(struct manager *m, struct small_ids *ids);

/* The second customer, Globex, has a second installation: order-sync. */
void small_store_second(struct small_store *s);

/* The runtime says that all installations are paused. */
void small_store_pause(struct small_store *s);

/* The runtime says that the workflow of each is paused on its own. */
void small_store_pause_workflows(struct small_store *s);

/* The runtime says that one run of the first customer has failed. */
void small_store_fail(struct small_store *s);

/* How it is looked at. */
struct visit {
    const char *actor;
    bool read_only, ascii, tour;
    bool unsynced; /* no process syncs; else the test has the lock of one */
    bool temporary; /* the store is removed afterwards */
    bool unmasked; /* times, ids and hashes stay as they are */
    bool remembers; /* begins with what the last one left, else with nothing */
    int rows, cols;
    /* What another session does at the line ":meanwhile" of the script, in the
     * same turn of the loop as the line after it; may be NULL. */
    void (*meanwhile)(struct small_store *s);
    /* Is given each screen as it is painted; may be NULL. */
    void (*painted)(void *ctx, const struct cells *cells);
    void *ctx;
    struct buf *copied; /* receives what was copied last; may be NULL */
};

/* Plays SCRIPT (ui/term/script.h) on the store and appends the last screen to
 * OUT, with times of the day and hashes made the same for every run (unless
 * UNMASKED). */
void small_store_play(struct small_store *s, const struct visit *look,
                      const char *script, struct buf *out);

/* SCRIPT of ACTOR, 80 columns wide on a new store, leaves WORDS on the screen,
 * without NOT (which may be NULL). */
void small_store_shows(const char *actor, const char *script,
                       const char *words, const char *not);

/* The number of audit records, which every change adds to. */
int64_t small_store_records(struct small_store *s);

#endif
