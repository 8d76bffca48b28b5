# value: JSON that keeps what it is: trees, tapes, pointers, patches.
noinst_LIBRARIES += libvalue.a
libvalue_a_SOURCES = \
	%D%/chain.c %D%/chain.h \
	%D%/compare.c \
	%D%/diff.c \
	%D%/map.c \
	%D%/nul.c \
	%D%/patch.c %D%/patch.h \
	%D%/place.h \
	%D%/pointer.c %D%/pointer.h \
	%D%/read.c \
	%D%/tape.c %D%/tape.h \
	%D%/tape_canonical.c \
	%D%/tape_key.h %D%/tape_keys.c \
	%D%/tape_scan.c %D%/tape_scan.h \
	%D%/escape.h %D%/tree.h \
	%D%/value.c %D%/value.h \
	%D%/write.c
VALUE_LIBS = libvalue.a $(BASE_LIBS)
