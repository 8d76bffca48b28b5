/*
 * Query parameters that are numbers, times or words, read in one place: what
 * cannot be read is refused by its name, never taken as absent.
 */
#ifndef TAILOR_RUNTIME_EMBEDDED_QUERY_H
#define TAILOR_RUNTIME_EMBEDDED_QUERY_H

#include "runtime/access/handlers.h"

/* Sets *OUT to the whole number in query parameter NAME; what is above MOST
 * counts as MOST. Leaves *OUT where the parameter is absent or empty. INVALID
 * where it is not a number or below LEAST (0 or more). */
enum err query_number(const struct route_call *call, const char *name,
                      int64_t least, int64_t most, int64_t *out,
                      struct error *e);

/* The same of a time, in milliseconds. INVALID where it is not one. */
enum err query_time(const struct route_call *call, const char *name,
                    int64_t *out, struct error *e);

/* Sets *OUT to whether the parameter is YES; leaves it where the parameter is
 * absent or empty. INVALID where it is neither YES nor NO. Case is ignored. */
enum err query_choice(const struct route_call *call, const char *name,
                      const char *yes, const char *no, bool *out,
                      struct error *e);

#endif
