/* SHA-1 by nettle. */
#include "mapping/functions/sha1.h"

#include <nettle/sha1.h>

void
sha1_of_two(unsigned char out[SHA1_BYTES], const void *a, size_t n,
            const void *b, size_t m)
{
    struct sha1_ctx ctx;
    sha1_init(&ctx);
    sha1_update(&ctx, n, a);
    sha1_update(&ctx, m, b);
    sha1_digest(&ctx, SHA1_BYTES, out);
}
