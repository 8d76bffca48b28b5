# Tests of the editors of a draft over a real store.
EXTRA_PROGRAMS += test-grids
test_grids_SOURCES = %D%/main.c %D%/curl.c %D%/drafts.c %D%/drafts.h %D%/explorer.c %D%/grids.h \
	%D%/kept.c %D%/mapping.c %D%/members.c %D%/import.c %D%/release.c %D%/rights.c %D%/secrets.c %D%/table.c %D%/tried.c %D%/typed.c \
	tests/unit/manager/fixture.c tests/unit/manager/fixture.h
test_grids_CPPFLAGS = $(AM_CPPFLAGS) \
	-DGOLDEN_DIR='"$(abs_top_srcdir)/%D%/golden"'
test_grids_LDADD = $(UI_LIBS) $(REMOTE_LIBS) $(MANAGER_LIBS) $(STORE_LIBS) \
	$(WORKFLOW_LIBS)
TEST_SUITES += test-grids
EXTRA_DIST += %D%/golden
