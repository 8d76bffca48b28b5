/* SHA-256 by nettle, HMAC-SHA-256 by libsodium. */
#include "base/digest.h"

#include <nettle/sha2.h>
#include <sodium.h>

#include "base/ident.h"

void
digest_bytes(unsigned char out[DIGEST_BYTES], const void *p, size_t n)
{
    /* nettle uses the processor's own instructions, libsodium does not. */
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, n, p);
    sha256_digest(&ctx, DIGEST_BYTES, out);
}

void
digest_hex(char out[DIGEST_SIZE], const void *p, size_t n)
{
    unsigned char raw[DIGEST_BYTES];
    digest_bytes(raw, p, n);
    hex_encode(out, raw, sizeof raw);
}

void
digest_hmac(unsigned char out[DIGEST_BYTES], const void *key, size_t key_len,
            const void *p, size_t n)
{
    crypto_auth_hmacsha256_state st;
    crypto_auth_hmacsha256_init(&st, key, key_len);
    crypto_auth_hmacsha256_update(&st, p, n);
    crypto_auth_hmacsha256_final(&st, out);
}

int
digest_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}
