# Formulas: the parser, the compiled form and the evaluator.
# What single functions do stands in ../functions.
libmapping_a_SOURCES += \
	%D%/arena.c %D%/arena.h %D%/ast.h %D%/compare.c %D%/decimals.c %D%/eval.c %D%/eval.h \
	%D%/formula.c %D%/formula.h %D%/kept.c %D%/made.c %D%/number_forms.c \
	%D%/operators.c %D%/parse.c %D%/parse_call.c %D%/parse_operand.c \
	%D%/parse_path.c %D%/parser_private.h %D%/pattern.c %D%/pattern.h %D%/repeats.c %D%/repeats.h \
	%D%/scan.c %D%/spread.c %D%/value.c %D%/value.h
