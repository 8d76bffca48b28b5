# remote: talking to runtimes: the outbox and the feeds.
noinst_LIBRARIES += libremote.a
libremote_a_SOURCES = \
	%D%/bounds.c %D%/bounds.h \
	%D%/client.c %D%/client.h \
	%D%/history.c %D%/history.h \
	%D%/lock.c %D%/lock.h \
	%D%/peer.c %D%/peer.h %D%/peer_beside.c \
	%D%/peer_call.c %D%/peer_contact.c %D%/peer_copy.c %D%/peer_deliver.c \
	%D%/peer_aside.c %D%/peer_receipts.c \
	%D%/protocol.c %D%/protocol.h \
	%D%/retry.c %D%/retry.h \
	%D%/sync.c %D%/sync.h \
	%D%/wait.c %D%/wait.h
REMOTE_LIBS = libremote.a $(HTTP_CLIENT_LIBS)
