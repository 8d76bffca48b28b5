/* Texts that are numbers: plain ones, and the forms that people use. */
#include <string.h>

#include "base/text.h"
#include "mapping/formula/value.h"

/* A number as programs write it: blanks around it, a percent sign behind it. */
static enum decimal_parsed
read_plain(struct ftext t, struct decimal *out)
{
    while (t.n > 0 && t.s[0] == ' ')
        t.s++, t.n--;
    while (t.n > 0 && t.s[t.n - 1] == ' ')
        t.n--;
    bool percent = t.n > 0 && t.s[t.n - 1] == '%';
    enum decimal_parsed parsed = decimal_parse(out, t.s, t.n - percent);
    if (parsed == DECIMAL_OK && percent) {
        struct decimal hundred = decimal_int(100);
        decimal_divide(out, out, &hundred);
    }
    return parsed;
}

/* A currency sign at the beginning or end of T is left out. */
static void
drop_currency(struct ftext *t)
{
    static const char *const currencies[] = {"$", "€", "£", "¥"};
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++) {
        size_t n = strlen(currencies[i]);
        if (t->n > n && memcmp(t->s, currencies[i], n) == 0) {
            t->s += n;
            t->n -= n;
        } else if (t->n > n && memcmp(t->s + t->n - n, currencies[i], n) == 0) {
            t->n -= n;
        }
    }
    while (t->n > 0 && t->s[0] == ' ')
        t->s++, t->n--;
    while (t->n > 0 && t->s[t->n - 1] == ' ')
        t->n--;
}

/* Copies T to OUT without commas between groups of three digits; false where
 * a comma stands elsewhere. */
static bool
drop_groups(struct ftext t, char *out, size_t *n)
{
    size_t since = 0;
    bool comma = false, point = false;
    *n = 0;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        if (c == ',') {
            if (point || since == 0 || since > 3 || (comma && since != 3))
                return false;
            comma = true;
            since = 0;
            continue;
        }
        if ((c == '.' || c == '%') && !point) {
            if (comma && since != 3)
                return false;
            point = true;
        }
        since += c >= '0' && c <= '9';
        out[(*n)++] = c;
    }
    return !comma || point || since == 3;
}

/* "5-" as "-5", "5 %" as "5%". *BELOW turns where a minus was at the end. */
static void
drop_ends(struct ftext *t, char *room, bool *below)
{
    size_t n = t->n;
    if (n > 1 && t->s[n - 1] == '-') {
        *below = true;
        t->n = n - 1;
    } else if (n > 2 && n < 128 && t->s[n - 1] == '%' && t->s[n - 2] == ' ') {
        while (n > 2 && t->s[n - 2] == ' ')
            n--;
        memcpy(room, t->s, n - 1);
        room[n - 1] = '%';
        *t = (struct ftext){room, n};
    }
}

enum decimal_parsed
ftext_value(struct ftext t, bool ends, struct decimal *out)
{
    char room[128];
    char plain[128];
    size_t n;
    while (t.n > 0 && t.s[0] == ' ')
        t.s++, t.n--;
    while (t.n > 0 && t.s[t.n - 1] == ' ')
        t.n--;
    bool below = false, brackets = false;
    if (ends)
        drop_ends(&t, room, &below);
    brackets = below;
    if (t.n > 2 && t.s[0] == '(' && t.s[t.n - 1] == ')') {
        t = (struct ftext){t.s + 1, t.n - 2};
        below = brackets = true;
    }
    drop_currency(&t);
    if (!brackets && t.n > 1 && (t.s[0] == '-' || t.s[0] == '+')) {
        below = t.s[0] == '-';
        t.s++, t.n--;
        drop_currency(&t);
    }
    if (t.n == 0 || t.n > sizeof plain || !drop_groups(t, plain, &n) ||
        n == 0 || plain[0] == '-' || plain[0] == '+')
        return DECIMAL_NOT_A_NUMBER;
    enum decimal_parsed parsed = read_plain((struct ftext){plain, n}, out);
    if (parsed == DECIMAL_OK && below)
        *out = decimal_negate(out);
    return parsed;
}

/* --- the one rule -------------------------------------------------------- */

/* True where T begins as a number does: behind blanks, a sign, a bracket or a
 * currency sign stands a digit. *AT: the first digit. */
static bool
begins_like_number(struct ftext t, size_t *at)
{
    static const char *const before[] = {" ", "+", "-", "(", "$",
                                         "€", "£", "¥", "."};
    size_t start = 0;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t n = strlen(before[i]);
        if (t.n - start > n && memcmp(t.s + start, before[i], n) == 0) {
            start += n;
            i = (size_t)-1;
        }
    }
    *at = start;
    return start < t.n && t.s[start] >= '0' && t.s[start] <= '9';
}

/* True for "1,500", which is 1500 here and 1.5 there: one comma and three
 * digits behind it, no point. */
static bool
is_ambiguous(struct ftext t)
{
    const char *comma = memchr(t.s, ',', t.n);
    size_t digits = 0;
    if (!comma || memchr(t.s, '.', t.n))
        return false;
    size_t rest = t.n - (size_t)(comma + 1 - t.s);
    while (digits < rest && comma[1 + digits] >= '0' &&
           comma[1 + digits] <= '9')
        digits++;
    return digits == 3 && !memchr(comma + 1, ',', rest);
}

enum decimal_parsed
ftext_number(const struct formula_arena *a, struct ftext t, struct decimal *out)
{
    size_t at;
    enum decimal_parsed parsed = read_plain(t, out);
    if (parsed != DECIMAL_NOT_A_NUMBER ||
        !formula_has(a, CHANGE_NUMBER_FORMS) || !begins_like_number(t, &at) ||
        is_ambiguous(t))
        return parsed;
    return ftext_value(t, true, out);
}

/* True where T has nothing but what numbers are written with; a date, which
 * has a sign inside, is none of these. */
static bool
only_number_signs(struct ftext t, size_t at)
{
    for (; at < t.n; at++)
        if (!strchr("0123456789., '%)", t.s[at]) &&
            (unsigned char)t.s[at] < 0x80)
            return t.s[at] == '-' && at + 1 == t.n;
        else if (t.s[at] == '\0')
            return false;
    return true;
}

bool
ftext_unread_number(const struct formula_arena *a, struct ftext t, bool whole)
{
    struct decimal d;
    size_t at;
    return formula_has(a, CHANGE_UNREADABLE_NUMBER) &&
           begins_like_number(t, &at) && (!whole || only_number_signs(t, at)) &&
           ftext_number(a, t, &d) == DECIMAL_NOT_A_NUMBER;
}

void
ftext_unread_error(struct formula_arena *a, struct ftext t,
                   struct fvalue *error)
{
    int shown = (int)utf8_valid_prefix(t.s, t.n > 40 ? 40 : t.n);
    struct moment m;
    if (moment_parse(&m, t.s, t.n))
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "\"%.*s\" is a date or a time, not a number", shown, t.s);
    else if (is_ambiguous(t))
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "\"%.*s\" has one comma, for thousands or for decimals: "
                     "read it with VALUE or with NUMBERVALUE(text, \",\")",
                     shown, t.s);
    else
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "\"%.*s\" begins like a number and is not one: read it "
                     "with NUMBERVALUE, or compare it with a text",
                     shown, t.s);
}
