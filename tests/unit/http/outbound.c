/* Outbound calls: what is connected and what is not. */
#include "runtime/outbound/outbound.h"

#include <arpa/inet.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/selfsigned.h"
#include "http/server.h"
#include "tests/unit/http/http.h"
#include "tests/unit/test.h"

static bool
inside(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return outbound_address_is_inside((struct sockaddr *)&v4);
    CHECK_INT(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return outbound_address_is_inside((struct sockaddr *)&v6);
}

static void
test_addresses(void)
{
    static const char *const in[] = {"0.0.0.0",
                                     "0.255.255.255",
                                     "10.0.0.1",
                                     "10.255.255.255",
                                     "100.64.0.1",
                                     "100.127.255.255",
                                     "127.0.0.1",
                                     "127.255.255.254",
                                     "169.254.1.1",
                                     "169.254.169.254",
                                     "172.16.0.1",
                                     "172.31.255.255",
                                     "192.0.0.8",
                                     "192.0.2.1",
                                     "192.168.0.1",
                                     "192.168.255.255",
                                     "198.18.0.1",
                                     "198.19.255.255",
                                     "198.51.100.7",
                                     "203.0.113.9",
                                     "224.0.0.1",
                                     "239.255.255.255",
                                     "240.0.0.1",
                                     "255.255.255.255",
                                     "::",
                                     "::1",
                                     "::127.0.0.1",
                                     "::ffff:127.0.0.1",
                                     "::ffff:10.1.1.1",
                                     "64:ff9b::7f00:1",
                                     "64:ff9b::a01:101",
                                     "64:ff9b:1::1",
                                     "100::1",
                                     "2001::1",
                                     "2001:db8::1",
                                     "2002:7f00:1::",
                                     "2002:a00:1::",
                                     "2002:c0a8:1::",
                                     "fc00::1",
                                     "fd12:3456::1",
                                     "fe80::1",
                                     "fec0::1",
                                     "ff02::1",
                                     "3fff::1",
                                     "5f00::1",
                                     "192.88.99.1"};
    static const char *const out[] = {
        "1.1.1.1",        "8.8.8.8",         "100.63.255.255",
        "100.128.0.1",    "126.255.255.255", "128.0.0.1",
        "169.253.1.1",    "172.15.0.1",      "172.32.0.1",
        "192.167.1.1",    "192.169.0.1",     "198.17.0.1",
        "198.20.0.1",     "223.255.255.255", "2606:4700::1111",
        "2a00:1450::1",   "::ffff:8.8.8.8",  "64:ff9b::808:808",
        "2002:808:808::", "2400::1"};
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        if (!inside(in[i]))
            test_fail(__FILE__, __LINE__, "must be refused", in[i], NULL);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        if (inside(out[i]))
            test_fail(__FILE__, __LINE__, "must be allowed", out[i], NULL);
}

/* --- a server of one's own ------------------------------------------------ */

struct sink {
    char folder[64];
    char ca[96], certificate[96], key[96];
    struct http_server *server;
    const char *port;
    int requests;
};

static void
sink_start(struct sink *s)
{
    *s = (struct sink){0};
    snprintf(s->folder, sizeof s->folder, "/tmp/test-outbound-XXXXXX");
    CHECK(mkdtemp(s->folder) != NULL);
    CHECK_INT(selfsigned_write(s->folder, NULL), ERR_OK);
    snprintf(s->ca, sizeof s->ca, "%s/ca.pem", s->folder);
    snprintf(s->certificate, sizeof s->certificate, "%s/certificate.pem",
             s->folder);
    snprintf(s->key, sizeof s->key, "%s/key.pem", s->folder);
    struct http_options o = {
        .listen = "127.0.0.1:0", .certificate = s->certificate, .key = s->key};
    struct error e = {0};
    if (http_server_start(&s->server, &o, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, e.text, NULL, NULL);
    s->port = strrchr(http_server_address(s->server), ':') + 1;
}

static void
sink_stop(struct sink *s)
{
    http_server_free(s->server);
    unlink(s->ca);
    unlink(s->certificate);
    unlink(s->key);
    rmdir(s->folder);
}

/* Answers what has come: a redirect, a large answer, or what was sent. */
static void
sink_serve(struct sink *s)
{
    struct http_request *r;
    while ((r = http_server_next(s->server, 0))) {
        struct http_answer a;
        http_answer_init(&a, 200);
        s->requests++;
        if (strcmp(r->path, "/redirect") == 0) {
            a.status = 302;
            http_answer_header(&a, "Location", "https://localhost/stolen");
        } else if (strcmp(r->path, "/large") == 0) {
            for (int i = 0; i < 5000; i++)
                buf_adds(&a.body, "0123456789");
        } else if (strcmp(r->path, "/late") == 0) {
            a.status = 503;
            http_answer_header(&a, "Retry-After", "7");
        } else {
            buf_add(&a.body, r->body, r->body_len);
        }
        http_request_answer(r, &a);
    }
}

static void
keep_result(void *ctx, struct outbound_result *result)
{
    *(struct outbound_result **)ctx = result;
}

static struct outbound_result *
call(struct sink *s, struct outbound *o, const struct outbound_request *r)
{
    struct outbound_result *result = NULL;
    int64_t end = clock_monotonic_ms() + 20000;
    outbound_start(o, r, keep_result, &result);
    while (!result && clock_monotonic_ms() < end) {
        outbound_wait(o, 5);
        outbound_collect(o);
        sink_serve(s);
    }
    if (!result) {
        test_fail(__FILE__, __LINE__, "the call did not end", r->url, NULL);
        exit(1);
    }
    return result;
}

static struct outbound *
caller(struct sink *s, bool loopback, const char *const *allow)
{
    struct outbound *o = NULL;
    struct outbound_options options = {.ca_file = s->ca,
                                       .own_ca_only = true,
                                       .allow = allow,
                                       .allow_loopback = loopback};
    CHECK_INT(outbound_new(&o, &options, NULL), ERR_OK);
    return o;
}

static void
test_calls(void)
{
    struct sink s;
    char url[128];
    sink_start(&s);
    struct outbound *o = caller(&s, true, NULL);
    struct outbound_header headers[] = {{"X-Secret", "canary"},
                                        {"X-Empty", ""}};
    struct outbound_request r = {.method = "POST",
                                 .url = url,
                                 .headers = headers,
                                 .header_count = 2,
                                 .body = "{\"n\":1}",
                                 .body_len = 7,
                                 .once = true};
    snprintf(url, sizeof url, "https://localhost:%s/echo", s.port);
    struct outbound_result *a = call(&s, o, &r);
    CHECK_INT(a->code, ERR_OK);
    CHECK_INT(a->status, 200);
    CHECK_STR(buf_str(&a->body), "{\"n\":1}");
    CHECK(a->sent);
    outbound_result_free(a);

    snprintf(url, sizeof url, "https://127.0.0.1:%s/redirect", s.port);
    a = call(&s, o, &r);
    CHECK_INT(a->status, 302);
    CHECK_STR(a->location, "https://localhost/stolen");
    outbound_result_free(a);

    snprintf(url, sizeof url, "https://localhost:%s/late", s.port);
    a = call(&s, o, &r);
    CHECK_INT((int)a->retry_after_ms, 7000);
    outbound_result_free(a);

    r.max_answer = 1000;
    snprintf(url, sizeof url, "https://localhost:%s/large", s.port);
    a = call(&s, o, &r);
    CHECK_INT(a->code, ERR_TOO_BIG);
    CHECK(a->sent);
    outbound_result_free(a);
    CHECK_INT(s.requests, 4);
    outbound_free(o);
    sink_stop(&s);
}

/* Every way to write this machine is refused before a byte is sent (let
 * address_allowed() return true to see the server reached). */
static void
test_refused(void)
{
    static const char *const forms[] = {"https://localhost:%s/",
                                        "https://127.0.0.1:%s/",
                                        "https://127.1:%s/",
                                        "https://2130706433:%s/",
                                        "https://0x7f000001:%s/",
                                        "https://0177.0.0.1:%s/",
                                        "https://0x7f.1:%s/",
                                        "https://0:%s/",
                                        "https://0.0.0.0:%s/",
                                        "https://[::1]:%s/",
                                        "https://[::]:%s/",
                                        "https://[::ffff:127.0.0.1]:%s/",
                                        "https://[0:0:0:0:0:0:0:1]:%s/",
                                        "https://LOCALHOST:%s/",
                                        "https://localhost.:%s/",
                                        "https://127.0.0.1.:%s/",
                                        "https://user@localhost:%s/",
                                        "https://x:y@127.0.0.1:%s/",
                                        "http://localhost:%s/",
                                        "http://127.0.0.1:%s/",
                                        "http://1.1.1.1:%s/",
                                        "ftp://localhost:%s/",
                                        "file:///etc/passwd?%s",
                                        "gopher://localhost:%s/",
                                        "dict://localhost:%s/",
                                        "unix:///tmp/x?%s",
                                        "https:///x:%s",
                                        "https://%%31%%32%%37.0.0.1:%s/",
                                        "https://[fe80::1%%25lo]:%s/",
                                        "//localhost:%s/",
                                        "localhost:%s",
                                        "https://localhost:%s0000/",
                                        "https://a b:%s/",
                                        "https://127.0.0.1\\@x:%s/",
                                        "https://10.0.0.1:%s/",
                                        "https://192.168.1.1:%s/",
                                        "https://169.254.169.254:%s/",
                                        "https://[fd00::1]:%s/",
                                        "https://[64:ff9b::7f00:1]:%s/",
                                        "https://[2002:7f00:1::]:%s/"};
    struct sink s;
    sink_start(&s);
    struct outbound *o = caller(&s, false, NULL);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buf url;
        buf_init(&url, 256);
        for (const char *p = forms[i]; *p; p++) {
            if (p[0] == '%' && p[1] == 's') {
                buf_adds(&url, s.port);
                p++;
            } else if (p[0] == '%' && p[1] == '%') {
                buf_addc(&url, '%');
                p++;
            } else {
                buf_addc(&url, *p);
            }
        }
        struct outbound_request r = {.method = "POST",
                                     .url = buf_str(&url),
                                     .body = "x",
                                     .body_len = 1,
                                     .timeout_ms = 3000};
        struct outbound_result *a = call(&s, o, &r);
        if (a->code == ERR_OK || a->sent)
            test_fail(__FILE__, __LINE__, "must be refused", buf_str(&url),
                      NULL);
        CHECK(a->message[0]);
        outbound_result_free(a);
        buf_clear(&url);
    }
    CHECK_INT(s.requests, 0);
    outbound_free(o);
    sink_stop(&s);
}

static void
test_allow_list(void)
{
    struct sink s;
    char entry[64], url[128];
    sink_start(&s);
    snprintf(entry, sizeof entry, "localhost:%s", s.port);
    const char *allow[] = {entry, NULL};
    struct outbound *o = caller(&s, false, allow);
    struct outbound_request r = {.method = "GET", .url = url};
    snprintf(url, sizeof url, "https://LocalHost:%s/", s.port);
    struct outbound_result *a = call(&s, o, &r);
    CHECK_INT(a->code, ERR_OK);
    outbound_result_free(a);
    snprintf(url, sizeof url, "https://127.0.0.1:%s/", s.port);
    a = call(&s, o, &r);
    CHECK_INT(a->code, ERR_REFUSED);
    outbound_result_free(a);
    outbound_free(o);
    sink_stop(&s);
}

/* A header value that holds a line end would add a header of its own. */
static void
test_injection(void)
{
    struct sink s;
    char url[128];
    sink_start(&s);
    struct outbound *o = caller(&s, true, NULL);
    snprintf(url, sizeof url, "https://localhost:%s/", s.port);
    struct outbound_header headers[] = {{"X", "a\r\nY: b"}};
    struct outbound_request r = {
        .method = "GET", .url = url, .headers = headers, .header_count = 1};
    struct outbound_result *a = call(&s, o, &r);
    CHECK_INT(a->code, ERR_REFUSED);
    outbound_result_free(a);
    CHECK_INT(s.requests, 0);
    outbound_free(o);
    sink_stop(&s);
}

static const struct test tests[] = {
    {"inside and outside addresses", test_addresses},
    {"calls, redirects, large answers", test_calls},
    {"forty ways to name this machine", test_refused},
    {"the allow-list is by host and port", test_allow_list},
    {"no header injection", test_injection},
    {NULL, NULL},
};

void
test_http_outbound(void)
{
    test_run("outbound", tests);
    failed_tests += test_failures;
}
