/*
 * Redaction of samples when they are made: values under names of secrets
 * (secret_names.def), and under names that a person gives, become "[redacted]",
 * as in the runs of a runtime.
 */
#ifndef TAILOR_MANAGER_CATALOGUE_REDACT_H
#define TAILOR_MANAGER_CATALOGUE_REDACT_H

#include <stddef.h>

#include <stdbool.h>

struct buf;
struct value;

/* True where NAME is one of secret_names.def, or ends with one ("dbPassword",
 * "X-Api-Key"), but for case, "-", "_" and blanks. */
bool sample_is_secret(const char *name);

/* Redacts what SAMPLE and EXPECTED (NULL is OK, of both) hold, at any depth,
 * also by the COUNT names in MORE. A value that is null or "" stays. Takes out
 * of the look-ups of SAMPLE each key that it held elsewhere, and that was
 * redacted there. Appends the names that were found, as they stand there and
 * each once, to FOUND: "password, api_key". */
void sample_redact(struct value *sample, struct value *expected,
                   const char *const *more, size_t count, struct buf *found);

#endif
