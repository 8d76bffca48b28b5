# Tests of the console's frame; no store, no terminal.
EXTRA_PROGRAMS += test-ui
test_ui_SOURCES = %D%/main.c %D%/ui.h %D%/sample.c %D%/sample.h \
	%D%/sample_edit.c %D%/accident.c %D%/action.c %D%/app.c %D%/cells.c %D%/dialog.c \
	%D%/grid.c %D%/input.c %D%/key.c %D%/line_edit.c %D%/painter.c %D%/refused.c \
	%D%/screens.c %D%/table.c %D%/removal.c %D%/returns.c %D%/text_area.c %D%/typing.c %D%/width.c
test_ui_CPPFLAGS = $(AM_CPPFLAGS) -DGOLDEN_DIR='"$(abs_top_srcdir)/%D%/golden"'
test_ui_LDADD = $(UI_LIBS) $(VALUE_LIBS)
TEST_SUITES += test-ui
EXTRA_DIST += %D%/golden

# The sample screens on a real terminal, for tests/e2e/ui_term.py.
EXTRA_PROGRAMS += ui-sample
ui_sample_SOURCES = %D%/ui_sample.c %D%/sample.c %D%/sample.h \
	%D%/sample_edit.c
ui_sample_LDADD = $(UI_LIBS) $(VALUE_LIBS)
