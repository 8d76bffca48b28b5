/* The pre-filter of requests. */
#include "tests/unit/http/http.h"

#include "http/check.h"
#include "tests/unit/test.h"

static struct http_field
field(const char *name, const char *value)
{
    return (struct http_field){name, strlen(name), value, strlen(value)};
}

/* The status for a request of METHOD with these fields, written plainly. */
static int
status_of(const char *method, const char *version,
          const struct http_field *fields, size_t n, long extra)
{
    size_t length = 0;
    struct http_head h = {.method = method,
                          .uri = "/x",
                          .version = version,
                          .fields = fields,
                          .field_count = n,
                          .max_body = 100};
    h.size = strlen(method) + 2 + strlen(version) + 6;
    for (size_t i = 0; i < n; i++)
        h.size += fields[i].name_len + fields[i].value_len + 4;
    h.size = (size_t)((long)h.size + extra);
    return http_check_head(&h, &length, NULL);
}

static void
test_framing(void)
{
    struct http_field host = field("Host", "localhost:8443");
    struct http_field one[] = {host, field("Content-Length", "10")};
    struct http_field two[] = {host, field("Content-Length", "1"),
                               field("content-length", "1")};
    struct http_field te[] = {host, field("TRANSFER-encoding", "chunked")};
    struct http_field hosts[] = {host, field("hOST", "localhost")};
    struct http_field big[] = {host, field("Content-Length", "101")};
    struct http_field huge[] = {host,
                                field("Content-Length", "1000000000000000000")};
    static const char *const controls[] = {"a\rb", "a\nb", "\x01", "a\x7f",
                                           "\x1b[2J"};
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        struct http_field odd[] = {host, field("X", controls[i])};
        CHECK_INT(status_of("GET", "HTTP/1.1", odd, 2, 0), 400);
    }
    struct http_field tab[] = {host, field("X", "a\tb")};
    CHECK_INT(status_of("GET", "HTTP/1.1", tab, 2, 0), 0);
    CHECK_INT(status_of("GET", "HTTP/1.1", &host, 1, 0), 0);
    CHECK_INT(status_of("POST", "HTTP/1.1", one, 2, 0), 0);
    CHECK_INT(status_of("POST", "HTTP/1.1", two, 3, 0), 400);
    CHECK_INT(status_of("POST", "HTTP/1.1", te, 2, 0), 400);
    CHECK_INT(status_of("GET", "HTTP/1.1", hosts, 2, 0), 400);
    CHECK_INT(status_of("GET", "HTTP/1.1", NULL, 0, 0), 400);
    CHECK_INT(status_of("POST", "HTTP/1.1", big, 2, 0), 413);
    CHECK_INT(status_of("POST", "HTTP/1.1", huge, 2, 0), 400);
    CHECK_INT(status_of("get", "HTTP/1.1", &host, 1, 0), 501);
    CHECK_INT(status_of("GET", "HTTP/1.0", &host, 1, 0), 505);
    CHECK_INT(status_of("GET", "HTTP/9", &host, 1, 0), 400);
}

/* Without check_size() a head with hidden bytes, folded lines or bare LF
 * passes. */
static void
test_size(void)
{
    struct http_field host = field("Host", "a");
    struct http_field empty[] = {host, field("X", "")};
    CHECK_INT(status_of("GET", "HTTP/1.1", &host, 1, 1), 400);
    CHECK_INT(status_of("GET", "HTTP/1.1", &host, 1, -1), 400);
    CHECK_INT(status_of("GET", "HTTP/1.1", empty, 2, -1), 0);
    CHECK_INT(status_of("GET", "HTTP/1.1", empty, 2, -2), 400);
}

static int
read_uri(const char *uri, struct http_request *r, struct buf *store)
{
    buf_init(store, 4 * strlen(uri) + 1024);
    *r = (struct http_request){0};
    return http_check_uri(uri, r, store, NULL);
}

static void
test_uri(void)
{
    struct http_request r;
    struct buf store;
    CHECK_INT(read_uri("/2024-03/users/a%2Fb%20c/?userId=x+y&a&b=%C3%A9&=z", &r,
                       &store),
              0);
    CHECK_INT((int)r.segment_count, 3);
    CHECK_STR(r.segments[2], "a/b c");
    CHECK_STR(r.path, "/2024-03/users/a%2Fb%20c/");
    CHECK_STR(http_request_query(&r, "userId"), "x y");
    CHECK_STR(http_request_query(&r, "a"), "");
    CHECK_STR(http_request_query(&r, "b"), "\xc3\xa9");
    CHECK(http_request_query(&r, "c") == NULL);
    buf_clear(&store);
    static const char *const bad[] = {
        "",     "x",    "*",      "/a//b", "/..",       "/a/%2e",
        "/%00", "/%g0", "/%2",    "/%",    "/\xc3\xa9", "/%ff",
        "/%0a", "/a b", "/?a=%0", "/{}",   "/a\\b",     "/?\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_INT(read_uri(bad[i], &r, &store), 400);
        buf_clear(&store);
    }
}

static void
test_match(void)
{
    struct http_request r;
    struct buf store;
    const char *params[HTTP_MAX_SEGMENTS];
    read_uri("/2024-03/users/ann/token/", &r, &store);
    CHECK(http_request_match(&r, 1, "/users/{user}/token", params));
    CHECK_STR(params[0], "ann");
    CHECK(!http_request_match(&r, 0, "/users/{user}/token", params));
    CHECK(!http_request_match(&r, 1, "/users/{user}", params));
    CHECK(!http_request_match(&r, 1, "/users/{user}/token/x", params));
    CHECK(!http_request_match(&r, 1, "/users/{user}/tokens", params));
    buf_clear(&store);
}

static void
test_answer(void)
{
    struct http_answer a;
    http_answer_init(&a, 200);
    http_answer_header(&a, "X", "a\r\nSet-Cookie: b");
    CHECK_STR(a.headers[0].value, "a  Set-Cookie: b");
    struct error e;
    error_set(&e, ERR_STALE, "live: it is another");
    http_answer_error(&a, &e);
    CHECK_INT(a.status, 409);
    CHECK_STR(buf_str(&a.body),
              "{\"message\":\"live: it is another\",\"error\":\"stale\"}");
    http_answer_clear(&a);
}

/* Sabotage: drop comes_again in check_fields. */
static void
test_single(void)
{
    static const char *const names[] = {"Authorization", "x-alloy-user-token",
                                        "Content-Type", "Idempotency-Key"};
    struct http_field host = field("Host", "localhost");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct http_field once[] = {host, field(names[i], "a"),
                                    field("Accept", "b")};
        struct http_field twice[] = {host, field(names[i], "a"),
                                     field("accept", "b"),
                                     field(names[i], "a")};
        CHECK_INT(status_of("GET", "HTTP/1.1", once, 3, 0), 0);
        CHECK_INT(status_of("GET", "HTTP/1.1", twice, 4, 0), 400);
    }
}

static const struct test tests[] = {
    {"framing of requests", test_framing},
    {"a head as long as what was reported", test_size},
    {"who calls is said once", test_single},
    {"targets are split, decoded, refused", test_uri},
    {"patterns of paths", test_match},
    {"answers", test_answer},
    {NULL, NULL},
};

void
test_http_check(void)
{
    test_run("http check", tests);
    failed_tests += test_failures;
}
