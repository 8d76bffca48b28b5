# mapping: paths, formulas, rows, plans, sheets.
noinst_LIBRARIES += libmapping.a
libmapping_a_SOURCES = %D%/budget.c %D%/budget.h %D%/language.c %D%/language.def \
	%D%/language.h %D%/scope.h
include src/mapping/number/local.mk
include src/mapping/time/local.mk
include src/mapping/path/local.mk
include src/mapping/formula/local.mk
include src/mapping/functions/local.mk
include src/mapping/form/local.mk
include src/mapping/row/local.mk
include src/mapping/plan/local.mk
include src/mapping/sheet/local.mk
include src/mapping/coverage/local.mk
MAPPING_LIBS = libmapping.a $(PCRE2_LIBS) $(UTF8PROC_LIBS) $(BID_LIBS) -lm $(VALUE_LIBS)


# prints the page of the docs: ./gen-functions > doc/functions.md
noinst_PROGRAMS += gen-functions
gen_functions_SOURCES = %D%/functions/gen_functions.c
gen_functions_LDADD = $(MAPPING_LIBS)
