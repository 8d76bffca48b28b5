/* What the tests of the grids share: the console on a script over a store. */
#ifndef TAILOR_TEST_GRIDS_H
#define TAILOR_TEST_GRIDS_H

#include "tests/unit/manager/fixture.h"

/* From the first screen to the mapping of Create cash sale in a new draft. */
#define TO_MAPPING "F\nj\nEnter\n"

/* Runs SCRIPT as ACTOR on 24 by 80 over the store of the fixture and returns
 * the screen that it leaves, a new string. Times are written as HH:MM. */
char *console_shows(const char *actor, const char *script);
char *console_shows_at(const char *actor, const char *script, int rows,
                       int cols, bool ascii, bool thin);

/* The same on 24 by 80; ACT(CTX) is what another session does at the line
 * ":meanwhile", in the same turn of the loop as the line after it. */
char *console_shows_while(const char *actor, const char *script,
                          void (*act)(void *ctx), void *ctx);

/* The same, for how the console ends. */
enum err console_ends_while(const char *actor, const char *script,
                            void (*act)(void *ctx), void *ctx,
                            struct error *ended);

/* Compares what SCRIPT leaves with the golden screen NAME; GENERATE=1 in the
 * environment writes it anew. */
void check_golden(const char *name, const char *actor, const char *script,
                  int rows, int cols, bool ascii);

/* The rows of the mapping of the newest draft as JSON, a new string. */
char *stored_mapping(void);

/* The value tables of the newest draft as JSON, a new string. */
char *stored_tables(void);

void test_grids_curl(void);
void test_grids_drafts(void);
void test_grids_explorer(void);
void test_grids_kept(void);
void test_grids_mapping(void);
void test_grids_members(void);
void test_grids_release(void);
void test_grids_rights(void);
void test_grids_secrets(void);
void test_grids_import(void);
void test_grids_table(void);
void test_grids_tried(void);
void test_grids_typed(void);

#endif
