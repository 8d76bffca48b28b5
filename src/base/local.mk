# base: errors, memory, buffers, text, time, ids, digests, files, the log.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/base64.c %D%/base64.h \
	%D%/buf.c %D%/buf.h \
	%D%/clock.c %D%/clock.h \
	%D%/digest.c %D%/digest.h \
	%D%/ending.c %D%/ending.h \
	%D%/error.c %D%/error.def %D%/error.h %D%/hint.def \
	%D%/file.c %D%/file.h \
	%D%/filter_term.c %D%/filter_term.h \
	%D%/fold.c %D%/fold.def %D%/fold.h \
	%D%/kernel_files.def \
	%D%/ident.c %D%/ident.h \
	%D%/likeness.c %D%/likeness.h \
	%D%/log.c %D%/log.h \
	%D%/mem.c %D%/mem.h \
	%D%/moment.c %D%/moment.h \
	%D%/part.c %D%/part.h \
	%D%/pem.c %D%/pem.h \
	%D%/percent.c %D%/percent.h \
	%D%/process.c %D%/process.h \
	%D%/shell_words.c %D%/shell_words.h \
	%D%/program.c %D%/program.h \
	%D%/roff.c %D%/roff.h \
	%D%/text.c %D%/text.h
# What every program links, last.
BASE_LIBS = libbase.a $(NETTLE_LIBS)
