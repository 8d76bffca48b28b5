/* What the tests of the mapping layer share. */
#ifndef TAILOR_TEST_MAPPING_H
#define TAILOR_TEST_MAPPING_H

#include "base/mem.h"
#include "mapping/plan.h"
#include "tests/unit/test.h"

extern const struct test path_tests[];
extern const struct test source_tests[];
extern const struct test rows_tests[];
extern const struct test plan_tests[];
extern const struct test random_tests[];
extern const struct test stream_tests[];
extern const struct test csv_tests[];
extern const struct test sheet_tests[];
extern const struct test coverage_tests[];
extern const struct test suggestion_tests[];

/* Runs every case of mapping.test: one result line each. */
void mapping_cases_run(void);

/* Reads TEXT onto T and gives a scope of it; fails the test where it is no
 * JSON. TEXT must outlive the scope. */
struct scope test_scope(struct tape *t, const char *text);

/* What ROWS make of the record TEXT, as a string that the caller frees: the
 * output, or the error. */
char *test_map(const struct mapping_rows *rows, unsigned flags,
               const char *text);

#endif
