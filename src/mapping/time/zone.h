/*
 * Time zones: the system's database (RFC 9636 files under
 * /usr/share/zoneinfo), read without touching the process's own zone.
 */
#ifndef TAILOR_MAPPING_TIME_ZONE_H
#define TAILOR_MAPPING_TIME_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/moment.h"

#define ZONE_NAME_SIZE 64

struct zone;

/* The zone NAME: one of the database ("Europe/Berlin"), "Z", "UTC" or an
 * offset ("+02:00"). NULL if none exists. The caller frees it. */
struct zone *zone_load(const char *name);
void zone_free(struct zone *z); /* NULL is OK */
size_t zone_bytes(const struct zone *z); /* of memory; 0 for NULL */

/* The name that it was loaded by, borrowed. */
const char *zone_name(const struct zone *z);

/* Seconds east of Greenwich at SECONDS since 1970 in UTC. */
int32_t zone_offset_at(const struct zone *z, int64_t seconds);

/* The same for SECONDS on the wall: where the clock was put back the earlier
 * of the two, where it was put forward as before. */
int32_t zone_offset_at_local(const struct zone *z, int64_t seconds);

/* Puts M on the wall clock of ZONE. A moment without a zone of its own already
 * is on that clock and only learns its offset; a date or a time alone stays.
 */
void zone_move(struct moment *m, const struct zone *zone);

#endif
