/* The suites of test-restores beside the model. */
#ifndef TAILOR_TEST_RESTORES_H
#define TAILOR_TEST_RESTORES_H

void test_restores_kept(void);
void test_restores_missing(void);

#endif
