/*
 * What the tests of hostile runtimes share: runtimes that speak the protocol
 * well, each word with its shape.
 */
#ifndef TAILOR_TEST_RELEASE_HOSTILE_H
#define TAILOR_TEST_RELEASE_HOSTILE_H

#include <sqlite3.h>

#include "tests/unit/manager/release/world.h"

#define BIG 12000 /* bytes of the lists that facts carry */

/* What the installations of the world have. */
struct hostile_ids {
    char workflow[25], integration[25];
};

/* A world of N installations, with its IDS. */
void hostile_open(struct world *w, struct hostile_ids *ids, size_t n);

/* The store past the manager; the caller closes it. */
sqlite3 *hostile_open_raw(const struct world *w);
void hostile_raw(const struct world *w, const char *sql);
/* Likewise, a change of the runtime ID that is taken for the manager's. */
void hostile_own(const struct world *w, const char *id, const char *sql);
int64_t hostile_raw_int(const struct world *w, const char *sql);

/* The next N facts of the feed. */
enum err hostile_apply(struct world *w, struct fact *f, size_t n,
                       struct error *e);

/* A text of BIG bytes that no other round has; the caller's. */
struct value *hostile_big_text(int round);
/* ONE (taken) alone in a list; the caller's. */
struct value *hostile_list_of(struct value *one);

#endif
