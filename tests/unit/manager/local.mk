EXTRA_PROGRAMS += test-manager
test_manager_SOURCES = %D%/main.c %D%/fixture.c %D%/fixture.h %D%/access.c \
	%D%/audit.c %D%/catalogue.c %D%/crash.c %D%/doubt.c %D%/draft.c \
	%D%/edit.c %D%/expected.c %D%/host_clock.c %D%/installation.c %D%/kept.c %D%/slices.c %D%/names.c %D%/ssh_key.c \
	%D%/sheet.c %D%/status.c %D%/store.c %D%/written.c
test_manager_LDADD = $(MANAGER_LIBS) $(STORE_LIBS) $(WORKFLOW_LIBS)
TEST_SUITES += test-manager
