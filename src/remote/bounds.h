/*
 * What one runtime may bring: rows of a list of a full copy, and records of
 * its feed without reaching the end. A program that says or brings more is
 * hardly a tailord.
 */
#ifndef TAILOR_REMOTE_BOUNDS_H
#define TAILOR_REMOTE_BOUNDS_H

#include <stdint.h>

#include "base/error.h"

/* However many entries a runtime says that one of its lists has. */
#define BOUNDS_ENTRIES_MOST INT64_C(5000000)

/* Behind by more than this, a full copy is cheaper than the feed. */
#define BOUNDS_FEED_MOST INT64_C(1000000)

/* COUNT rows of WHAT ("users"), said or brought, of the runtime NAME; it may
 * have MOST. */
enum err bounds_rows(const char *name, const char *what, int64_t count,
                     int64_t most, struct error *e);

/* A full copy leads to record CURSOR, from where the feed goes on to HEAD. */
enum err bounds_copy(const char *name, int64_t cursor, int64_t head,
                     struct error *e);

/* COUNT records of the feed were read, and its end is ahead still; it may
 * take MOST of them. */
enum err bounds_feed(const char *name, int64_t count, int64_t most,
                     struct error *e);

#endif
