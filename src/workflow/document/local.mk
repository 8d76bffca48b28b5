# The workflow document: strict reading, canonical form, kinds of blocks.
# A new kind of block begins as a row of kinds.def.
libworkflow_a_SOURCES += \
	%D%/ask.c %D%/ask.h %D%/block.c %D%/conflicts.c %D%/conflicts.def \
	%D%/conflicts.h %D%/document.c %D%/document.h \
	%D%/expected.c %D%/expected.h \
	%D%/kinds.c %D%/kinds.def %D%/kinds.h %D%/lists.c %D%/lists.h \
	%D%/place.c %D%/place.h %D%/readers.c %D%/readers.h \
	%D%/shape.c %D%/shape.h \
	%D%/shape_value.c %D%/texts.c %D%/texts.h
