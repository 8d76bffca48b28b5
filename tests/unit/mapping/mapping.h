/* What the tests of the mapping layer share. Each file runs its own suites and
 * adds its failures to failed_tests. */
#ifndef TAILOR_TEST_MAPPING_H
#define TAILOR_TEST_MAPPING_H

#include "base/mem.h"
#include "mapping/plan/plan.h"
#include "tests/unit/test.h"

extern int failed_tests;

void test_mapping_cases(void);
void test_mapping_coverage(void);
void test_mapping_cron(void);
void test_mapping_path(void);
void test_mapping_plan(void);
void test_mapping_random(void);
void test_mapping_csv(void);
void test_mapping_sheet(void);
void test_mapping_source(void);

/* Reads TEXT onto T and gives a scope of it; fails the test where it is no
 * JSON. TEXT must outlive the scope. Here, so that it fails the test of the
 * file that calls it. */
__attribute__((unused)) static struct scope
test_scope(struct tape *t, const char *text)
{
    struct error e = {0};
    tape_init(t);
    if (tape_read(t, text, strlen(text), &value_limits_event, "test", &e) !=
        ERR_OK)
        test_fail(__FILE__, __LINE__, e.text, text, "JSON");
    return (struct scope){.root = {t, 0}, .current = {t, 0}};
}

#endif
