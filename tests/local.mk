# tests: suites by area; tests/run adds them up.
EXTRA_DIST += %D%/random.txt %D%/repeat %D%/run
include tests/unit/local.mk
TEST_SUITES += tests/style/check.py
EXTRA_DIST += %D%/style/check.py %D%/style/comments.py %D%/style/proofs.py %D%/style/tree.py \
	%D%/style/voice.py
TEST_SUITES += tests/style/docs.py
EXTRA_DIST += %D%/style/docs.py %D%/style/openapi.cjs
include tests/e2e/local.mk
include tests/reference/local.mk
include tests/night/local.mk
include tests/torture/local.mk
include tests/bench/local.mk
include tests/fuzz/local.mk
include tests/sabotage/local.mk
