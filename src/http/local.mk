# The HTTPS server: libmicrohttpd and GnuTLS behind a queue, with the checks
# that they lack.
# Used by tailord and by the stand-in; knows no route.
noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES = \
	%D%/check.c %D%/check.h %D%/conn.c %D%/message.c %D%/reaper.c \
	%D%/selfsigned.c %D%/selfsigned.h %D%/server.c %D%/server.h \
	%D%/server_private.h %D%/tls.c %D%/tls.h
# What links the server alone.
HTTP_LIBS = libhttp.a $(VALUE_LIBS) $(MHD_LIBS) $(GNUTLS_LIBS) \
	$(SODIUM_LIBS) -lpthread
