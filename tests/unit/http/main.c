/* The unit tests of the server's frame: pre-filter, tokens, routes, outbound
 * calls, the core's tick. */
#include <gnutls/gnutls.h>
#include <signal.h>
#include <sodium.h>

#include "tests/unit/http/http.h"

int failed_tests;

int
main(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (sodium_init() < 0 || gnutls_global_init() < 0)
        return 2;
    test_http_check();
    test_http_jwt();
    test_http_origin();
    test_http_route();
    test_http_url();
    test_http_outbound();
    test_http_certificates();
    test_http_large();
    test_http_core();
    gnutls_global_deinit();
    return failed_tests ? 1 : 0;
}
