# The functions of formulas: one table (functions.def) and their implementations.
# A new function is one row of the table and one function in the file of
# its category; doc/functions.md is made from the table.
libmapping_a_SOURCES += \
	%D%/characters.c %D%/code.c %D%/criteria.c %D%/date.c %D%/date_text.c \
	%D%/date_text.h %D%/find.c %D%/fn.h %D%/format.c %D%/functions.c \
	%D%/functions.def %D%/conditions.def %D%/text.def %D%/numbers.def \
	%D%/dates.def %D%/lists.def %D%/codes.def %D%/functions.h %D%/functions_page.c %D%/list.c \
	%D%/logic.c %D%/names.def %D%/number.c %D%/sha1.c %D%/sha1.h %D%/text.c %D%/text_format.c %D%/text_format.h
