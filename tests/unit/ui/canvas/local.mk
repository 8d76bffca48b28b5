# Tests of the canvas: pictures that are as they were, and rules for random ones.
EXTRA_PROGRAMS += test-canvas
test_canvas_SOURCES = %D%/canvas.h %D%/golden.c %D%/main.c %D%/places.c \
	%D%/random.c %D%/rules.c
test_canvas_CPPFLAGS = $(AM_CPPFLAGS) \
	-DGOLDEN_DIR='"$(abs_top_srcdir)/%D%/golden"' \
	-DDOCUMENT_DIR='"$(abs_top_srcdir)/%D%/documents"'
test_canvas_LDADD = libui.a $(WORKFLOW_LIBS)
TEST_SUITES += test-canvas
EXTRA_DIST += %D%/golden %D%/documents
