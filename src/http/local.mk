# HTTPS: the server, libmicrohttpd and GnuTLS behind a queue with the checks that
# they lack, and the client, the only part that knows libcurl.
# Knows no route, no runtime and no app.
noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES = \
	%D%/check.c %D%/check.h %D%/conn.c %D%/message.c %D%/reaper.c \
	%D%/selfsigned.c %D%/selfsigned.h %D%/server.c %D%/server.h \
	%D%/server_private.h %D%/tls.c %D%/tls.h
# What links the server alone.
HTTP_LIBS = libhttp.a $(VALUE_LIBS) $(MHD_LIBS) $(GNUTLS_LIBS) \
	$(SODIUM_LIBS) -lpthread

# The client is a library of its own: whoever calls links no server.
noinst_LIBRARIES += libhttpclient.a
libhttpclient_a_SOURCES = \
	%D%/client.c %D%/client.h %D%/client_call.c %D%/client_end.c %D%/client_peer.c \
	%D%/client_private.h %D%/client_url.c
HTTP_CLIENT_LIBS = libhttpclient.a $(CURL_LIBS) $(GNUTLS_LIBS)
