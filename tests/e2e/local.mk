# end-to-end suites: the real programs, real TLS, real terminals.
EXTRA_DIST += %D%/harness.py %D%/standin.py
TEST_SUITES += tests/e2e/standin.py
EXTRA_DIST += %D%/ui_term.py
TEST_SUITES += tests/e2e/ui_term.py
EXTRA_DIST += %D%/bad_input.py
TEST_SUITES += tests/e2e/bad_input.py
EXTRA_DIST += %D%/daemon.py %D%/http_raw.py
TEST_SUITES += tests/e2e/http_raw.py
EXTRA_DIST += %D%/embedded_api.py
TEST_SUITES += tests/e2e/embedded_api.py
EXTRA_DIST += %D%/alloy_node.cjs %D%/alloy_node.py
TEST_SUITES += tests/e2e/alloy_node.py
EXTRA_DIST += %D%/sync.py
TEST_SUITES += tests/e2e/sync.py
EXTRA_DIST += %D%/runtime.py
TEST_SUITES += tests/e2e/runtime.py
