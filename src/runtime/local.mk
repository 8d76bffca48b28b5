# runtime: tailord.
noinst_LIBRARIES += libruntime.a
libruntime_a_SOURCES = \
	%D%/oauth1.c %D%/oauth1.h
