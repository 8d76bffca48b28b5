/* One case of a JSON Patch suite, in the form the public suites have. */
#ifndef TAILOR_TEST_PATCH_CASE_H
#define TAILOR_TEST_PATCH_CASE_H

#include "value/value.h"

/* Runs the case C ("doc", "patch", and "expected" or "error"): applies,
 * compares, undoes with the inverse and compares again, key order included.
 * Returns NULL, or what went wrong as a new string. With "says" the message
 * of the error must have that text. */
char *patch_case_run(const struct value *c);

#endif
