# the tests of the runtime's inside: decisions, vault, executor
EXTRA_PROGRAMS += test-runtime
test_runtime_SOURCES = %D%/main.c %D%/runtime.h %D%/account.c %D%/again.c %D%/answers.c %D%/asks.c %D%/bodies.c %D%/checking.c %D%/clock.c %D%/compiling.c %D%/credential.c \
	%D%/decide.c %D%/evaluation.c %D%/executor.c %D%/fair.c %D%/hosts.c %D%/large.c %D%/limits.c %D%/many.c %D%/many_runs.c %D%/many_runs.h %D%/walks.c \
	%D%/moved.c %D%/pages.c %D%/parsed.c %D%/pauses.c %D%/place.c %D%/requests.c %D%/reasons.c %D%/rows.c %D%/starts.c %D%/time.c \
	%D%/vault.c %D%/world.c
test_runtime_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=pthread_cond_timedwait,--wrap=pthread_cond_wait
test_runtime_LDADD = $(RUNTIME_LIBS)
TEST_SUITES += test-runtime
