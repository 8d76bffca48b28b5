/*
 * A store to test the manager on: actors ada (admin), rita (releaser), eve
 * and ed (engineers), olga (auditor); the shipped connectors and
 * integrations; a runtime with customers whose installations run base 1.
 */
#ifndef TAILOR_TEST_MANAGER_FIXTURE_H
#define TAILOR_TEST_MANAGER_FIXTURE_H

#include "base/error.h"
#include "base/ident.h"
#include "manager/session/manager.h"
#include "tests/unit/test.h"

#define CASH "netsuite-order-to-cash"

extern int failed_tests;
extern struct error e;

/* The path of the store; made anew by fixture_start. */
const char *store_path(void);
const char *beside_store(const char *name);

/* A store with CUSTOMERS installations of CASH: users user1 …, whose names
 * are "Customer 1 Ltd" …; installation ids are installation_id(1) …. */
void fixture_start(int customers);
void fixture_end(void);
const char *installation_id(int i);

/* A session of ACTOR; aborts where it cannot be. The caller closes it. */
struct manager *session_of(const char *actor);

/* Runs SQL on the store behind the manager's back; fails the test where it
 * fails. */
void run_sql(const char *sql);

/* The same without the triggers, which are put back after it. */
void run_sql_without_triggers(const char *sql);

/* The first column of the first row, as a number. */
long long ask_sql(const char *sql);

/* SHA-256 of every row that QUERY gives; static. */
const char *digest_sql(const char *query);

/* The text of the file as a new string. */
char *read_data(const char *name, size_t *n);

/* Applies PATCH (JSON text) to DRAFT at REVISION. */
enum err edit_text(struct manager *m, const char *draft, int64_t revision,
                   const char *patch, int64_t *after);

/* Undoes the last change of DRAFT at REVISION, or does the last undone one
 * again. */
enum err undo_at(struct manager *m, const char *draft, int64_t revision,
                 int64_t *after);
enum err redo_at(struct manager *m, const char *draft, int64_t revision,
                 int64_t *after);

/* A fork of customer I's order-to-cash by M; its id is static. */
const char *fork_for(struct manager *m, int i);

/* ACTOR takes DRAFT over and maps TARGET of its block CASH_SALE from SOURCE. */
#define CASH_SALE "Create cash sale"
void map_row(const char *actor, const char *draft, const char *target,
             const char *source);

void test_manager_access(void);
void test_manager_audit(void);
void test_manager_catalogue(void);
void test_manager_crash(void);
void test_manager_doubt(void);
void test_manager_draft(void);
void test_manager_edit(void);
void test_manager_expected(void);
void test_manager_host_clock(void);
void test_manager_sheet(void);
void test_manager_installation(void);
void test_manager_slices(void);
void test_manager_kept(void);
void test_manager_ssh_key(void);
void test_manager_names(void);
void test_manager_status(void);
void test_manager_store(void);
void test_manager_written(void);

#define RUN_SUITE(name, tests)                                                 \
    do {                                                                       \
        test_run(name, tests);                                                 \
        failed_tests += test_failures;                                         \
        test_failures = 0;                                                     \
    } while (0)

#endif
