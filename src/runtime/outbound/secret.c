/* One credential, open for one call. */
#include "runtime/outbound/secret.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/percent.h"
#include "runtime/outbound/oauth1.h"
#include "runtime/outbound/spelling.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"

enum { SECRET_MAX = 65536, REASON_MAX = 2000 };

/* --- opening ------------------------------------------------------------- */

struct sealed {
    char id[IDENT_SIZE];
    int64_t key_no;
    struct buf bytes;
};

/* Why nothing is connected: the customer may have another credential of the
 * app, and only the customer knows which account is meant. */
static enum err
not_connected(struct db *db, int64_t installation, const char *app,
              struct error *e)
{
    bool other = false;
    int64_t n = 0;
    struct db_stmt *q = db_use(db, RS_CREDENTIAL_OTHER);
    db_int(q, installation);
    db_text(q, app);
    enum err err = db_run_int(q, &n, &other, e);
    if (err != ERR_OK)
        return err;
    return error_set(e, ERR_NOT_FOUND,
                     other ? "%s: not connected (the customer must choose "
                             "another credential, or connect the app again)"
                           : "%s: not connected (the customer must connect the "
                             "app)",
                     app);
}

static enum err
read_sealed(struct secret *out, struct db *db, int64_t installation,
            const char *app, struct sealed *s, struct error *e)
{
    char why[REASON_MAX] = "the app refused the credential";
    struct db_stmt *q = db_use(db, RS_CREDENTIAL_SEALED);
    db_int(q, installation);
    db_text(q, app);
    struct rs_sealed_credential c;
    if (rs_sealed_credential_next(q, &c)) {
        out->n = c.n;
        snprintf(s->id, sizeof s->id, "%s", c.id);
        snprintf(out->kind, sizeof out->kind, "%s", c.kind);
        buf_add(&s->bytes, c.sealed, c.sealed_length);
        s->key_no = c.key_no;
        snprintf(out->user_id, sizeof out->user_id, "%s", c.user_id);
        out->state = (int)c.state;
        if (c.message)
            snprintf(why, sizeof why, "%s", c.message);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !out->n)
        err = not_connected(db, installation, app, e);
    if (err == ERR_OK && out->state == CREDENTIAL_REFUSED)
        err = error_set(e, ERR_NOT_FOUND, "%s: %s", app, why);
    return err;
}

enum err
secret_open(struct secret *out, struct db *db, const struct runtime *runtime,
            int64_t installation, const char *app,
            const struct connector *connector, struct error *e)
{
    static const struct value_limits limits = {SECRET_MAX, 4, 200};
    struct sealed s = {0};
    *out = (struct secret){.connector = connector};
    buf_init(&out->text, SECRET_MAX);
    buf_init(&s.bytes, 2 * SECRET_MAX);
    tape_init(&out->tape);
    enum err err = read_sealed(out, db, installation, app, &s, e);
    const struct vault_name name = {out->user_id, app, s.id};
    if (err == ERR_OK && !runtime->vault)
        err = error_set(e, ERR_NOT_FOUND, "%s: the vault is closed", app);
    if (err == ERR_OK)
        err = vault_unseal(runtime->vault, &name, s.key_no, s.bytes.data,
                           s.bytes.len, &out->text, e);
    if (err == ERR_OK)
        err = tape_read(&out->tape, buf_str(&out->text), out->text.len, &limits,
                        "credential", e);
    if (err == ERR_OK && connector)
        out->authentication = connector_authentication_of(connector, out->kind);
    buf_clear(&s.bytes);
    if (err != ERR_OK)
        secret_close(out);
    return err;
}

void
secret_close(struct secret *s)
{
    vault_wipe(&s->text);
    tape_clear(&s->tape);
    needles_free(s->needles);
    *s = (struct secret){0};
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void
secret_trim(struct buf *out, size_t from)
{
    size_t begin = from;
    while (out->len > from && is_blank(out->data[out->len - 1]))
        buf_truncate(out, out->len - 1);
    while (begin < out->len && is_blank(out->data[begin]))
        begin++;
    if (begin > from)
        memmove(out->data + from, out->data + begin, out->len - begin);
    buf_truncate(out, out->len - (begin - from));
}

bool
secret_field(const struct secret *s, const char *name, struct buf *out)
{
    uint32_t i =
        s->tape.count ? tape_member(&s->tape, 0, name, strlen(name)) : 0;
    size_t from = out->len;
    if (!i)
        return false;
    if (s->tape.nodes[i].type == VALUE_STRING)
        tape_string(&s->tape, i, out);
    else
        tape_write(&s->tape, i, out);
    if (strcmp(s->kind, "basic") != 0 || strcmp(name, "host") == 0)
        secret_trim(out, from);
    return true;
}

/* A field as a string of its own, wiped by wipe_text; NULL where absent. */
static char *
field_text(const struct secret *s, const char *name)
{
    struct buf b;
    buf_init_any(&b);
    (void)buf_reserve(&b, 4096);
    if (!secret_field(s, name, &b)) {
        buf_clear(&b);
        return NULL;
    }
    return buf_take(&b);
}

static void
wipe_text(char *text)
{
    if (text)
        sodium_memzero(text, strlen(text));
    free(text);
}

/* --- addresses ----------------------------------------------------------- */

/* One {field} as part of a host name. */
static enum err
fill_field(const struct secret *s, const char *name, struct buf *out,
           struct error *e)
{
    char *text = field_text(s, name);
    bool good = text && *text;
    for (char *p = text; good && *p; p++) {
        if (*p == '_')
            *p = '-';
        *p = (char)tolower((unsigned char)*p);
        good = isalnum((unsigned char)*p) || strchr("-.:", *p);
    }
    if (good)
        buf_adds(out, text);
    else
        error_set(e, ERR_INVALID,
                  "credential: its field %s is missing or not a valid part of "
                  "a host name (connect again)",
                  name);
    wipe_text(text);
    return good ? ERR_OK : ERR_INVALID;
}

enum err
secret_fill(const struct secret *s, const char *template, struct buf *out,
            struct error *e)
{
    const char *open;
    while ((open = strchr(template, '{')) && strchr(open, '}')) {
        const char *close = strchr(open, '}');
        char *name = mem_strndup(open + 1, (size_t)(close - open - 1));
        buf_add(out, template, (size_t)(open - template));
        enum err err = fill_field(s, name, out, e);
        free(name);
        if (err != ERR_OK)
            return err;
        template = close + 1;
    }
    buf_adds(out, template);
    return ERR_OK;
}

/* "host" or "host:port" of an https address. */
static char *
host_of(const char *url)
{
    const char *from = strstr(url, "://");
    from = from ? from + 3 : url;
    return mem_strndup(from, strcspn(from, "/?#"));
}

static bool
host_fits(const char *host, const char *pattern)
{
    size_t h = strlen(host), p = strlen(pattern);
    if (strncmp(pattern, "*.", 2) != 0)
        return strcasecmp(host, pattern) == 0;
    return h > p - 1 && strcasecmp(host + h - (p - 1), pattern + 1) == 0;
}

enum err
secret_check_host(const struct secret *s, const char *url, struct error *e)
{
    const struct value *hosts =
        s->connector ? connector_hosts(s->connector) : NULL;
    char *host = host_of(url);
    bool good = false;
    if (strchr(host, '@') || strncmp(url, "https://", 8) != 0)
        good = false;
    else if (hosts)
        for (size_t i = 0; i < value_size(hosts) && !good; i++)
            good = host_fits(host, value_text_or(value_at(hosts, i), ""));
    else {
        char *own = field_text(s, "host");
        good = own && *own && strcasecmp(own, host) == 0;
        wipe_text(own);
    }
    if (!good)
        error_set(e, ERR_REFUSED,
                  "credential: it may not be sent to %.200s (only to the hosts "
                  "of its connector)",
                  host);
    free(host);
    return good ? ERR_OK : ERR_REFUSED;
}

/* --- signing ------------------------------------------------------------- */

static enum err
missing(struct error *e, const char *field)
{
    return error_set(e, ERR_INVALID,
                     "credential: its field %s is missing (connect again)",
                     field);
}

static enum err
sign_oauth1(const struct secret *s, const char *method, const char *url,
            struct buf *value, struct error *e)
{
    char *account = field_text(s, "account");
    char *key = field_text(s, "consumerKey");
    char *secret = field_text(s, "consumerSecret");
    char *token = field_text(s, "tokenId");
    char *token_secret = field_text(s, "tokenSecret");
    char nonce[UUID_SIZE];
    const char *realm = value_get_text(s->authentication, "realm");
    struct oauth1_keys keys = {
        .realm = realm && strcmp(realm, "{account}") == 0 ? account : realm,
        .consumer_key = key,
        .consumer_secret = secret,
        .token = token,
        .token_secret = token_secret,
    };
    enum err err = ERR_OK;
    uuid_new(nonce);
    if (!key || !secret || !token || !token_secret)
        err = missing(e, "consumerKey, consumerSecret, tokenId or "
                         "tokenSecret");
    if (err == ERR_OK)
        err = oauth1_header(value, &keys, method, url, (long long)time(NULL),
                            nonce, e);
    wipe_text(account);
    wipe_text(key);
    wipe_text(secret);
    wipe_text(token);
    wipe_text(token_secret);
    return err;
}

static void
add_base64(struct buf *out, const char *p, size_t n, int variant)
{
    size_t size = sodium_base64_encoded_len(n, variant);
    char *at = buf_reserve(out, size);
    if (!at)
        return;
    sodium_bin2base64(at, size, (const unsigned char *)p, n, variant);
    buf_grew(out, size - 1);
}

static enum err
sign_basic(const struct secret *s, struct buf *value, struct error *e)
{
    struct buf pair;
    buf_init(&pair, SECRET_MAX);
    (void)buf_reserve(&pair, 4096);
    bool good = secret_field(s, "username", &pair);
    buf_addc(&pair, ':');
    good = good && secret_field(s, "password", &pair);
    buf_adds(value, "Basic ");
    add_base64(value, buf_str(&pair), pair.len, sodium_base64_VARIANT_ORIGINAL);
    vault_wipe(&pair);
    return good ? ERR_OK : missing(e, "username or password");
}

static enum err
sign_bearer(const struct secret *s, const char *field, struct buf *value,
            struct error *e)
{
    buf_adds(value, "Bearer ");
    return secret_field(s, field, value) ? ERR_OK : missing(e, field);
}

static enum err
sign_api_key(const struct secret *s, struct buf *url, struct buf *name,
             struct buf *value, struct error *e)
{
    const char *header = value_get_text(s->authentication, "header");
    const char *prefix = value_get_text(s->authentication, "prefix");
    const char *query = value_get_text(s->authentication, "query");
    const char *key = connector_key_field(s->authentication);
    if (!key)
        return missing(e, "apiKey");
    if (!query) {
        buf_adds(name, header ? header : "Authorization");
        buf_adds(value, prefix ? prefix : "");
        return secret_field(s, key, value) ? ERR_OK : missing(e, key);
    }
    char *text = field_text(s, key);
    if (!text)
        return missing(e, key);
    buf_addc(url, strchr(buf_str(url), '?') ? '&' : '?');
    percent_encode(url, query, strlen(query));
    buf_addc(url, '=');
    percent_encode(url, text, strlen(text));
    wipe_text(text);
    return ERR_OK;
}

enum err
secret_header(const struct secret *s, const char *method, struct buf *url,
              struct buf *name, struct buf *value, struct error *e)
{
    if (strcmp(s->kind, "apiKey") == 0)
        return sign_api_key(s, url, name, value, e);
    if (strcmp(s->kind, "header") == 0)
        return secret_field(s, "fieldName", name) &&
                       secret_field(s, "value", value)
                   ? ERR_OK
                   : missing(e, "fieldName or value");
    buf_adds(name, "Authorization");
    if (strcmp(s->kind, "oauth1") == 0)
        return sign_oauth1(s, method, buf_str(url), value, e);
    if (strcmp(s->kind, "basic") == 0)
        return sign_basic(s, value, e);
    if (strcmp(s->kind, "bearer") == 0)
        return sign_bearer(s, "token", value, e);
    if (strcmp(s->kind, "oauth2") == 0)
        return sign_bearer(s, "accessToken", value, e);
    return error_set(e, ERR_INVALID,
                     "credential: its kind %s is unknown to this version",
                     s->kind);
}

/* --- redaction ----------------------------------------------------------- */

/* Adds the N bytes at S but where they would hide every other word. */
static void
add_needle(struct needles *needles, const char *s, size_t n)
{
    if (n >= 4)
        needles_add(needles, s, n);
}

/* The N bytes at S in base64, alone and inside a longer text: at each of the
 * three places within a group the digits that they alone decide. */
static void
add_in_base64(struct needles *needles, const char *s, size_t n)
{
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    static const size_t skip[] = {0, 2, 3};
    struct buf moved, digits;
    buf_init(&moved, 3 * SECRET_MAX + 2);
    buf_init(&digits, 5 * SECRET_MAX);
    (void)buf_reserve(&moved, n + 3);
    (void)buf_reserve(&digits, 2 * n + 16);
    for (size_t before = 0; before < 3; before++) {
        buf_reset(&moved);
        buf_add(&moved, "  ", before);
        buf_add(&moved, s, n);
        for (size_t i = 0; i < 2; i++) {
            buf_reset(&digits);
            add_base64(&digits, buf_str(&moved), moved.len, variants[i]);
            size_t last = moved.len % 3 ? 1 : 0;
            if (digits.len > skip[before] + last + 4)
                add_needle(needles, digits.data + skip[before],
                           digits.len - skip[before] - last);
        }
    }
    vault_wipe(&moved);
    vault_wipe(&digits);
}

static void
add_in_hex(struct needles *needles, const char *s, size_t n)
{
    struct buf digits;
    size_t size = 2 * n + 1;
    buf_init(&digits, 2 * SECRET_MAX + 1);
    char *at = buf_reserve(&digits, size);
    if (at) {
        sodium_bin2hex(at, size, (const unsigned char *)s, n);
        buf_grew(&digits, size - 1);
        add_needle(needles, digits.data, digits.len);
    }
    vault_wipe(&digits);
}

/* The secret as it is, in hexadecimal and in base64, where it may have been
 * percent-encoded before, as OAuth 2 asks for. */
static void
add_secret(struct needles *needles, const char *s, size_t n)
{
    struct buf other;
    if (n < 4)
        return;
    add_needle(needles, s, n);
    add_in_hex(needles, s, n);
    add_in_base64(needles, s, n);
    buf_init(&other, 3 * SECRET_MAX);
    (void)buf_reserve(&other, 3 * n + 1);
    percent_encode(&other, s, n);
    if (other.len != n)
        add_in_base64(needles, buf_str(&other), other.len);
    vault_wipe(&other);
}

/* Whether the connector says of the field that everybody may see it. What it
 * does not describe (tokens that OAuth brought) is secret. */
static bool
is_public(const struct secret *s, uint32_t key)
{
    const struct value *fields = value_get(s->authentication, "fields");
    for (size_t i = 0; i < value_size(fields); i++) {
        const struct value *f = value_at(fields, i);
        const char *name = value_get_text(f, "name");
        if (name && tape_string_is(&s->tape, key, name, strlen(name)))
            return !value_bool_or(value_get(f, "secret"), false);
    }
    /* Generic credentials are bound to it; it is an address. */
    return tape_string_is(&s->tape, key, "host", 4);
}

static void
add_fields(struct needles *needles, const struct secret *s)
{
    const struct tape_node *nodes = s->tape.nodes;
    uint32_t end = s->tape.count ? nodes[0].next : 0;
    for (uint32_t key = 1; key < end; key = nodes[key + 1].next) {
        struct buf text;
        if (is_public(s, key) || nodes[key + 1].type != VALUE_STRING)
            continue;
        buf_init(&text, SECRET_MAX);
        (void)buf_reserve(&text, nodes[key + 1].length + 1);
        tape_string(&s->tape, key + 1, &text);
        add_secret(needles, buf_str(&text), text.len);
        size_t whole = text.len;
        secret_trim(&text, 0);
        if (text.len < whole)
            add_secret(needles, buf_str(&text), text.len);
        vault_wipe(&text);
    }
}

/* User name and password in one, as they were sent. */
static void
add_pair(struct needles *needles, const struct secret *s)
{
    struct buf pair;
    struct error ignored;
    buf_init(&pair, 2 * SECRET_MAX);
    (void)buf_reserve(&pair, 4096);
    if (sign_basic(s, &pair, &ignored) == ERR_OK)
        add_needle(needles, pair.data + 6, pair.len - 6);
    vault_wipe(&pair);
}

static struct needles *
make_needles(const struct secret *s)
{
    struct needles *needles = needles_new();
    add_fields(needles, s);
    if (strcmp(s->kind, "basic") == 0)
        add_pair(needles, s);
    return needles;
}

void
secret_redact(struct secret *s, struct buf *text)
{
    if (!s->needles)
        s->needles = make_needles(s);
    spelling_hide(text, s->needles, "[redacted]");
}
