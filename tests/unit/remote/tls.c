/* The HTTPS client against a hostile server: identity, limits, fates. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "manager/exchange/runtime.h"
#include "remote/client.h"
#include "remote/retry.h"
#include "tests/unit/remote/remote.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/tailor-tls-XXXXXX";
static struct tls_identity good, other, expired;
static int port, pid;
static char url[64];

static struct client_target
target(void)
{
    return (struct client_target){"rt", url, good.path, NULL, "secret"};
}

/* --- what one call gave --------------------------------------------------- */

struct seen {
    int calls;
    enum client_fate fate;
    long status;
    enum retry_verdict verdict;
    int64_t certificate_ends;
    struct error error;
};

static void
on_done(void *context, const struct client_answer *a)
{
    struct seen *s = context;
    s->calls++;
    s->fate = a->fate;
    s->status = a->status;
    s->error = a->error;
    s->verdict = retry_judge(a);
    s->certificate_ends = a->certificate_ends;
}

static struct seen
call(const struct client_target *t, const char *method, const char *path)
{
    struct client *c = client_new();
    struct client_request r = {method, path, "{}", 2, 5000};
    struct seen s = {0};
    struct error e;
    if (client_start(c, t, &r, on_done, &s, &e) == ERR_OK)
        while (s.calls == 0)
            client_run(c, NULL, 0, 1000);
    else
        s.error = e;
    client_free(c);
    return s;
}

static void
check_sent_nothing(const struct seen *s)
{
    CHECK_INT(s->calls, 1);
    CHECK_INT(s->fate, CLIENT_NOT_SENT);
    CHECK_INT(s->error.code, ERR_UNREACHABLE);
    CHECK_INT(s->verdict, RETRY_AGAIN);
}

/* --- identity ------------------------------------------------------------- */

static void
test_own_ca(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "GET", "/ok");
    CHECK_INT(s.fate, CLIENT_ANSWERED);
    CHECK_INT(s.status, 200);
    CHECK_INT(s.error.code, ERR_OK);
    CHECK_INT(s.verdict, RETRY_DONE);
}

/* Until when the certificate is valid comes with the answer, and only where a
 * connection was made for it. Sabotage: `certificates` of client_new(),
 * the sscanf() of certificate_time(). */
static void
test_certificate_ends(void)
{
    struct client_target t = target();
    int64_t before = clock_now_ms();
    struct seen s = call(&t, "GET", "/ok");
    CHECK(s.certificate_ends > before + 3000 * 1000);
    CHECK(s.certificate_ends <= before + 3600 * 1000);
    t.ca_file = other.path;
    s = call(&t, "POST", "/ok");
    CHECK_INT(s.certificate_ends, 0);
}

static void
test_wrong_ca(void)
{
    struct client_target t = target();
    struct seen s;
    t.ca_file = other.path;
    s = call(&t, "POST", "/ok");
    check_sent_nothing(&s);
    CHECK_HAS(s.error.text, "certificate is not the expected one");
}

static void
test_wrong_host(void)
{
    struct client_target t = target();
    char ip[64];
    struct seen s;
    snprintf(ip, sizeof ip, "https://127.0.0.1:%d", port);
    t.url = ip;
    s = call(&t, "POST", "/ok");
    check_sent_nothing(&s);
    /* The pin does not stand in for the host name. */
    t.ca_file = NULL;
    t.pin = good.pin;
    s = call(&t, "POST", "/ok");
    check_sent_nothing(&s);
}

static void
test_pin(void)
{
    struct client_target t = target();
    struct seen s;
    t.ca_file = NULL;
    t.pin = good.pin;
    s = call(&t, "GET", "/ok");
    CHECK_INT(s.status, 200);
    t.pin = other.pin; /* the pin of a key that was replaced */
    s = call(&t, "POST", "/ok");
    check_sent_nothing(&s);
    CHECK_HAS(s.error.text, "not the pinned one");
    t.ca_file = good.path; /* a CA does not stand in for the pin */
    s = call(&t, "POST", "/ok");
    check_sent_nothing(&s);
}

static void
test_expired(void)
{
    struct client_target t = {"rt", NULL, expired.path, NULL, "secret"};
    char there[64];
    struct seen s;
    int child_pid, p = tls_server_start(&expired, &child_pid);
    snprintf(there, sizeof there, "https://localhost:%d", p);
    t.url = there;
    s = call(&t, "GET", "/ok");
    check_sent_nothing(&s);
    CHECK_HAS(s.error.text, "certificate has expired");
    tls_server_stop(child_pid);
}

/* Nobody listens: nothing was sent. */
static void
test_refused(void)
{
    struct client_target t = target();
    struct seen s;
    t.url = "https://localhost:1";
    s = call(&t, "POST", "/ok");
    check_sent_nothing(&s);
}

static void
test_targets(void)
{
    static const char *const bad[] = {
        "http://localhost",      "https://",         "https://a/b",
        "https://user:pw@host",  "https://host?x=1", "ftp://host",
        "https://host/\r\nX: y", "https://host ",    NULL};
    struct client_target t = target();
    struct error e;
    for (int i = 0; bad[i]; i++)
        CHECK_INT(runtime_check_url(bad[i], &e), ERR_INVALID);
    CHECK_INT(runtime_check_url("https://host:8443", &e), ERR_OK);
    CHECK_INT(runtime_check_url("https://[::1]:8443/", &e), ERR_OK);
    t.ca_file = NULL;
    CHECK_INT(client_check_target(&t, &e), ERR_INVALID);
    t.pin = "sha256//short";
    CHECK_INT(client_check_target(&t, &e), ERR_INVALID);
    t = target();
    t.ca_file = "/nowhere/ca.pem";
    CHECK_INT(client_check_target(&t, &e), ERR_NOT_FOUND);
    t = target();
    t.token = "two\nlines";
    CHECK_INT(client_check_target(&t, &e), ERR_INVALID);
}

/* --- answers -------------------------------------------------------------- */

static void
test_redirect(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "POST", "/redirect");
    CHECK_INT(s.status, 302);
    CHECK_INT(s.error.code, ERR_REFUSED);
    CHECK_HAS(s.error.text, "redirects are not followed");
}

static void
test_limits(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "GET", "/huge");
    CHECK_INT(s.fate, CLIENT_UNKNOWN);
    CHECK_INT(s.error.code, ERR_TOO_BIG);
    s = call(&t, "GET", "/headers");
    CHECK_INT(s.error.code, ERR_TOO_BIG);
    s = call(&t, "POST", "/deep");
    CHECK_INT(s.fate, CLIENT_UNKNOWN);
    CHECK_INT(s.error.code, ERR_TOO_BIG);
    CHECK_INT(s.verdict, RETRY_ASK);
}

/* The request was sent and no whole answer came: nobody may say what
 * happened. */
static void
test_unknown(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "POST", "/close");
    CHECK_INT(s.fate, CLIENT_UNKNOWN);
    CHECK_INT(s.error.code, ERR_OUTCOME_UNKNOWN);
    CHECK_INT(s.verdict, RETRY_ASK);
    s = call(&t, "POST", "/half");
    CHECK_INT(s.fate, CLIENT_UNKNOWN);
    CHECK_INT(s.verdict, RETRY_ASK);
    s = call(&t, "POST", "/500");
    CHECK_INT(s.status, 500);
    CHECK_INT(s.verdict, RETRY_ASK);
}

static void
test_revoked(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "POST", "/401");
    CHECK_INT(s.error.code, ERR_UNAUTHORIZED);
    CHECK_HAS(s.error.text, "unknown or revoked");
    CHECK_HAS(s.error.text, "U+001B"); /* hostile text is made visible */
    CHECK_INT(s.verdict, RETRY_AGAIN);
}

/* Sabotage: hide() in explain_status(). */
static void
test_token_that_comes_back(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "POST", "/echo");
    CHECK_INT(s.error.code, ERR_UNAUTHORIZED);
    CHECK_HAS(s.error.text, "bad Bearer ******, ******");
    CHECK(!strstr(s.error.text, "secret"));
}

static void
test_empty(void)
{
    struct client_target t = target();
    struct seen s = call(&t, "PUT", "/empty");
    CHECK_INT(s.fate, CLIENT_ANSWERED);
    CHECK_INT(s.verdict, RETRY_DONE);
}

static const struct test tests[] = {
    {"the runtime's own CA is enough", test_own_ca},
    {"another CA sends nothing", test_wrong_ca},
    {"the end of the certificate", test_certificate_ends},
    {"another host name sends nothing", test_wrong_host},
    {"a pin, and the pin of a replaced key", test_pin},
    {"an expired certificate sends nothing", test_expired},
    {"nobody there: not sent", test_refused},
    {"targets that cannot be used", test_targets},
    {"redirects are not followed", test_redirect},
    {"answers too big, too deep, too many headers", test_limits},
    {"a lost answer is unknown", test_unknown},
    {"a revoked token", test_revoked},
    {"a token that comes back is not shown", test_token_that_comes_back},
    {"an empty answer", test_empty},
    {NULL, NULL}};

void
test_remote_tls(void)
{
    char command[64];
    if (!mkdtemp(folder))
        abort();
    tls_identity_make(&good, folder, "good", "localhost", -60, 3600);
    tls_identity_make(&other, folder, "other", "localhost", -60, 3600);
    tls_identity_make(&expired, folder, "old", "localhost", -7200, -3600);
    port = tls_server_start(&good, &pid);
    snprintf(url, sizeof url, "https://localhost:%d", port);
    test_run("tls", tests);
    failed_tests |= test_result();
    tls_server_stop(pid);
    snprintf(command, sizeof command, "%s", folder);
    for (const struct tls_identity *id = &good; id; id = id == &good ? &other
                                                         : id == &other
                                                             ? &expired
                                                             : NULL) {
        unlink(id->path);
        unlink(id->key_path);
    }
    rmdir(command);
}
