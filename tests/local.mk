# tests: suites by area; tests/run adds them up.
EXTRA_DIST += %D%/run
include tests/unit/local.mk
