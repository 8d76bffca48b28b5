/* The unit tests of the runtime's inside. */
#include <curl/curl.h>
#include <signal.h>
#include <sodium.h>

#include "base/log.h"
#include "tests/unit/runtime/runtime.h"

int failed_tests;

int
main(void)
{
    signal(SIGPIPE, SIG_IGN);
    log_open(-1, LOG_ERROR);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (sodium_init() < 0)
        return 1;
    test_runtime_vault();
    test_runtime_account();
    test_runtime_decide();
    test_runtime_executor();
    test_runtime_fair();
    test_runtime_limits();
    test_runtime_hosts();
    test_runtime_pages();
    test_runtime_requests();
    test_runtime_evaluation();
    test_runtime_large();
    test_runtime_many();
    test_runtime_walks();
    test_runtime_starts();
    test_runtime_pauses();
    test_runtime_reasons();
    test_runtime_again();
    test_runtime_answers();
    test_runtime_credential();
    test_runtime_moved();
    test_runtime_parsed();
    test_runtime_asks();
    test_runtime_checking();
    test_runtime_compiling();
    test_runtime_time();
    test_runtime_bodies();
    test_runtime_rows();
    curl_global_cleanup();
    return failed_tests ? 1 : 0;
}
