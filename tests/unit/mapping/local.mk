# tests of paths, rows, plans and sheets, and the public suites.
check_PROGRAMS += test-conformance-jsonpath
test_conformance_jsonpath_SOURCES = %D%/conformance_jsonpath.c
test_conformance_jsonpath_LDADD = $(MAPPING_LIBS)
TEST_SUITES += test-conformance-jsonpath
