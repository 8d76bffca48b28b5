/* ISO 8601 and the Gregorian calendar. */
#include "base/moment.h"

#include <stdio.h>
#include <string.h>

enum { DAY_SECONDS = 86400, NANO_DIGITS = 9, YEAR_MAX = 9999 };

/* --- the calendar -------------------------------------------------------- */

static int64_t
floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t
moment_day(int64_t year, int64_t month, int64_t day)
{
    year += floor_divide(month - 1, 12);
    month = month - 1 - floor_divide(month - 1, 12) * 12; /* 0 to 11 */
    /* years that begin in March put the leap day last */
    int64_t y = month < 2 ? year - 1 : year;
    int64_t m = month < 2 ? month + 10 : month - 2;
    int64_t era = floor_divide(y, 400), of_era = y - era * 400;
    int64_t of_year = (153 * m + 2) / 5;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year +
           day - 1 - 719468;
}

void
moment_civil(int64_t day, int64_t *year, int *month, int *of_month)
{
    int64_t z = day + 719468, era = floor_divide(z, 146097);
    int64_t of_era = z - era * 146097;
    int64_t y =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *of_month = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = y + era * 400 + (*month <= 2);
}

int
moment_month_length(int64_t year, int month)
{
    return (int)(moment_day(year, month + 1, 1) - moment_day(year, month, 1));
}

int
moment_weekday(int64_t day)
{
    return (int)((day % 7 + 11) % 7);
}

void
moment_add_months(struct moment *m, int64_t n)
{
    int64_t year;
    int month, day;
    moment_civil(m->day, &year, &month, &day);
    int64_t first = moment_day(year, month + n, 1);
    int64_t length = moment_day(year, month + n + 1, 1) - first;
    m->day = first + (day < length ? day : length) - 1;
}

int64_t
moment_wall(const struct moment *m)
{
    return m->day * DAY_SECONDS + m->seconds;
}

void
moment_set(struct moment *m, int64_t seconds, int32_t offset, bool utc)
{
    m->day = floor_divide(seconds, DAY_SECONDS);
    m->seconds = (int32_t)(seconds - m->day * DAY_SECONDS);
    m->offset = offset;
    m->zone = utc ? MOMENT_UTC : MOMENT_OFFSET;
    m->has_date = m->has_time = true;
}

void
moment_set_nanos(struct moment *m, int32_t nanos)
{
    uint8_t digits = 9;
    m->nanos = nanos;
    for (; digits > 0 && nanos % 10 == 0; nanos /= 10)
        digits--;
    if (m->digits < digits)
        m->digits = digits;
}

/* --- reading ------------------------------------------------------------- */

struct cursor {
    const char *s;
    size_t n;
};

static bool
take_number(struct cursor *c, size_t digits, int *out)
{
    if (c->n < digits)
        return false;
    int v = 0;
    for (size_t i = 0; i < digits; i++) {
        if (c->s[i] < '0' || c->s[i] > '9')
            return false;
        v = v * 10 + (c->s[i] - '0');
    }
    c->s += digits;
    c->n -= digits;
    *out = v;
    return true;
}

static bool
take_char(struct cursor *c, char wanted)
{
    if (c->n == 0 || *c->s != wanted)
        return false;
    c->s++;
    c->n--;
    return true;
}

static bool
take_date(struct cursor *c, struct moment *m)
{
    struct cursor at = *c;
    int year, month, day;
    if (!take_number(&at, 4, &year) || !take_char(&at, '-') ||
        !take_number(&at, 2, &month) || !take_char(&at, '-') ||
        !take_number(&at, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 ||
        day > moment_month_length(year, month))
        return false;
    m->day = moment_day(year, month, day);
    m->has_date = true;
    *c = at;
    return true;
}

static bool
take_fraction(struct cursor *c, struct moment *m)
{
    int unit = 100000000;
    for (; c->n > 0 && *c->s >= '0' && *c->s <= '9'; c->s++, c->n--) {
        if (m->digits < NANO_DIGITS) {
            m->nanos += (*c->s - '0') * unit;
            unit /= 10;
            m->digits++;
        }
    }
    return m->digits > 0;
}

static bool
take_time(struct cursor *c, struct moment *m)
{
    int hour, minute, second = 0;
    if (!take_number(c, 2, &hour) || !take_char(c, ':') ||
        !take_number(c, 2, &minute))
        return false;
    if (take_char(c, ':')) {
        if (!take_number(c, 2, &second))
            return false;
        if ((take_char(c, '.') || take_char(c, ',')) && !take_fraction(c, m))
            return false;
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    m->seconds = hour * 3600 + minute * 60 + second;
    m->has_time = true;
    return true;
}

static int
two_digits(const char *s)
{
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return -1;
    return (s[0] - '0') * 10 + (s[1] - '0');
}

bool
moment_parse_offset(const char *s, size_t n, int32_t *out)
{
    *out = 0;
    if (n == 1 && (*s == 'Z' || *s == 'z'))
        return true;
    if (n < 3 || (*s != '+' && *s != '-'))
        return false;
    int hours = two_digits(s + 1), minutes = 0;
    if (n == 6 && s[3] == ':')
        minutes = two_digits(s + 4);
    else if (n == 5)
        minutes = two_digits(s + 3);
    else if (n != 3)
        return false;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *out = (*s == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool
moment_parse(struct moment *out, const char *s, size_t n)
{
    *out = (struct moment){0};
    struct cursor c = {s, n};
    if (take_date(&c, out)) {
        if (c.n == 0)
            return true;
        if (!take_char(&c, 'T') && !take_char(&c, ' ') && !take_char(&c, 't'))
            return false;
    }
    if (!take_time(&c, out))
        return false;
    if (c.n == 0)
        return true;
    if (!out->has_date || !moment_parse_offset(c.s, c.n, &out->offset))
        return false;
    out->zone = c.n == 1 ? MOMENT_UTC : MOMENT_OFFSET;
    return true;
}

/* --- writing ------------------------------------------------------------- */

static size_t
write_time(const struct moment *m, char *out, size_t size)
{
    int s = m->seconds;
    int n =
        snprintf(out, size, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    size_t len = (size_t)n;
    if (m->digits > 0) {
        char nanos[16];
        snprintf(nanos, sizeof nanos, "%09d", m->nanos);
        len +=
            (size_t)snprintf(out + len, size - len, ".%.*s", m->digits, nanos);
    }
    return len;
}

bool
moment_format(const struct moment *m, char out[MOMENT_SIZE])
{
    size_t len = 0;
    if (m->has_date) {
        int64_t year;
        int month, day;
        moment_civil(m->day, &year, &month, &day);
        if (year < 0 || year > YEAR_MAX)
            return false;
        len = (size_t)snprintf(out, MOMENT_SIZE, "%04d-%02d-%02d", (int)year,
                               month, day);
    }
    if (!m->has_time)
        return true;
    if (m->has_date)
        out[len++] = 'T';
    len += write_time(m, out + len, MOMENT_SIZE - len);
    if (m->zone == MOMENT_UTC)
        snprintf(out + len, MOMENT_SIZE - len, "Z");
    if (m->zone == MOMENT_OFFSET) {
        int minutes = m->offset / 60, east = minutes < 0 ? -minutes : minutes;
        snprintf(out + len, MOMENT_SIZE - len, "%c%02d:%02d",
                 minutes < 0 ? '-' : '+', east / 60, east % 60);
    }
    return true;
}
