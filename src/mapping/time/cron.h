/*
 * Cron expressions: five fields, "minute hour day month weekday", each "*", a
 * number, a range a-b, either with a step /n, or several of these with commas.
 * Weekdays are 0 to 7, Sunday is 0 and 7. Where day and weekday are both
 * restricted, a day that is either is meant (POSIX, crontab).
 */
#ifndef TAILOR_MAPPING_TIME_CRON_H
#define TAILOR_MAPPING_TIME_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "mapping/time/zone.h"

enum cron_part {
    CRON_MINUTE,
    CRON_HOUR,
    CRON_DAY,
    CRON_MONTH,
    CRON_WEEKDAY,
    CRON_PARTS
};

struct cron {
    uint64_t set[CRON_PARTS]; /* bit N: the number N is meant */
    bool any[CRON_PARTS];     /* begins with "*" */
};

/* Reads TEXT. INVALID with a sentence that names the part that is wrong. */
enum err cron_read(struct cron *out, const char *text, struct error *e);

/* Appends what C means: "at 06:00, on Monday to Friday". */
void cron_words(const struct cron *c, struct buf *out);

/* The first time of C after SECONDS (since 1970, UTC) on the clock of ZONE;
 * -1 where none comes within eight years (30 February). A time that the
 * clock skips is taken as before the change, one that comes twice once. */
int64_t cron_next(const struct cron *c, const struct zone *zone,
                  int64_t seconds);

#endif
