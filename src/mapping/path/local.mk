# Paths: JSONPath (RFC 9535) parsed, compiled and evaluated on tapes.
# tree.h is the compiled path; only plans and formulas read it.
libmapping_a_SOURCES += \
	%D%/eval.c %D%/filter_eval.c %D%/filter_parse.c \
	%D%/match_meter.c %D%/match_meter.h %D%/parse.c \
	%D%/path.c %D%/path.h %D%/regex.c %D%/regex.h %D%/tree.h
