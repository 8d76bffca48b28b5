/* Which account of an app a credential is for. */
#include "runtime/outbound/account.h"

#include <sodium.h>
#include <string.h>

#include "runtime/outbound/url.h"
#include "runtime/outbound/vault.h"

void
account_key_new(unsigned char key[ACCOUNT_KEY_BYTES])
{
    randombytes_buf(key, ACCOUNT_KEY_BYTES);
}

/* Whether the address of the app is the account's own: a field of TEMPLATE
 * other than the host, to which accounts may share the way. */
static bool
names_account(const char *template)
{
    const char *open = template;
    while (open && (open = strchr(open, '{'))) {
        if (strncmp(open, "{host}", 6) != 0)
            return true;
        open++;
    }
    return false;
}

/* The field of S that says who signs in, or NULL. */
static const char *
signs_in_as(const struct secret *s)
{
    static const struct {
        const char *kind, *field;
    } fields[] = {{"basic", "username"},
                  {"bearer", "token"},
                  {"header", "value"},
                  {"oauth1", "tokenId"},
                  {"oauth2", "accessToken"}};
    if (strcmp(s->kind, "apiKey") == 0)
        return s->authentication ? connector_key_field(s->authentication)
                                 : NULL;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(s->kind, fields[i].kind) == 0)
            return fields[i].field;
    return NULL;
}

static const char *
path_of(const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return host + strcspn(host, "/?#");
}

/* Appends the address of the app that S is for, in the one spelling that all
 * others of it have: nothing where neither the connector nor S names one. False
 * where S lacks a field of it. */
static bool
add_address(const struct secret *s, struct buf *out)
{
    struct error ignored;
    struct buf url;
    const char *template = connector_base_url(s->connector);
    buf_init_any(&url);
    (void)buf_reserve(&url, 4096);
    buf_adds(&url, *template ? "" : "https://");
    bool filled = *template ? secret_fill(s, template, &url, &ignored) == ERR_OK
                            : secret_field(s, "host", &url);
    bool good = filled ? outbound_url_site(out, buf_str(&url)) : !*template;
    if (good && *template)
        buf_adds(out, path_of(buf_str(&url)));
    vault_wipe(&url);
    return good;
}

/* Appends what tells accounts apart at the app; false where S lacks it. */
static bool
add_identity(const struct secret *s, struct buf *out)
{
    const char *template = connector_base_url(s->connector), *field;
    if (!add_address(s, out))
        return false;
    if (names_account(template))
        return true;
    buf_addc(out, '\0');
    buf_adds(out, s->kind);
    buf_addc(out, '\0');
    field = signs_in_as(s);
    return field && secret_field(s, field, out);
}

void
account_name(char out[DIGEST_SIZE], const struct secret *s,
             const unsigned char key[ACCOUNT_KEY_BYTES])
{
    unsigned char mac[DIGEST_BYTES];
    struct buf text;
    buf_init_any(&text);
    (void)buf_reserve(&text, 8192);
    buf_adds(&text, s->user_id);
    buf_addc(&text, ' ');
    buf_adds(&text, connector_app(s->connector));
    buf_addc(&text, '\0');
    size_t common = text.len;
    if (!add_identity(s, &text)) {
        text.len = common;
        buf_addf(&text, "credential %lld", (long long)s->n);
    }
    digest_hmac(mac, key, ACCOUNT_KEY_BYTES, buf_str(&text), text.len);
    sodium_bin2hex(out, DIGEST_SIZE, mac, sizeof mac);
    vault_wipe(&text);
}

void
account_kept_name(char out[DIGEST_SIZE], const struct secret *s,
                  const struct vault *v)
{
    unsigned char key[DIGEST_BYTES];
    out[0] = '\0';
    if (!s->connector)
        return;
    vault_derive(v, "account", key);
    account_name(out, s, key);
    sodium_memzero(key, sizeof key);
}
