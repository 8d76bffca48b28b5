/* The unit tests of the store layer, one function a file. */
#ifndef TAILOR_TEST_STORE_H
#define TAILOR_TEST_STORE_H

#include "store/db.h"

extern int failed_tests;

void test_store_open(void);
void test_store_moved(void);
void test_store_place(void);
void test_store_transaction(void);
void test_store_doubt(void);
void test_store_copy(void);
void test_store_crash(void);
void test_store_console(void);
void test_store_runtime(void);
void test_store_plans(void);
void test_store_columns(void);
void test_store_numbers(void);

/* A small schema to test the wrapper with. */
enum small_statement {
    SMALL_ADD,
    SMALL_GET,
    SMALL_ALL,
    SMALL_PARENT,
    SMALL_BAD,
    SMALL_META_GET,
    SMALL_META_SET,
    SMALL_COUNT
};
extern const struct db_schema small_schema;   /* version 1 */
extern const struct db_schema small_schema_2; /* version 2, a table more */

/* A fresh folder under /tmp, and a path in it; both are static. */
const char *scratch_folder(void);
const char *scratch_file(const char *name);
/* The rows of the open small store DB. */
int small_rows(struct db *db);

/* Runs SQL on the scratch file NAME with plain SQLite. */
void raw_sql(const char *name, const char *sql);
/* The same in a process that ends at once, whatever is open. */
void raw_sql_and_end(const char *name, const char *sql);
void scratch_remove(void);

#endif
