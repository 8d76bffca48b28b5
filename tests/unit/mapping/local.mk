# tests of paths, rows, plans and sheets, and the public suites.
EXTRA_PROGRAMS += test-conformance-jsonpath
test_conformance_jsonpath_SOURCES = %D%/conformance_jsonpath.c
test_conformance_jsonpath_LDADD = $(MAPPING_LIBS)
TEST_SUITES += test-conformance-jsonpath

EXTRA_PROGRAMS += test-mapping
test_mapping_SOURCES = %D%/main.c %D%/mapping.h %D%/cases.c %D%/path.c \
	%D%/coverage.c %D%/cron.c %D%/csv.c %D%/plan.c %D%/random.c %D%/sheet.c %D%/source.c
test_mapping_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
test_mapping_LDADD = $(MAPPING_LIBS)
TEST_SUITES += test-mapping
EXTRA_DIST += tests/data/mapping.test tests/data/language.test

EXTRA_PROGRAMS += test-conformance-csv
test_conformance_csv_SOURCES = %D%/conformance_csv.c
test_conformance_csv_LDADD = $(MAPPING_LIBS)
TEST_SUITES += test-conformance-csv
