# remote: talking to runtimes: the outbox and the feeds.
noinst_LIBRARIES += libremote.a
libremote_a_SOURCES = \
	%D%/client.c %D%/client.h \
	%D%/protocol.c %D%/protocol.h
REMOTE_LIBS = libremote.a $(CURL_LIBS)
