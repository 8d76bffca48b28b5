/* OAuth 1.0a request signatures (RFC 5849) with HMAC-SHA-256. */
#include "runtime/outbound/oauth1.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/percent.h"

enum {
    PARAMS_MAX = 64,
    BASE_MAX = 1 << 20 /* bytes of a base string, which encodes twice */
};

/* An encoded "name" and "value" of the normalized parameters. */
struct pair {
    char *name;
    char *value;
};

struct pairs {
    struct pair at[PARAMS_MAX];
    size_t count;
};

static char *
encoded(const char *s, size_t n)
{
    struct buf b;
    buf_init_any(&b);
    percent_encode(&b, s, n);
    return buf_take(&b);
}

/* The bytes that a piece of a query stands for: "%41" and "+" resolved. */
static void
decode_query(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int byte = percent_byte(s + i, n - i);
        if (byte >= 0)
            i += 2;
        else
            byte = s[i] == '+' ? ' ' : s[i];
        buf_addc(out, (char)byte);
    }
}

/* As encoded(), of a piece that is query-encoded already. */
static char *
recoded(const char *s, size_t n)
{
    struct buf raw;
    buf_init_any(&raw);
    decode_query(&raw, s, n);
    char *result = encoded(buf_str(&raw), raw.len);
    buf_clear(&raw);
    return result;
}

static bool
add_query(struct pairs *pairs, const char *query)
{
    while (*query) {
        size_t n = strcspn(query, "&");
        size_t name = strcspn(query, "=&");
        if (n > 0) {
            if (pairs->count == PARAMS_MAX)
                return false;
            struct pair *p = &pairs->at[pairs->count++];
            size_t value_at = name < n ? name + 1 : n;
            p->name = recoded(query, name);
            p->value = recoded(query + value_at, n - value_at);
        }
        query += n + (query[n] == '&');
    }
    return true;
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->value, y->value);
}

/* Appends scheme, host in lower case, port where it is not the default, and
 * path (section 3.4.1.2), encoded. Returns where the query begins, or NULL. */
static const char *
add_base_uri(struct buf *out, const char *url)
{
    bool tls = strncasecmp(url, "https://", 8) == 0;
    if (!tls && strncasecmp(url, "http://", 7) != 0)
        return NULL;
    const char *host = url + (tls ? 8 : 7);
    size_t host_len = strcspn(host, "/?#");
    const char *path = host + host_len;
    size_t path_len = strcspn(path, "?#");
    const char *port = tls ? ":443" : ":80";
    size_t port_len = strlen(port);
    if (host_len == 0)
        return NULL;
    size_t shown = host_len;
    if (shown > port_len &&
        strncmp(host + shown - port_len, port, port_len) == 0)
        shown -= port_len;
    buf_adds(out, tls ? "https%3A%2F%2F" : "http%3A%2F%2F");
    for (size_t i = 0; i < shown; i++) {
        char c = (char)tolower((unsigned char)host[i]);
        percent_encode(out, &c, 1);
    }
    percent_encode(out, path_len ? path : "/", path_len ? path_len : 1);
    path += path_len;
    return *path == '?' ? path + 1 : "";
}

/* Appends "name=value&name=value", encoded once more (section 3.4.1.3.2). */
static void
add_normalized(struct buf *out, struct pairs *pairs)
{
    qsort(pairs->at, pairs->count, sizeof pairs->at[0], compare_pairs);
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *p = &pairs->at[i];
        buf_adds(out, i ? "%26" : "");
        percent_encode(out, p->name, strlen(p->name));
        buf_adds(out, "%3D");
        percent_encode(out, p->value, strlen(p->value));
    }
}

static void
clear_pairs(struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->at[i].name);
        free(pairs->at[i].value);
    }
}

enum err
oauth1_base_string(struct buf *out, const char *method, const char *url,
                   const struct oauth1_param *params, size_t count,
                   struct error *e)
{
    struct pairs pairs = {.count = 0};
    for (const char *m = method; *m; m++)
        buf_addc(out, (char)toupper((unsigned char)*m));
    buf_addc(out, '&');
    const char *query = add_base_uri(out, url);
    buf_addc(out, '&');
    bool fits = query && count < PARAMS_MAX;
    for (size_t i = 0; fits && i < count; i++) {
        struct pair *p = &pairs.at[pairs.count++];
        p->name = encoded(params[i].name, strlen(params[i].name));
        p->value = encoded(params[i].value, strlen(params[i].value));
    }
    char *plain =
        mem_strndup(query ? query : "", query ? strcspn(query, "#") : 0);
    fits = fits && add_query(&pairs, plain);
    if (fits)
        add_normalized(out, &pairs);
    free(plain);
    clear_pairs(&pairs);
    if (fits && buf_failed(out))
        return error_set(e, ERR_TOO_BIG,
                         "cannot sign the request: what is signed is longer "
                         "than %zu bytes",
                         out->max);
    if (!fits)
        return error_set(e, ERR_INVALID,
                         "cannot sign the request: %s (use an http or https "
                         "URL with fewer than %d parameters)",
                         query ? "too many parameters" : "no such URL",
                         PARAMS_MAX);
    return ERR_OK;
}

void
oauth1_sign(struct buf *out, const char *base, const char *consumer_secret,
            const char *token_secret)
{
    unsigned char mac[DIGEST_BYTES];
    char text[sodium_base64_ENCODED_LEN(DIGEST_BYTES,
                                        sodium_base64_VARIANT_ORIGINAL)];
    struct buf key;
    buf_init_any(&key);
    percent_encode(&key, consumer_secret, strlen(consumer_secret));
    buf_addc(&key, '&');
    percent_encode(&key, token_secret, strlen(token_secret));
    digest_hmac(mac, buf_str(&key), key.len, base, strlen(base));
    sodium_bin2base64(text, sizeof text, mac, sizeof mac,
                      sodium_base64_VARIANT_ORIGINAL);
    buf_adds(out, text);
    sodium_memzero(key.data, key.len);
    buf_clear(&key);
}

/* Appends ', name="value"' with the value encoded. */
static void
add_header_param(struct buf *out, const char *name, const char *value)
{
    buf_addf(out, ", %s=\"", name);
    percent_encode(out, value, strlen(value));
    buf_addc(out, '"');
}

enum err
oauth1_header(struct buf *out, const struct oauth1_keys *keys,
              const char *method, const char *url, long long timestamp,
              const char *nonce, struct error *e)
{
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", timestamp);
    const struct oauth1_param params[] = {
        {"oauth_consumer_key", keys->consumer_key},
        {"oauth_nonce", nonce},
        {"oauth_signature_method", "HMAC-SHA256"},
        {"oauth_timestamp", seconds},
        {"oauth_token", keys->token},
        {"oauth_version", "1.0"},
    };
    size_t count = sizeof params / sizeof params[0];
    struct buf base, signature;
    buf_init(&base, BASE_MAX);
    buf_init(&signature, sodium_base64_ENCODED_LEN(
                             DIGEST_BYTES, sodium_base64_VARIANT_ORIGINAL));
    enum err err = oauth1_base_string(&base, method, url, params, count, e);
    if (err == ERR_OK) {
        oauth1_sign(&signature, buf_str(&base), keys->consumer_secret,
                    keys->token_secret);
        buf_adds(out, "OAuth realm=\"");
        if (keys->realm)
            percent_encode(out, keys->realm, strlen(keys->realm));
        buf_addc(out, '"');
        for (size_t i = 0; i < count; i++)
            add_header_param(out, params[i].name, params[i].value);
        add_header_param(out, "oauth_signature", buf_str(&signature));
        if (buf_failed(out))
            err =
                error_set(e, ERR_TOO_BIG,
                          "cannot sign the request: the header is longer than "
                          "%zu bytes",
                          out->max);
    }
    buf_clear(&base);
    buf_clear(&signature);
    return err;
}
