# mapping: paths, formulas, rows, plans, sheets.
noinst_LIBRARIES += libmapping.a
libmapping_a_SOURCES = \
	%D%/formula.h %D%/scope.h \
	%D%/coverage.c %D%/coverage.h %D%/csv.c %D%/csv.h \
	%D%/fields.c %D%/fields.h \
	%D%/proposal.c %D%/sheet.c %D%/sheet.h %D%/sheet_columns.h \
	%D%/row_paths.c %D%/row_paths.h %D%/suggestion.c %D%/suggestion.h \
	%D%/number.c %D%/number.h \
	%D%/path.c %D%/path.h %D%/path_tree.h \
	%D%/path_eval.c %D%/path_filter.c %D%/path_parse.c %D%/path_test.c \
	%D%/path_regex.c %D%/path_regex.h \
	%D%/mapping_stream.c %D%/mapping_stream.h \
	%D%/plan.h %D%/plan_tree.h %D%/plan_run.h \
	%D%/plan_compile.c %D%/plan_tree.c %D%/plan_resolve.c \
	%D%/plan_shape.c %D%/plan_read.c %D%/plan_run.c \
	%D%/rows.c %D%/rows.h %D%/source.c %D%/source.h \
	%D%/target.c %D%/target.h
MAPPING_LIBS = libmapping.a $(PCRE2_LIBS) $(BID_LIBS) $(VALUE_LIBS)
