/*
 * Dates and times as ISO 8601 writes them: "2026-10-12",
 * "2026-10-12T14:05:09.5+02:00", "14:05". What was read is written back in
 * the same shape.
 */
#ifndef TAILOR_BASE_MOMENT_H
#define TAILOR_BASE_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOMENT_SIZE 48

enum moment_zone { MOMENT_LOCAL, MOMENT_UTC, MOMENT_OFFSET };

struct moment {
    int64_t day;     /* since 1970-01-01; 0 without a date */
    int32_t seconds; /* of the day */
    int32_t nanos;
    int32_t offset; /* seconds east, of MOMENT_OFFSET */
    uint8_t zone;   /* enum moment_zone */
    uint8_t digits; /* of the fraction of a second */
    bool has_date, has_time;
};

/* Reads N bytes as a date, a date and time ("T" or a blank between) or a
 * time; false for anything else, days and hours that do not exist included.
 */
bool moment_parse(struct moment *out, const char *s, size_t n);

/* Reads "Z", "+02:00", "-0530", "+02" of N bytes as seconds east. */
bool moment_parse_offset(const char *s, size_t n, int32_t *out);

/* Writes M; false where its year is not between 0 and 9999. */
bool moment_format(const struct moment *m, char out[MOMENT_SIZE]);

/* The Gregorian calendar: days since 1970-01-01 and back. MONTH may be any
 * number, DAY too: the 0th of March is the last of February. */
int64_t moment_day(int64_t year, int64_t month, int64_t day);
void moment_civil(int64_t day, int64_t *year, int *month, int *of_month);
int moment_month_length(int64_t year, int month);
int moment_weekday(int64_t day); /* 0 is Sunday */

/* M with N months added; the day is cut to the month's last. */
void moment_add_months(struct moment *m, int64_t n);

/* Seconds since 1970 of the wall clock that M shows. */
int64_t moment_wall(const struct moment *m);
/* M at SECONDS of the wall clock, with OFFSET. */
void moment_set(struct moment *m, int64_t seconds, int32_t offset, bool utc);

/* Sets the fraction of a second of M and shows at least the digits it has. */
void moment_set_nanos(struct moment *m, int32_t nanos);

#endif
