# Warnings: what a mapping does with samples that costs money later. Each is
# one row of warnings.def and one check; nothing is repaired here.
libworkflow_a_SOURCES += \
	%D%/amounts.c %D%/filters.c %D%/money.c %D%/texts.c %D%/warn.c %D%/warn.h \
	%D%/warn_private.h %D%/warnings.def
