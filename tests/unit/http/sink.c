/* A server that outbound calls reach. */
#include "tests/unit/http/sink.h"

#include <unistd.h>

#include "base/clock.h"
#include "http/selfsigned.h"
#include "tests/unit/test.h"

static void
make_folder(struct sink *s)
{
    *s = (struct sink){0};
    snprintf(s->folder, sizeof s->folder, "/tmp/test-outbound-XXXXXX");
    CHECK(mkdtemp(s->folder) != NULL);
    snprintf(s->ca, sizeof s->ca, "%s/ca.pem", s->folder);
    snprintf(s->certificate, sizeof s->certificate, "%s/certificate.pem",
             s->folder);
    snprintf(s->key, sizeof s->key, "%s/key.pem", s->folder);
}

static void
serve_at(struct sink *s, const char *listen)
{
    struct http_options o = {
        .listen = listen, .certificate = s->certificate, .key = s->key};
    struct error e = {0};
    if (http_server_start(&s->server, &o, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, e.text, NULL, NULL);
    s->port = strrchr(http_server_address(s->server), ':') + 1;
}

static void
serve(struct sink *s)
{
    serve_at(s, "127.0.0.1:0");
}

void
sink_start(struct sink *s)
{
    make_folder(s);
    CHECK_INT(selfsigned_write(s->folder, NULL), ERR_OK);
    serve(s);
}

static void
make_certificate(struct sink *s, const char *key, const char *usage)
{
    char command[1024];
    snprintf(command, sizeof command,
             "cd %s && openssl req -x509 -newkey %s -nodes -days 2 -subj "
             "/CN=localhost -addext subjectAltName=DNS:localhost -addext "
             "extendedKeyUsage=%s -keyout key.pem -out ca.pem 2>log && "
             "cp ca.pem certificate.pem && chmod 600 key.pem && rm log",
             s->folder, key, usage);
    CHECK_INT(system(command), 0);
}

void
sink_start_as(struct sink *s, const char *key, const char *usage)
{
    make_folder(s);
    make_certificate(s, key, usage);
    serve(s);
}

void
sink_become(struct sink *s, const char *key, const char *usage)
{
    char listen[64];
    snprintf(listen, sizeof listen, "127.0.0.1:%s", s->port);
    http_server_free(s->server);
    make_certificate(s, key, usage);
    serve_at(s, listen);
}

void
sink_start_under(struct sink *s, const char *root, const char *middle,
                 const char *usage)
{
    static const char make[] =
        "cd %s && { make() { openssl req -x509 -nodes -days 2 -newkey \"$@\"; "
        "} "
        "&& make %s -subj /CN=root -keyout root.key -out ca.pem && "
        "make %s -subj /CN=middle -CA ca.pem -CAkey root.key -keyout "
        "middle.key "
        "-addext basicConstraints=critical,CA:true "
        "-addext extendedKeyUsage=%s -out middle.pem && "
        "make ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost "
        "-CA middle.pem -CAkey middle.key -keyout key.pem -out leaf.pem "
        "-addext basicConstraints=CA:false "
        "-addext subjectAltName=DNS:localhost; } 2>log && "
        "cat leaf.pem middle.pem ca.pem >certificate.pem && chmod 600 key.pem "
        "&& rm log leaf.pem middle.pem root.key middle.key";
    char command[1400];
    make_folder(s);
    snprintf(command, sizeof command, make, s->folder, root, middle, usage);
    CHECK_INT(system(command), 0);
    serve(s);
}

void
sink_stop(struct sink *s)
{
    http_server_free(s->server);
    unlink(s->ca);
    unlink(s->certificate);
    unlink(s->key);
    rmdir(s->folder);
}

/* Answers what has come: a redirect, a large answer, or what was sent. */
void
sink_serve(struct sink *s)
{
    struct http_request *r;
    while ((r = http_server_next(s->server, 0))) {
        struct http_answer a;
        http_answer_init(&a, 200);
        const char *coding = http_request_header(r, "Accept-Encoding");
        s->requests++;
        s->asked_plain += coding && strcmp(coding, "identity") == 0;
        if (strcmp(r->path, "/redirect") == 0) {
            char to[64]; /* a place that may be called, and would be seen */
            snprintf(to, sizeof to, "https://localhost:%s/stolen", s->port);
            a.status = 302;
            http_answer_header(&a, "Location", to);
        } else if (strcmp(r->path, "/large") == 0) {
            for (int i = 0; i < 5000; i++)
                buf_adds(&a.body, "0123456789");
        } else if (strcmp(r->path, "/huge") == 0) {
            char *place = buf_reserve(&a.body, HUGE_ANSWER);
            memset(place, 'x', HUGE_ANSWER);
            buf_grew(&a.body, HUGE_ANSWER);
        } else if (strcmp(r->path, "/late") == 0) {
            a.status = 503;
            http_answer_header(&a, "Retry-After", s->late);
        } else {
            buf_add(&a.body, r->body, r->body_len);
        }
        http_request_answer(r, &a);
    }
}

uint64_t
sink_connections(struct sink *s)
{
    struct http_counts counts;
    http_server_counts(s->server, &counts);
    return counts.connections;
}

void
sink_keep(void *ctx, struct outbound_result *result)
{
    *(struct outbound_result **)ctx = result;
}

struct outbound_result *
sink_call(struct sink *s, struct outbound *o, const struct outbound_request *r)
{
    struct outbound_result *result = NULL;
    int64_t end = clock_monotonic_ms() + 20000;
    outbound_start(o, r, sink_keep, &result);
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

struct outbound *
sink_caller(struct sink *s, bool loopback, const char *const *allow)
{
    struct outbound *o = NULL;
    struct outbound_options options = {.ca_file = s->ca,
                                       .own_ca_only = true,
                                       .allow = allow,
                                       .allow_loopback = loopback};
    CHECK_INT(outbound_new(&o, &options, NULL), ERR_OK);
    return o;
}
