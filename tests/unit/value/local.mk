# unit tests of the value layer, and the public JSON Patch suites.
EXTRA_PROGRAMS += test-value test-conformance-patch
test_value_SOURCES = \
	%D%/canonical.c \
	%D%/help.c \
	%D%/main.c \
	%D%/patch.c \
	%D%/patch_case.c %D%/patch_case.h \
	%D%/pointer.c \
	%D%/property.c \
	%D%/random.c \
	%D%/read.c \
	%D%/tape.c \
	%D%/tree.c \
	%D%/value.h
test_value_LDADD = $(VALUE_LIBS)
test_conformance_patch_SOURCES = \
	%D%/conformance.c \
	%D%/patch_case.c %D%/patch_case.h
test_conformance_patch_LDADD = $(VALUE_LIBS)
TEST_SUITES += test-value test-conformance-patch
EXTRA_DIST += tests/data/json-patch/cases.json
