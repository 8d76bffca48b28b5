/* HTTPS to runtimes; see client.h for what is never done. */
#include "remote/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "http/client.h"
#include "manager/exchange/runtime.h"

#define ANSWER_MAX (8u << 20)
#define CONNECT_MS 5000
#define CONNECTIONS_PER_RUNTIME 4
#define CONNECTIONS_KEPT 512
#define CONNECTION_SECONDS 3600 /* so that a renewed certificate is seen */

static const struct value_limits answer_limits = {ANSWER_MAX, 300, 1u << 20};

struct call {
    char *name;  /* of the runtime */
    char *token; /* never shown */
    client_done *done;
    void *context;
};

struct client {
    struct http_client *http;
};

struct client *
client_new(void)
{
    static const struct http_client_options options = {
        .user_agent = "tailor/" TAILOR_VERSION,
        .certificates = true,
        .connect_ms = CONNECT_MS,
        .kept = CONNECTIONS_KEPT,
        .per_host = CONNECTIONS_PER_RUNTIME,
        .connection_s = CONNECTION_SECONDS,
    };
    struct client *c = mem_alloc(sizeof *c);
    c->http = http_client_new(&options);
    if (!c->http)
        abort(); /* no memory, at the start of a program */
    return c;
}

void
client_free(struct client *c)
{
    if (!c)
        return;
    http_client_free(c->http);
    free(c);
}

static bool
token_is(const char *token)
{
    size_t n = 0;
    for (; token[n]; n++)
        if (token[n] <= ' ' || token[n] > '~')
            return false;
    return n > 0 && n <= 4096;
}

enum err
client_check_target(const struct client_target *target, struct error *e)
{
    enum err err = runtime_check_url(target->url, e);
    if (err)
        return err;
    if (!target->ca_file && !target->pin)
        return error_set(e, ERR_INVALID,
                         "runtime %s: no CA and no pin (give one of them)",
                         target->name);
    if (target->ca_file && access(target->ca_file, R_OK) != 0) {
        error_errno(e, ERR_IO, target->ca_file);
        return error_prefix(e, "runtime %s: CA file", target->name);
    }
    if (target->pin && runtime_check_pin(target->pin, e) != ERR_OK)
        return error_prefix(e, "runtime %s", target->name);
    if (!target->token || !token_is(target->token))
        return error_set(e, ERR_INVALID,
                         "runtime %s: token: empty, or has spaces or control "
                         "characters in it",
                         target->name);
    return ERR_OK;
}

/* Whether the runtime was not trusted; then the sentence for it. */
static bool
explain_distrust(const struct call *call, const struct http_call_end *end,
                 const char *shown, struct error *e)
{
    switch (end->fate) {
    case HTTP_CALL_EXPIRED:
        error_set(e, ERR_UNREACHABLE,
                  "runtime %s: its certificate has expired, or that of an "
                  "authority (renew it; check the clocks)",
                  call->name);
        return true;
    case HTTP_CALL_NOT_TRUSTED_YET:
        error_set(e, ERR_UNREACHABLE,
                  "runtime %s: its certificate is not valid yet (check the "
                  "clocks)",
                  call->name);
        return true;
    case HTTP_CALL_NOT_TRUSTED:
        error_set(e, ERR_UNREACHABLE,
                  "runtime %s: its certificate is not the expected one: %s "
                  "(check the URL's host name and the CA)",
                  call->name, shown);
        return true;
    case HTTP_CALL_UNFIT:
        error_set(e, ERR_UNREACHABLE, "runtime %s: %s", call->name, shown);
        return true;
    case HTTP_CALL_OTHER_KEY:
        error_set(e, ERR_UNREACHABLE,
                  "runtime %s: its key is not the pinned one (if it was "
                  "replaced on purpose, set the new pin)",
                  call->name);
        return true;
    default:
        return false;
    }
}

/* The sentence for a call that got no answer. SHOWN is libcurl's. */
static void
explain(const struct call *call, const struct http_call_end *end,
        const char *shown, struct error *e)
{
    enum err err = end->sent ? ERR_OUTCOME_UNKNOWN : ERR_UNREACHABLE;
    if (explain_distrust(call, end, shown, e))
        return;
    switch (end->fate) {
    case HTTP_CALL_BAD_CA:
        error_set(e, ERR_INVALID,
                  "runtime %s: CA file: not a PEM certificate: %s", call->name,
                  shown);
        break;
    case HTTP_CALL_NOT_CONNECTED:
        error_set(e, err, "runtime %s: cannot connect: %s", call->name, shown);
        break;
    case HTTP_CALL_TOO_BIG:
    case HTTP_CALL_HEAD_TOO_BIG:
        error_set(e, ERR_TOO_BIG,
                  "runtime %s: its answer is too big (more than 8 MB, or 64 "
                  "KB of headers)",
                  call->name);
        break;
    default:
        error_set(e, err, "runtime %s: %s%s", call->name, shown,
                  err == ERR_OUTCOME_UNKNOWN
                      ? " (whether it took effect is not known yet)"
                      : "");
    }
}

/* A proxy may repeat the request in its answer, with the token. */
static void
hide(char *text, const char *token)
{
    size_t n = strlen(token);
    for (char *at = text; at && (at = strstr(at, token)) != NULL; at += n)
        memset(at, '*', n);
}

/* What the runtime itself says of a status of 400 and above, cut and made
 * visible: it is hostile text. */
static void
explain_status(const struct call *call, struct client_answer *a)
{
    const char *word = value_get_text(a->body, "error");
    const char *message = value_get_text(a->body, "message");
    char *said = message ? text_visible_dup(message) : NULL;
    hide(said, call->token);
    enum err err = word ? err_from_word(word) : ERR_FAILED;
    const char *hint = "";
    /* A word counts where it goes with the status: what is wrong over there
     * is never told as damage of this store. */
    bool fits = word && err_http_status(err) == a->status;
    if (a->status >= 500) {
        err = ERR_UNREACHABLE;
    } else if (a->status == 401) {
        err = ERR_UNAUTHORIZED;
        hint = " (its token is unknown or revoked: make another with tailord "
               "and set its file with runtime set)";
    } else if (a->status == 403) {
        err = ERR_ROLE;
        hint = " (this needs the manage token)";
    } else if (a->status >= 300 && a->status < 400) {
        err = ERR_REFUSED;
        hint = " (redirects are not followed)";
    } else if (!fits) {
        err = a->status == 404 ? ERR_NOT_FOUND : ERR_REFUSED;
    }
    error_set(&a->error, err, "runtime %s: %.400s%sHTTP %ld%s", call->name,
              said ? said : "", said ? ", " : "", a->status, hint);
    free(said);
}

/* What a runtime names becomes C strings here; payloads of runs do not. */
static enum err
read_body(const struct buf *text, struct value **out, struct error *e)
{
    static const char *const payloads[] = {"input", "output", NULL};
    enum err err =
        value_read(out, buf_str(text), text->len, &answer_limits, "answer", e);
    if (err == ERR_OK)
        err = value_refuse_nul(*out, payloads, "answer", e);
    if (err != ERR_OK) {
        value_free(*out);
        *out = NULL;
    }
    return err;
}

static void
call_free(struct call *call)
{
    explicit_bzero(call->token, strlen(call->token));
    free(call->token);
    free(call->name);
    free(call);
}

static void
read_answer(const struct call *call, const struct http_call_end *end,
            struct client_answer *a)
{
    a->status = end->status;
    a->certificate_ends = end->certificate_ends;
    a->fate = CLIENT_ANSWERED;
    if (end->body.len && read_body(&end->body, &a->body, &a->error) != ERR_OK) {
        if (a->status < 300) {
            a->fate = CLIENT_UNKNOWN;
            error_prefix(&a->error, "runtime %s", call->name);
            return;
        }
        error_clear(&a->error);
    }
    if (a->status >= 300 || a->status < 200)
        explain_status(call, a);
}

static void
read_failure(const struct call *call, const struct http_call_end *end,
             struct client_answer *a)
{
    char *shown = text_visible_dup(end->why);
    a->fate = end->sent ? CLIENT_UNKNOWN : CLIENT_NOT_SENT;
    explain(call, end, shown, &a->error);
    free(shown);
}

static void
on_end(void *context, struct http_call_end *end)
{
    struct call *call = context;
    struct client_answer a = {0};
    if (end->fate == HTTP_CALL_ANSWERED)
        read_answer(call, end, &a);
    else if (end->fate != HTTP_CALL_CUT)
        read_failure(call, end, &a);
    if (end->fate != HTTP_CALL_CUT)
        call->done(call->context, &a);
    value_free(a.body);
    call_free(call);
}

enum err
client_start(struct client *c, const struct client_target *target,
             const struct client_request *request, client_done *done,
             void *context, struct error *e)
{
    enum err err = client_check_target(target, e);
    size_t n = strlen(target->url);
    bool reads = strcmp(request->method, "GET") == 0 ||
                 strcmp(request->method, "HEAD") == 0;
    if (err)
        return err;
    char *url = mem_printf("%.*s%s", (int)(n - (target->url[n - 1] == '/')),
                           target->url, request->path);
    char *bearer = mem_printf("Bearer %s", target->token);
    const struct http_header headers[] = {{"Authorization", bearer},
                                          {"Content-Type", "application/json"},
                                          {"Accept", "application/json"}};
    struct call *call = mem_alloc(sizeof *call);
    *call = (struct call){mem_strdup(target->name), mem_strdup(target->token),
                          done, context};
    const struct http_call http = {
        .method = request->method,
        .url = url,
        .headers = headers,
        .header_count = sizeof headers / sizeof *headers,
        .body = reads           ? NULL
                : request->body ? request->body
                                : "",
        .body_len = request->body_len,
        .trust = {.ca_file = target->ca_file, .pin = target->pin},
        .timeout_ms = (unsigned)request->time_out_ms,
        .answer_max = ANSWER_MAX,
        .done = on_end,
        .ctx = call,
    };
    err = http_client_start(c->http, &http, e);
    if (err)
        call_free(call);
    explicit_bzero(bearer, strlen(bearer));
    free(bearer);
    free(url);
    return err;
}

void
client_run(struct client *c, const int *fds, size_t n, int time_out_ms)
{
    if (http_client_collect(c->http) > 0)
        return;
    http_client_wait(c->http, fds, n, time_out_ms);
    http_client_collect(c->http);
}

struct fetch {
    bool done;
    struct value *body;
    struct error error;
};

static void
on_fetched(void *context, const struct client_answer *a)
{
    struct fetch *f = context;
    f->done = true;
    f->body = a->body ? value_copy(a->body) : NULL;
    f->error = a->error;
}

enum err
client_fetch(struct client *c, const struct client_target *target,
             const struct client_request *request, struct value **body,
             struct error *e)
{
    struct fetch f = {0};
    enum err err = client_start(c, target, request, on_fetched, &f, e);
    if (err)
        return err;
    while (!f.done)
        client_run(c, NULL, 0, -1);
    if (f.error.code) {
        value_free(f.body);
        return error_set(e, f.error.code, "%s", f.error.text);
    }
    if (body)
        *body = f.body;
    else
        value_free(f.body);
    return ERR_OK;
}
