# runtime: tailord.
noinst_LIBRARIES += libruntime.a
libruntime_a_SOURCES = \
	%D%/core.h \
	%D%/http.c %D%/http.h \
	%D%/http_check.c %D%/http_check.h \
	%D%/http_conn.c %D%/http_impl.h \
	%D%/http_message.c \
	%D%/http_reaper.c \
	%D%/http_tls.c %D%/http_tls.h \
	%D%/oauth1.c %D%/oauth1.h \
	%D%/outbound.c %D%/outbound.h \
	%D%/outbound_guard.c \
	%D%/route.h
# What links the server alone (tailor-standin does) / with outbound calls.
HTTP_LIBS = libruntime.a $(VALUE_LIBS) $(MHD_LIBS) $(GNUTLS_LIBS) -lpthread
