/* SHA-256 and HMAC-SHA-256 by nettle. */
#include "base/digest.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/ident.h"

void
digest_bytes(unsigned char out[DIGEST_BYTES], const void *p, size_t n)
{
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
    struct hmac_sha256_ctx ctx;
    hmac_sha256_set_key(&ctx, key_len, key);
    hmac_sha256_update(&ctx, n, p);
    hmac_sha256_digest(&ctx, DIGEST_BYTES, out);
    explicit_bzero(&ctx, sizeof ctx);
}

int
digest_equal(const void *a, const void *b, size_t n)
{
    return memeql_sec(a, b, n);
}
