# benchmarks: programs that measure; "make bench" runs them by tests/bench/run.
EXTRA_PROGRAMS += bench-tape
bench_tape_SOURCES = %D%/tape.c
bench_tape_LDADD = $(VALUE_LIBS)
