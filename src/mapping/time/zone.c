/* Reading TZif files (RFC 9636) and the POSIX rule behind their table. */
#include "mapping/time/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/moment.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum { ZONE_FILE_MAX = 64 * 1024, RULE_SIZE = 64, HEADER = 44, DAY = 86400 };

/* When a POSIX rule changes the clock: a day and a time of it. */
struct change {
    char form; /* 'M': month, week, weekday; 'J': 1 to 365; '0': 0 to 365 */
    int month, week, day;
    int32_t seconds;
};

struct rule {
    int32_t standard, daylight;
    bool has_daylight;
    struct change start, end;
};

struct zone {
    char name[ZONE_NAME_SIZE];
    int64_t *times; /* of changes, rising */
    int32_t *offsets;
    size_t count;
    int32_t first; /* before the first change */
    bool has_rule; /* for what is after the last change */
    struct rule rule;
};

const char *
zone_name(const struct zone *z)
{
    return z->name;
}

void
zone_free(struct zone *z)
{
    if (!z)
        return;
    free(z->times);
    free(z->offsets);
    free(z);
}

size_t
zone_bytes(const struct zone *z)
{
    return z ? mem_bytes(z) + mem_bytes(z->times) + mem_bytes(z->offsets) : 0;
}

/* --- offsets ------------------------------------------------------------- */

/* --- the POSIX rule ------------------------------------------------------ */

static bool
skip_zone_word(const char **s)
{
    const char *p = *s;
    if (*p == '<') {
        while (*p && *p != '>')
            p++;
        if (!*p)
            return false;
        p++;
    } else {
        while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
            p++;
    }
    bool any = p > *s;
    *s = p;
    return any;
}

static bool
read_int(const char **s, int *out)
{
    const char *p = *s;
    int v = 0;
    while (*p >= '0' && *p <= '9' && v < 100000)
        v = v * 10 + (*p++ - '0');
    bool any = p > *s;
    *s = p;
    *out = v;
    return any;
}

/* [+-]hh[:mm[:ss]] */
static bool
read_time(const char **s, int32_t *out)
{
    int sign = 1, part = 0;
    if (**s == '+' || **s == '-')
        sign = *(*s)++ == '-' ? -1 : 1;
    int32_t total = 0, unit = 3600;
    do {
        if (!read_int(s, &part))
            return false;
        total += part * unit;
        unit /= 60;
    } while (unit > 0 && **s == ':' && (*s)++);
    *out = sign * total;
    return true;
}

static bool
read_change(const char **s, struct change *c)
{
    *c = (struct change){.form = '0', .seconds = 7200};
    if (*(*s)++ != ',')
        return false;
    if (**s == 'M') {
        (*s)++;
        c->form = 'M';
        if (!read_int(s, &c->month) || *(*s)++ != '.' ||
            !read_int(s, &c->week) || *(*s)++ != '.' || !read_int(s, &c->day))
            return false;
        if (c->month < 1 || c->month > 12 || c->week < 1 || c->week > 5 ||
            c->day > 6)
            return false;
    } else {
        if (**s == 'J')
            c->form = *(*s)++;
        if (!read_int(s, &c->day) || c->day > 365)
            return false;
    }
    if (**s != '/')
        return true;
    (*s)++;
    return read_time(s, &c->seconds);
}

static bool
read_rule(const char *s, struct rule *r)
{
    int32_t west;
    if (!skip_zone_word(&s) || !read_time(&s, &west))
        return false;
    r->standard = r->daylight = -west;
    r->has_daylight = *s != '\0';
    if (!r->has_daylight)
        return true;
    if (!skip_zone_word(&s))
        return false;
    r->daylight = r->standard + 3600;
    if (*s != ',') {
        if (!read_time(&s, &west))
            return false;
        r->daylight = -west;
    }
    return read_change(&s, &r->start) && read_change(&s, &r->end);
}

/* Wall-clock seconds since 1970 at which C happens in YEAR. */
static int64_t
change_in(const struct change *c, int64_t year)
{
    int64_t day;
    if (c->form == 'M') {
        int64_t first = moment_day(year, c->month, 1);
        int64_t shift = (c->day - moment_weekday(first) + 7) % 7;
        day = first + shift + (c->week - 1) * 7;
        if (day >= first + moment_month_length(year, c->month))
            day -= 7;
    } else {
        day = moment_day(year, 1, 1) + c->day;
        if (c->form == 'J')
            day -= !(moment_month_length(year, 2) == 29 && c->day >= 60);
    }
    return day * DAY + c->seconds;
}

static int32_t
rule_offset_at(const struct rule *r, int64_t seconds)
{
    if (!r->has_daylight)
        return r->standard;
    int64_t local = seconds + r->standard;
    int64_t day = local >= 0 ? local / DAY : -((DAY - 1 - local) / DAY);
    int64_t year;
    int month, of_month;
    moment_civil(day, &year, &month, &of_month);
    int64_t start = change_in(&r->start, year) - r->standard;
    int64_t end = change_in(&r->end, year) - r->daylight;
    bool daylight = start < end ? seconds >= start && seconds < end
                                : seconds >= start || seconds < end;
    return daylight ? r->daylight : r->standard;
}

/* --- the table ----------------------------------------------------------- */

static int64_t
big_endian(const char *p, int n)
{
    uint64_t v = (unsigned char)p[0] & 0x80 ? ~UINT64_C(0) : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return (int64_t)v;
}

/* Counts of a TZif header: isut, isstd, leap, times, types, letters. */
struct counts {
    size_t utc, standard, leaps, times, types, letters;
};

static bool
read_header(const char *p, size_t n, struct counts *c)
{
    if (n < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return false;
    size_t *out[] = {&c->utc,   &c->standard, &c->leaps,
                     &c->times, &c->types,    &c->letters};
    for (int i = 0; i < 6; i++) {
        *out[i] = (size_t)big_endian(p + 20 + 4 * i, 4);
        if (*out[i] > ZONE_FILE_MAX)
            return false;
    }
    return c->types > 0;
}

static size_t
body_size(const struct counts *c, size_t time_size)
{
    return c->times * (time_size + 1) + c->types * 6 + c->letters +
           c->leaps * (time_size + 4) + c->standard + c->utc;
}

static bool
read_body(struct zone *z, const char *p, const struct counts *c)
{
    const char *which = p + c->times * 8, *types = which + c->times;
    z->times = mem_array(c->times, sizeof *z->times);
    z->offsets = mem_array(c->times, sizeof *z->offsets);
    z->count = c->times;
    z->first = (int32_t)big_endian(types, 4);
    for (size_t i = 0; i < c->times; i++) {
        size_t type = (unsigned char)which[i];
        if (type >= c->types)
            return false;
        z->times[i] = big_endian(p + i * 8, 8);
        z->offsets[i] = (int32_t)big_endian(types + type * 6, 4);
    }
    return true;
}

static bool
read_zone(struct zone *z, const char *p, size_t n)
{
    struct counts c;
    if (!read_header(p, n, &c) || HEADER + body_size(&c, 4) > n)
        return false;
    size_t second = HEADER + body_size(&c, 4);
    p += second;
    n -= second;
    if (!read_header(p, n, &c) || HEADER + body_size(&c, 8) > n ||
        !read_body(z, p + HEADER, &c))
        return false;
    size_t at = HEADER + body_size(&c, 8);
    char rule[RULE_SIZE] = "";
    if (at < n && p[at] == '\n')
        for (size_t i = 0;
             i + 1 < RULE_SIZE && at + 1 + i < n && p[at + 1 + i] != '\n'; i++)
            rule[i] = p[at + 1 + i];
    z->has_rule = read_rule(rule, &z->rule);
    return true;
}

static bool
is_zone_name(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n >= ZONE_NAME_SIZE || name[0] == '/' || strstr(name, ".."))
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_+-/") == n;
}

struct zone *
zone_load(const char *name)
{
    int32_t offset;
    size_t n = strlen(name);
    bool fixed =
        moment_parse_offset(name, n, &offset) || strcmp(name, "UTC") == 0;
    if (!fixed && !is_zone_name(name))
        return NULL;
    struct zone *z = mem_alloc(sizeof *z);
    memcpy(z->name, name, n < ZONE_NAME_SIZE ? n : ZONE_NAME_SIZE - 1);
    z->first = offset;
    if (fixed)
        return z;
    char path[sizeof ZONE_FOLDER + ZONE_NAME_SIZE];
    snprintf(path, sizeof path, "%s%s", ZONE_FOLDER, name);
    struct buf file;
    buf_init(&file, ZONE_FILE_MAX);
    bool ok = file_read(path, &file, NULL) == ERR_OK &&
              read_zone(z, buf_str(&file), file.len);
    buf_clear(&file);
    if (ok)
        return z;
    zone_free(z);
    return NULL;
}

int32_t
zone_offset_at(const struct zone *z, int64_t seconds)
{
    size_t low = 0, high = z->count; /* changes at or before SECONDS */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (z->times[middle] <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == z->count && z->has_rule)
        return rule_offset_at(&z->rule, seconds);
    return low == 0 ? z->first : z->offsets[low - 1];
}

int32_t
zone_offset_at_local(const struct zone *z, int64_t seconds)
{
    /* A day is longer than any change, so these are the offsets in force
     * before and after a change that is near. */
    int32_t before = zone_offset_at(z, seconds - DAY);
    int32_t after = zone_offset_at(z, seconds + DAY);
    if (zone_offset_at(z, seconds - before) == before)
        return before;
    if (zone_offset_at(z, seconds - after) == after)
        return after;
    return before;
}

void
zone_move(struct moment *m, const struct zone *zone)
{
    if (!m->has_date || !m->has_time)
        return;
    int64_t wall = moment_wall(m);
    bool utc = strcmp(zone_name(zone), "UTC") == 0 ||
               strcmp(zone_name(zone), "Z") == 0;
    if (m->zone == MOMENT_LOCAL) {
        moment_set(m, wall, zone_offset_at_local(zone, wall), utc);
        return;
    }
    int64_t seconds = wall - m->offset;
    int32_t offset = zone_offset_at(zone, seconds);
    moment_set(m, seconds + offset, offset, utc);
}
