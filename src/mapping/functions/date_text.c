/* The letters of date formats, for reading and for writing. */
#include "mapping/functions/date_text.h"

#include <stdio.h>
#include <string.h>

static const char *const months[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
static const char *const weekdays[] = {"Sunday",    "Monday",   "Tuesday",
                                       "Wednesday", "Thursday", "Friday",
                                       "Saturday"};

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* --- formats ------------------------------------------------------------- */

/* A part of a format: N times the letter y m d h s or f (fraction), 'n' for
 * minutes, 'a' for AM/PM, or a literal byte. */
struct part {
    char what;
    size_t n;
    char literal;
};

struct format {
    struct ftext rest;
    bool after_hour; /* an m that follows is minutes */
    bool twelve;     /* an AM/PM is somewhere */
    bool quoted;     /* inside a text in quotes */
};

static bool
begins(struct ftext t, const char *word)
{
    size_t n = strlen(word);
    if (t.n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(t.s[i]) != lower(word[i]))
            return false;
    return true;
}

static void
skip(struct ftext *t, size_t n)
{
    t->s += n;
    t->n -= n;
}

static void
format_begin(struct format *f, struct ftext text)
{
    bool quoted = false;
    *f = (struct format){.rest = text};
    for (struct ftext t = text; t.n > 0; skip(&t, 1)) {
        quoted ^= t.s[0] == '"';
        f->twelve |= !quoted && (begins(t, "AM/PM") || begins(t, "A/P"));
    }
}

/* An m is minutes behind an hour or before seconds. */
static bool
is_minutes(const struct format *f, size_t n)
{
    if (f->after_hour)
        return true;
    bool quoted = false;
    for (size_t i = n; i < f->rest.n; i++) {
        char c = lower(f->rest.s[i]);
        quoted ^= c == '"';
        if (quoted)
            continue;
        if (c == 's')
            return true;
        if (c == 'y' || c == 'd' || c == 'h' || c == 'm')
            return false;
    }
    return false;
}

static void
letters_part(struct format *f, char c, struct part *p)
{
    p->what = c;
    while (p->n < f->rest.n && lower(f->rest.s[p->n]) == c)
        p->n++;
    if (c == 'm' && p->n <= 2 && is_minutes(f, p->n))
        p->what = 'n';
    f->after_hour = c == 'h';
    skip(&f->rest, p->n);
}

/* The next part, or false at the end. */
static bool
format_next(struct format *f, struct part *p)
{
    *p = (struct part){0};
    struct ftext *t = &f->rest;
    while (t->n > 0 && t->s[0] == '"') {
        f->quoted = !f->quoted;
        skip(t, 1);
    }
    if (t->n == 0)
        return false;
    char c = lower(t->s[0]);
    if (f->quoted) {
        p->what = 'c';
        p->literal = t->s[0];
        skip(t, 1);
    } else if (begins(*t, "AM/PM") || begins(*t, "A/P")) {
        p->what = 'a';
        p->literal = t->s[0];
        p->n = begins(*t, "AM/PM") ? 2 : 1;
        skip(t, p->n == 2 ? 5 : 3);
    } else if (c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's') {
        letters_part(f, c, p);
    } else if (c == '.' && t->n > 1 && t->s[1] == '0') {
        p->what = 'f';
        for (skip(t, 1); t->n > 0 && t->s[0] == '0'; skip(t, 1))
            p->n++;
    } else {
        if (c == '\\' && t->n > 1)
            skip(t, 1);
        p->what = 'c';
        p->literal = t->s[0];
        skip(t, 1);
    }
    return true;
}

bool
date_text_is_format(struct ftext format)
{
    bool quoted = false;
    for (size_t i = 0; i < format.n; i++) {
        char c = lower(format.s[i]);
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\')
            i++;
        else if (!quoted && c && strchr("ymdhs", c))
            return true;
    }
    return false;
}

/* --- writing ------------------------------------------------------------- */

static int
write_part(const struct moment *m, const struct part *p, bool twelve,
           bool small, char *out, size_t size)
{
    int64_t year;
    int month, day, hour = m->seconds / 3600;
    moment_civil(m->day, &year, &month, &day);
    int wide = p->n >= 2 ? 2 : 1;
    int shown_hour = twelve ? (hour + 11) % 12 + 1 : hour;
    const char *word =
        p->what == 'm' ? months[month - 1] : weekdays[moment_weekday(m->day)];
    switch (p->what) {
    case 'y':
        return p->n > 2 ? snprintf(out, size, "%04d", (int)year)
                        : snprintf(out, size, "%02d", (int)(year % 100));
    case 'm':
    case 'd':
        if (p->n == 3)
            return snprintf(out, size, "%.3s", word);
        if (p->n > 3)
            return snprintf(out, size, "%.*s", p->n == 5 ? 1 : 20, word);
        return snprintf(out, size, "%0*d", wide, p->what == 'm' ? month : day);
    case 'h':
        return snprintf(out, size, "%0*d", wide, shown_hour);
    case 'n':
        return snprintf(out, size, "%0*d", wide, m->seconds / 60 % 60);
    case 's':
        return snprintf(out, size, "%0*d", wide, m->seconds % 60);
    case 'a':
        if (p->n == 1 && p->literal == 'a' && small)
            return snprintf(out, size, "%c", hour < 12 ? 'a' : 'p');
        return snprintf(out, size, "%.*s", (int)p->n, hour < 12 ? "AM" : "PM");
    case 'f': {
        char nanos[16];
        snprintf(nanos, sizeof nanos, "%09d", m->nanos);
        return snprintf(out, size, ".%.*s", (int)(p->n > 9 ? 9 : p->n), nanos);
    }
    default:
        return snprintf(out, size, "%c", p->literal);
    }
}

size_t
date_text_write(const struct moment *m, struct ftext format, bool small,
                char *out, size_t size)
{
    struct format f;
    struct part p;
    size_t n = 0;
    format_begin(&f, format);
    while (format_next(&f, &p)) {
        int written = write_part(m, &p, f.twelve, small, out + n, size - n);
        if (written < 0 || (size_t)written >= size - n)
            return size;
        n += (size_t)written;
    }
    return n;
}

/* --- reading ------------------------------------------------------------- */

/* What a format has read so far. */
struct reading {
    struct ftext rest;
    int year, month, day, hour, minute, second, nanos;
    bool has_date, has_time, pm, am;
    bool long_years; /* a yy may be four digits that stand alone */
};

static bool
read_digits(struct ftext *t, size_t most, int *out)
{
    size_t n = 0;
    int v = 0;
    while (n < most && n < t->n && is_digit(t->s[n]))
        v = v * 10 + (t->s[n++] - '0');
    skip(t, n);
    *out = v;
    return n > 0;
}

/* A month's name, whole or its first three letters. */
static bool
read_month(struct ftext *t, int *month)
{
    for (int i = 0; i < 12; i++) {
        char short_name[4] = {months[i][0], months[i][1], months[i][2], 0};
        size_t n = begins(*t, months[i])    ? strlen(months[i])
                   : begins(*t, short_name) ? 3
                                            : 0;
        if (n == 0)
            continue;
        skip(t, n);
        *month = i + 1;
        return true;
    }
    return false;
}

/* The name of a weekday, which says nothing that the date does not. */
static bool
skip_word(struct ftext *t)
{
    size_t n = 0;
    while (n < t->n && lower(t->s[n]) >= 'a' && lower(t->s[n]) <= 'z')
        n++;
    skip(t, n);
    return n > 0;
}

static bool
read_half(struct reading *r)
{
    r->am = begins(r->rest, "a");
    r->pm = begins(r->rest, "p");
    if (!r->am && !r->pm)
        return false;
    skip(&r->rest, r->rest.n > 1 && lower(r->rest.s[1]) == 'm' ? 2 : 1);
    return true;
}

static bool
read_year(struct reading *r, size_t letters)
{
    size_t before = r->rest.n, wanted = letters > 2 ? 4 : 2, digits = 0;
    while (digits < before && is_digit(r->rest.s[digits]))
        digits++;
    if (r->long_years && digits == 4)
        wanted = 4;
    if (!read_digits(&r->rest, wanted, &r->year) ||
        before - r->rest.n != wanted)
        return false;
    if (wanted == 2)
        r->year += r->year < 30 ? 2000 : 1900;
    return true;
}

/* The digits behind the point of a second. */
static bool
read_fraction(struct reading *r)
{
    size_t before = r->rest.n;
    if (!read_digits(&r->rest, 9, &r->nanos))
        return false;
    for (size_t digits = before - r->rest.n; digits < 9; digits++)
        r->nanos *= 10;
    return true;
}

static bool
read_part(struct reading *r, const struct part *p)
{
    r->has_date |= p->what == 'y' || (p->what == 'd' && p->n <= 2);
    r->has_time |= p->what == 'h';
    switch (p->what) {
    case 'y':
        return read_year(r, p->n);
    case 'm':
        return p->n > 2 ? read_month(&r->rest, &r->month)
                        : read_digits(&r->rest, 2, &r->month);
    case 'd':
        if (p->n > 2)
            return skip_word(&r->rest);
        return read_digits(&r->rest, 2, &r->day);
    case 'h':
        return read_digits(&r->rest, 2, &r->hour);
    case 'n':
        return read_digits(&r->rest, 2, &r->minute);
    case 's':
        return read_digits(&r->rest, 2, &r->second);
    case 'a':
        return read_half(r);
    case 'f':
        if (r->rest.n == 0 || r->rest.s[0] != '.')
            return false;
        skip(&r->rest, 1);
        return read_fraction(r);
    default:
        if (r->rest.n == 0 || r->rest.s[0] != p->literal)
            return false;
        skip(&r->rest, 1);
        return true;
    }
}

static bool
finish(struct reading *r, struct moment *out)
{
    if (r->pm && r->hour < 12)
        r->hour += 12;
    else if (r->am && r->hour == 12)
        r->hour = 0;
    if (r->rest.n > 0 || r->month < 1 || r->month > 12 || r->day < 1 ||
        r->day > moment_month_length(r->year, r->month) || r->hour > 23 ||
        r->minute > 59 || r->second > 59)
        return false;
    *out =
        (struct moment){.day = moment_day(r->year, r->month, r->day),
                        .seconds = r->hour * 3600 + r->minute * 60 + r->second,
                        .has_date = r->has_date,
                        .has_time = r->has_time};
    if (r->nanos > 0)
        moment_set_nanos(out, r->nanos);
    return true;
}

static bool
read_by_format(struct ftext t, struct ftext format, bool long_years,
               struct moment *out)
{
    struct format f;
    struct part p;
    struct reading r = {.rest = t,
                        .year = 1970,
                        .month = 1,
                        .day = 1,
                        .long_years = long_years};
    format_begin(&f, format);
    while (format_next(&f, &p))
        if (!read_part(&r, &p))
            return false;
    return finish(&r, out);
}

/* Forms that can be read in one way only. */
static const char *const plain_formats[] = {
    "yyyy/mm/dd",          "yyyy.mm.dd",      "d mmm yyyy",  "mmm d, yyyy",
    "mmm d yyyy",          "d-mmm-yyyy",      "d. mmm yyyy", "ddmmmyyyy",
    "yyyy/mm/dd hh:mm:ss", "yyyy/mm/dd hh:mm"};

static const char *const time_formats[] = {
    "h:mm",          "h:mm:ss",      "h:mm AM/PM", "h:mmAM/PM",
    "h:mm:ss AM/PM", "h:mm:ssAM/PM", "h AM/PM",    "hAM/PM"};

static bool
read_by_any(struct ftext t, const char *const *formats, size_t n,
            struct moment *out)
{
    for (size_t i = 0; i < n; i++)
        if (read_by_format(t, (struct ftext){formats[i], strlen(formats[i])},
                           false, out))
            return true;
    return false;
}

static struct ftext
trimmed(struct ftext t)
{
    while (t.n > 0 && t.s[0] == ' ')
        skip(&t, 1);
    while (t.n > 0 && t.s[t.n - 1] == ' ')
        t.n--;
    return t;
}

static bool
is_compact(struct ftext t)
{
    size_t i = 0;
    while (i < t.n && is_digit(t.s[i]))
        i++;
    return i == t.n && t.n == 8;
}

const char *
date_text_read(struct ftext t, struct ftext format, bool long_years,
               struct moment *out)
{
    t = trimmed(t);
    if (format.s) {
        if (read_by_format(t, format, long_years, out) && out->has_date)
            return NULL;
        return "is not a date of that format";
    }
    if (moment_parse(out, t.s, t.n) && out->has_date)
        return NULL;
    if (is_compact(t) &&
        read_by_format(t, (struct ftext){"yyyymmdd", 8}, false, out))
        return NULL;
    if (read_by_any(t, plain_formats,
                    sizeof plain_formats / sizeof *plain_formats, out))
        return NULL;
    return "can be read in several ways or none: say the format, such as "
           "\"dd/mm/yyyy\"";
}

bool
time_text_read(struct ftext t, struct moment *out)
{
    t = trimmed(t);
    if (moment_parse(out, t.s, t.n) && out->has_time)
        return true;
    return read_by_any(t, time_formats,
                       sizeof time_formats / sizeof *time_formats, out);
}
