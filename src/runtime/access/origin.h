/* Origins of web pages, as RFC 6454 (section 6.2) writes them. */
#ifndef TAILOR_RUNTIME_ACCESS_ORIGIN_H
#define TAILOR_RUNTIME_ACCESS_ORIGIN_H

#include <stdbool.h>

#include "base/error.h"
#include "store/db.h"

/* URL without the port that its scheme has anyway, which the caller frees; NULL
 * where it is not "https://host[:port]" (or http) in lower case. */
char *origin_make(const char *url);

/* Whether pages of ORIGIN may call from browsers. */
enum err origin_is_listed(struct db *db, const char *origin, bool *listed,
                          struct error *e);

enum err origin_list_add(struct db *db, const char *url, struct error *e);

/* NOT_FOUND where it is not listed. */
enum err origin_list_remove(struct db *db, const char *url, struct error *e);

#endif
