/* Codes: digests, keyed digests, and reading what was encoded. */
#include <string.h>
#include <strings.h>

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "base/base64.h"
#include "base/ident.h"
#include "base/percent.h"
#include "base/text.h"
#include "mapping/functions/fn.h"

enum { DIGEST_MOST = SHA512_DIGEST_SIZE };

union hash_state {
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
};

/* The N bytes of a digest, in hexadecimal or in Base64. */
static void
write_digest(struct evaluator *ev, const unsigned char *digest, size_t n,
             bool base64, struct fvalue *out)
{
    char *text = formula_alloc(ev->arena, 2 * n + 4);
    if (base64)
        base64_encode(text, digest, n);
    else
        hex_encode(text, digest, n);
    fvalue_text(out, text, base64 ? base64_length(n) : 2 * n);
}

static void
digest_of(struct evaluator *ev, const struct nettle_hash *hash, struct ftext t,
          struct fvalue *out)
{
    union hash_state state;
    unsigned char digest[DIGEST_MOST];
    formula_step(ev->arena, t.n / 8);
    hash->init(&state);
    hash->update(&state, t.n, (const uint8_t *)t.s);
    hash->digest(&state, hash->digest_size, digest);
    write_digest(ev, digest, hash->digest_size, false, out);
}

void
fn_md5(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    (void)count;
    digest_of(ev, &nettle_md5, fn_text(&args[0]), out);
}

void
fn_sha1(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    digest_of(ev, &nettle_sha1, fn_text(&args[0]), out);
}

/* --- HMAC ---------------------------------------------------------------- */

static bool
word_is(struct ftext t, const char *word)
{
    return t.n == strlen(word) && strncasecmp(t.s, word, t.n) == 0;
}

static const struct nettle_hash *
find_hash(struct ftext name)
{
    static const struct nettle_hash *const hashes[] = {
        &nettle_sha256, &nettle_sha512, &nettle_sha1, &nettle_md5};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        if (word_is(name, hashes[i]->name))
            return hashes[i];
    return NULL;
}

void
fn_hmac(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    union hash_state outer, inner, state;
    unsigned char digest[DIGEST_MOST];
    struct ftext t = fn_text(&args[0]), key = fn_text(&args[1]);
    const struct nettle_hash *hash = &nettle_sha256;
    bool base64 =
        fn_given(args, count, 3) && word_is(fn_text(&args[3]), "base64");
    if (fn_given(args, count, 2))
        hash = find_hash(fn_text(&args[2]));
    if (!hash) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "HMAC: the digest is SHA256, SHA512, SHA1 or MD5");
        return;
    }
    if (!base64 && fn_given(args, count, 3) &&
        !word_is(fn_text(&args[3]), "hex")) {
        FAIL(ev, out, FORMULA_VALUE_ERROR, "HMAC: the form is hex or base64");
        return;
    }
    if (key.n == 0 && formula_has(ev->arena, CHANGE_EMPTY_KEY)) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "HMAC: the key is missing or empty, and what is signed without "
             "one proves nothing");
        return;
    }
    formula_step(ev->arena, (t.n + key.n) / 8);
    hmac_set_key(&outer, &inner, &state, hash, key.n, (const uint8_t *)key.s);
    hmac_update(&state, hash, t.n, (const uint8_t *)t.s);
    hmac_digest(&outer, &inner, &state, hash, hash->digest_size, digest);
    write_digest(ev, digest, hash->digest_size, base64, out);
}

/* --- reading what was encoded -------------------------------------------- */

/* The decoded N bytes at TEXT, which must be a text. */
static void
decoded(struct evaluator *ev, const char *name, const char *text, size_t n,
        struct fvalue *out)
{
    if (utf8_valid_prefix(text, n) == n)
        fvalue_text(out, text, n);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: what was encoded is not a text in UTF-8", name);
}

void
fn_base64decode(struct evaluator *ev, struct fvalue *args, unsigned count,
                struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    size_t n;
    formula_step(ev->arena, t.n / 16);
    char *text = formula_alloc(ev->arena, t.n);
    if (base64_decode(text, &n, t.s, t.n))
        decoded(ev, "BASE64DECODE", text, n, out);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "BASE64DECODE: the text is not Base64");
}

void
fn_decodeurl(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 16);
    char *text = formula_alloc(ev->arena, t.n);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        int byte = percent_byte(t.s + i, t.n - i);
        if (t.s[i] == '%' && byte < 0) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "DECODEURL: %% needs two hexadecimal digits after it");
            return;
        }
        text[n++] = byte < 0 ? t.s[i] : (char)byte;
        i += byte < 0 ? 0 : 2;
    }
    decoded(ev, "DECODEURL", text, n, out);
}
