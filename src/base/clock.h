/*
 * Time. The wall clock is for showing, never for ordering (sequences do
 * that) and never for time-outs (the monotonic clock does that).
 */
#ifndef TAILOR_BASE_CLOCK_H
#define TAILOR_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_TEXT_SIZE 25 /* "2026-10-12T14:05:09.123Z" and the NUL */

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now_ms(void);

/* Milliseconds of a clock that never jumps. */
int64_t clock_monotonic_ms(void);

/* Milliseconds since the machine was started, sleep included. */
int64_t clock_boot_ms(void);

/* Writes MS as RFC 3339 in UTC with milliseconds. */
void clock_format(char out[CLOCK_TEXT_SIZE], int64_t ms);

#define CLOCK_SPAN_SIZE 24 /* "106751991167 d" and the NUL */

/* Writes how long MS (from 0; less counts as 0) is, in the largest unit of
 * which it has at least two: "45 s", "90 min", "3 h", "12 d". */
void clock_span(char out[CLOCK_SPAN_SIZE], int64_t ms);

/* Reads a date and time with its zone as moment.h does (RFC 3339 is such a
 * one), or a date (midnight UTC), into MS; returns 0, or -1 where TEXT is
 * neither. */
int clock_parse(const char *text, int64_t *ms);

#endif
