/* SHA-1 (RFC 3174): for name-based UUIDs (RFC 9562), which are defined by
 * it. Nothing may trust it for security. */
#ifndef TAILOR_MAPPING_FUNCTIONS_SHA1_H
#define TAILOR_MAPPING_FUNCTIONS_SHA1_H

#include <stddef.h>

#define SHA1_BYTES 20

/* The digest of the N bytes at A followed by the M bytes at B. */
void sha1_of_two(unsigned char out[SHA1_BYTES], const void *a, size_t n,
                 const void *b, size_t m);

#endif
