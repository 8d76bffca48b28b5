/* TEXT and VALUE: numbers and dates by a format, and back. */
#include <string.h>

#include "mapping/functions/date_text.h"
#include "mapping/functions/fn.h"
#include "mapping/functions/text_format.h"

enum { DECIMALS_MAX = 30, FORMAT_MAX = 200, FORMATTED_SIZE = 1024 };

/* --- number formats ------------------------------------------------------ */

/* One section of a number format ("#,##0.00"), counted. */
struct number_format {
    struct ftext text;
    int before, after; /* placeholders around the point */
    int thousands;     /* commas behind the last digit: divide by 1,000 each */
    int percents;
    bool grouped;
    bool point;
};

/* A number as digits around the point. */
struct shown_number {
    char digits[DECIMAL_SIZE];
    size_t before; /* digits[0 … before) */
    char after[DECIMALS_MAX + 1];
};

struct writer {
    char *out;
    size_t n;
};

static void
put(struct writer *w, char c)
{
    if (w->n < FORMATTED_SIZE)
        w->out[w->n++] = c;
}

/* The length of the literal at AT of T: \x, "text" or, for a sign that is no
 * placeholder, itself; 0 for placeholders. */
static size_t
literal_at(struct ftext t, size_t at)
{
    if (t.s[at] == '\\')
        return at + 1 < t.n ? 2 : 1;
    if (t.s[at] != '"')
        return strchr("0#?.,%", t.s[at]) && t.s[at] ? 0 : 1;
    size_t n = 1;
    while (at + n < t.n && t.s[at + n] != '"')
        n++;
    return at + n < t.n ? n + 1 : n;
}

static void
put_literal(struct writer *w, struct ftext t, size_t at, size_t n)
{
    size_t from = at, to = at + n;
    if (t.s[at] == '\\' && n == 2) {
        from++;
    } else if (t.s[at] == '"') {
        from++;
        to -= n > 1 && t.s[to - 1] == '"';
    }
    for (size_t i = from; i < to; i++)
        put(w, t.s[i]);
}

static void
count_format(struct ftext t, struct number_format *f)
{
    *f = (struct number_format){.text = t};
    int commas = 0;
    for (size_t i = 0; i < t.n;) {
        size_t n = literal_at(t, i);
        if (n > 0) {
            i += n;
            continue;
        }
        char c = t.s[i++];
        if (c == '.') {
            f->point = true;
        } else if (c == '%') {
            f->percents++;
        } else if (c == ',') {
            commas++;
        } else {
            f->grouped |= commas > 0 && f->before > 0 && !f->point;
            commas = 0;
            *(f->point ? &f->after : &f->before) += 1;
        }
    }
    f->thousands = commas;
}

/* The section of T for a number with this sign: positive;negative;zero. */
static struct ftext
section(struct ftext t, bool below, bool zero, bool *own_sign)
{
    struct ftext parts[3] = {{t.s, 0}, {NULL, 0}, {NULL, 0}};
    int which = 0;
    for (size_t i = 0; i < t.n;) {
        size_t n = literal_at(t, i);
        if (t.s[i] == ';' && which == 2)
            break; /* the section of texts */
        if (t.s[i] == ';') {
            parts[++which] = (struct ftext){t.s + i + 1, 0};
            i++;
            continue;
        }
        n = n ? n : 1;
        parts[which].n += n;
        i += n;
    }
    *own_sign = below && parts[1].s;
    if (zero && parts[2].s)
        return parts[2];
    return below && parts[1].s ? parts[1] : parts[0];
}

/* D, scaled and rounded as F says, as digits; false where it is too long. */
static bool
show_number(struct decimal d, const struct number_format *f,
            struct shown_number *out)
{
    struct decimal thousand = decimal_int(1000), hundred = decimal_int(100);
    for (int i = 0; i < f->thousands; i++)
        if (!decimal_divide(&d, &d, &thousand))
            return false;
    for (int i = 0; i < f->percents; i++)
        if (!decimal_multiply(&d, &d, &hundred))
            return false;
    if (f->after > DECIMALS_MAX ||
        !decimal_round(&d, &d, f->after, DECIMAL_HALF_AWAY))
        return false;
    size_t n = decimal_format(&d, out->digits);
    if (memchr(out->digits, 'E', n))
        return false;
    const char *point = memchr(out->digits, '.', n);
    out->before = point ? (size_t)(point - out->digits) : n;
    size_t after = point ? n - out->before - 1 : 0;
    memset(out->after, '0', sizeof out->after);
    if (after)
        memcpy(out->after, point + 1, after);
    if (out->before == 1 && out->digits[0] == '0')
        out->before = 0;
    return true;
}

/* The placeholder C that has PLACE more of them behind it before the point.
 */
static void
put_before(struct writer *w, const struct number_format *f,
           const struct shown_number *s, char c, int place, bool first)
{
    int from = first && (int)s->before > place + 1 ? (int)s->before - 1 : place;
    for (int i = from; i >= place; i--) {
        if (i < (int)s->before)
            put(w, s->digits[s->before - 1 - (size_t)i]);
        else if (c == '#')
            continue;
        else
            put(w, c == '0' ? '0' : ' ');
        if (f->grouped && i > 0 && i % 3 == 0)
            put(w, ',');
    }
}

/* Digit I behind the point: "#" leaves zeros out where only zeros follow. */
static void
put_after(struct writer *w, const struct number_format *f,
          const struct shown_number *s, char c, int i)
{
    bool zeros = true;
    for (int k = i; k < f->after; k++)
        zeros &= s->after[k] == '0';
    if (c == '0' || !zeros)
        put(w, s->after[i]);
    else if (c == '?')
        put(w, ' ');
}

static void
write_number(struct writer *w, const struct number_format *f,
             const struct shown_number *s)
{
    int before = 0, after = 0;
    bool point = false;
    for (size_t i = 0; i < f->text.n;) {
        size_t n = literal_at(f->text, i);
        char c = f->text.s[i];
        if (n > 0) {
            put_literal(w, f->text, i, n);
            i += n;
            continue;
        }
        i++;
        if (c == '.') {
            if (f->before == 0)
                put_before(w, f, s, '#', 0, true);
            put(w, '.');
            point = true;
        } else if (c == '%') {
            put(w, '%');
        } else if (c != ',' && !point) {
            put_before(w, f, s, c, f->before - before - 1, before == 0);
            before++;
        } else if (c != ',') {
            put_after(w, f, s, c, after++);
        }
    }
}

static bool
is_zero(const struct shown_number *s, const struct number_format *f)
{
    return s->before == 0 && (int)strspn(s->after, "0") >= f->after;
}

/* An exponent outside quotes ("0.00E+00"), which would show another number. */
static bool
has_exponent(struct ftext t)
{
    for (size_t i = 0; i < t.n;) {
        size_t n = literal_at(t, i);
        if (i + 1 < t.n && (t.s[i] | 0x20) == 'e' &&
            (t.s[i + 1] == '+' || t.s[i + 1] == '-'))
            return true;
        i += n ? n : 1;
    }
    return false;
}

static void
format_number(struct evaluator *ev, const struct decimal *d,
              struct ftext format, struct fvalue *out)
{
    struct number_format f;
    struct shown_number s;
    bool own_sign, below = decimal_is_negative(d);
    struct decimal size = below ? decimal_negate(d) : *d;
    if (has_exponent(format)) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "TEXT: an exponent (E+00) is not supported in a format");
        return;
    }
    count_format(section(format, below, decimal_is_zero(d), &own_sign), &f);
    if (!show_number(size, &f, &s)) {
        FAIL(ev, out, FORMULA_NUM_ERROR, "TEXT: more digits than it can show");
        return;
    }
    struct writer w = {formula_alloc(ev->arena, FORMATTED_SIZE), 0};
    if (below && formula_has(ev->arena, CHANGE_NEGATIVE_ZERO))
        below = !is_zero(&s, &f);
    if (below && !own_sign)
        put(&w, '-');
    write_number(&w, &f, &s);
    formula_shrink(ev->arena, w.out, FORMATTED_SIZE, w.n);
    fvalue_text(out, w.out, w.n);
}

/* --- TEXT ---------------------------------------------------------------- */

static bool
is_word(struct ftext t, const char *word)
{
    return t.n == strlen(word) && strncasecmp(t.s, word, t.n) == 0;
}

static void
format_date(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct ftext format, struct fvalue *out)
{
    struct moment m;
    struct ftext t = fn_text(&args[0]);
    if (args[0].kind != F_TEXT || !moment_parse(&m, t.s, t.n)) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "TEXT: a date format wants an ISO 8601 date or time");
        return;
    }
    if (fn_given(args, count, 2)) {
        const struct zone *z = evaluate_zone(ev, &args[2], out);
        if (!z)
            return;
        zone_move(&m, z);
    }
    char *text = formula_alloc(ev->arena, FORMATTED_SIZE);
    size_t n = FORMATTED_SIZE;
    if (!is_word(format, "iso"))
        n = date_text_write(&m, format,
                            formula_has(ev->arena, CHANGE_HALF_DAY_CASE), text,
                            FORMATTED_SIZE);
    else if (moment_format(&m, text))
        n = strlen(text);
    if (n == FORMATTED_SIZE) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "TEXT: the format is too long, or the date out of range");
        return;
    }
    formula_shrink(ev->arena, text, FORMATTED_SIZE, n);
    fvalue_text(out, text, n);
}

static bool
is_general(struct ftext t)
{
    return t.n == 0 || (t.n == 1 && t.s[0] == '@') || is_word(t, "general");
}

/* The section of T for texts: the fourth, or the first that has an @; false
 * where there is none. */
static bool
text_section(struct ftext t, struct ftext *out)
{
    struct ftext part = {t.s, 0};
    int which = 0;
    bool sign = false;
    for (size_t i = 0; i <= t.n;) {
        size_t n = i < t.n ? literal_at(t, i) : 1;
        if (i == t.n || t.s[i] == ';') {
            *out = part;
            if (sign || which == 3)
                return true;
            which++;
            part = (struct ftext){t.s + i + 1, 0};
            i++;
            continue;
        }
        sign |= t.s[i] == '@';
        part.n += n ? n : 1;
        i += n ? n : 1;
    }
    return false;
}

/* Writes V by the section T of texts, in which @ is V. */
static void
format_text(struct evaluator *ev, const struct fvalue *v, struct ftext t,
            struct fvalue *out)
{
    struct ftext text;
    if (!fvalue_to_text(ev->arena, v, &text, out))
        return;
    struct writer all = {formula_alloc(ev->arena, t.n * (text.n + 1)), 0};
    for (size_t i = 0; i < t.n;) {
        struct writer w = {all.out + all.n, 0};
        size_t n = literal_at(t, i);
        n = n ? n : 1;
        if (t.s[i] == '@') {
            memcpy(w.out, text.s, text.n);
            w.n = text.n;
        } else {
            put_literal(&w, t, i, n);
        }
        all.n += w.n;
        i += n;
    }
    fvalue_text(out, all.out, all.n);
}

/* V by a format that is neither general nor of dates. */
static void
format_plain(struct evaluator *ev, const struct fvalue *v, struct ftext format,
             struct fvalue *out)
{
    struct ftext text;
    struct decimal d;
    bool is_text = v->kind == F_TEXT && !fvalue_as_number(ev->arena, v, &d);
    if (formula_has(ev->arena, CHANGE_TEXT_FORMATS) &&
        text_section(format, &text) && (is_text || text.s == format.s)) {
        format_text(ev, v, text, out);
    } else if (is_text) {
        *out = *v;
    } else if (v->kind == F_BOOLEAN) {
        if (fvalue_to_text(ev->arena, v, &text, out))
            fvalue_text(out, text.s, text.n);
    } else if (fvalue_to_number(ev->arena, v, &d, out)) {
        format_number(ev, &d, format, out);
    }
}

void
fn_text_function(struct evaluator *ev, struct fvalue *args, unsigned count,
                 struct fvalue *out)
{
    struct ftext format = fn_text(&args[1]), text;
    if (format.n > FORMAT_MAX) {
        FAIL(ev, out, FORMULA_VALUE_ERROR, "TEXT: the format is too long");
    } else if (is_general(format)) {
        if (fvalue_to_text(ev->arena, &args[0], &text, out))
            fvalue_text(out, text.s, text.n);
    } else if (is_word(format, "iso")) {
        format_date(ev, args, count, format, out);
    } else if (formula_has(ev->arena, CHANGE_TEXT_FORMATS) &&
               !text_format_read(ev, format, &format, out)) {
        return;
    } else if (date_text_is_format(format)) {
        format_date(ev, args, count, format, out);
    } else {
        format_plain(ev, &args[0], format, out);
    }
}

/* --- VALUE --------------------------------------------------------------- */

void
fn_value(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    struct decimal d;
    struct ftext t = fn_text(&args[0]);
    if (ftext_value(t, formula_has(ev->arena, CHANGE_VALUE_FORMS), &d) ==
        DECIMAL_OK)
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "VALUE: \"%.*s\" is not a number, or one of more than 34 digits",
             (int)(t.n > 40 ? 0 : t.n), t.s);
}
