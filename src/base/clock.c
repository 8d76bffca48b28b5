/* Wall clock, monotonic clock and RFC 3339. */
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/moment.h"

static int64_t
read_ms(clockid_t which)
{
    struct timespec ts;
    clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

int64_t
clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t
clock_boot_ms(void)
{
    return read_ms(CLOCK_BOOTTIME);
}

void
clock_format(char out[CLOCK_TEXT_SIZE], int64_t ms)
{
    int64_t millis = ms % 1000;
    time_t seconds = (time_t)(ms / 1000);
    if (millis < 0) {
        millis += 1000;
        seconds--;
    }
    struct tm tm;
    gmtime_r(&seconds, &tm);
    char day[32];
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out, CLOCK_TEXT_SIZE, "%.19s.%03dZ", day, (int)millis);
}

int
clock_parse(const char *text, int64_t *ms)
{
    struct moment m;
    if (!moment_parse(&m, text, strlen(text)) || !m.has_date ||
        (m.has_time && m.zone == MOMENT_LOCAL))
        return -1;
    *ms = (moment_wall(&m) - m.offset) * 1000 + m.nanos / 1000000;
    return 0;
}

void
clock_span(char out[CLOCK_SPAN_SIZE], int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}};
    size_t i = 0;
    ms = ms > 0 ? ms : 0;
    while (i < 3 && ms < 2 * units[i].ms)
        i++;
    snprintf(out, CLOCK_SPAN_SIZE, "%lld %s", (long long)(ms / units[i].ms),
             units[i].unit);
}
