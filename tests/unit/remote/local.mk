EXTRA_PROGRAMS += test-remote
test_remote_SOURCES = %D%/main.c %D%/remote.h %D%/bounds.c %D%/history.c %D%/lock.c \
	%D%/protocol.c \
	%D%/retry.c %D%/tls.c %D%/tls_server.c
test_remote_LDADD = $(REMOTE_LIBS) $(MANAGER_LIBS) $(WORKFLOW_LIBS) \
	$(STORE_LIBS) $(VALUE_LIBS) $(GNUTLS_LIBS)
TEST_SUITES += test-remote
