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
MAPPING_LIBS = libmapping.a $(PCRE2_LIBS) $(BID_LIBS) -lm $(VALUE_LIBS)

# formulas
libmapping_a_SOURCES += \
	%D%/decimal.c %D%/decimal.h %D%/decimal_parts.h %D%/decimal_text.c \
	%D%/formula.c %D%/formula_arena.c %D%/formula_arena.h \
	%D%/formula_ast.h %D%/formula_eval.c %D%/formula_eval.h \
	%D%/formula_operators.c %D%/formula_parse.c %D%/formula_parse_call.c \
	%D%/formula_parse_operand.c %D%/formula_parse_path.c %D%/formula_parser.h %D%/formula_scan.c \
	%D%/formula_value.c %D%/formula_value.h \
	%D%/functions.c %D%/functions.def %D%/functions.h %D%/functions_page.c \
	%D%/fn.h %D%/fn_characters.c %D%/fn_code.c %D%/fn_criteria.c \
	%D%/fn_date.c %D%/fn_find.c %D%/fn_format.c %D%/fn_list.c \
	%D%/fn_logic.c %D%/fn_number.c %D%/fn_text.c \
	%D%/date_text.c %D%/date_text.h %D%/moment.c %D%/moment.h \
	%D%/pattern.c %D%/pattern.h %D%/sha1.c %D%/sha1.h %D%/zone.c %D%/zone.h

# prints the page of the docs: ./gen-functions > doc/functions.md
noinst_PROGRAMS += gen-functions
gen_functions_SOURCES = %D%/gen_functions.c
gen_functions_LDADD = $(MAPPING_LIBS)
