/* Wall clock, monotonic clock and RFC 3339. */
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

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

/* Reads "+hh:mm", "-hh:mm" or "Z" into seconds east of UTC. */
static int
parse_zone(const char *s, int *east)
{
    if ((*s == 'Z' || *s == 'z') && s[1] == '\0') {
        *east = 0;
        return 0;
    }
    int h, m, used = 0;
    if ((*s != '+' && *s != '-') ||
        sscanf(s + 1, "%2d:%2d%n", &h, &m, &used) != 2 || used != 5 ||
        s[6] != '\0' || h > 23 || m > 59)
        return -1;
    *east = (h * 60 + m) * 60 * (*s == '-' ? -1 : 1);
    return 0;
}

/* Reads ".123" into milliseconds and moves *S past it. */
static int
parse_fraction(const char **s)
{
    int ms = 0, scale = 100;
    if (**s != '.')
        return 0;
    for ((*s)++; **s >= '0' && **s <= '9'; (*s)++) {
        ms += (**s - '0') * scale;
        scale /= 10;
    }
    return ms;
}

/* False for the 30th of February and its like. */
static bool
is_day(int year, int month, int day)
{
    struct tm tm = {
        .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    timegm(&tm);
    return month >= 1 && month <= 12 && tm.tm_mday == day;
}

int
clock_parse(const char *text, int64_t *ms)
{
    struct tm tm = {0};
    int used = 0, east = 0, fraction = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
               &used) != 3 ||
        used != 10)
        return -1;
    const char *s = text + used;
    if (*s != '\0') {
        if ((*s != 'T' && *s != 't' && *s != ' ') ||
            sscanf(s + 1, "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
                   &used) != 3 ||
            used != 8)
            return -1;
        s += 9;
        fraction = parse_fraction(&s);
        if (parse_zone(s, &east) != 0)
            return -1;
    }
    if (!is_day(tm.tm_year, tm.tm_mon, tm.tm_mday) || tm.tm_hour < 0 ||
        tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 ||
        tm.tm_sec > 60)
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *ms = ((int64_t)timegm(&tm) - east) * 1000 + fraction;
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
