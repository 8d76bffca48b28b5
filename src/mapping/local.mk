# mapping: paths, formulas, rows, plans, sheets.
noinst_LIBRARIES += libmapping.a
libmapping_a_SOURCES = \
	%D%/formula.h %D%/scope.h \
	%D%/number.c %D%/number.h \
	%D%/path.c %D%/path.h %D%/path_tree.h \
	%D%/path_eval.c %D%/path_filter.c %D%/path_parse.c %D%/path_test.c \
	%D%/path_regex.c %D%/path_regex.h
MAPPING_LIBS = libmapping.a $(PCRE2_LIBS) $(BID_LIBS) $(VALUE_LIBS)
