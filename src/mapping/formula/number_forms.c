/* Texts that are numbers: plain ones, and the forms that people use. */
#include <string.h>

#include "mapping/formula/value.h"

enum decimal_parsed
ftext_number(struct ftext t, struct decimal *out)
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
    enum decimal_parsed parsed = ftext_number((struct ftext){plain, n}, out);
    if (parsed == DECIMAL_OK && below)
        *out = decimal_negate(out);
    return parsed;
}
