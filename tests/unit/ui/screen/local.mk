# Tests of the console's screens over a real store.
EXTRA_PROGRAMS += test-console
test_console_SOURCES = %D%/blank.c %D%/blocks.c %D%/canvas.c %D%/confirmed.c %D%/hostile.c %D%/lasting.c %D%/lists.c %D%/main.c %D%/meanwhile.c %D%/meanwhile.h %D%/memory.c \
	%D%/carried.c %D%/others.c %D%/questions.c %D%/released.c %D%/rowless.c %D%/runs.c %D%/screens.c \
	%D%/sessions.c %D%/store.c %D%/store.h %D%/walk.c \
	%D%/windows.c
test_console_CPPFLAGS = $(AM_CPPFLAGS) \
	-DGOLDEN_DIR='"$(abs_top_srcdir)/%D%/golden"' \
	-DDATA_DIR='"$(abs_top_srcdir)/data"'
test_console_LDADD = libui.a libfetch.a libhelper.a libremote.a libmanager.a libstore.a \
	libworkflow.a libmapping.a $(SQLITE_LIBS) $(PCRE2_LIBS) $(UTF8PROC_LIBS) \
	$(BID_LIBS) $(NCURSES_LIBS) -lm $(VALUE_LIBS)
TEST_SUITES += test-console
EXTRA_DIST += %D%/golden
