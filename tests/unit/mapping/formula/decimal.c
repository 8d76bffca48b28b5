/* The fast form of decimals gives what decimal128 gives. */
#include "mapping/number/decimal.h"

#include <string.h>

#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

static unsigned long state;

static unsigned
draw(unsigned n)
{
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(state >> 33) % n;
}

/* A number as people write them, of up to 20 digits. */
static struct decimal
draw_decimal(void)
{
    char text[64];
    size_t n = 0, digits = 1 + draw(draw(4) ? 6 : 20);
    if (draw(2))
        text[n++] = '-';
    for (size_t i = 0; i < digits; i++)
        text[n++] = (char)('0' + draw(draw(3) ? 10 : 1));
    if (draw(2)) {
        text[n++] = '.';
        for (size_t i = 1 + draw(draw(4) ? 3 : 14); i > 0; i--)
            text[n++] = (char)('0' + draw(10));
    }
    struct decimal d;
    if (decimal_parse(&d, text, n) != DECIMAL_OK)
        d = decimal_int(7);
    return d;
}

typedef bool operation(struct decimal *, const struct decimal *,
                       const struct decimal *);

static bool
round_two(struct decimal *out, const struct decimal *a, const struct decimal *b)
{
    (void)b;
    return decimal_round(out, a, 2, DECIMAL_HALF_AWAY);
}

static bool
round_up(struct decimal *out, const struct decimal *a, const struct decimal *b)
{
    (void)b;
    return decimal_round(out, a, -1, DECIMAL_FROM_ZERO);
}

static bool
floor_one(struct decimal *out, const struct decimal *a, const struct decimal *b)
{
    (void)b;
    return decimal_round(out, a, 0, DECIMAL_FLOOR);
}

static void
test_forms(void)
{
    static operation *const operations[] = {
        decimal_add,    decimal_subtract, decimal_multiply, decimal_divide,
        decimal_modulo, round_two,        round_up,         floor_one};
    state = test_seed();
    for (int i = 0; i < 200000; i++) {
        struct decimal a = draw_decimal(), b = draw_decimal(), r, s;
        struct decimal x = decimal_widen(&a), y = decimal_widen(&b);
        operation *f = operations[i % 8];
        bool ok = f(&r, &a, &b);
        CHECK_INT(f(&s, &x, &y), ok);
        CHECK_INT(decimal_compare(&a, &b), decimal_compare(&x, &y));
        if (!ok)
            continue;
        char p[DECIMAL_SIZE], q[DECIMAL_SIZE];
        decimal_format(&r, p);
        decimal_format(&s, q);
        CHECK_STR(p, q);
        CHECK_INT(decimal_compare(&r, &s), 0);
        CHECK_INT(decimal_is_integer(&r), decimal_is_integer(&s));
        struct decimal again;
        CHECK_INT(decimal_parse(&again, p, strlen(p)), DECIMAL_OK);
        CHECK_INT(decimal_compare(&again, &r), 0);
        if (test_failures_here)
            return;
    }
}

/* Text, what is printed (NULL: no number, "": more than 34 digits). */
static void
test_reading(void)
{
    static const char *const cases[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"19.90", "19.9"},
        {"-0.0500", "-0.05"},
        {"1E400", "1E+400"},
        {"1e-400", "1E-400"},
        {"1.50E3", "1500"},
        {"12345678901234567890", "12345678901234567890"},
        {"1234567890123456789012345678901234",
         "1234567890123456789012345678901234"},
        {"12345678901234567890123456789012345", ""},
        {"1000000000000000000000000000000000",
         "1000000000000000000000000000000000"},
        {"10000000000000000000000000000000000", "1E+34"},
        {"0.000000000000000000000000000000000001",
         "0.000000000000000000000000000000000001"},
        {"1E6144", "1E+6144"},
        {"1E6145", ""},
        {"1E-6176", "1E-6176"},
        {"1E-6177", ""},
        {"0E99999", "0"},
        {"9223372036854775807", "9223372036854775807"},
        {"999999999999999999", "999999999999999999"},
        {"1000000000000000000", "1000000000000000000"},
        {"+5", "5"},
        {".5", "0.5"},
        {"5.", "5"},
        {"", NULL},
        {"-", NULL},
        {".", NULL},
        {"1.2.3", NULL},
        {"1e", NULL},
        {"1e+", NULL},
        {"0x10", NULL},
        {"NaN", NULL},
        {"Infinity", NULL},
        {"1 2", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal d;
        char out[DECIMAL_SIZE] = "";
        enum decimal_parsed parsed =
            decimal_parse(&d, cases[i][0], strlen(cases[i][0]));
        if (parsed == DECIMAL_OK)
            decimal_format(&d, out);
        CHECK_STR(parsed == DECIMAL_NOT_A_NUMBER ? NULL : out, cases[i][1]);
    }
}

static const struct test tests[] = {
    {"both forms give the same", test_forms},
    {"numbers are read and written", test_reading},
    {0}};

void
test_formula_decimal(void)
{
    test_run("decimal", tests);
}
