# torture: memory and system calls that fail at the N-th time.
check_DATA = faults.so
faults.so: %D%/faults.c
	$(CC) -D_GNU_SOURCE -O1 -fPIC -shared -o $@ $<
CLEANFILES += faults.so
TEST_SUITES += tests/torture/torture.py
EXTRA_DIST += %D%/faults.c %D%/torture.py
