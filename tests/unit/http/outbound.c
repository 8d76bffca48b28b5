/* Outbound calls: what is connected and what is not. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/client.h"
#include "http/server.h"
#include "tests/unit/http/http.h"
#include "tests/unit/http/sink.h"
#include "tests/unit/test.h"

static void
test_calls(void)
{
    struct sink s;
    char url[128];
    sink_start(&s);
    struct outbound *o = sink_caller(&s, true, NULL);
    struct http_header headers[] = {
        {"X-Secret", "canary"}, {"X-Empty", ""}, {"accept-encoding", "gzip"}};
    struct outbound_request r = {.method = "POST",
                                 .url = url,
                                 .headers = headers,
                                 .header_count = 3,
                                 .body = "{\"n\":1}",
                                 .body_len = 7,
                                 .once = true};
    snprintf(url, sizeof url, "https://localhost:%s/echo", s.port);
    struct outbound_result *a = sink_call(&s, o, &r);
    CHECK_INT(a->code, ERR_OK);
    CHECK_INT(a->status, 200);
    CHECK_STR(buf_str(&a->body), "{\"n\":1}");
    CHECK(a->sent);
    outbound_result_free(a);

    snprintf(url, sizeof url, "https://127.0.0.1:%s/redirect", s.port);
    a = sink_call(&s, o, &r);
    CHECK_INT(a->status, 302);
    CHECK_HAS(a->location, "/stolen");
    CHECK_INT(s.requests, 2);
    outbound_result_free(a);

    r.max_answer = 1000;
    snprintf(url, sizeof url, "https://localhost:%s/large", s.port);
    a = sink_call(&s, o, &r);
    /* Sabotage: let explain_too_big() leave the message out. */
    CHECK_INT(a->code, ERR_TOO_BIG);
    CHECK_HAS(a->message, "the app received the call and answered HTTP 200");
    CHECK(a->sent);
    outbound_result_free(a);
    CHECK_INT(s.requests, 3);
    /* Sabotage: leave "Accept-Encoding" out of add_header(). */
    CHECK_INT(s.asked_plain, 3);
    outbound_free(o);
    sink_stop(&s);
}

/* Every way to write this machine is refused before a byte is sent (let
 * address_allowed() return true to see the server reached). */
static void
test_refused(void)
{
    static const char *const forms[] = {
        "https://localhost:%s/",
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
        "https://[2002:7f00:1::]:%s/",
        "https://017700000001:%s/",
        "https://0x7F.0x0.0x0.0x1:%s/",
        "https://127.0.1:%s/",
        "https://127.65530:%s/",
        "https://[::127.0.0.1]:%s/",
        "https://[::ffff:7f00:1]:%s/",
        "https://[::ffff:0:127.0.0.1]:%s/",
        "https://[64:ff9b::a00:1]:%s/",
        "https://[fe80::1]:%s/",
        "https://[ff02::1]:%s/",
        "https://[2001:db8::1]:%s/",
        "https://172.16.0.1:%s/",
        "https://100.64.0.1:%s/",
        "https://192.0.2.1:%s/",
        "https://198.18.0.1:%s/",
        "https://224.0.0.1:%s/",
        "https://255.255.255.255:%s/",
        "https://2852039166:%s/",
        "https://0xa9fea9fe:%s/",
        "https://l%%6fcalhost:%s/",
        "https://localhost%%00.x.com:%s/",
        "https://localhost%%0d%%0a:%s/",
        "https://\xef\xbc\x91\xef\xbc\x92"
        "\xef\xbc\x97.0.0.1:%s/",
        "https://1.1.1.1@127.0.0.1:%s/",
        "https://1.1.1.1#@127.0.0.1:0%s/",
        "https:\\\\127.0.0.1:%s/",
        "https:127.0.0.1:%s/",
        "HTTPS://127.0.0.1:%s/",
        "https://127.0.0.1:%s/?u=https://1.1.1.1",
        "\thttps://127.0.0.1:%s/",
        "https://127.0.0.1:%s/../..//x",
        "ws://127.0.0.1:%s/",
        "smb://127.0.0.1:%s/",
        "ldap://127.0.0.1:%s/",
        "telnet://127.0.0.1:%s/",
        "data:text/plain,%s"};
    struct sink s;
    sink_start(&s);
    struct outbound *o = sink_caller(&s, false, NULL);
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
        struct outbound_result *a = sink_call(&s, o, &r);
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
    struct outbound *o = sink_caller(&s, false, allow);
    struct outbound_request r = {.method = "GET", .url = url};
    snprintf(url, sizeof url, "https://LocalHost:%s/", s.port);
    struct outbound_result *a = sink_call(&s, o, &r);
    CHECK_INT(a->code, ERR_OK);
    outbound_result_free(a);
    snprintf(url, sizeof url, "https://127.0.0.1:%s/", s.port);
    a = sink_call(&s, o, &r);
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
    struct outbound *o = sink_caller(&s, true, NULL);
    snprintf(url, sizeof url, "https://localhost:%s/", s.port);
    struct http_header headers[] = {{"X", "a\r\nY: b"}};
    struct outbound_request r = {
        .method = "GET", .url = url, .headers = headers, .header_count = 1};
    struct outbound_result *a = sink_call(&s, o, &r);
    CHECK_INT(a->code, ERR_REFUSED);
    outbound_result_free(a);
    CHECK_INT(s.requests, 0);
    outbound_free(o);
    sink_stop(&s);
}

/* Sabotage: let answer_headers_end() read seconds only, or answer_header_take()
 * keep fewer bytes of the header. */
static void
test_retry_after(void)
{
    static const struct {
        const char *text;
        int64_t least, most;
    } cases[] = {{"7", 7000, 7000},
                 {" 86400 ", 86400000, 86400000},
                 {"0", 0, 0},
                 {"31536000", 31536000000, 31536000000},
                 {"999999999999999999999999", 31536000000, INT64_MAX},
                 {"Fri, 01 Jan 2100 00:00:00 GMT", 31536000000, INT64_MAX},
                 {"Friday, 01-Jan-99 00:00:00 GMT", 0, 0},
                 {"Sun Nov  6 08:49:37 1994", 0, 0},
                 {"soon", -1, -1},
                 {"-5", -1, -1}};
    struct sink s;
    char url[128];
    sink_start(&s);
    struct outbound *o = sink_caller(&s, true, NULL);
    struct outbound_request r = {.method = "GET", .url = url};
    snprintf(url, sizeof url, "https://localhost:%s/late", s.port);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.late = cases[i].text;
        struct outbound_result *a = sink_call(&s, o, &r);
        if (a->retry_after_ms < cases[i].least ||
            a->retry_after_ms > cases[i].most)
            test_fail(__FILE__, __LINE__, "read wrongly", cases[i].text, NULL);
        outbound_result_free(a);
    }
    outbound_free(o);
    sink_stop(&s);
}

/* Sabotage: take CURLOPT_FRESH_CONNECT out of set_request(). */
static void
test_once_on_a_connection_of_its_own(void)
{
    static const char *const methods[] = {"POST", "PATCH", "DELETE", "HEAD"};
    struct sink s;
    char url[128];
    sink_start(&s);
    struct outbound *o = sink_caller(&s, true, NULL);
    struct outbound_request r = {.method = "GET", .url = url};
    snprintf(url, sizeof url, "https://localhost:%s/echo", s.port);
    for (int i = 0; i < 3; i++)
        outbound_result_free(sink_call(&s, o, &r));
    CHECK_INT(sink_connections(&s), 1);
    for (size_t i = 0; i < 4; i++) {
        r = (struct outbound_request){.method = methods[i],
                                      .url = url,
                                      .body = i < 2 ? "{}" : NULL,
                                      .body_len = i < 2 ? 2 : 0,
                                      .once = true};
        struct outbound_result *a = sink_call(&s, o, &r);
        CHECK_INT(a->code, ERR_OK);
        outbound_result_free(a);
        CHECK_INT(sink_connections(&s), 2 + (int)i);
    }
    outbound_free(o);
    sink_stop(&s);
}

/* --- names whose addresses change ---------------------------------------- */

typedef int resolver(const char *, const char *, const struct addrinfo *,
                     struct addrinfo **);

/* What the name "changes.example" means; "nowhere.example" means nothing;
 * "hangs.example" has no answer until it is set free. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    const char *address;
    int asked;
    bool hangs, hung;
} names = {.lock = PTHREAD_MUTEX_INITIALIZER,
           .changed = PTHREAD_COND_INITIALIZER};

/* In the place of the C library's: libcurl asks it on a thread of its own. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
            struct addrinfo **out)
{
    resolver *real = NULL;
    int none = 0;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    pthread_mutex_lock(&names.lock);
    if (name && strcmp(name, "hangs.example") == 0) {
        while (names.hangs)
            pthread_cond_wait(&names.changed, &names.lock);
        names.hung = true;
        pthread_cond_broadcast(&names.changed);
    }
    if (name && strcmp(name, "nowhere.example") == 0)
        none = EAI_NONAME;
    if (name && strcmp(name, "changes.example") == 0) {
        names.asked++;
        name = names.address;
    }
    pthread_mutex_unlock(&names.lock);
    return none ? none : real(name, service, hints, out);
}

static struct outbound_result *
call_name(struct sink *s, const char *name, const char *address, bool loopback)
{
    char url[128];
    struct outbound *o = sink_caller(s, loopback, NULL);
    struct outbound_request r = {
        .method = "POST", .url = url, .timeout_ms = 2000, .once = true};
    snprintf(url, sizeof url, "https://%s:%s/", name, s->port);
    pthread_mutex_lock(&names.lock);
    names.address = address;
    names.asked = 0;
    pthread_mutex_unlock(&names.lock);
    struct outbound_result *a = sink_call(s, o, &r);
    outbound_free(o);
    return a;
}

/* A port that takes connections and says nothing, not even in TLS. */
static int
listen_silently(char port[8])
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&at, n), 0);
    CHECK_INT(listen(fd, 8), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    snprintf(port, 8, "%d", ntohs(at.sin_port));
    return fd;
}

/* A call that never became a request is known not to have been sent, so that
 * one that happens once is made again. Sabotage: let finish() of client.c say
 * that each call was sent. */
static void
test_what_is_not_sent(void)
{
    struct sink s;
    char silent[8];
    sink_start(&s);
    int fd = listen_silently(silent);
    const struct {
        const char *host, *port;
    } calls[] = {{"localhost", "1"},         /* refused */
                 {"nowhere.example", "443"}, /* no address */
                 {"localhost", silent}};     /* no TLS */
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char url[128];
        struct outbound *o = sink_caller(&s, true, NULL);
        struct outbound_request r = {.method = "POST",
                                     .url = url,
                                     .body = "{}",
                                     .body_len = 2,
                                     .timeout_ms = i < 2 ? 0 : 300,
                                     .once = true};
        snprintf(url, sizeof url, "https://%s:%s/", calls[i].host,
                 calls[i].port);
        struct outbound_result *a = sink_call(&s, o, &r);
        CHECK_INT(a->code, ERR_UNREACHABLE);
        CHECK(!a->sent && !a->permanent);
        outbound_result_free(a);
        outbound_free(o);
    }
    close(fd);
    sink_stop(&s);
}

/* The address that is connected is judged, not one that was looked up before:
 * a name is asked for once. Sabotage: take CURLOPT_OPENSOCKETFUNCTION out of
 * set_transport(). */
static void
test_names_that_change(void)
{
    static const char *const inside_ones[] = {
        "127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1"};
    struct sink s;
    sink_start(&s);
    struct outbound_result *a =
        call_name(&s, "changes.example", "127.0.0.1", true);
    CHECK(a->sent || a->permanent); /* it got as far as the certificate */
    CHECK(!strstr(a->message, "cannot call this address"));
    outbound_result_free(a);
    for (size_t i = 0; i < sizeof inside_ones / sizeof *inside_ones; i++) {
        a = call_name(&s, "changes.example", inside_ones[i], false);
        CHECK_INT(a->code, ERR_REFUSED);
        CHECK_HAS(a->message, "cannot call this address");
        CHECK(!a->sent);
        outbound_result_free(a);
        CHECK_INT(names.asked, 1);
    }
    CHECK_INT(s.requests, 0);
    sink_stop(&s);
}

/* The loop goes on while a name server is silent. Sabotage: take
 * CURLOPT_QUICK_EXIT out of set_transport(), and it waits for ever. */
static void
test_a_name_server_that_is_silent(void)
{
    struct sink s;
    sink_start(&s);
    names.hangs = true;
    struct outbound_result *a = call_name(&s, "hangs.example", "", true);
    CHECK_INT(a->code, ERR_UNREACHABLE);
    CHECK(!a->permanent);
    outbound_result_free(a);
    pthread_mutex_lock(&names.lock);
    CHECK(!names.hung);
    names.hangs = false;
    pthread_cond_broadcast(&names.changed);
    while (!names.hung)
        pthread_cond_wait(&names.changed, &names.lock);
    pthread_mutex_unlock(&names.lock);
    sink_stop(&s);
}

/* The client itself has no call that checks nothing. Sabotage: take the check
 * of the trust out of check_call(). */
static void
test_nobody_is_trusted(void)
{
    struct http_client *c =
        http_client_new(&(struct http_client_options){.user_agent = "test"});
    struct http_call call = {.method = "GET", .url = "https://localhost:1/"};
    CHECK(c != NULL);
    CHECK_INT(http_client_start(c, &call, NULL), ERR_INVALID);
    http_client_free(c);
}

static const struct test tests[] = {
    {"calls, redirects, large answers", test_calls},
    {"seventy ways to name this machine", test_refused},
    {"the allow-list is by host and port", test_allow_list},
    {"no header injection", test_injection},
    {"Retry-After in all its forms", test_retry_after},
    {"a call that happens once has its own connection",
     test_once_on_a_connection_of_its_own},
    {"names whose address changes", test_names_that_change},
    {"a name server that is silent", test_a_name_server_that_is_silent},
    {"what is not sent is known", test_what_is_not_sent},
    {"a call that trusts nobody is refused", test_nobody_is_trusted},
    {NULL, NULL},
};

void
test_http_outbound(void)
{
    test_run("outbound", tests);
    failed_tests += test_failures;
}
