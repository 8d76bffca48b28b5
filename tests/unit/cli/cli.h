/* The suites of the command line. */
#ifndef TAILOR_TEST_CLI_H
#define TAILOR_TEST_CLI_H

/* Each suite adds its failures. */
extern int failed_tests;

void test_cli_commands(void);
void test_cli_frame(void);
void test_cli_options(void);
void test_cli_output(void);
void test_cli_sandbox(void);
void test_cli_session(void);

#endif
