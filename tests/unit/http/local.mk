# The server's frame: pre-filter, tokens, routes, outbound calls, the core.
EXTRA_PROGRAMS += test-http
test_http_SOURCES = tests/unit/http/http.h tests/unit/http/main.c \
	tests/unit/http/certificates.c tests/unit/http/check.c tests/unit/http/core.c tests/unit/http/url.c tests/unit/http/jwt.c \
	tests/unit/http/large.c tests/unit/http/origin.c tests/unit/http/outbound.c tests/unit/http/route.c \
	tests/unit/http/sink.c tests/unit/http/sink.h
test_http_LDADD = $(RUNTIME_LIBS)
TEST_SUITES += test-http
