/*
 * I-Regexp (RFC 9485) on PCRE2, with limits: no pattern can take more than
 * the steps its caller has, nor hold more than a megabyte.
 */
#ifndef TAILOR_MAPPING_PATH_REGEX_H
#define TAILOR_MAPPING_PATH_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct regex;

/* Compiles the I-Regexp of N bytes, to match a WHOLE text or to be searched
 * for in it. NULL if it is not an I-Regexp, which then matches nothing. */
struct regex *regex_compile(const char *pattern, size_t n, bool whole);
void regex_free(struct regex *r);
size_t regex_bytes(const struct regex *r); /* of memory; 0 for NULL */

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/* Matches N bytes of valid UTF-8. Takes what it costs from *STEPS;
 * REGEX_LIMIT where that is not enough. */
enum regex_result regex_run(const struct regex *r, const char *s, size_t n,
                            size_t *steps);

#endif
