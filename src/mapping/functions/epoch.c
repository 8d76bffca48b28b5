/* Points in time: reading them, epochs, the day numbers of Excel. */
#include <string.h>
#include <strings.h>

#include "mapping/functions/date_text.h"
#include "mapping/functions/moments.h"

enum { NANOS = 1000000000, DAY_SECONDS = 86400 };

static bool
word_is(struct ftext t, const char *word)
{
    return t.n == strlen(word) && strncasecmp(t.s, word, t.n) == 0;
}

/* --- times of day -------------------------------------------------------- */

/* Beyond it hours, minutes and seconds are more than an integer holds. */
#define TIME_PART_MOST INT64_C(1000000000000000)

void
fn_time(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    static const int64_t units[] = {3600, 60, 1};
    struct moment m = {.has_time = true};
    int64_t seconds = 0;
    (void)count;
    for (unsigned i = 0; i < 3; i++) {
        int64_t n;
        if (!decimal_to_int(&args[i].number, &n) || n > TIME_PART_MOST ||
            n < -TIME_PART_MOST) {
            FAIL(ev, out, FORMULA_NUM_ERROR, "TIME: out of range");
            return;
        }
        seconds += n * units[i];
    }
    m.seconds = (int32_t)(seconds % DAY_SECONDS);
    if (seconds < 0)
        FAIL(ev, out, FORMULA_NUM_ERROR, "TIME: the time is below 0");
    else
        fn_write_moment(ev, &m, out);
}

/* --- reading a point in time --------------------------------------------- */

/* Cuts "Z", "GMT" or "+02:00" off the end of T. */
static bool
cut_zone(struct ftext *t, int32_t *offset)
{
    static const char *const words[] = {"Z", "UTC", "GMT"};
    *offset = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (t->n > n && word_is((struct ftext){t->s + t->n - n, n}, words[i])) {
            t->n -= n;
            return true;
        }
    }
    for (size_t n = 3; n <= 6 && n < t->n; n++) {
        const char *sign = t->s + t->n - n;
        if ((*sign == '+' || *sign == '-') &&
            moment_parse_offset(sign, n, offset)) {
            t->n -= n;
            return true;
        }
    }
    return false;
}

/* Reads T by FORMAT; a zone may stand behind what the format says. NULL, or
 * why not. */
static const char *
read_instant(struct ftext t, struct ftext format, struct moment *m)
{
    int32_t offset;
    if (format.s && word_is(format, "iso"))
        return moment_parse(m, t.s, t.n) && m->has_date
                   ? NULL
                   : "is not an ISO 8601 date and time";
    const char *why = date_text_read(t, format, true, m);
    if (!why || !format.s || !cut_zone(&t, &offset) ||
        date_text_read(t, format, true, m) != NULL || !m->has_time)
        return why;
    m->zone = MOMENT_OFFSET;
    m->offset = offset;
    return NULL;
}

/* M in UTC; where it says no zone it is on the clock of Z. */
static void
to_utc(struct moment *m, const struct zone *z)
{
    m->has_time = true;
    zone_move(m, z);
    moment_set(m, moment_wall(m) - m->offset, 0, true);
}

void
fn_datetime(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    struct moment m;
    struct ftext t = fn_text(&args[0]), format = {NULL, 0};
    if (fn_given(args, count, 1))
        format = fn_text(&args[1]);
    const char *why = read_instant(t, format, &m);
    if (why) {
        fn_no_date(ev, "DATETIME", t, format.s != NULL, why, out);
        return;
    }
    const struct zone *z =
        evaluate_zone(ev, fn_given(args, count, 2) ? &args[2] : NULL, out);
    if (!z)
        return;
    to_utc(&m, z);
    fn_write_moment(ev, &m, out);
}

/* --- epochs -------------------------------------------------------------- */

/* 10 to the power of how many places the unit of argument 1 has below a
 * second; false: *OUT is an error. */
static bool
unit_argument(struct evaluator *ev, const char *name, const struct fvalue *args,
              unsigned count, struct decimal *unit, struct fvalue *out)
{
    static const char *const words[] = {"s", "ms", "us", "ns"};
    int64_t n = 1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++, n *= 1000) {
        *unit = decimal_int(n);
        if (fn_given(args, count, 1) ? word_is(fn_text(&args[1]), words[i])
                                     : i == 0)
            return true;
    }
    FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: the unit is s, ms, us or ns", name);
    return false;
}

/* SECONDS as whole ones and nanoseconds above them; false where they are out
 * of range. */
static bool
split_seconds(const struct decimal *seconds, int64_t *whole, int64_t *nanos)
{
    struct decimal floor, rest, billion = decimal_int(NANOS);
    if (!decimal_round(&floor, seconds, 0, DECIMAL_FLOOR) ||
        !decimal_to_int(&floor, whole) || *whole > INT64_C(1000000000000) ||
        *whole < -INT64_C(1000000000000) ||
        !decimal_subtract(&rest, seconds, &floor) ||
        !decimal_multiply(&rest, &rest, &billion) ||
        !decimal_round(&rest, &rest, 0, DECIMAL_HALF_AWAY) ||
        !decimal_to_int(&rest, nanos))
        return false;
    *whole += *nanos / NANOS;
    *nanos %= NANOS;
    return true;
}

void
fn_fromepoch(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    struct decimal unit, seconds;
    struct moment m = {.has_date = true, .has_time = true};
    int64_t whole, nanos;
    if (!unit_argument(ev, "FROMEPOCH", args, count, &unit, out))
        return;
    if (!decimal_divide(&seconds, &args[0].number, &unit) ||
        !split_seconds(&seconds, &whole, &nanos)) {
        FAIL(ev, out, FORMULA_NUM_ERROR, "FROMEPOCH: out of range");
        return;
    }
    moment_set(&m, whole, 0, true);
    moment_set_nanos(&m, (int32_t)nanos);
    fn_write_moment(ev, &m, out);
}

void
fn_toepoch(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct moment m;
    struct decimal unit, seconds, nanos, billion = decimal_int(NANOS);
    if (!unit_argument(ev, "TOEPOCH", args, count, &unit, out) ||
        !fn_read_moment(ev, "TOEPOCH", &args[0], true, false, &m, out))
        return;
    const struct zone *z =
        evaluate_zone(ev, fn_given(args, count, 2) ? &args[2] : NULL, out);
    if (!z)
        return;
    to_utc(&m, z);
    seconds = decimal_int(moment_wall(&m));
    nanos = decimal_int(m.nanos);
    if (decimal_divide(&nanos, &nanos, &billion) &&
        decimal_add(&seconds, &seconds, &nanos) &&
        decimal_multiply(&seconds, &seconds, &unit))
        fvalue_number(out, &seconds);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "TOEPOCH: out of range");
}

/* --- the day numbers of Excel -------------------------------------------- */

/* Excel counts a 29 February 1900 as day 60; the days before it are counted
 * from one day later. */
enum { EXCEL_1970 = 25569, EXCEL_GAP = 60, EXCEL_MOST = 2958465 };

void
fn_fromexcel(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    (void)count;
    struct decimal day, rest, ms = decimal_int(86400000);
    struct moment m = {0};
    int64_t n, of_day;
    if (decimal_is_negative(&args[0].number) ||
        !decimal_round(&day, &args[0].number, 0, DECIMAL_FLOOR) ||
        !decimal_to_int(&day, &n) || n > EXCEL_MOST || n == EXCEL_GAP ||
        !decimal_subtract(&rest, &args[0].number, &day) ||
        !decimal_multiply(&rest, &rest, &ms) ||
        !decimal_round(&rest, &rest, 0, DECIMAL_HALF_AWAY) ||
        !decimal_to_int(&rest, &of_day)) {
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "FROMEXCEL: Excel has no date of this number");
        return;
    }
    m.has_date = n > 0;
    m.has_time = n == 0 || of_day % 86400000 > 0;
    m.day = n - EXCEL_1970 + (n < EXCEL_GAP) + of_day / 86400000;
    m.seconds = (int32_t)(of_day / 1000 % DAY_SECONDS);
    moment_set_nanos(&m, (int32_t)(of_day % 1000 * 1000000));
    fn_write_moment(ev, &m, out);
}

void
fn_toexcel(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    struct moment m;
    struct decimal part, nanos, billion = decimal_int(NANOS);
    struct decimal day = decimal_int(DAY_SECONDS), number;
    if (!fn_read_moment(ev, "TOEXCEL", &args[0], false, true, &m, out))
        return;
    int64_t n = m.has_date ? m.day + EXCEL_1970 : 0;
    n -= m.has_date && n <= EXCEL_GAP;
    if (n < m.has_date) {
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "TOEXCEL: the dates of Excel begin with 1900-01-01");
        return;
    }
    part = decimal_int(m.seconds);
    nanos = decimal_int(m.nanos);
    number = decimal_int(n);
    decimal_divide(&nanos, &nanos, &billion);
    decimal_add(&part, &part, &nanos);
    decimal_divide(&part, &part, &day);
    decimal_add(&number, &number, &part);
    fvalue_number(out, &number);
}
