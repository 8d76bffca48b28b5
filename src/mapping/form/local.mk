# Forms: dates and numbers as a row says that they are written, at the source
# and at the target.
libmapping_a_SOURCES += \
	%D%/ambiguous.c %D%/form.c %D%/form.h %D%/form_private.h %D%/locales.def \
	%D%/parse.c
