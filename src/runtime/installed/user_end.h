/*
 * The end of a user: installations end with their runs, credentials are wiped,
 * tokens and links are refused from now on.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_USER_END_H
#define TAILOR_RUNTIME_INSTALLED_USER_END_H

#include "base/error.h"
#include "value/value.h"

struct core;

/* The user as facts of the feed name them. FULL_NAME may be NULL. */
struct value *user_value_of(const char *id, const char *username,
                            const char *full_name);

/* Deletes the user of row N and tells the feed of ENVIRONMENT by FACT (taken):
 * what user_value_of() gives. */
enum err user_end(struct core *core, int64_t n, int environment,
                  struct value *fact, struct error *e);

#endif
