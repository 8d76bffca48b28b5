/* Cron expressions. */
#include "mapping/time/cron.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400, DAYS_MOST = 366 * 8, NUMBER_MOST = 1000, TIMES_MOST = 4 };

static const struct part {
    const char *name;
    int first, last;
} parts[] = {{"minute", 0, 59},
             {"hour", 0, 23},
             {"day", 1, 31},
             {"month", 1, 12},
             {"weekday", 0, 7}};

static const char *const months[] = {
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};

static const char *const weekdays[] = {"Sunday",    "Monday",   "Tuesday",
                                       "Wednesday", "Thursday", "Friday",
                                       "Saturday"};

/* --- reading -------------------------------------------------------------- */

/* A number at *TEXT, which goes behind it; -1 where none is there. */
static int
take_number(const char **text)
{
    int n = -1;
    for (; isdigit((unsigned char)**text); ++*text) {
        n = (n < 0 ? 0 : n) * 10 + (**text - '0');
        n = n < NUMBER_MOST ? n : NUMBER_MOST;
    }
    return n;
}

static enum err
refuse(const struct part *p, const char *from, const char *why, struct error *e)
{
    return error_set(e, ERR_INVALID, "the %s \"%.*s\" %s (%d to %d)", p->name,
                     (int)strcspn(from, " "), from, why, p->first, p->last);
}

/* "*", "5", "1-5", "1-31/2" at *TEXT; FROM is the whole part. */
static enum err
take_range(const struct part *p, const char **text, const char *from,
           uint64_t *set, struct error *e)
{
    bool all = **text == '*';
    int first = p->first, last = p->last, step = 1;
    if (all)
        ++*text;
    else
        first = last = take_number(text);
    if (!all && **text == '-') {
        ++*text;
        last = take_number(text);
    }
    if (**text == '/') {
        ++*text;
        step = take_number(text);
        last = !all && first == last ? p->last : last;
    }
    if (first < 0 || last < 0 || step < 0)
        return refuse(p, from, "is not a number, a range or *", e);
    if (first < p->first || last > p->last)
        return refuse(p, from, "is out of range", e);
    if (first > last)
        return refuse(p, from, "begins after its end", e);
    if (step == 0)
        return refuse(p, from, "has the step 0", e);
    for (int n = first; n <= last; n += step)
        *set |= 1ull << n;
    return ERR_OK;
}

static enum err
take_part(const struct part *p, const char **text, uint64_t *set,
          struct error *e)
{
    const char *from = *text;
    *set = 0;
    for (;;) {
        enum err err = take_range(p, text, from, set, e);
        if (err != ERR_OK)
            return err;
        if (**text != ',')
            break;
        ++*text;
    }
    return **text == ' ' || **text == '\0'
               ? ERR_OK
               : refuse(p, from, "is not a number, a range or *", e);
}

static size_t
count_words(const char *text)
{
    size_t n = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        text += strcspn(text, " ");
        n++;
    }
    return n;
}

enum err
cron_read(struct cron *out, const char *text, struct error *e)
{
    if (count_words(text) != CRON_PARTS)
        return error_set(e, ERR_INVALID,
                         "five fields are expected, minute hour day month "
                         "weekday (for example 0 6 * * 1-5)");
    for (int i = 0; i < CRON_PARTS; i++) {
        text += strspn(text, " ");
        out->any[i] = *text == '*';
        enum err err = take_part(&parts[i], &text, &out->set[i], e);
        if (err != ERR_OK)
            return err;
    }
    if (out->set[CRON_WEEKDAY] & 1ull << 7)
        out->set[CRON_WEEKDAY] |= 1;
    out->set[CRON_WEEKDAY] &= 0x7f;
    return ERR_OK;
}

/* --- in words ------------------------------------------------------------- */

static bool
has(const struct cron *c, enum cron_part part, int n)
{
    return c->set[part] >> n & 1;
}

/* True where each number of PART is meant. */
static bool
is_all(const struct cron *c, enum cron_part part)
{
    int last = part == CRON_WEEKDAY ? 6 : parts[part].last;
    for (int n = parts[part].first; n <= last; n++) {
        if (!has(c, part, n))
            return false;
    }
    return true;
}

static int
count_of(const struct cron *c, enum cron_part part)
{
    return __builtin_popcountll(c->set[part]);
}

static void
add_name(enum cron_part part, int n, struct buf *out)
{
    if (part == CRON_MONTH)
        buf_adds(out, months[n]);
    else if (part == CRON_WEEKDAY)
        buf_adds(out, weekdays[n]);
    else
        buf_addf(out, "%d", n);
}

/* "1 to 5, 7": the numbers of PART, or their names. */
static void
add_numbers(const struct cron *c, enum cron_part part, struct buf *out)
{
    const char *comma = "";
    for (int n = parts[part].first; n <= parts[part].last; n++) {
        int end = n;
        if (!has(c, part, n))
            continue;
        while (end < parts[part].last && has(c, part, end + 1))
            end++;
        end = end == n + 1 ? n : end; /* two are named each */
        buf_adds(out, comma);
        add_name(part, n, out);
        if (end > n) {
            buf_adds(out, " to ");
            add_name(part, end, out);
        }
        comma = ", ";
        n = end;
    }
}

/* "at 06:00", "at 06:00, 18:00" where that is short. */
static bool
add_times(const struct cron *c, struct buf *out)
{
    const char *comma = "at ";
    if (count_of(c, CRON_MINUTE) * count_of(c, CRON_HOUR) > TIMES_MOST)
        return false;
    for (int hour = 0; hour < 24; hour++) {
        for (int minute = 0; minute < 60; minute++) {
            if (!has(c, CRON_HOUR, hour) || !has(c, CRON_MINUTE, minute))
                continue;
            buf_addf(out, "%s%02d:%02d", comma, hour, minute);
            comma = ", ";
        }
    }
    return true;
}

static void
add_minutes(const struct cron *c, struct buf *out)
{
    int step = 60 / count_of(c, CRON_MINUTE);
    bool even = step * count_of(c, CRON_MINUTE) == 60;
    for (int n = 0; n < 60 && even; n++)
        even = has(c, CRON_MINUTE, n) == (n % step == 0);
    if (is_all(c, CRON_MINUTE))
        buf_adds(out, "every minute");
    else if (even && step < 60)
        buf_addf(out, "every %d minutes", step);
    else {
        buf_adds(out, "at minute ");
        add_numbers(c, CRON_MINUTE, out);
    }
    if (is_all(c, CRON_HOUR)) {
        buf_adds(out, count_of(c, CRON_MINUTE) > 1 ? "" : " of every hour");
        return;
    }
    buf_adds(out, " of hour ");
    add_numbers(c, CRON_HOUR, out);
}

void
cron_words(const struct cron *c, struct buf *out)
{
    bool day = !is_all(c, CRON_DAY), weekday = !is_all(c, CRON_WEEKDAY);
    if (!add_times(c, out))
        add_minutes(c, out);
    if (day) {
        buf_adds(out, ", on day ");
        add_numbers(c, CRON_DAY, out);
        buf_adds(out, " of the month");
    }
    if (weekday) {
        bool either = day && !c->any[CRON_DAY] && !c->any[CRON_WEEKDAY];
        buf_adds(out, either ? " or on " : day ? " that is " : ", on ");
        add_numbers(c, CRON_WEEKDAY, out);
    }
    if (!day && !weekday)
        buf_adds(out, ", every day");
    if (!is_all(c, CRON_MONTH)) {
        buf_adds(out, ", in ");
        add_numbers(c, CRON_MONTH, out);
    }
}

/* --- times ---------------------------------------------------------------- */

static bool
is_day(const struct cron *c, const struct tm *t)
{
    bool day = has(c, CRON_DAY, t->tm_mday);
    bool weekday = has(c, CRON_WEEKDAY, t->tm_wday);
    bool either = !c->any[CRON_DAY] && !c->any[CRON_WEEKDAY];
    return has(c, CRON_MONTH, t->tm_mon + 1) &&
           (either ? day || weekday : day && weekday);
}

/* The first time after SECONDS on the day that begins at LOCAL of the wall
 * clock; -1: none. */
static int64_t
next_on_day(const struct cron *c, const struct zone *zone, int64_t local,
            int64_t seconds)
{
    for (int minute = 0; minute < DAY / 60; minute++) {
        int64_t wall = local + minute * 60;
        if (!has(c, CRON_HOUR, minute / 60) ||
            !has(c, CRON_MINUTE, minute % 60))
            continue;
        int64_t at = wall - zone_offset_at_local(zone, wall);
        if (at > seconds)
            return at;
    }
    return -1;
}

int64_t
cron_next(const struct cron *c, const struct zone *zone, int64_t seconds)
{
    int64_t wall = seconds + zone_offset_at(zone, seconds);
    int64_t day = wall - (wall % DAY + DAY) % DAY;
    for (int i = 0; i < DAYS_MOST; i++, day += DAY) {
        time_t t = (time_t)day;
        struct tm date;
        gmtime_r(&t, &date);
        int64_t at = is_day(c, &date) ? next_on_day(c, zone, day, seconds) : -1;
        if (at >= 0)
            return at;
    }
    return -1;
}
