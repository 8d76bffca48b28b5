/* The unit tests of releases, one function a file. */
#ifndef TAILOR_TEST_RELEASE_H
#define TAILOR_TEST_RELEASE_H

void test_release_pointers(void);
void test_release_refusals(void);
void test_release_exchange(void);
void test_release_expected(void);
void test_release_contents(void);
void test_release_copy(void);
void test_release_many(void);
void test_release_removed(void);
void test_release_runtimes(void);
void test_release_further(void);
void test_release_growth(void);
void test_release_others(void);
void test_release_receipts(void);
void test_release_notes(void);
void test_release_authors(void);
void test_release_seals(void);

extern int failed_tests;

#endif
