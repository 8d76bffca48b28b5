/* Outbound HTTP(S) with libcurl's multi interface. */
#include "runtime/outbound/outbound.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/outbound/answer_headers.h"
#include "runtime/outbound/guard.h"
#include "runtime/outbound/places.h"
#include "runtime/outbound/trust.h"

enum {
    TIMEOUT_MS = 30000,
    CONNECT_MS = 10000,
    ANSWER_MAX = 16 * 1024 * 1024,
    NEEDS_PLACE = 1024 * 1024, /* an answer that is larger */
    KEPT = 256                 /* idle connections */
};

/* 8 large answers may be in memory, from the time they come until they are
 * written, 2 of them of one group. */
static const struct places_limits answers = {.all = 8, .second = 4, .group = 2};

struct transfer {
    struct transfer *next;
    struct outbound *owner;
    CURL *easy;
    struct curl_slist *headers;
    char *url;
    char *method;
    char *body;
    size_t body_len;
    size_t body_sent; /* given to libcurl */
    bool has_body;
    bool once;
    struct guard_url target;
    bool refused; /* the connected address was inside */
    bool paused;  /* its answer waits for a place */
    unsigned timeout_ms;
    int64_t group;
    int64_t started_ms;
    void (*done)(void *ctx, struct outbound_result *result);
    void *ctx;
    struct outbound_result *result;
};

#define SYSTEM_FOLDER "/etc/ssl/certs"
#define SYSTEM_BUNDLE SYSTEM_FOLDER "/ca-certificates.crt"

struct outbound {
    CURLM *multi;
    struct outbound_options options;
    char **allow;
    char *ca_file;
    bool bundle; /* the system has SYSTEM_BUNDLE */
    char *user_agent;
    struct transfer *running;
    size_t count, paused;
    struct places *places;
    struct transfer *ended; /* never started: told by the next collect */
};

/* --- the guard ------------------------------------------------------------ */

static bool
address_allowed(const struct transfer *t, const struct sockaddr *address)
{
    if (t->target.allowed)
        return true;
    if (outbound_address_is_loopback(address))
        return t->owner->options.allow_loopback;
    return !t->target.plain && !outbound_address_is_inside(address);
}

/* Called with the address that is about to be connected, after the name was
 * resolved: a DNS answer that changes cannot get past it. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = ctx;
    if (purpose != CURLSOCKTYPE_IPCXN || !address_allowed(t, &address->addr)) {
        t->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

/* --- bytes ---------------------------------------------------------------- */

/* Whether N more bytes may come, or must wait for a place. */
static bool
has_place(struct transfer *t, size_t n)
{
    struct outbound_result *r = t->result;
    if (r->body.len + n <= NEEDS_PLACE)
        return true;
    if (!r->place)
        r->place = places_ask(t->owner->places, t->group, 1);
    return place_is_held(r->place);
}

/* That the answer waits is not the app's fault: no time-out ends it. */
static size_t
pause_answer(struct transfer *t)
{
    t->paused = true;
    t->owner->paused++;
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, 0L);
    return CURL_WRITEFUNC_PAUSE;
}

static size_t
take_body(char *data, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    if (!has_place(t, size * n))
        return pause_answer(t);
    return buf_add(&t->result->body, data, size * n) ? size * n : 0;
}

static size_t
give_body(char *out, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    size_t room = size * n, left = t->body_len - t->body_sent;
    size_t now = left < room ? left : room;
    if (now)
        memcpy(out, t->body + t->body_sent, now);
    t->body_sent += now;
    return now;
}

/* libcurl rewinds to send again when a kept connection breaks before the
 * answer. The first sending may have had its effect. */
static int
rewind_body(void *ctx, curl_off_t offset, int origin)
{
    struct transfer *t = ctx;
    if (origin != SEEK_SET || offset != 0 || (t->once && t->body_sent > 0))
        return CURL_SEEKFUNC_FAIL;
    t->body_sent = 0;
    return CURL_SEEKFUNC_OK;
}

static size_t
take_header(char *line, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    answer_header_take(t->result, line, size * n);
    return size * n;
}

/* --- one call ------------------------------------------------------------- */

/* GnuTLS reads what is trusted for each connection, and a folder holds each
 * certificate three times: the system's bundle costs 10 ms, its folder 34. */
static void
set_trust(struct transfer *t)
{
    const struct outbound *o = t->owner;
    bool folder = o->ca_file ? !o->options.own_ca_only : !o->bundle;
    if (o->ca_file)
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, o->ca_file);
    else if (o->bundle)
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, SYSTEM_BUNDLE);
    curl_easy_setopt(t->easy, CURLOPT_CAPATH, folder ? SYSTEM_FOLDER : NULL);
}

static void
set_transport(struct transfer *t)
{
    CURL *c = t->easy;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name server that does not answer holds its thread, never this one. */
    curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
#endif
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)t->timeout_ms);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(c, CURLOPT_USERAGENT, t->owner->user_agent);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE,
                     (curl_off_t)t->result->body.max);
    set_trust(t);
}

static void
set_request(struct transfer *t)
{
    CURL *c = t->easy;
    curl_easy_setopt(c, CURLOPT_URL, t->url);
    curl_easy_setopt(c, CURLOPT_PRIVATE, t);
    if (t->has_body) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)t->body_len);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(c, CURLOPT_READDATA, t);
        curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, rewind_body);
        curl_easy_setopt(c, CURLOPT_SEEKDATA, t);
    } else if (strcmp(t->method, "HEAD") == 0) {
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    }
    /* The other side may be closing a kept connection at this moment: nobody
     * would know whether it took the request. */
    if (t->once)
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, t->method);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
}

static void
free_transfer(struct transfer *t)
{
    if (t->easy)
        curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    outbound_result_free(t->result);
    free(t->url);
    free(t->method);
    free(t->body);
    free(t);
}

static bool
add_line(struct transfer *t, const char *line)
{
    struct curl_slist *list = curl_slist_append(t->headers, line);
    if (list)
        t->headers = list;
    return list;
}

/* Adds one header, but for what this file says itself; false where it holds a
 * line end, which would add more. */
static bool
add_header(struct transfer *t, const struct outbound_header *h)
{
    if (strpbrk(h->name, "\r\n:; \t") || strpbrk(h->value, "\r\n"))
        return false;
    if (strcasecmp(h->name, "Accept-Encoding") == 0)
        return true;
    char *line = *h->value ? mem_printf("%s: %s", h->name, h->value)
                           : mem_printf("%s;", h->name);
    bool fine = add_line(t, line);
    free(line);
    return fine;
}

static struct transfer *
copy_request(struct outbound *o, const struct outbound_request *r)
{
    struct transfer *t = mem_alloc(sizeof *t);
    t->owner = o;
    t->url = mem_strdup(r->url);
    t->method = mem_strdup(r->method);
    t->has_body = r->body != NULL;
    t->body_len = t->has_body ? r->body_len : 0;
    t->body = t->has_body ? mem_strndup(r->body, r->body_len) : NULL;
    t->once = r->once;
    t->timeout_ms = r->timeout_ms ? r->timeout_ms : TIMEOUT_MS;
    t->group = r->group;
    t->started_ms = clock_monotonic_ms();
    t->result = mem_alloc(sizeof *t->result);
    t->result->retry_after_ms = -1;
    buf_init(&t->result->body, r->max_answer ? r->max_answer : ANSWER_MAX);
    return t;
}

static void
end_unstarted(struct transfer *t, const char *why)
{
    t->result->code = ERR_REFUSED;
    t->result->permanent = true;
    snprintf(t->result->message, sizeof t->result->message, "%s", why);
    t->next = t->owner->ended;
    t->owner->ended = t;
}

void
outbound_start(struct outbound *o, const struct outbound_request *r,
               void (*done)(void *ctx, struct outbound_result *result),
               void *ctx)
{
    struct transfer *t = copy_request(o, r);
    t->done = done;
    t->ctx = ctx;
    o->count++;
    bool fine = true;
    for (size_t i = 0; i < r->header_count && fine; i++)
        fine = add_header(t, &r->headers[i]);
    add_line(t, "Expect:");
    add_line(t, "Accept-Encoding: identity");
    if (!fine) {
        end_unstarted(t, "headers: a header contains a line end");
        return;
    }
    const char *wrong = guard_examine_url(&t->target, t->url, o->allow);
    if (wrong) {
        end_unstarted(t, wrong);
        return;
    }
    t->easy = curl_easy_init();
    if (t->easy) {
        set_transport(t);
        set_request(t);
    }
    if (!t->easy || curl_multi_add_handle(o->multi, t->easy)) {
        end_unstarted(t, "the call cannot start: no memory");
        t->result->permanent = false;
        return;
    }
    t->next = o->running;
    o->running = t;
}

/* --- how it ended --------------------------------------------------------- */

static void
unlink_running(struct outbound *o, struct transfer *t)
{
    o->paused -= t->paused;
    for (struct transfer **p = &o->running; *p; p = &(*p)->next)
        if (*p == t) {
            *p = t->next;
            return;
        }
}

static void
explain(struct transfer *t, CURLcode code)
{
    struct outbound_result *r = t->result;
    const char *why = curl_easy_strerror(code);
    char text[sizeof r->message];
    r->code = ERR_UNREACHABLE;
    r->permanent = true;
    if (t->refused) {
        r->code = ERR_REFUSED;
        why = "url: workflows cannot call this address (an operator can allow "
              "its host and port)";
    } else if (buf_failed(&r->body) || code == CURLE_FILESIZE_EXCEEDED) {
        r->code = ERR_TOO_BIG;
        snprintf(text, sizeof text,
                 "the app received the call and answered HTTP %d, but the "
                 "answer is too big (at most %zu bytes)",
                 r->status, r->body.max);
        why = text;
    } else if (code == CURLE_OUT_OF_MEMORY) {
        /* What curl says of a header of 100 KB. */
        r->code = ERR_TOO_BIG;
        why = "the app received the call, but the headers of its answer are "
              "too big";
    } else if (trust_is_missing(code)) {
        why = trust_explain(t->easy, r);
    } else if (code == CURLE_URL_MALFORMAT) {
        r->code = ERR_REFUSED;
        why = "url: not a valid address (expected https://HOST/PATH)";
    } else {
        r->permanent = false;
        if (code == CURLE_OPERATION_TIMEDOUT)
            why = "no answer in time";
    }
    snprintf(r->message, sizeof r->message, "%s", why);
}

static void
finish(struct outbound *o, struct transfer *t, CURLcode code)
{
    struct outbound_result *r = t->result;
    long status = 0, request_size = 0;
    const char *type = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request_size);
    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
    r->status = (int)status;
    r->sent = request_size > 0 || t->body_sent > 0;
    r->duration_ms = clock_monotonic_ms() - t->started_ms;
    snprintf(r->content_type, sizeof r->content_type, "%s", type ? type : "");
    answer_headers_end(r);
    if (code != CURLE_OK || buf_failed(&r->body))
        explain(t, code);
    else if (r->compression && r->body.len)
        answer_refuse_compressed(r);
    curl_multi_remove_handle(o->multi, t->easy);
    unlink_running(o, t);
}

static void
tell(struct outbound *o, struct transfer *t)
{
    struct outbound_result *r = t->result;
    t->result = NULL;
    o->count--;
    t->done(t->ctx, r);
    free_transfer(t);
}

static bool
one_may_go_on(const struct outbound *o)
{
    return o->paused > places_waiting(o->places);
}

/* Goes on with T, whose answer has got a place; its time begins again. */
static void
go_on(struct outbound *o, struct transfer *t)
{
    int64_t passed_ms = clock_monotonic_ms() - t->started_ms;
    t->paused = false;
    o->paused--;
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
                     (long)(passed_ms + t->timeout_ms));
    CURLcode code = curl_easy_pause(t->easy, CURLPAUSE_CONT);
    if (code != CURLE_OK) {
        finish(o, t, code);
        tell(o, t);
    }
}

static void
go_on_with_paused(struct outbound *o)
{
    struct transfer *next;
    for (struct transfer *t = o->running; t && one_may_go_on(o); t = next) {
        next = t->next;
        if (t->paused && place_is_held(t->result->place))
            go_on(o, t);
    }
}

void
outbound_collect(struct outbound *o)
{
    int running = 0, left = 0;
    struct transfer *ended = o->ended;
    o->ended = NULL;
    while (ended) {
        struct transfer *next = ended->next;
        tell(o, ended);
        ended = next;
    }
    go_on_with_paused(o);
    curl_multi_perform(o->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(o->multi, &left));) {
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode code = m->data.result;
        struct transfer *t = NULL;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        finish(o, t, code);
        tell(o, t);
    }
}

/* --- the set -------------------------------------------------------------- */

static char **
copy_list(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    char **copy = mem_array(n + 1, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = mem_strdup(list[i]);
    return copy;
}

enum err
outbound_new(struct outbound **out, const struct outbound_options *options,
             struct error *e)
{
    struct outbound *o = mem_alloc(sizeof *o);
    o->options = *options;
    o->allow = copy_list(options->allow);
    o->ca_file = mem_strdup(options->ca_file);
    o->bundle = access(SYSTEM_BUNDLE, R_OK) == 0;
    o->user_agent = mem_strdup(options->user_agent ? options->user_agent
                                                   : "tailord/" TAILOR_VERSION);
    o->places = places_new(&answers);
    o->multi = curl_multi_init();
    if (!o->multi || (o->ca_file && access(o->ca_file, R_OK) != 0)) {
        enum err code = o->multi
                            ? error_errno(e, ERR_IO, o->ca_file)
                            : error_set(e, ERR_FAILED, "libcurl did not start");
        outbound_free(o);
        return code;
    }
    curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS, (long)KEPT);
    *out = o;
    return ERR_OK;
}

static void
free_list(struct outbound *o, struct transfer *t)
{
    while (t) {
        struct transfer *next = t->next;
        if (t->easy)
            curl_multi_remove_handle(o->multi, t->easy);
        free_transfer(t);
        t = next;
    }
}

void
outbound_free(struct outbound *o)
{
    if (!o)
        return;
    free_list(o, o->running);
    free_list(o, o->ended);
    places_free(o->places);
    if (o->multi)
        curl_multi_cleanup(o->multi);
    for (char **p = o->allow; *p; p++)
        free(*p);
    free(o->allow);
    free(o->ca_file);
    free(o->user_agent);
    free(o);
}

void
outbound_result_free(struct outbound_result *result)
{
    if (!result)
        return;
    buf_clear(&result->body);
    place_give_back(result->place);
    free(result);
}

void
outbound_wait(struct outbound *o, int timeout_ms)
{
    bool now = o->ended || one_may_go_on(o);
    curl_multi_poll(o->multi, NULL, 0, now ? 0 : timeout_ms, NULL);
}

void
outbound_wakeup(struct outbound *o)
{
    curl_multi_wakeup(o->multi);
}

size_t
outbound_count(const struct outbound *o)
{
    return o->count;
}

size_t
outbound_paused(const struct outbound *o)
{
    return o->paused;
}
