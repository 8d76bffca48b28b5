# benchmarks: programs that measure; "make bench" runs them by tests/bench/run.
EXTRA_PROGRAMS += bench-tape
bench_tape_SOURCES = %D%/tape.c
bench_tape_LDADD = $(VALUE_LIBS)

EXTRA_PROGRAMS += bench-orders
bench_orders_SOURCES = %D%/mapping/orders.c
bench_orders_LDADD = $(VALUE_LIBS)
EXTRA_PROGRAMS += bench-process
bench_process_SOURCES = %D%/process.c
EXTRA_DIST += %D%/run %D%/mapping/run %D%/mapping/rows.csv \
	%D%/mapping/rows_formulas.csv %D%/mapping/mapping.jq \
	%D%/mapping/mapping.jsonata %D%/mapping/mapping_formulas.jsonata \
	%D%/mapping/by_hand.js %D%/mapping/jsonata.js %D%/mapping/duckdb.js \
	%D%/npm/package.json %D%/npm/package-lock.json \
	%D%/mapping_growth/run

EXTRA_PROGRAMS += bench-formula
bench_formula_SOURCES = %D%/formula.c
bench_formula_LDADD = $(MAPPING_LIBS)

# A disk that syncs 2 ms later (LD_PRELOAD), for figures with durability.
EXTRA_DIST += %D%/slow_sync.c %D%/measure.py %D%/audit/run %D%/console/run \
	%D%/release/run %D%/start/run %D%/store/run \
	%D%/events/run %D%/stored.py
slow-sync.so: $(srcdir)/%D%/slow_sync.c
	$(AM_V_GEN)$(CC) -D_GNU_SOURCE -O2 -Wall -fPIC -shared -o $@ $(srcdir)/%D%/slow_sync.c
CLEANFILES += slow-sync.so
