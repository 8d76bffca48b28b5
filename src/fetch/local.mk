# Asking runtimes: tailor-fetch, and the side of the sessions that ask it.
# What may be asked is questions.def; the asking side reaches no network.
noinst_LIBRARIES += libfetch.a
libfetch_a_SOURCES = \
	%D%/answer.c %D%/answer.h %D%/ask.c %D%/ask.h \
	%D%/question.c %D%/question.h %D%/questions.def \
	%D%/shape.c %D%/shape.h

libexec_PROGRAMS += tailor-fetch
tailor_fetch_SOURCES = %D%/main.c
tailor_fetch_LDADD = libfetch.a libhelper.a libsandbox.a $(REMOTE_LIBS) libmanager.a \
	$(VALUE_LIBS)
