/* The stand-in checks the OAuth 1.0a signature of what claims to be signed. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/percent.h"
#include "runtime/outbound/oauth1.h"
#include "standin/standin.h"

enum { PARAMS = 8, NONCES_KEPT = 4096, SKEW_SECONDS = 300 };

struct header_params {
    struct oauth1_param at[PARAMS];
    size_t count;
    char *text; /* what the parameters point into */
};

/* Resolves %XX in place. */
static void
percent_decode(char *s)
{
    char *to = s;
    for (; *s; s++) {
        int byte = percent_byte(s, strlen(s));
        if (byte >= 0)
            s += 2;
        *to++ = byte >= 0 ? (char)byte : *s;
    }
    *to = '\0';
}

/* Splits 'OAuth a="b", c="d"' into parameters. */
static bool
parse_header(const char *header, struct header_params *p)
{
    if (!header || strncasecmp(header, "OAuth ", 6) != 0)
        return false;
    p->text = mem_strdup(header + 6);
    for (char *s = p->text; *s && p->count < PARAMS;) {
        s += strspn(s, ", ");
        char *name = s;
        char *quote = strstr(s, "=\"");
        char *end = quote ? strchr(quote + 2, '"') : NULL;
        if (!end)
            return *s == '\0';
        *quote = *end = '\0';
        percent_decode(quote + 2);
        p->at[p->count++] = (struct oauth1_param){name, quote + 2};
        s = end + 1;
    }
    return true;
}

static const char *
param(const struct header_params *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->at[i].name, name) == 0)
            return p->at[i].value;
    }
    return "";
}

static const struct standin_account *
find_account(const struct standin *s, const struct header_params *p)
{
    for (size_t i = 0; i < s->account_count; i++) {
        const struct standin_account *a = &s->accounts[i];
        if (strcmp(a->consumer_key, param(p, "oauth_consumer_key")) == 0 &&
            strcmp(a->token, param(p, "oauth_token")) == 0 &&
            strcmp(a->account, param(p, "realm")) == 0)
            return a;
    }
    return NULL;
}

/* True where NONCE was not seen before; remembers it. */
static bool
fresh_nonce(struct standin *s, const char *nonce)
{
    for (size_t i = s->nonce_count; i > 0; i--) {
        if (strcmp(s->nonces[i - 1], nonce) == 0)
            return false;
    }
    if (s->nonce_count == NONCES_KEPT) {
        free(s->nonces[0]);
        s->nonce_count--;
        memmove(s->nonces, s->nonces + 1, s->nonce_count * sizeof s->nonces[0]);
    }
    if (s->nonce_count == s->nonce_capacity) {
        s->nonce_capacity = s->nonce_capacity ? s->nonce_capacity * 2 : 64;
        s->nonces =
            mem_resize(s->nonces, s->nonce_capacity, sizeof s->nonces[0]);
    }
    s->nonces[s->nonce_count++] = mem_strdup(nonce);
    return true;
}

/* The URL that was called, as the client saw it. */
static char *
called_url(const struct http_request *request)
{
    struct buf url;
    const char *host = http_request_header(request, "Host");
    buf_init_any(&url);
    buf_addf(&url, "https://%s%s", host ? host : "", request->path);
    for (size_t i = 0; i < request->query_count; i++) {
        const struct http_pair *q = &request->query[i];
        buf_addc(&url, i ? '&' : '?');
        percent_encode(&url, q->name, strlen(q->name));
        buf_addc(&url, '=');
        percent_encode(&url, q->value, strlen(q->value));
    }
    return buf_take(&url);
}

static bool
signature_holds(const struct http_request *request,
                const struct header_params *p, const struct standin_account *a)
{
    struct oauth1_param signed_params[PARAMS];
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->at[i].name, "realm") != 0 &&
            strcmp(p->at[i].name, "oauth_signature") != 0)
            signed_params[count++] = p->at[i];
    }
    struct buf base, wanted;
    buf_init(&base, 262144);
    buf_init_any(&wanted);
    char *url = called_url(request);
    bool holds = oauth1_base_string(&base, request->method, url, signed_params,
                                    count, NULL) == ERR_OK;
    const char *got = param(p, "oauth_signature");
    if (holds) {
        oauth1_sign(&wanted, buf_str(&base), a->consumer_secret,
                    a->token_secret);
        holds = strlen(got) == wanted.len &&
                digest_equal(got, buf_str(&wanted), wanted.len);
    }
    free(url);
    buf_clear(&base);
    buf_clear(&wanted);
    return holds;
}

static const char *
why_not(struct standin *s, const struct http_request *request,
        const struct header_params *p, const struct standin_account *a)
{
    long long at = strtoll(param(p, "oauth_timestamp"), NULL, 10);
    long long now = clock_now_ms() / 1000;
    if (!a)
        return "unknown consumer key, token or realm";
    if (strcmp(param(p, "oauth_signature_method"), "HMAC-SHA256") != 0)
        return "the signature method is not HMAC-SHA256";
    if (at < now - SKEW_SECONDS || at > now + SKEW_SECONDS)
        return "the timestamp is more than 5 minutes off";
    if (!signature_holds(request, p, a))
        return "the signature does not hold";
    if (!fresh_nonce(s, param(p, "oauth_nonce")))
        return "the nonce was used before";
    return NULL;
}

const struct standin_account *
standin_authenticate(struct standin *s, const struct http_request *request,
                     struct error *e)
{
    struct header_params p = {.count = 0};
    const struct standin_account *a = NULL;
    if (!parse_header(http_request_header(request, "Authorization"), &p)) {
        error_set(e, ERR_UNAUTHORIZED, "no OAuth 1.0a Authorization header");
    } else {
        a = find_account(s, &p);
        const char *why = why_not(s, request, &p, a);
        if (why) {
            error_set(e, ERR_UNAUTHORIZED, "%s", why);
            a = NULL;
        }
    }
    free(p.text);
    return a;
}
