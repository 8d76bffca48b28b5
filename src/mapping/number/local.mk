# Numbers: exact decimals for formulas, and comparing JSON numbers digit by digit.
# No binary floating point here or in what uses it.
libmapping_a_SOURCES += \
	%D%/decimal.c %D%/decimal.h %D%/decimal_parts.h %D%/decimal_text.c \
	%D%/number.c %D%/number.h
