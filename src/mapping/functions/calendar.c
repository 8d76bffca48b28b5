/* Weeks, working days and whole periods between dates. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mapping/functions/moments.h"

/* --- weeks --------------------------------------------------------------- */

/* Monday is 0. */
static int
weekday_of(int64_t day)
{
    return (moment_weekday(day) + 6) % 7;
}

/* The week of ISO 8601: the first one holds the year's first Thursday. */
static int64_t
iso_week(int64_t day)
{
    int64_t thursday = day - weekday_of(day) + 3, year;
    int month, of_month;
    moment_civil(thursday, &year, &month, &of_month);
    return (thursday - moment_day(year, 1, 1)) / 7 + 1;
}

void
fn_isoweeknum(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    (void)count;
    struct moment m;
    if (fn_read_moment(ev, "ISOWEEKNUM", &args[0], true, false, &m, out))
        fvalue_int(out, iso_week(m.day));
}

void
fn_weeknum(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct moment m;
    int64_t type = fn_int(args, count, 1, 1), year;
    int month, of_month;
    if (!fn_read_moment(ev, "WEEKNUM", &args[0], true, false, &m, out))
        return;
    if (type == 21) {
        fvalue_int(out, iso_week(m.day));
        return;
    }
    if (type != 1 && type != 2 && (type < 11 || type > 17)) {
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "WEEKNUM: the type is 1 (weeks begin on Sunday), 2 (on Monday), "
             "11 to 17 (on Monday to Sunday) or 21 (ISO 8601)");
        return;
    }
    int begin = type == 1 ? 6 : type == 2 ? 0 : (int)type - 11;
    moment_civil(m.day, &year, &month, &of_month);
    int64_t first = moment_day(year, 1, 1);
    int before = (weekday_of(first) - begin + 7) % 7;
    fvalue_int(out, (m.day - first + before) / 7 + 1);
}

/* --- working days -------------------------------------------------------- */

static bool
is_weekend(int64_t day)
{
    return weekday_of(day) >= 5;
}

/* Days in order, each once, without weekends. */
struct holidays {
    int64_t *days;
    size_t count;
};

static int
by_day(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Reads the list of dates V; false: *OUT is an error. */
static bool
read_holidays(struct evaluator *ev, const char *name, const struct fvalue *v,
              struct holidays *h, struct fvalue *out)
{
    struct fvalue list;
    struct moment m;
    size_t n = 0;
    fvalue_to_list(ev->arena, v, &list);
    formula_step(ev->arena, 20 * (uint64_t)list.length);
    h->days = formula_alloc(ev->arena, list.length * sizeof *h->days);
    for (uint32_t i = 0; i < list.length; i++) {
        struct ftext t;
        if (fvalue_is_blank(&list.items[i]))
            continue;
        if (!fvalue_to_text(ev->arena, &list.items[i], &t, out))
            return false;
        struct fvalue text;
        fvalue_text(&text, t.s, t.n);
        if (!fn_read_moment(ev, name, &text, true, false, &m, out))
            return false;
        if (!is_weekend(m.day))
            h->days[n++] = m.day;
    }
    qsort(h->days, n, sizeof *h->days, by_day);
    h->count = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || h->days[i] != h->days[i - 1])
            h->days[h->count++] = h->days[i];
    return true;
}

/* How many holidays are before DAY. */
static int64_t
holidays_before(const struct holidays *h, int64_t day)
{
    size_t low = 0, high = h->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (h->days[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return (int64_t)low;
}

/* Days from Monday to Friday before DAY, counted from a Monday. */
static int64_t
weekdays_before(int64_t day)
{
    int64_t monday = day - weekday_of(day);
    int64_t weeks = (monday + 3) / 7; /* 1969-12-29 was a Monday */
    int rest = weekday_of(day);
    return weeks * 5 + (rest < 5 ? rest : 5);
}

/* Working days before DAY, up to a constant. */
static int64_t
working_before(const struct holidays *h, int64_t day)
{
    return weekdays_before(day) - holidays_before(h, day);
}

void
fn_networkdays(struct evaluator *ev, struct fvalue *args, unsigned count,
               struct fvalue *out)
{
    struct moment start, end;
    struct holidays h;
    struct fvalue none;
    fvalue_missing(&none);
    if (!fn_read_moment(ev, "NETWORKDAYS", &args[0], true, false, &start,
                        out) ||
        !fn_read_moment(ev, "NETWORKDAYS", &args[1], true, false, &end, out) ||
        !read_holidays(ev, "NETWORKDAYS", count > 2 ? &args[2] : &none, &h,
                       out))
        return;
    bool back = end.day < start.day;
    int64_t first = back ? end.day : start.day;
    int64_t last = back ? start.day : end.day;
    int64_t n = working_before(&h, last + 1) - working_before(&h, first);
    fvalue_int(out, back ? -n : n);
}

/* The DAYS-th working day from DAY on: the least of which as many are there. */
static int64_t
working_day(const struct holidays *h, int64_t day, int64_t days)
{
    int64_t wanted, low, high;
    int64_t reach = (llabs(days) + (int64_t)h->count + 10) * 2;
    if (days > 0)
        wanted = working_before(h, day + 1) + days;
    else
        wanted = working_before(h, day) + days + 1;
    low = days > 0 ? day : day - reach;
    high = days > 0 ? day + reach : day;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (working_before(h, middle + 1) >= wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void
fn_workday(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct moment m;
    struct holidays h;
    struct fvalue none;
    int64_t days = fn_int(args, count, 1, 0);
    fvalue_missing(&none);
    if (!fn_read_moment(ev, "WORKDAY", &args[0], true, false, &m, out) ||
        !read_holidays(ev, "WORKDAY", count > 2 ? &args[2] : &none, &h, out))
        return;
    if (days > 10000000 || days < -10000000) {
        FAIL(ev, out, FORMULA_NUM_ERROR, "WORKDAY: out of range");
        return;
    }
    if (days != 0)
        m.day = working_day(&h, m.day, days);
    m.has_time = false;
    fn_write_moment(ev, &m, out);
}

/* --- DATEDIF ------------------------------------------------------------- */

/* Two dates as years, months and days. */
struct span {
    int64_t start, end; /* days */
    int64_t year[2];
    int month[2], day[2];
};

static int64_t
whole_months(const struct span *s)
{
    return (s->year[1] - s->year[0]) * 12 + s->month[1] - s->month[0] -
           (s->day[1] < s->day[0]);
}

/* Days since the last time that the day of the month (or, YEARLY, of the
 * year) of the start came round. */
static int64_t
days_beyond(const struct span *s, bool yearly)
{
    int64_t months = whole_months(s);
    months -= yearly ? months % 12 : 0;
    return s->end - moment_day(s->year[0], s->month[0] + months, s->day[0]);
}

void
fn_datedif(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    static const char *const units[] = {"Y", "M", "D", "YM", "MD", "YD"};
    struct moment m[2];
    struct span s;
    for (int i = 0; i < 2; i++) {
        if (!fn_read_moment(ev, "DATEDIF", &args[i], true, false, &m[i], out))
            return;
        moment_civil(m[i].day, &s.year[i], &s.month[i], &s.day[i]);
    }
    s.start = m[0].day;
    s.end = m[1].day;
    if (s.start > s.end) {
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "DATEDIF: the start is later than the end");
        return;
    }
    int64_t months = whole_months(&s);
    int64_t values[] = {months / 12,
                        months,
                        s.end - s.start,
                        months % 12,
                        days_beyond(&s, false),
                        days_beyond(&s, true)};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (args[2].length == strlen(units[i]) &&
            strncasecmp(args[2].text, units[i], args[2].length) == 0) {
            fvalue_int(out, values[i]);
            return;
        }
    FAIL(ev, out, FORMULA_NUM_ERROR,
         "DATEDIF: the unit is \"Y\", \"M\", \"D\", \"YM\", \"MD\" or \"YD\"");
}
