/* The suites of the base layer; each adds its failures to failed_tests. */
#ifndef TAILOR_TEST_BASE_H
#define TAILOR_TEST_BASE_H

extern int failed_tests;

void test_base_buf(void);
void test_base_clock(void);
void test_base_error(void);
void test_base_file(void);
void test_base_fold(void);
void test_base_ident(void);
void test_base_likeness(void);
void test_base_percent(void);
void test_base_program(void);
void test_base_text(void);

#endif
