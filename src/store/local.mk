# store: the only layer with SQL. The console's store and the runtime's.
noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = \
	%D%/console.c %D%/console.h \
	%D%/console_kept.h %D%/console_sql.h %D%/console_statements.def \
	%D%/console_enums.def %D%/expiry_statements.def \
	%D%/import_statements.def %D%/input_statements.def %D%/lost_statements.def \
	%D%/release_statements.def %D%/seal_statements.def \
	%D%/console_schema.c %D%/console_schema.h \
	%D%/console_rows.c %D%/console_rows.def %D%/console_rows.h \
	%D%/db_columns.c %D%/db_columns.h \
	%D%/db.c %D%/db.h %D%/db_private.h \
	%D%/db_copy.c %D%/db_error.c %D%/db_file.c %D%/db_function.c %D%/db_guard.c %D%/db_history.c %D%/db_index.c %D%/db_interrupted.c %D%/db_payload.c \
	%D%/db_place.c %D%/db_replace.c %D%/db_schema.c %D%/db_stmt.c %D%/db_transaction.c \
	%D%/row_filter.c %D%/row_filter.h \
	%D%/runtime.c %D%/runtime.h %D%/runtime_sql.h %D%/runtime_statements.def \
	%D%/runtime_manage_statements.def %D%/runtime_run_statements.def \
	%D%/runtime_rows.c %D%/runtime_rows.def %D%/runtime_rows.h \
	%D%/runtime_schema.c %D%/runtime_schema.h %D%/runtime_words.c \
	%D%/synthetic.c %D%/synthetic.h %D%/synthetic_statements.def
STORE_LIBS = libstore.a $(SQLITE_LIBS)
