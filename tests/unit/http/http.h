/* The suites of the server's frame; each adds its failures to failed_tests. */
#ifndef TAILOR_TEST_HTTP_H
#define TAILOR_TEST_HTTP_H

extern int failed_tests;

void test_http_check(void);
void test_http_jwt(void);
void test_http_origin(void);
void test_http_route(void);
void test_http_url(void);
void test_http_outbound(void);
void test_http_certificates(void);
void test_http_large(void);
void test_http_core(void);

#endif
