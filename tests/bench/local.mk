# benchmarks: programs that measure; "make bench" runs them by tests/bench/run.
EXTRA_PROGRAMS += bench-tape
bench_tape_SOURCES = %D%/tape.c
bench_tape_LDADD = $(VALUE_LIBS)

EXTRA_PROGRAMS += bench-mapping
bench_mapping_SOURCES = %D%/mapping/bench.c
bench_mapping_LDADD = $(MAPPING_LIBS)
EXTRA_DIST += %D%/run %D%/mapping/run %D%/mapping/rows.json \
	%D%/mapping/rows_formulas.json %D%/mapping/mapping.jq \
	%D%/mapping/mapping.jsonata %D%/mapping/mapping_formulas.jsonata \
	%D%/mapping/by_hand.js %D%/mapping/jsonata.js \
	tests/npm/package.json tests/npm/package-lock.json

EXTRA_PROGRAMS += bench-formula
bench_formula_SOURCES = %D%/formula.c
bench_formula_LDADD = $(MAPPING_LIBS)
