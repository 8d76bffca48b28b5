/* Browser tokens. */
#include "runtime/access/jwt.h"

#include <sodium.h>

#include "base/digest.h"
#include "store/runtime.h"
#include "tests/unit/http/http.h"
#include "tests/unit/test.h"

static const unsigned char key[JWT_KEY_BYTES] =
    "0123456789abcdef0123456789abcde";

static struct jwt_claims
claims_at(int64_t now, int64_t life)
{
    struct jwt_claims c = {.environment = ENVIRONMENT_PRODUCTION,
                           .issued = now,
                           .expires = now + life};
    snprintf(c.user_id, sizeof c.user_id, "%s", "64a7000000000000000000aa");
    return c;
}

static enum err
read_at(const char *token, int64_t now)
{
    struct jwt_claims c;
    return jwt_read(&c, token, key, now, NULL);
}

static void
test_round_trip(void)
{
    struct jwt_claims in = claims_at(1000000, 1800), out;
    struct buf b;
    buf_init(&b, 4096);
    jwt_make(&b, &in, key);
    CHECK_INT(jwt_read(&out, buf_str(&b), key, 1000001, NULL), ERR_OK);
    CHECK_STR(out.user_id, in.user_id);
    CHECK_INT(out.environment, in.environment);
    CHECK_STR(out.link_id, "");
    CHECK_INT(read_at(buf_str(&b), 1001799), ERR_OK);
    CHECK_INT(read_at(buf_str(&b), 1001800), ERR_UNAUTHORIZED);
    CHECK_INT(read_at(buf_str(&b), 999000), ERR_UNAUTHORIZED);
    buf_clear(&b);
}

static void
test_long_life(void)
{
    struct jwt_claims c = claims_at(1000000, 1801);
    struct buf b;
    buf_init(&b, 4096);
    jwt_make(&b, &c, key);
    CHECK_INT(read_at(buf_str(&b), 1000001), ERR_UNAUTHORIZED);
    buf_clear(&b);
}

/* No changed character anywhere is accepted: not in the header (other
 * algorithms), the claims, nor the signature. */
static void
test_every_change(void)
{
    struct jwt_claims c = claims_at(1000000, 1800);
    struct buf b;
    int accepted = 0;
    buf_init(&b, 4096);
    jwt_make(&b, &c, key);
    for (size_t i = 0; i < b.len; i++)
        for (int bit = 0; bit < 7; bit++) {
            b.data[i] = (char)(b.data[i] ^ (1 << bit));
            accepted += read_at(b.data, 1000001) == ERR_OK;
            b.data[i] = (char)(b.data[i] ^ (1 << bit));
        }
    for (size_t n = 0; n < b.len; n++) {
        char *cut = strndup(b.data, n);
        accepted += read_at(cut, 1000001) == ERR_OK;
        free(cut);
    }
    CHECK_INT(accepted, 0);
    buf_clear(&b);
}

/* A token with the claims at TEXT, signed with the right key. */
static void
make_of(struct buf *out, const char *text)
{
    unsigned char mac[DIGEST_BYTES];
    char part[1024];
    buf_init(out, 4096);
    buf_adds(out, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.");
    sodium_bin2base64(part, sizeof part, (const unsigned char *)text,
                      strlen(text), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_adds(out, part);
    digest_hmac(mac, key, sizeof key, out->data, out->len);
    sodium_bin2base64(part, sizeof part, mac, sizeof mac,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_addc(out, '.');
    buf_adds(out, part);
}

static enum err
read_of(const char *audience, const char *more)
{
    struct buf b;
    char text[512];
    snprintf(text, sizeof text,
             "{\"aud\":\"tailor-embedded%s\",\"env\":\"production\","
             "\"sub\":\"64a7000000000000000000aa\",\"iat\":1000000,"
             "\"exp\":1001000%s}",
             audience, more);
    make_of(&b, text);
    enum err err = read_at(buf_str(&b), 1000001);
    buf_clear(&b);
    return err;
}

/* Sabotage: drop value_refuse_nul in jwt_read (the link with a NUL counts as
 * none), or the comparison of not_before. */
static void
test_claims(void)
{
    CHECK_INT(read_of("", ""), ERR_OK);
    CHECK_INT(read_of("\\u0000x", ""), ERR_UNAUTHORIZED);
    CHECK_INT(read_of("", ",\"link\":\"a\\u0000b\""), ERR_UNAUTHORIZED);
    CHECK_INT(read_of("", ",\"nbf\":1000001"), ERR_OK);
    CHECK_INT(read_of("", ",\"nbf\":1000100"), ERR_UNAUTHORIZED);
    CHECK_INT(read_of("", ",\"nbf\":\"never\""), ERR_UNAUTHORIZED);
}

static const struct test tests[] = {
    {"made and read", test_round_trip},
    {"a life of more than 30 minutes is refused", test_long_life},
    {"claims with a NUL or of later are refused", test_claims},
    {"every changed bit and every cut is refused", test_every_change},
    {NULL, NULL},
};

void
test_http_jwt(void)
{
    test_run("jwt", tests);
    failed_tests += test_failures;
}
