/* Numbers as people write them, by stated separators. */
#include "base/text.h"
#include "mapping/functions/fn.h"

static bool
is_blank_character(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000;
}

/* Takes the blanks at the beginning of T away. */
static void
skip_blanks(struct ftext *t)
{
    uint32_t c;
    while (t->n > 0) {
        size_t n = utf8_decode(t->s, t->n, &c);
        if (!is_blank_character(c))
            return;
        *t = (struct ftext){t->s + n, t->n - n};
    }
}

/* How a number is written, and what was read of one so far. */
struct numeral {
    uint32_t decimal, group; /* group 0: none */
    char *digits;            /* for decimal_parse */
    size_t n;
    int run;       /* digits since the last group sign */
    int groups;    /* group signs so far */
    bool fraction; /* behind the decimal sign */
};

/* Group signs part the last three digits, and two or three before them. */
static bool
end_group(struct numeral *r, bool last)
{
    bool good = r->groups == 0 ? last || (r->run >= 1 && r->run <= 3)
                : last         ? r->run == 3
                               : r->run == 2 || r->run == 3;
    r->run = 0;
    return good;
}

/* Takes the character C; false where it cannot stand there. */
static bool
take_character(struct numeral *r, uint32_t c)
{
    if (c >= '0' && c <= '9') {
        r->digits[r->n++] = (char)c;
        r->run++;
        return true;
    }
    if (r->fraction)
        return false;
    if (c == r->decimal) {
        r->fraction = true;
        r->digits[r->n++] = '.';
        return end_group(r, true);
    }
    if (!is_blank_character(c) && (!r->group || c != r->group))
        return false;
    bool good = end_group(r, false);
    r->groups++;
    return good;
}

/* Reads [sign] digits with separators, then blanks and percent signs. */
static bool
read_numeral(struct numeral *r, struct ftext t, struct decimal *out)
{
    struct decimal hundred = decimal_int(100);
    int percents = 0;
    skip_blanks(&t);
    if (t.n > 0 && (t.s[0] == '-' || t.s[0] == '+')) {
        r->digits[r->n++] = t.s[0];
        t = (struct ftext){t.s + 1, t.n - 1};
        skip_blanks(&t);
    }
    size_t sign = r->n;
    while (t.n > 0) {
        uint32_t c;
        struct ftext rest = t;
        skip_blanks(&rest);
        if (rest.n == 0 || rest.s[0] == '%')
            break;
        size_t n = utf8_decode(t.s, t.n, &c);
        if (!take_character(r, c))
            return false;
        t = (struct ftext){t.s + n, t.n - n};
    }
    if (!r->fraction && !end_group(r, true))
        return false;
    for (skip_blanks(&t); t.n > 0 && t.s[0] == '%' && percents < 20;
         skip_blanks(&t), percents++)
        t = (struct ftext){t.s + 1, t.n - 1};
    if (r->n > sign && r->digits[r->n - 1] == '.')
        r->n--;
    if (t.n > 0 || decimal_parse(out, r->digits, r->n) != DECIMAL_OK)
        return false;
    while (percents-- > 0)
        if (!decimal_divide(out, out, &hundred))
            return false;
    return true;
}

/* The one character that argument I is; 0 where it is not one. */
static uint32_t
separator(const struct fvalue *args, unsigned i)
{
    uint32_t c;
    if (args[i].length == 0 ||
        utf8_decode(args[i].text, args[i].length, &c) != args[i].length)
        return 0;
    return c;
}

void
fn_numbervalue(struct evaluator *ev, struct fvalue *args, unsigned count,
               struct fvalue *out)
{
    struct ftext t = fn_text(&args[0]);
    struct numeral r = {.decimal = separator(args, 1)};
    bool grouped = fn_given(args, count, 2) && args[2].length > 0;
    struct decimal d;
    if (grouped)
        r.group = separator(args, 2);
    if (!r.decimal || (grouped && !r.group) || r.decimal == r.group) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "NUMBERVALUE: the separators are two different characters, as "
             "in NUMBERVALUE(text, \",\", \".\")");
        return;
    }
    formula_step(ev->arena, t.n / 8);
    r.digits = formula_alloc(ev->arena, t.n + 1);
    if (read_numeral(&r, t, &d))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "NUMBERVALUE: \"%.*s\" is not a number with these separators",
             (int)utf8_valid_prefix(t.s, t.n > 40 ? 40 : t.n), t.s);
}
