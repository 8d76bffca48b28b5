/* The formats of TEXT as spreadsheets paste them: colours, widths, filling
 * and currencies made plain, what is not supported refused by name. */
#include "mapping/functions/text_format.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mapping/functions/date_text.h"

struct format_reader {
    struct evaluator *ev;
    struct ftext t;
    size_t at;
    char *out;
    size_t n;
    struct fvalue *error;
    bool digits; /* a placeholder 0, # or ? stands in this section */
    /* The bracket with a language other than English; to is 0: none. */
    struct {
        size_t from, to;
    } language;
};

static bool
refuse(struct format_reader *r, const char *what, size_t from, size_t to,
       const char *remedy)
{
    FAIL(r->ev, r->error, FORMULA_VALUE_ERROR,
         "TEXT: %s \"%.*s\" is not supported in a format%s", what,
         (int)(to - from > 40 ? 40 : to - from), r->t.s + from, remedy);
    return false;
}

static void
copy(struct format_reader *r, size_t n)
{
    memcpy(r->out + r->n, r->t.s + r->at, n);
    r->n += n;
    r->at += n;
}

static size_t
character(const struct format_reader *r, size_t at)
{
    uint32_t c;
    return at < r->t.n ? utf8_decode(r->t.s + at, r->t.n - at, &c) : 0;
}

static bool
is_colour(const char *s, size_t n)
{
    static const char *const colours[] = {"black",   "blue", "cyan",  "green",
                                          "magenta", "red",  "white", "yellow"};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (strlen(colours[i]) == n && strncasecmp(colours[i], s, n) == 0)
            return true;
    return n > 5 && strncasecmp(s, "color", 5) == 0 &&
           strspn(s + 5, "0123456789") >= n - 5;
}

/* English names and Latin digits: "407" is a Windows language identifier in
 * hexadecimal, whose low ten bits are 9 for English; "de-DE" a tag. */
static bool
is_english(const char *s, size_t n)
{
    char hex[9] = "";
    if (n == 0 ||
        (n >= 2 && strncasecmp(s, "en", 2) == 0 && (n == 2 || s[2] == '-')))
        return true;
    if (n >= sizeof hex)
        return false;
    memcpy(hex, s, n);
    unsigned long id = strtoul(hex, NULL, 16);
    return strspn(hex, "0123456789abcdefABCDEF") == n && id <= 0xffff &&
           (id & 0x3ff) == 9;
}

/* Keeps the language of the bracket at FROM, with N bytes at S between [$ and
 * ], if names of months and days would be in it. */
static void
keep_language(struct format_reader *r, const char *s, size_t n, size_t from)
{
    const char *dash = memchr(s, '-', n);
    if (!dash || is_english(dash + 1, n - (size_t)(dash + 1 - s)))
        return;
    r->language.from = from;
    r->language.to = r->at;
}

/* [$€-407]: the sign as a text in quotes. */
static void
put_currency(struct format_reader *r, const char *s, size_t n)
{
    const char *dash = memchr(s, '-', n);
    size_t sign = dash ? (size_t)(dash - s) : n;
    if (sign == 0 || memchr(s, '"', sign))
        return;
    r->out[r->n++] = '"';
    memcpy(r->out + r->n, s, sign);
    r->n += sign;
    r->out[r->n++] = '"';
}

static bool
read_bracket(struct format_reader *r)
{
    const char *s = r->t.s + r->at + 1;
    const char *end = memchr(s, ']', r->t.n - r->at - 1);
    size_t n = end ? (size_t)(end - s) : 0, from = r->at;
    if (!end)
        return refuse(r, "the open bracket", from, from + 1,
                      " (write \"[\" in quotes)");
    r->at += n + 2;
    if (n > 0 && s[0] == '$') {
        put_currency(r, s + 1, n - 1);
        keep_language(r, s + 1, n - 1, from);
    } else if (n > 0 && strchr("<>=", s[0]))
        return refuse(r, "the condition", from, r->at,
                      " (use IF around two TEXTs)");
    else if (n > 0 && strspn(s, "hHmMsS") >= n)
        return refuse(r, "the elapsed time", from, r->at, "");
    else if (!is_colour(s, n))
        return refuse(r, "the bracket", from, r->at, "");
    return true;
}

/* The end of the text in quotes at r->at. */
static size_t
quoted(const struct format_reader *r)
{
    const char *end = memchr(r->t.s + r->at + 1, '"', r->t.n - r->at - 1);
    return end ? (size_t)(end - r->t.s) + 1 - r->at : r->t.n - r->at;
}

static bool
read_sign(struct format_reader *r)
{
    char c = r->t.s[r->at];
    char next = r->at + 1 < r->t.n ? r->t.s[r->at + 1] : '\0';
    switch (c) {
    case '[':
        return read_bracket(r);
    case '"':
        copy(r, quoted(r));
        return true;
    case '\\':
        copy(r, 1 + character(r, r->at + 1));
        return true;
    case '_': /* as wide as the next character: a blank */
        r->at += 1 + character(r, r->at + 1);
        memcpy(r->out + r->n, "\\ ", 2);
        r->n += 2;
        return true;
    case '*': /* the next character fills the cell, and a text is none */
        r->at += 1 + character(r, r->at + 1);
        return true;
    case '/':
        if (r->digits && next && strchr("0123456789?#", next))
            return refuse(r, "the fraction", r->at, r->at + 2,
                          " (use 0.00 instead)");
        break;
    case ';':
        r->digits = false;
        break;
    default:
        r->digits |= c == '0' || c == '#' || c == '?';
    }
    copy(r, 1);
    return true;
}

/* The bytes of a text in quotes or a sign behind \\ at I; 0: neither. */
static size_t
literal(struct ftext t, size_t i)
{
    if (t.s[i] == '\\')
        return 2;
    if (t.s[i] != '"')
        return 0;
    const char *end = memchr(t.s + i + 1, '"', t.n - i - 1);
    return end ? (size_t)(end - t.s) + 1 - i : t.n - i;
}

/* The bytes of a run of the letter at I of T, in one case; 0: no letter. Signs
 * that dates are written with, as 年, are no letters. */
static size_t
letter_run(struct ftext t, size_t i)
{
    uint32_t c, next;
    size_t n = utf8_decode(t.s + i, t.n - i, &c), run = n;
    bool foreign = c >= 0xc0 && c < 0x530 && c != 0xd7 && c != 0xf7;
    if (!foreign && (c >= 0x80 || !isalpha((int)c)))
        return 0;
    while (i + run < t.n) {
        utf8_decode(t.s + i + run, t.n - i - run, &next);
        if (next != c)
            break;
        run += n;
    }
    return run;
}

static const char of_a_date[] = " of a date (y m d h s; other text stands in "
                                "quotes)";

/* Letters outside quotes that a date format has and that mean nothing: those
 * of other languages (TT.MM.JJJJ), or words without quotes. */
static bool
check_letters(struct format_reader *r, struct ftext t)
{
    for (size_t i = 0, n; i < t.n; i += n) {
        n = literal(t, i);
        if (n > 0)
            continue;
        size_t run = letter_run(t, i);
        if (t.n - i >= 5 && strncasecmp(t.s + i, "AM/PM", 5) == 0) {
            n = 5;
        } else if (t.n - i >= 3 && strncasecmp(t.s + i, "A/P", 3) == 0) {
            n = 3;
        } else if (run > 0) {
            n = run;
            bool iso = n == 1 && (t.s[i] == 'T' || t.s[i] == 'Z');
            if (!iso && !strchr("ymdhsYMDHS", t.s[i])) {
                r->t = t;
                return refuse(r, "the letter", i, i + n, of_a_date);
            }
        } else if (t.s[i] == '#' || t.s[i] == '?' ||
                   (t.s[i] == '0' && (i == 0 || !strchr(".0", t.s[i - 1])))) {
            r->t = t;
            return refuse(r, "the digit sign", i, i + 1,
                          " of a date (a date letter beside digits stands in "
                          "quotes)");
        } else {
            n = 1;
        }
    }
    return true;
}

/* Letters of a format that has no sign for a date, a digit or a text: nn, zzz.
 */
static bool
check_words(struct format_reader *r, struct ftext t)
{
    size_t from = t.n, run = 0;
    for (size_t i = 0, n; i < t.n; i += n) {
        n = literal(t, i);
        if (n > 0)
            continue;
        if (strchr("0#?@", t.s[i]))
            return true;
        n = letter_run(t, i);
        if (n > 0 && from == t.n) {
            from = i;
            run = n;
        }
        n += n == 0;
    }
    if (from == t.n)
        return true;
    r->t = t;
    return refuse(r, "the letter", from, from + run, of_a_date);
}

/* True where T writes the name of a month or a day: mmm, dddd. */
static bool
has_names(struct ftext t)
{
    for (size_t i = 0, n; i < t.n; i += n) {
        n = literal(t, i);
        if (n > 0)
            continue;
        n = letter_run(t, i);
        if (n >= 3 && strchr("mMdD", t.s[i]))
            return true;
        n += n == 0;
    }
    return false;
}

static bool
check_language(struct format_reader *r, struct ftext t)
{
    return r->language.to == 0 || !has_names(t) ||
           refuse(r, "the language", r->language.from, r->language.to,
                  " with names of months or days, which are English (take them "
                  "from a list: INDEX({\"Januar\", …}, MONTH(date)))");
}

bool
text_format_read(struct evaluator *ev, struct ftext format, struct ftext *out,
                 struct fvalue *error)
{
    size_t room = 2 * format.n + 8;
    struct format_reader r = {.ev = ev,
                              .t = format,
                              .out = formula_alloc(ev->arena, room),
                              .error = error};
    while (r.at < format.n)
        if (!read_sign(&r))
            return false;
    *out = (struct ftext){r.out, r.n};
    if (!date_text_is_format(*out))
        return check_words(&r, *out);
    return check_language(&r, *out) && check_letters(&r, *out);
}
