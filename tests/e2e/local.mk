# end-to-end suites: the real programs, real TLS, real terminals.
EXTRA_DIST += %D%/harness.py %D%/standin.py
TEST_SUITES += tests/e2e/standin.py
