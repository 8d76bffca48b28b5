# tests of formulas, decimals and dates.
EXTRA_PROGRAMS += test-formula
test_formula_SOURCES = %D%/formula.h %D%/main.c %D%/fixture.c %D%/cases.c %D%/compare.c \
	%D%/table.c %D%/decimal.c %D%/budget.c \
	%D%/heap.c %D%/heap.h %D%/names.c %D%/patterns.c %D%/searches.c
test_formula_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc \
	-Wl,--wrap=realloc,--wrap=free
test_formula_LDADD = $(MAPPING_LIBS)
TEST_SUITES += test-formula
EXTRA_DIST += tests/data/formula.test
