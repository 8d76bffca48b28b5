# value: JSON that keeps what it is: trees, tapes, pointers, patches.
noinst_LIBRARIES += libvalue.a
libvalue_a_SOURCES = \
	%D%/value.h %D%/tape.h %D%/pointer.h %D%/patch.h
VALUE_LIBS = libvalue.a $(BASE_LIBS)
