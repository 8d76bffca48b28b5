# The functions of formulas: one table (functions.def) and their implementations.
# A new function is one row of the table and one function in the file of
# its category; doc/functions.md is made from the table.
libmapping_a_SOURCES += \
	%D%/ascii.def %D%/calendar.c %D%/characters.c %D%/code.c \
	%D%/codes.def %D%/columns.c %D%/composed.c %D%/composed.h %D%/conditional.c %D%/conditions.def \
	%D%/convert.c %D%/criteria.c %D%/currencies.def %D%/currency.h %D%/cut.c %D%/date.c \
	%D%/date_text.c %D%/date_text.h %D%/dates.def %D%/digests.c \
	%D%/each.c %D%/entities.def %D%/epoch.c %D%/find.c %D%/fn.h \
	%D%/format.c %D%/functions.c %D%/functions.def %D%/functions.h \
	%D%/functions_details.c %D%/functions_page.c %D%/functions_page_private.h %D%/html.c %D%/kinds.c %D%/letters.c \
	%D%/list.c %D%/lists.def %D%/logic.c %D%/look.c %D%/moments.h %D%/money.c \
	%D%/multiples.c %D%/names.def %D%/number.c %D%/number_text.c \
	%D%/numbers.def %D%/objects.c %D%/order.c %D%/powers.c %D%/sha1.c \
	%D%/search.c %D%/search.h %D%/search_order.c %D%/search_private.h %D%/search_sums.c %D%/sha1.h %D%/sort.c %D%/tally.c %D%/tally.h %D%/text.c %D%/text.def \
	%D%/text_format.c %D%/text_format.h %D%/unicode.c %D%/units.def
