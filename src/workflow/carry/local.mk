# Carrying the edits of an own version to another base, and resolving what is in conflict.
# Pure: documents in, a document and a list of edits out. What differs comes from ../edit, how it is changed too.
libworkflow_a_SOURCES += \
	%D%/bare.c %D%/bare.h %D%/blocks.c %D%/carry.c %D%/carry.h %D%/carry_private.h %D%/content.c \
	%D%/literals.c %D%/literals.h %D%/names.c %D%/places.c %D%/resolve.c %D%/resolve.h %D%/tables.c
