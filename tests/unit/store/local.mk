EXTRA_PROGRAMS += test-store
test_store_SOURCES = %D%/main.c %D%/store.h %D%/columns.c %D%/console.c %D%/copy.c %D%/crash.c \
	%D%/doubt.c %D%/moved.c %D%/numbers.c %D%/open.c %D%/place.c %D%/plans.c %D%/runtime.c %D%/transaction.c
test_store_LDADD = $(STORE_LIBS) $(BASE_LIBS)
TEST_SUITES += test-store
