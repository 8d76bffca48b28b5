RELEASE_WORLD = %D%/fake_private.h %D%/fake_reading.c %D%/fake_runtime.c \
	%D%/fake_runtime.h %D%/fake_table.c \
	%D%/fake_table.h %D%/world.c %D%/world.h
RELEASE_LIBS = $(REMOTE_LIBS) $(MANAGER_LIBS) $(WORKFLOW_LIBS) $(STORE_LIBS) \
	$(VALUE_LIBS)

EXTRA_PROGRAMS += test-release
test_release_SOURCES = $(RELEASE_WORLD) %D%/main.c %D%/release.h %D%/contents.c %D%/copy.c \
	%D%/exchange.c %D%/expected.c %D%/further.c %D%/growth.c %D%/refusals.c %D%/hostile.c \
	%D%/hostile.h %D%/authors.c %D%/many.c %D%/notes.c %D%/others.c %D%/pointers.c \
	%D%/receipts.c %D%/removed.c %D%/runtimes.c %D%/seals.c
test_release_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=operation_begin
test_release_LDADD = $(RELEASE_LIBS)
TEST_SUITES += test-release

EXTRA_PROGRAMS += test-model
test_model_SOURCES = $(RELEASE_WORLD) %D%/model.c %D%/model.h %D%/model_acts.c
test_model_LDADD = $(RELEASE_LIBS)
TEST_SUITES += test-model
