/* The options of one call, and what libcurl calls while it runs. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/client_private.h"

#define SYSTEM_FOLDER "/etc/ssl/certs"
#define SYSTEM_BUNDLE SYSTEM_FOLDER "/ca-certificates.crt"

/* --- what libcurl calls --------------------------------------------------- */

static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct running *r = ctx;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !r->call.may_connect(r->call.ctx, &address->addr)) {
        r->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

/* Whether the call made its connection. A kept one was judged before the first
 * request on it, with the same trust: another trust gets another connection. */
static bool
is_new_connection(const struct running *r)
{
    long made = 1;
    curl_easy_getinfo(r->easy, CURLINFO_NUM_CONNECTS, &made);
    return made > 0;
}

/* Nothing of the request has been sent yet. */
static int
look_at_peer(void *ctx, char *ip, char *local_ip, int port, int local_port)
{
    struct running *r = ctx;
    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (!is_new_connection(r))
        return CURL_PREREQFUNC_OK;
    r->client->judged++;
    r->problem = http_peer_problem(r->easy);
    return r->problem ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* That the answer waits is not the host's fault: no time-out ends it. A call
 * that is paused again and again has its time once. */
static size_t
pause_answer(struct running *r)
{
    if (r->resumed_ms)
        r->left_ms -= clock_monotonic_ms() - r->resumed_ms;
    r->paused = true;
    r->client->paused++;
    curl_easy_setopt(r->easy, CURLOPT_TIMEOUT_MS, 0L);
    return CURL_WRITEFUNC_PAUSE;
}

static size_t
take_body(char *data, size_t size, size_t n, void *ctx)
{
    struct running *r = ctx;
    r->wanted = r->answer.len + size * n;
    if (r->call.may_hold && !r->call.may_hold(r->call.ctx, r->wanted))
        return pause_answer(r);
    return buf_add(&r->answer, data, size * n) ? size * n : 0;
}

/* A server that never stops sending headers is cut off. */
static size_t
take_header(char *line, size_t size, size_t n, void *ctx)
{
    struct running *r = ctx;
    r->answer_head += size * n;
    if (r->answer_head > r->client->options.answer_head_max)
        return 0;
    if (r->call.header)
        r->call.header(r->call.ctx, line, size * n);
    return size * n;
}

static size_t
give_body(char *out, size_t size, size_t n, void *ctx)
{
    struct running *r = ctx;
    size_t room = size * n, left = r->call.body_len - r->body_sent;
    size_t now = left < room ? left : room;
    if (now)
        memcpy(out, r->body + r->body_sent, now);
    r->body_sent += now;
    return now;
}

/* libcurl rewinds to send again when a kept connection breaks before the
 * answer. The first sending may have had its effect, and who counts attempts
 * would count one. */
static int
rewind_body(void *ctx, curl_off_t offset, int origin)
{
    struct running *r = ctx;
    bool stays = r->call.once || r->call.counted;
    if (origin != SEEK_SET || offset != 0 || (stays && r->body_sent > 0))
        return CURL_SEEKFUNC_FAIL;
    r->body_sent = 0;
    return CURL_SEEKFUNC_OK;
}

/* --- its options ---------------------------------------------------------- */

/* GnuTLS reads what is trusted for each connection, and a folder holds each
 * certificate three times: the system's bundle costs 10 ms, its folder 34. */
static void
set_trust(struct running *r, const struct http_trust *trust)
{
    bool bundle =
        trust->system && !trust->ca_file && access(SYSTEM_BUNDLE, R_OK) == 0;
    bool folder = trust->system && !bundle;
    curl_easy_setopt(r->easy, CURLOPT_CAINFO,
                     bundle ? SYSTEM_BUNDLE : trust->ca_file);
    curl_easy_setopt(r->easy, CURLOPT_CAPATH, folder ? SYSTEM_FOLDER : NULL);
    curl_easy_setopt(r->easy, CURLOPT_SSL_VERIFYPEER,
                     trust->ca_file || trust->system ? 1L : 0L);
    curl_easy_setopt(r->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(r->easy, CURLOPT_SSLVERSION,
                     (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(r->easy, CURLOPT_PREREQFUNCTION, look_at_peer);
    curl_easy_setopt(r->easy, CURLOPT_PREREQDATA, r);
    if (trust->pin)
        curl_easy_setopt(r->easy, CURLOPT_PINNEDPUBLICKEY, trust->pin);
}

/* libcurl uses a kept connection whose age in whole seconds is not above a
 * limit. So what is older than S seconds and a part is kept out by S - 1; below
 * two seconds that would be no limit, and nothing kept is used. What it keeps
 * of authorities, with some TLS libraries, is not older either. */
static void
set_greatest_age(struct running *r)
{
    const struct http_client *c = r->client;
    long most_s = c->options.connection_s;
    int64_t retired_ms = atomic_load(&c->retired_ms);
    int64_t passed_s = (clock_monotonic_ms() - retired_ms) / 1000;
    if (retired_ms && passed_s < 2)
        curl_easy_setopt(r->easy, CURLOPT_FRESH_CONNECT, 1L);
    else if (retired_ms && (most_s == 0 || passed_s - 1 < most_s))
        most_s = (long)(passed_s - 1);
    curl_easy_setopt(r->easy, CURLOPT_MAXLIFETIME_CONN, most_s);
#if LIBCURL_VERSION_NUM >= 0x075700
    if (most_s > 0)
        curl_easy_setopt(r->easy, CURLOPT_CA_CACHE_TIMEOUT, most_s);
#endif
}

static void
set_transport(struct running *r)
{
    const struct http_client_options *o = &r->client->options;
    CURL *c = r->easy;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name server that does not answer holds its thread, never this one. */
    curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
#endif
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
                     o->plain ? "https,http" : "https");
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, o->connect_ms);
    curl_easy_setopt(c, CURLOPT_CERTINFO, (long)o->certificates);
    curl_easy_setopt(c, CURLOPT_USERAGENT, r->client->user_agent);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, r);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, r->why);
    if (r->call.may_connect) {
        curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
        curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, r);
    }
}

static void
set_request(struct running *r, const struct http_call *call)
{
    CURL *c = r->easy;
    curl_easy_setopt(c, CURLOPT_URL, call->url);
    curl_easy_setopt(c, CURLOPT_PRIVATE, r);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, r->headers);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)r->call.timeout_ms);
    curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)r->answer.max);
    if (r->body) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)call->body_len);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(c, CURLOPT_READDATA, r);
        curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, rewind_body);
        curl_easy_setopt(c, CURLOPT_SEEKDATA, r);
    } else if (strcmp(call->method, "HEAD") == 0) {
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    }
    /* The other side may be closing a kept connection at this moment: nobody
     * would know whether it took the request. */
    if (call->once)
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, call->method);
}

static bool
add_line(struct running *r, const char *line)
{
    struct curl_slist *list = curl_slist_append(r->headers, line);
    if (list)
        r->headers = list;
    return list;
}

/* A value may be a secret. */
static bool
add_header(struct running *r, const struct http_header *h)
{
    if (strcasecmp(h->name, "Accept-Encoding") == 0)
        return true;
    char *line = *h->value ? mem_printf("%s: %s", h->name, h->value)
                           : mem_printf("%s;", h->name);
    bool added = add_line(r, line);
    explicit_bzero(line, strlen(line));
    free(line);
    return added;
}

static bool
add_headers(struct running *r, const struct http_call *call)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (!add_header(r, &call->headers[i]))
            return false;
    return add_line(r, "Expect:") && add_line(r, "Accept-Encoding: identity");
}

bool
http_running_set_up(struct running *r, const struct http_call *call)
{
    r->easy = curl_easy_init();
    if (!r->easy || !add_headers(r, call))
        return false;
    set_transport(r);
    set_greatest_age(r);
    set_trust(r, &call->trust);
    set_request(r, call);
    return true;
}
