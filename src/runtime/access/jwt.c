/* Browser tokens. */
#include "runtime/access/jwt.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "store/runtime.h"
#include "value/value.h"

#define AUDIENCE "tailor-embedded"
/* base64url of {"alg":"HS256","typ":"JWT"} */
#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
enum { TOKEN_MAX = 2048, SKEW_SECONDS = 5 };

static void
add_base64(struct buf *out, const void *p, size_t n)
{
    size_t size =
        sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *at = buf_reserve(out, size);
    if (!at)
        return;
    sodium_bin2base64(at, size, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_grew(out, size - 1);
}

void
jwt_make(struct buf *out, const struct jwt_claims *claims,
         const unsigned char key[JWT_KEY_BYTES])
{
    unsigned char mac[DIGEST_BYTES];
    size_t start = out->len;
    struct value *v = value_object();
    value_set_text(v, "aud", AUDIENCE);
    value_set_text(v, "sub", claims->user_id);
    value_set_text(v, "env", rt_environment_word(claims->environment));
    if (claims->link_id[0])
        value_set_text(v, "link", claims->link_id);
    value_set_int(v, "iat", claims->issued);
    value_set_int(v, "exp", claims->expires);
    struct buf body;
    buf_init_any(&body);
    value_write(&body, v);
    value_free(v);
    buf_adds(out, HEADER ".");
    add_base64(out, body.data, body.len);
    buf_clear(&body);
    if (buf_failed(out))
        return;
    digest_hmac(mac, key, JWT_KEY_BYTES, out->data + start, out->len - start);
    buf_addc(out, '.');
    add_base64(out, mac, sizeof mac);
}

static enum err
refuse(struct error *e, const char *why)
{
    return error_set(e, ERR_UNAUTHORIZED,
                     "Unauthorized: %s (get a new token for the user)", why);
}

/* Compares the signature in constant time. */
static bool
signature_fits(const char *token, const char *dot,
               const unsigned char key[JWT_KEY_BYTES])
{
    unsigned char mac[DIGEST_BYTES], given[DIGEST_BYTES + 8];
    size_t n = 0;
    const char *end = NULL;
    if (sodium_base642bin(given, sizeof given, dot + 1, strlen(dot + 1), NULL,
                          &n, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != DIGEST_BYTES || *end)
        return false;
    digest_hmac(mac, key, JWT_KEY_BYTES, token, (size_t)(dot - token));
    return digest_equal(mac, given, DIGEST_BYTES);
}

static bool
read_claims(struct jwt_claims *out, const struct value *v)
{
    const char *user = value_get_text(v, "sub");
    const char *link = value_get_text(v, "link");
    const char *audience = value_get_text(v, "aud");
    *out = (struct jwt_claims){0};
    out->environment = rt_environment_of_word(value_get_text(v, "env"));
    out->issued = value_int_or(value_get(v, "iat"), 0);
    out->expires = value_int_or(value_get(v, "exp"), 0);
    out->not_before = value_get(v, "nbf")
                          ? value_int_or(value_get(v, "nbf"), INT64_MAX)
                          : 0;
    if (!user || !ident_is(user) || (link && !ident_is(link)) || !audience ||
        strcmp(audience, AUDIENCE) != 0 || out->environment < 0)
        return false;
    snprintf(out->user_id, sizeof out->user_id, "%s", user);
    snprintf(out->link_id, sizeof out->link_id, "%s", link ? link : "");
    return out->issued > 0 && out->expires > out->issued &&
           out->expires - out->issued <= JWT_LIFE_SECONDS;
}

enum err
jwt_read(struct jwt_claims *out, const char *token,
         const unsigned char key[JWT_KEY_BYTES], int64_t now, struct error *e)
{
    size_t header = strlen(HEADER ".");
    const char *dot = strrchr(token, '.');
    unsigned char body[TOKEN_MAX];
    size_t n = 0;
    struct value *v = NULL;
    const struct value_limits limits = {TOKEN_MAX, 4, 64};
    if (strlen(token) > TOKEN_MAX || strncmp(token, HEADER ".", header) != 0 ||
        !dot || dot < token + header || !signature_fits(token, dot, key))
        return refuse(e, "the token is not one of this runtime");
    if (sodium_base642bin(body, sizeof body, token + header,
                          (size_t)(dot - token) - header, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        value_read(&v, (const char *)body, n, &limits, "token", NULL) != ERR_OK)
        return refuse(e, "the token is not one of this runtime");
    bool fine = value_refuse_nul(v, NULL, "token", NULL) == ERR_OK &&
                read_claims(out, v);
    value_free(v);
    if (!fine || out->issued > now + SKEW_SECONDS ||
        out->not_before > now + SKEW_SECONDS)
        return refuse(e, "the token is not one of this runtime");
    if (out->expires <= now)
        return refuse(e, "the token has expired");
    return ERR_OK;
}
