/* Outbound calls: whose certificates are trusted, and when they are judged. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/http/http.h"
#include "tests/unit/http/sink.h"
#include "tests/unit/test.h"

/* Sabotage: leave HTTP_CALL_NOT_TRUSTED out of explain(). */
static void
test_certificate_that_is_not_trusted(void)
{
    struct sink s, other;
    char url[128];
    sink_start(&s);
    sink_start(&other);
    struct outbound *o = sink_caller(&other, true, NULL);
    struct outbound_request r = {.method = "GET", .url = url};
    snprintf(url, sizeof url, "https://localhost:%s/", s.port);
    struct outbound_result *a = sink_call(&s, o, &r);
    CHECK(a->permanent && !a->sent);
    CHECK_HAS(a->message, "certificate");
    outbound_result_free(a);
    CHECK_INT(s.requests, 0);
    snprintf(url, sizeof url, "https://localhost:1/");
    a = sink_call(&s, o, &r); /* nobody listens there now */
    CHECK(!a->permanent && !a->sent && a->code == ERR_UNREACHABLE);
    outbound_result_free(a);
    outbound_free(o);
    sink_stop(&other);
    sink_stop(&s);
}

#define EC "ec -pkeyopt ec_paramgen_curve:P-256"

/* Calls S, which must be refused because of WHY; NULL: must answer. */
static void
check_called(struct sink *s, const char *why)
{
    char url[128];
    struct outbound *o = sink_caller(s, true, NULL);
    struct outbound_request r = {
        .method = "POST", .url = url, .body = "{}", .body_len = 2};
    snprintf(url, sizeof url, "https://localhost:%s/echo", s->port);
    struct outbound_result *a = sink_call(s, o, &r);
    CHECK_INT(a->code, why ? ERR_REFUSED : ERR_OK);
    CHECK_INT(s->requests, why ? 0 : 1);
    CHECK(a->sent == !why);
    if (why) {
        CHECK_HAS(a->message, why);
        CHECK(a->permanent);
    }
    outbound_result_free(a);
    outbound_free(o);
}

/* 0.2 s: openssl makes keys. Sabotage: look_at_peer() in client_call.c. */
static void
test_unfit_certificates(void)
{
    static const struct {
        const char *key, *usage, *why;
    } cases[] = {{"rsa:2048", "serverAuth", NULL},
                 {EC, "clientAuth,serverAuth", NULL},
                 {EC, "clientAuth", "not for servers"},
                 {"rsa:1024", "serverAuth", "too short"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sink s;
        sink_start_as(&s, cases[i].key, cases[i].usage);
        check_called(&s, cases[i].why);
        sink_stop(&s);
    }
}

/* Sabotage: leave is_new_connection() out of look_at_peer(). */
static void
test_certificates_are_judged_once(void)
{
    struct sink s;
    char url[128];
    sink_start(&s);
    struct outbound *o = sink_caller(&s, true, NULL);
    struct outbound_request r = {.method = "GET", .url = url};
    snprintf(url, sizeof url, "https://localhost:%s/echo", s.port);
    for (int i = 0; i < 5; i++)
        outbound_result_free(sink_call(&s, o, &r));
    CHECK_INT(sink_connections(&s), 1);
    CHECK_INT((int)outbound_judged(o), 1);
    r.once = true;
    for (int i = 0; i < 2; i++)
        outbound_result_free(sink_call(&s, o, &r));
    CHECK_INT((int)outbound_judged(o), 3);
    outbound_free(o);
    sink_stop(&s);
}

/* Calls S, which must be refused because of WHY without another request; NULL:
 * must answer. */
static void
check_goes_on(struct sink *s, struct outbound *o, bool once, const char *why)
{
    char url[128];
    struct outbound_request r = {.method = "GET", .url = url, .once = once};
    int before = s->requests;
    snprintf(url, sizeof url, "https://localhost:%s/echo", s->port);
    struct outbound_result *a = sink_call(s, o, &r);
    CHECK_INT(a->code, why ? ERR_REFUSED : ERR_OK);
    CHECK_INT(s->requests, before + (why ? 0 : 1));
    if (why)
        CHECK_HAS(a->message, why);
    outbound_result_free(a);
}

/* What a kept connection was judged for says nothing of the next one to the
 * same host: an authority that is trusted no longer, a certificate that is no
 * longer fit, and one that is again. 0.1 s: openssl makes keys. */
static void
test_each_new_connection_is_judged(void)
{
    struct sink s, other;
    sink_start_as(&s, EC, "serverAuth");
    sink_start_as(&other, EC, "serverAuth");
    struct outbound *o = sink_caller(&s, true, NULL);
    check_goes_on(&s, o, false, NULL);
    CHECK_INT(rename(other.ca, s.ca), 0);
    check_goes_on(&s, o, false, NULL); /* on the kept connection */
    CHECK_INT(sink_connections(&s), 1);
    check_goes_on(&s, o, true, "is not trusted");
    sink_become(&s, EC, "clientAuth");
    check_goes_on(&s, o, false, "not for servers");
    check_goes_on(&s, o, false, "not for servers");
    sink_become(&s, EC, "serverAuth");
    check_goes_on(&s, o, false, NULL);
    outbound_free(o);
    sink_stop(&other);
    sink_stop(&s);
}

/* A call on the kept connection, and one that finds it RETIRED. */
static void
check_retired(struct sink *s, struct outbound *o, bool retired)
{
    int before = (int)outbound_judged(o);
    check_goes_on(s, o, false, NULL);
    CHECK_INT((int)outbound_judged(o), before + (retired ? 1 : 0));
}

/* What is trusted may be another file now. Sabotage: http_client_retire() in
 * outbound_reload(); either branch of set_greatest_age() in client_call.c. */
static void
test_a_reload_retires_connections(void)
{
    struct sink s, other;
    struct error e;
    sink_start_as(&s, EC, "serverAuth");
    sink_start_as(&other, EC, "serverAuth");
    struct outbound *o = sink_caller(&s, true, NULL);
    check_retired(&s, o, true);
    check_retired(&s, o, false);
    CHECK_INT(outbound_reload(o, &e), ERR_OK);
    check_retired(&s, o, true); /* at once */
    CHECK_INT(outbound_reload(o, &e), ERR_OK);
    for (int64_t end = clock_monotonic_ms() + 2100; clock_monotonic_ms() < end;)
        outbound_wait(o, 100);
    check_retired(&s, o, true); /* later */
    check_retired(&s, o, false);
    CHECK_INT(rename(other.ca, s.ca), 0);
    CHECK_INT(outbound_reload(o, &e), ERR_OK);
    check_goes_on(&s, o, false, "is not trusted");
    CHECK_INT(unlink(s.ca), 0);
    CHECK(outbound_reload(o, &e) != ERR_OK);
    CHECK_HAS(e.text, "caFile");
    outbound_free(o);
    sink_stop(&other);
    sink_stop(&s);
}

/* A certificate that expires ends its connections. Sabotage: `connection_s` of
 * outbound_new(). */
static void
test_connections_have_a_greatest_age(void)
{
    struct sink s;
    struct outbound *o = NULL;
    sink_start(&s);
    struct outbound_options options = {.ca_file = s.ca,
                                       .own_ca_only = true,
                                       .allow_loopback = true,
                                       .connection_s = 1};
    CHECK_INT(outbound_new(&o, &options, NULL), ERR_OK);
    int64_t end = clock_monotonic_ms() + 20000;
    while (outbound_judged(o) < 2 && clock_monotonic_ms() < end) {
        check_goes_on(&s, o, false, NULL);
        outbound_wait(o, 50);
    }
    CHECK_INT((int)outbound_judged(o), 2);
    outbound_free(o);
    sink_stop(&s);
}

/* 0.3 s: openssl makes keys. A root is trusted as it is; an authority under it
 * is not. Sabotage: judge the host's certificate alone. */
static void
test_unfit_authorities(void)
{
    static const struct {
        const char *root, *middle, *usage, *why;
    } cases[] = {{EC, EC, "serverAuth", NULL},
                 {"rsa:1024", EC, "anyExtendedKeyUsage", NULL},
                 {EC, EC, "clientAuth", "not for servers"},
                 {EC, "rsa:1024", "serverAuth", "too short"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sink s;
        sink_start_under(&s, cases[i].root, cases[i].middle, cases[i].usage);
        check_called(&s, cases[i].why);
        sink_stop(&s);
    }
}

/* Sabotage: http_ca_check() in outbound_new(). */
static void
test_ca_file(void)
{
    struct sink s;
    struct outbound *o = NULL;
    struct error e;
    sink_start(&s);
    const char *const files[] = {s.key, "/dev/null", s.folder, "/nowhere"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct outbound_options options = {.ca_file = files[i]};
        CHECK(outbound_new(&o, &options, &e) != ERR_OK);
        CHECK_HAS(e.text, "caFile");
        CHECK_HAS(e.text, files[i]);
    }
    sink_stop(&s);
}

static const struct test tests[] = {
    {"a certificate that is not trusted", test_certificate_that_is_not_trusted},
    {"a certificate for clients, or a weak one, is refused",
     test_unfit_certificates},
    {"a chain with such an authority is refused", test_unfit_authorities},
    {"certificates are judged once for a connection",
     test_certificates_are_judged_once},
    {"each new connection is judged", test_each_new_connection_is_judged},
    {"a reload retires connections", test_a_reload_retires_connections},
    {"connections have a greatest age", test_connections_have_a_greatest_age},
    {"a CA file holds certificates", test_ca_file},
    {NULL, NULL},
};

void
test_http_certificates(void)
{
    test_run("certificates", tests);
    failed_tests += test_failures;
}
