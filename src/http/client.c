/* HTTPS calls to other servers, with libcurl's multi interface. */
#include "http/client.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/client_private.h"

enum {
    CONNECT_MS = 10000,
    TIMEOUT_MS = 30000,
    KEPT = 256,
    ANSWER_MAX = 16 << 20,
    ANSWER_HEAD_MAX = 64 << 10
};

/* --- calls ---------------------------------------------------------------- */

static void
free_running(struct running *r)
{
    curl_easy_cleanup(r->easy);
    for (struct curl_slist *l = r->headers; l; l = l->next)
        explicit_bzero(l->data, strlen(l->data));
    curl_slist_free_all(r->headers);
    buf_clear(&r->answer);
    free(r->body);
    free(r);
}

/* A line end in a header would add another header. */
static enum err
check_call(const struct http_call *call, struct error *e)
{
    const struct http_trust *t = &call->trust;
    for (size_t i = 0; i < call->header_count; i++)
        if (strpbrk(call->headers[i].name, "\r\n:; \t") ||
            strpbrk(call->headers[i].value, "\r\n"))
            return error_set(e, ERR_INVALID,
                             "headers: a header contains a line end");
    if (!t->ca_file && !t->system && !t->pin)
        return error_set(e, ERR_INVALID,
                         "certificates: no authority and no pin");
    return ERR_OK;
}

static struct running *
copy_call(struct http_client *c, const struct http_call *call)
{
    struct running *r = mem_alloc(sizeof *r);
    r->client = c;
    r->call = *call;
    r->call.timeout_ms = call->timeout_ms ? call->timeout_ms : TIMEOUT_MS;
    r->body = call->body ? mem_strndup(call->body, call->body_len) : NULL;
    r->started_ms = clock_monotonic_ms();
    r->left_ms = r->call.timeout_ms;
    buf_init(&r->answer, call->answer_max ? call->answer_max : ANSWER_MAX);
    return r;
}

enum err
http_client_start(struct http_client *c, const struct http_call *call,
                  struct error *e)
{
    enum err err = check_call(call, e);
    if (err)
        return err;
    struct running *r = copy_call(c, call);
    if (!http_running_set_up(r, call) ||
        curl_multi_add_handle(c->multi, r->easy) != CURLM_OK) {
        free_running(r);
        return error_set(e, ERR_FAILED, "the call cannot start: no memory");
    }
    r->next = c->running;
    c->running = r;
    return ERR_OK;
}

/* --- their ends ----------------------------------------------------------- */

static void
unlink_running(struct running *r)
{
    struct http_client *c = r->client;
    c->paused -= r->paused;
    for (struct running **p = &c->running; *p; p = &(*p)->next)
        if (*p == r) {
            *p = r->next;
            return;
        }
}

/* Ends the call, as CODE says or, with CUT, by http_client_free. */
static void
finish(struct running *r, CURLcode code, bool cut)
{
    struct http_call_end end = {
        .fate = cut ? HTTP_CALL_CUT : http_running_judge(r, code),
        .kind = curl_easy_strerror(code),
        .why = http_running_why(r, code),
        .certificate_ends = http_certificate_ends(r->easy),
    };
    long status = 0, request_size = 0;
    const char *type = NULL;
    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(r->easy, CURLINFO_REQUEST_SIZE, &request_size);
    curl_easy_getinfo(r->easy, CURLINFO_CONTENT_TYPE, &type);
    end.status = (int)status;
    end.content_type = type ? type : "";
    end.sent = request_size > 0 || r->body_sent > 0;
    curl_multi_remove_handle(r->client->multi, r->easy);
    unlink_running(r);
    end.body = r->answer;
    r->answer = (struct buf){0};
    r->call.done(r->call.ctx, &end);
    buf_clear(&end.body);
    free_running(r);
}

size_t
http_client_collect(struct http_client *c)
{
    int running = 0, left = 0;
    size_t ended = 0;
    curl_multi_perform(c->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left));) {
        struct running *r = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &r);
        finish(r, code, false);
        ended++;
    }
    return ended;
}

static void
go_on(struct running *r)
{
    r->resumed_ms = clock_monotonic_ms();
    int64_t passed_ms = r->resumed_ms - r->started_ms;
    r->paused = false;
    r->client->paused--;
    curl_easy_setopt(r->easy, CURLOPT_TIMEOUT_MS,
                     (long)(passed_ms + (r->left_ms > 0 ? r->left_ms : 1)));
    CURLcode code = curl_easy_pause(r->easy, CURLPAUSE_CONT);
    if (code != CURLE_OK)
        finish(r, code, false);
}

void
http_client_resume(struct http_client *c)
{
    struct running *next;
    for (struct running *r = c->running; r; r = next) {
        next = r->next;
        if (r->paused && r->call.may_hold(r->call.ctx, r->wanted))
            go_on(r);
    }
}

void
http_client_retire(struct http_client *c)
{
    atomic_store(&c->retired_ms, clock_monotonic_ms());
}

size_t
http_client_paused(const struct http_client *c)
{
    return c->paused;
}

uint64_t
http_client_judged(const struct http_client *c)
{
    return c->judged;
}

/* --- the client ----------------------------------------------------------- */

struct http_client *
http_client_new(const struct http_client_options *options)
{
    struct http_client *c = mem_alloc(sizeof *c);
    struct http_client_options *o = &c->options;
    /* GnuTLS and libcurl would write session keys where this says. */
    unsetenv("SSLKEYLOGFILE");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    *o = *options;
    o->connect_ms = o->connect_ms ? o->connect_ms : CONNECT_MS;
    o->kept = o->kept ? o->kept : KEPT;
    if (!o->answer_head_max)
        o->answer_head_max = ANSWER_HEAD_MAX;
    c->user_agent = mem_strdup(options->user_agent);
    c->multi = curl_multi_init();
    if (!c->multi) {
        http_client_free(c);
        return NULL;
    }
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, o->kept);
    curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, o->per_host);
    curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return c;
}

void
http_client_free(struct http_client *c)
{
    if (!c)
        return;
    while (c->running)
        finish(c->running, CURLE_OK, true);
    if (c->multi)
        curl_multi_cleanup(c->multi);
    curl_global_cleanup();
    free(c->user_agent);
    free(c);
}

void
http_client_wait(struct http_client *c, const int *fds, size_t n,
                 int timeout_ms)
{
    struct curl_waitfd *waits = n ? mem_array(n, sizeof *waits) : NULL;
    for (size_t i = 0; i < n; i++)
        waits[i] = (struct curl_waitfd){fds[i], CURL_WAIT_POLLIN, 0};
    curl_multi_poll(c->multi, waits, (unsigned)n,
                    timeout_ms < 0 ? INT_MAX : timeout_ms, NULL);
    free(waits);
}

void
http_client_wake(struct http_client *c)
{
    curl_multi_wakeup(c->multi);
}

const char *
http_client_library_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}
