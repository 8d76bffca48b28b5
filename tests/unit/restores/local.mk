# restores of a runtime and of a store, and what is accepted: both sides
EXTRA_PROGRAMS += test-restores
test_restores_SOURCES = %D%/restores.c %D%/kept.c %D%/known.c %D%/known.h \
	%D%/missing.c %D%/restores.h \
	tests/unit/runtime/runtime.h \
	tests/unit/runtime/clock.c tests/unit/runtime/place.c \
	tests/unit/runtime/world.c tests/unit/manager/fixture.c \
	tests/unit/manager/fixture.h
test_restores_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=pthread_cond_timedwait,--wrap=pthread_cond_wait
test_restores_LDADD = $(REMOTE_LIBS) $(MANAGER_LIBS) $(RUNTIME_LIBS)
TEST_SUITES += test-restores
