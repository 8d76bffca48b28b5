# the command line
TEST_SUITES += tests/unit/cli/man-pages
EXTRA_DIST += %D%/man-pages
EXTRA_PROGRAMS += test-cli
test_cli_SOURCES = %D%/main.c %D%/cli.h %D%/commands.c %D%/frame.c %D%/options.c \
	%D%/output.c %D%/sandbox.c %D%/session.c
test_cli_LDADD = $(tailor_LDADD)
TEST_SUITES += test-cli
