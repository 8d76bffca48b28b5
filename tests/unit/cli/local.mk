# the command line
TEST_SUITES += tests/unit/cli/man-pages
EXTRA_DIST += %D%/man-pages
