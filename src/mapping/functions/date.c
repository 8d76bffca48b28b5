/* Dates and times: ISO 8601 in and out, with time zones. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mapping/functions/date_text.h"
#include "mapping/functions/moments.h"

enum { DAY_SECONDS = 86400 };

bool
fn_read_moment(struct evaluator *ev, const char *name, const struct fvalue *v,
               bool want_date, bool want_time, struct moment *m,
               struct fvalue *out)
{
    if (moment_parse(m, v->text, v->length) && (!want_date || m->has_date) &&
        (!want_time || m->has_time || m->has_date))
        return true;
    if (want_date && v->length > 0 && v->length <= 4 &&
        strspn(v->text, "0123456789") >= v->length) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: %.*s is not a valid date: a date stands in quotes "
             "(\"2026-10-12\")",
             name, (int)v->length, v->text);
        return false;
    }
    FAIL(ev, out, FORMULA_VALUE_ERROR,
         "%s: \"%.*s\" is not an ISO 8601 %s: read other forms with %s", name,
         (int)(v->length > 40 ? 0 : v->length), v->text,
         want_date ? "date" : "time", want_date ? "DATEVALUE" : "TIMEVALUE");
    return false;
}

void
fn_write_moment(struct evaluator *ev, const struct moment *m,
                struct fvalue *out)
{
    char *text = formula_alloc(ev->arena, MOMENT_SIZE);
    if (moment_format(m, text))
        fvalue_text(out, text, strlen(text));
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "the year is not between 0 and 9999");
}

/* Moves M to the zone of argument I where that is given; false: *OUT. */
static bool
zone_argument(struct evaluator *ev, struct fvalue *args, unsigned count,
              unsigned i, struct moment *m, struct fvalue *out)
{
    if (!fn_given(args, count, i))
        return true;
    const struct zone *z = evaluate_zone(ev, &args[i], out);
    if (z)
        zone_move(m, z);
    return z != NULL;
}

/* --- making -------------------------------------------------------------- */

void
fn_date(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    int64_t part[3];
    struct moment m = {.has_date = true};
    for (unsigned i = 0; i < 3; i++) {
        part[i] = fn_int(args, count, i, 0);
        if (part[i] > 100000000 || part[i] < -100000000) {
            FAIL(ev, out, FORMULA_NUM_ERROR, "DATE: out of range");
            return;
        }
    }
    if (part[0] >= 0 && part[0] < 1900)
        part[0] += 1900;
    m.day = moment_day(part[0], part[1], part[2]);
    fn_write_moment(ev, &m, out);
}

static void
now(struct evaluator *ev, struct fvalue *args, unsigned count, bool with_time,
    struct fvalue *out)
{
    const struct zone *z = evaluate_zone(ev, count > 0 ? &args[0] : NULL, out);
    if (!z)
        return;
    int64_t ms = ev->scope->now_ms;
    int64_t seconds = ms / 1000 - (ms % 1000 < 0);
    struct moment m = {.has_date = true};
    moment_set(&m, seconds, 0, true);
    zone_move(&m, z);
    m.has_time = with_time;
    fn_write_moment(ev, &m, out);
}

void
fn_now(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    now(ev, args, count, true, out);
}

void
fn_today(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    now(ev, args, count, false, out);
}

void
fn_no_date(struct evaluator *ev, const char *name, struct ftext t, bool given,
           const char *why, struct fvalue *out)
{
    static const char *const orders[] = {"d/m/yyyy", "m/d/yyyy"};
    struct moment m[2];
    char text[2][MOMENT_SIZE];
    bool both = !given;
    for (int i = 0; i < 2 && both; i++)
        both = !date_text_read(t, (struct ftext){orders[i], 8}, false, &m[i]) &&
               moment_format(&m[i], text[i]);
    if (both && m[0].day != m[1].day)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: \"%.*s\" is %s or %s: say the format, \"dd/mm/yyyy\" or "
             "\"mm/dd/yyyy\"",
             name, (int)t.n, t.s, text[0], text[1]);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: \"%.*s\" %s", name,
             (int)(t.n > 40 ? 0 : t.n), t.s, why);
}

void
fn_datevalue(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    struct moment m;
    struct ftext t = fn_text(&args[0]), format = {NULL, 0};
    if (fn_given(args, count, 1))
        format = fn_text(&args[1]);
    bool forms = formula_has(ev->arena, CHANGE_DATE_FORMS);
    const char *why = NULL;
    if (forms && format.n == 3 && strncasecmp(format.s, "iso", 3) == 0) {
        if (!moment_parse(&m, t.s, t.n) || !m.has_date)
            why = "is not an ISO 8601 date";
    } else {
        why = date_text_read(t, format, forms, &m);
    }
    if (why) {
        fn_no_date(ev, "DATEVALUE", t, format.s != NULL, why, out);
        return;
    }
    if (!zone_argument(ev, args, count, 2, &m, out))
        return;
    m.has_time = false;
    fn_write_moment(ev, &m, out);
}

void
fn_timevalue(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    struct moment m;
    struct ftext t = fn_text(&args[0]);
    if (!time_text_read(t, &m)) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "TIMEVALUE: \"%.*s\" is not a time like 14:05 or 2:05 PM",
             (int)(t.n > 40 ? 0 : t.n), t.s);
        return;
    }
    if (!zone_argument(ev, args, count, 1, &m, out))
        return;
    m.has_date = false;
    m.zone = MOMENT_LOCAL;
    fn_write_moment(ev, &m, out);
}

/* --- parts --------------------------------------------------------------- */

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND };

static void
part_of(struct evaluator *ev, const char *name, struct fvalue *args,
        unsigned count, enum part part, struct fvalue *out)
{
    struct moment m;
    int64_t year;
    int month, day;
    if (!fn_read_moment(ev, name, &args[0], part <= DAY, part > DAY, &m, out) ||
        !zone_argument(ev, args, count, 1, &m, out))
        return;
    moment_civil(m.day, &year, &month, &day);
    int64_t parts[] = {
        year,          month, day, m.seconds / 3600, m.seconds / 60 % 60,
        m.seconds % 60};
    fvalue_int(out, parts[part]);
}

#define PART(function, name, part)                                             \
    void function(struct evaluator *ev, struct fvalue *args, unsigned count,   \
                  struct fvalue *out)                                          \
    {                                                                          \
        part_of(ev, name, args, count, part, out);                             \
    }
PART(fn_year, "YEAR", YEAR)
PART(fn_month, "MONTH", MONTH)
PART(fn_day, "DAY", DAY)
PART(fn_hour, "HOUR", HOUR)
PART(fn_minute, "MINUTE", MINUTE)
PART(fn_second, "SECOND", SECOND)
#undef PART

void
fn_weekday(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct moment m;
    int64_t type = fn_int(args, count, 1, 1);
    if (!fn_read_moment(ev, "WEEKDAY", &args[0], true, false, &m, out))
        return;
    int sunday = moment_weekday(m.day); /* 0 is Sunday */
    if (type == 1)
        fvalue_int(out, sunday + 1);
    else if (type == 2)
        fvalue_int(out, (sunday + 6) % 7 + 1);
    else if (type == 3)
        fvalue_int(out, (sunday + 6) % 7);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "WEEKDAY: the type is 1 (Sunday is 1), 2 (Monday is 1) or 3 "
             "(Monday is 0)");
}

/* --- calculating --------------------------------------------------------- */

static bool
months_argument(struct evaluator *ev, const char *name, struct fvalue *args,
                unsigned count, int64_t *out, struct fvalue *error)
{
    *out = fn_int(args, count, 1, 0);
    if (*out <= 200000 && *out >= -200000)
        return true;
    FAIL(ev, error, FORMULA_NUM_ERROR, "%s: out of range", name);
    return false;
}

void
fn_edate(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct moment m;
    int64_t months;
    if (!fn_read_moment(ev, "EDATE", &args[0], true, false, &m, out) ||
        !months_argument(ev, "EDATE", args, count, &months, out))
        return;
    moment_add_months(&m, months);
    fn_write_moment(ev, &m, out);
}

void
fn_eomonth(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct moment m;
    int64_t months, year;
    int month, day;
    if (!fn_read_moment(ev, "EOMONTH", &args[0], true, false, &m, out) ||
        !months_argument(ev, "EOMONTH", args, count, &months, out))
        return;
    moment_civil(m.day, &year, &month, &day);
    m.day = moment_day(year, month + months + 1, 1) - 1;
    m.has_time = false;
    fn_write_moment(ev, &m, out);
}

void
fn_days(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    struct moment end, start;
    if (fn_read_moment(ev, "DAYS", &args[0], true, false, &end, out) &&
        fn_read_moment(ev, "DAYS", &args[1], true, false, &start, out))
        fvalue_int(out, end.day - start.day);
}
