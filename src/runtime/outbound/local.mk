# Calls to the outside and the secrets they carry: URLs, places, vault.
# No secret leaves this folder except inside a request.
libruntime_a_SOURCES += \
	%D%/account.c %D%/account.h \
	%D%/address.c %D%/address.h %D%/answer_headers.c %D%/answer_headers.h \
	%D%/url.c %D%/url.h \
	%D%/oauth1.c %D%/oauth1.h %D%/outbound.c %D%/outbound.h %D%/places.c %D%/places.h \
	%D%/secret.c %D%/secret.h %D%/spelling.c %D%/spelling.h \
	%D%/vault.c %D%/vault.h
