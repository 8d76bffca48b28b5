/* HTTPS to runtimes by libcurl; see client.h for what is never done. */
#include "remote/client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/runtime.h"

#define ANSWER_MAX (8u << 20)
#define HEADERS_MAX (64u << 10)
#define CONNECT_MS 5000L
#define CALL_MS 30000L
#define CONNECTIONS_PER_RUNTIME 4L
#define CONNECTION_SECONDS 3600L

static const struct value_limits answer_limits = {ANSWER_MAX, 300, 1u << 20};

struct call {
    struct call *next;
    CURL *easy;
    struct curl_slist *headers;
    char *name; /* of the runtime */
    char *method;
    struct buf answer;
    size_t header_bytes;
    char why[CURL_ERROR_SIZE];
    client_done *done;
    void *context;
};

struct client {
    CURLM *multi;
    struct call *calls;
    size_t count;
};

struct client *
client_new(void)
{
    struct client *c = mem_alloc(sizeof *c);
    /* GnuTLS and libcurl would write session keys where this says. */
    unsetenv("SSLKEYLOGFILE");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    c->multi = curl_multi_init();
    curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      CONNECTIONS_PER_RUNTIME);
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, 512L);
    curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return c;
}

static void
call_free(struct client *c, struct call *call)
{
    for (struct call **p = &c->calls; *p; p = &(*p)->next)
        if (*p == call) {
            *p = call->next;
            break;
        }
    c->count--;
    curl_multi_remove_handle(c->multi, call->easy);
    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->headers);
    buf_clear(&call->answer);
    free(call->name);
    free(call->method);
    free(call);
}

void
client_free(struct client *c)
{
    if (!c)
        return;
    while (c->calls)
        call_free(c, c->calls);
    curl_multi_cleanup(c->multi);
    curl_global_cleanup();
    free(c);
}

static bool
pin_is(const char *pin)
{
    size_t n = strlen(pin);
    return strncmp(pin, "sha256//", 8) == 0 && n == 8 + 44 &&
           pin[n - 1] == '=' &&
           strspn(pin + 8, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
                           "xyz0123456789+/=") == 44;
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
    if (target->pin && !pin_is(target->pin))
        return error_set(e, ERR_INVALID,
                         "runtime %s: pin %s: not sha256//BASE64 of a public "
                         "key's SHA-256",
                         target->name, target->pin);
    if (!target->token || !token_is(target->token))
        return error_set(e, ERR_INVALID,
                         "runtime %s: token: empty, or has spaces or control "
                         "characters in it",
                         target->name);
    return ERR_OK;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *context)
{
    struct call *call = context;
    return buf_add(&call->answer, bytes, size * n) ? size * n : 0;
}

/* A server that never stops sending headers is cut off. */
static size_t
on_header(char *bytes, size_t size, size_t n, void *context)
{
    struct call *call = context;
    (void)bytes;
    call->header_bytes += size * n;
    return call->header_bytes <= HEADERS_MAX ? size * n : 0;
}

static void
set_security(CURL *easy, const struct client_target *target)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    /* A new connection shows the certificate: a renewed one within an hour. */
    curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, CONNECTION_SECONDS);
    if (target->pin)
        curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, target->pin);
    /* Without a CA the pinned key alone says who the runtime is. */
    if (target->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, target->ca_file);
    else
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
}

static void
set_limits(CURL *easy, const struct client_request *request)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     request->time_out_ms ? request->time_out_ms : CALL_MS);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE, (long)ANSWER_MAX);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

static void
set_method(CURL *easy, const struct client_request *request)
{
    if (strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (strcmp(request->method, "GET") != 0) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body_len);
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS,
                         request->body ? request->body : "");
    }
}

static void
set_headers(struct call *call, const struct client_target *target)
{
    char *line = mem_printf("Authorization: Bearer %s", target->token);
    struct curl_slist *l = curl_slist_append(NULL, line);
    explicit_bzero(line, strlen(line));
    free(line);
    l = curl_slist_append(l, "Content-Type: application/json");
    l = curl_slist_append(l, "Accept: application/json");
    l = curl_slist_append(l, "Expect:");
    call->headers = l;
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, l);
    curl_easy_setopt(call->easy, CURLOPT_USERAGENT, "tailor/" TAILOR_VERSION);
}

enum err
client_start(struct client *c, const struct client_target *target,
             const struct client_request *request, client_done *done,
             void *context, struct error *e)
{
    enum err err = client_check_target(target, e);
    struct call *call;
    size_t n = strlen(target->url);
    char *url;
    if (err)
        return err;
    call = mem_alloc(sizeof *call);
    call->easy = curl_easy_init();
    call->name = mem_strdup(target->name);
    call->method = mem_strdup(request->method);
    call->done = done;
    call->context = context;
    buf_init(&call->answer, ANSWER_MAX);
    url = mem_printf("%.*s%s", (int)(n - (target->url[n - 1] == '/')),
                     target->url, request->path);
    curl_easy_setopt(call->easy, CURLOPT_URL, url);
    free(url);
    set_security(call->easy, target);
    set_limits(call->easy, request);
    set_method(call->easy, request);
    set_headers(call, target);
    curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(call->easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(call->easy, CURLOPT_ERRORBUFFER, call->why);
    curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    call->next = c->calls;
    c->calls = call;
    c->count++;
    curl_multi_add_handle(c->multi, call->easy);
    return ERR_OK;
}

/* Whether a byte of the request can have reached the runtime: the TLS
 * handshake was done and headers were sent. */
static bool
was_sent(CURL *easy)
{
    long sent = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0;
}

/* The sentence for a certificate or a key that is not accepted; false where
 * CODE says something else. */
static bool
explain_trust(const struct call *call, CURLcode code, const char *shown,
              struct error *e)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        error_set(e, ERR_UNREACHABLE,
                  "runtime %s: its certificate is not the expected one: %s "
                  "(check the URL's host name and the CA)",
                  call->name, shown);
    else if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
        error_set(e, ERR_UNREACHABLE,
                  "runtime %s: its key is not the pinned one (if it was "
                  "replaced on purpose, set the new pin)",
                  call->name);
    else if (code == CURLE_SSL_CACERT_BADFILE)
        error_set(e, ERR_INVALID,
                  "runtime %s: CA file: not a PEM certificate: %s", call->name,
                  shown);
    else
        return false;
    return true;
}

/* The same for a call that was cut or never arrived. */
static void
explain_transfer(const struct call *call, CURLcode code, const char *shown,
                 struct error *e)
{
    enum err err = was_sent(call->easy) ? ERR_OUTCOME_UNKNOWN : ERR_UNREACHABLE;
    long number = 0;
    switch (code) {
    case CURLE_COULDNT_CONNECT: /* curl's sentence has milliseconds in it */
        curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number);
        error_set(e, err, "runtime %s: cannot connect: %s", call->name,
                  number ? strerror((int)number) : curl_easy_strerror(code));
        break;
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_WRITE_ERROR:
    case CURLE_OUT_OF_MEMORY: /* what curl says of a header of 100 KB */
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

/* The sentence for a call that got no answer. */
static void
explain(const struct call *call, CURLcode code, struct error *e)
{
    const char *why = call->why[0] ? call->why : curl_easy_strerror(code);
    char *shown = text_visible_dup(why);
    if (!explain_trust(call, code, shown, e))
        explain_transfer(call, code, shown, e);
    free(shown);
}

/* What the runtime itself says of a status of 400 and above, cut and made
 * visible: it is hostile text. */
static void
explain_status(struct call *call, struct client_answer *a)
{
    const char *word = value_get_text(a->body, "error");
    const char *message = value_get_text(a->body, "message");
    char *said = message ? text_visible_dup(message) : NULL;
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
read_body(const struct call *call, struct value **out, struct error *e)
{
    static const char *const payloads[] = {"input", "output", NULL};
    enum err code = value_read(out, buf_str(&call->answer), call->answer.len,
                               &answer_limits, "answer", e);
    if (code == ERR_OK)
        code = value_refuse_nul(*out, payloads, "answer", e);
    if (code != ERR_OK) {
        value_free(*out);
        *out = NULL;
    }
    return code;
}

/* A time of a certificate as libcurl writes it: "2026-11-29 18:00:00 GMT" with
 * GnuTLS, "Nov 29 18:00:00 2026 GMT" with OpenSSL. 0 where it is neither. */
static int64_t
certificate_time(const char *text)
{
    int year, month, day, used = 0;
    int64_t ms;
    if (sscanf(text, "%4d-%2d-%2d %n", &year, &month, &day, &used) == 3) {
        char *iso = mem_printf("%04d-%02d-%02dT%.8sZ", year, month, day,
                               text + used);
        ms = clock_parse(iso, &ms) == 0 ? ms : 0;
        free(iso);
        return ms;
    }
    ms = (int64_t)curl_getdate(text, NULL) * 1000;
    return ms > 0 ? ms : 0;
}

/* When the first certificate ends of those that the runtime sent. */
static int64_t
certificate_ends(CURL *easy)
{
    static const char expires[] = "Expire date:"; /* "Date" with GnuTLS */
    struct curl_certinfo *chain = NULL;
    int64_t first = 0;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK)
        return 0;
    for (int i = 0; chain && i < chain->num_of_certs; i++)
        for (struct curl_slist *l = chain->certinfo[i]; l; l = l->next) {
            if (strncasecmp(l->data, expires, strlen(expires)) != 0)
                continue;
            int64_t ms = certificate_time(l->data + strlen(expires));
            first = ms && (!first || ms < first) ? ms : first;
        }
    return first;
}

static void
read_answer(struct call *call, struct client_answer *a)
{
    bool empty = call->answer.len == 0;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &a->status);
    a->certificate_ends = certificate_ends(call->easy);
    a->fate = CLIENT_ANSWERED;
    if (!empty && read_body(call, &a->body, &a->error) != ERR_OK) {
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
finish(struct client *c, struct call *call, CURLcode code)
{
    struct client_answer a = {0};
    client_done *done = call->done;
    void *context = call->context;
    if (code == CURLE_OK) {
        read_answer(call, &a);
    } else {
        a.fate = was_sent(call->easy) ? CLIENT_UNKNOWN : CLIENT_NOT_SENT;
        explain(call, code, &a.error);
    }
    call_free(c, call);
    done(context, &a);
    value_free(a.body);
}

void
client_run(struct client *c, struct curl_waitfd *extra, unsigned n,
           int time_out_ms)
{
    int running, left;
    CURLMsg *m;
    curl_multi_perform(c->multi, &running);
    if (!(m = curl_multi_info_read(c->multi, &left))) {
        curl_multi_poll(c->multi, extra, n,
                        time_out_ms < 0 ? INT_MAX : time_out_ms, NULL);
        curl_multi_perform(c->multi, &running);
        m = curl_multi_info_read(c->multi, &left);
    }
    for (; m; m = curl_multi_info_read(c->multi, &left)) {
        char *private = NULL;
        struct call *call;
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
        call = (struct call *)(void *)private;
        finish(c, call, m->data.result);
    }
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

const char *
client_library_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}
