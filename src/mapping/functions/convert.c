/* CONVERT: from one unit to another, exactly. */
#include <string.h>

#include "base/text.h"
#include "mapping/functions/fn.h"

enum measure {
    MASS,
    LENGTH,
    TIME,
    VOLUME,
    AREA,
    INFORMATION,
    SPEED,
    ENERGY,
    TEMPERATURE
};

static const struct unit {
    const char *name;
    enum measure measure;
    const char *size, *divisor;
    int prefixes;
} units[] = {
#define UNIT(name, measure, size, divisor, prefixes)                           \
    {name, measure, size, divisor, prefixes},
#include "mapping/functions/units.def"
#undef UNIT
};

static const struct prefix {
    const char *name, *factor;
    bool binary; /* of information alone */
} prefixes[] = {
    {"da", "10", false},
    {"e", "10", false},
    {"ki", "1024", true},
    {"Mi", "1048576", true},
    {"Gi", "1073741824", true},
    {"Ti", "1099511627776", true},
    {"T", "1000000000000", false},
    {"G", "1000000000", false},
    {"M", "1000000", false},
    {"k", "1000", false},
    {"h", "100", false},
    {"d", "0.1", false},
    {"c", "0.01", false},
    {"m", "0.001", false},
    {"u", "0.000001", false},
    {"n", "0.000000001", false},
    {"p", "0.000000000001", false},
};

/* A unit with its prefix. */
struct scaled {
    const struct unit *unit;
    const struct prefix *prefix; /* or NULL */
};

static const struct unit *
find_unit(struct ftext t)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == t.n &&
            memcmp(units[i].name, t.s, t.n) == 0)
            return &units[i];
    return NULL;
}

static bool
find_scaled(struct ftext t, struct scaled *out)
{
    *out = (struct scaled){.unit = find_unit(t)};
    for (size_t i = 0; !out->unit && i < sizeof prefixes / sizeof *prefixes;
         i++) {
        const struct prefix *p = &prefixes[i];
        size_t n = strlen(p->name);
        if (t.n <= n || memcmp(t.s, p->name, n) != 0)
            continue;
        const struct unit *u = find_unit((struct ftext){t.s + n, t.n - n});
        if (u && u->prefixes > 0 && (!p->binary || u->measure == INFORMATION))
            *out = (struct scaled){u, p};
    }
    return out->unit != NULL;
}

static struct decimal
number(const char *digits)
{
    struct decimal d;
    decimal_parse(&d, digits, strlen(digits));
    return d;
}

/* Multiplies *TOP and *BOTTOM so that *TOP / *BOTTOM is in the first unit of
 * the measure. */
static bool
scale(const struct scaled *s, struct decimal *top, struct decimal *bottom)
{
    struct decimal size = number(s->unit->size);
    struct decimal divisor = number(s->unit->divisor);
    bool fits = decimal_multiply(top, top, &size) &&
                decimal_multiply(bottom, bottom, &divisor);
    for (int i = 0; fits && s->prefix && i < s->unit->prefixes; i++) {
        struct decimal factor = number(s->prefix->factor);
        fits = decimal_multiply(top, top, &factor);
    }
    return fits;
}

/* What is added to a temperature in its own degrees to have its zero where
 * nothing is colder. */
static struct decimal
above_zero(const struct unit *u)
{
    bool celsius = strchr("Cc", u->name[0]) != NULL;
    bool fahrenheit = strchr("Ff", u->name[0]) != NULL;
    if (u->measure != TEMPERATURE || (!celsius && !fahrenheit))
        return decimal_int(0);
    return number(celsius ? "273.15" : "459.67");
}

static bool
convert(const struct decimal *value, const struct scaled *from,
        const struct scaled *to, struct decimal *out)
{
    struct decimal top, bottom = decimal_int(1);
    struct decimal before = above_zero(from->unit);
    struct decimal after = above_zero(to->unit);
    return decimal_add(&top, value, &before) && scale(from, &top, &bottom) &&
           scale(to, &bottom, &top) && decimal_divide(out, &top, &bottom) &&
           decimal_subtract(out, out, &after);
}

static bool
read_unit(struct evaluator *ev, const struct fvalue *v, struct scaled *out,
          struct fvalue *error)
{
    struct ftext t = fn_text(v);
    if (find_scaled(t, out))
        return true;
    FAIL(ev, error, FORMULA_NA_ERROR,
         "CONVERT: unknown unit \"%.*s\" (case counts: kg, lbm, ozm, m, in, "
         "ft, l, gal, hr, C, F)",
         (int)utf8_valid_prefix(t.s, t.n > 40 ? 40 : t.n), t.s);
    return false;
}

void
fn_convert(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    struct scaled from, to;
    struct decimal d;
    if (!read_unit(ev, &args[1], &from, out) ||
        !read_unit(ev, &args[2], &to, out))
        return;
    if (from.unit->measure != to.unit->measure)
        FAIL(ev, out, FORMULA_NA_ERROR,
             "CONVERT: \"%s\" and \"%s\" do not measure the same",
             from.unit->name, to.unit->name);
    else if (convert(&args[0].number, &from, &to, &d))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "CONVERT: out of range");
}
