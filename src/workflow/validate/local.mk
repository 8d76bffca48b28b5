# Whether a document may be released, and what the customer must do first.
# Every problem is reported at once, with its place.
libworkflow_a_SOURCES += \
	%D%/breaks.c %D%/breaks.h %D%/kinds.c %D%/lookups.c %D%/mapping.c %D%/material.c %D%/material.h %D%/size.c \
	%D%/texts.c %D%/validate.c %D%/validate.h %D%/validate_private.h
