# store: the only layer with SQL. The console's store and the runtime's.
noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = \
	%D%/console.h %D%/console_statements.def %D%/release_statements.def \
	%D%/console_schema.c %D%/console_schema.h \
	%D%/db.h
STORE_LIBS = libstore.a $(SQLITE_LIBS)
