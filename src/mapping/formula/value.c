/* The values of formulas: making, turning into, comparing, writing. */
#include "mapping/formula/value.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "value/escape.h"

static const char *const error_names[FORMULA_ERRORS] = {
    [FORMULA_VALUE_ERROR] = "#VALUE!", [FORMULA_NA_ERROR] = "#N/A",
    [FORMULA_DIV_ERROR] = "#DIV/0!",   [FORMULA_NAME_ERROR] = "#NAME?",
    [FORMULA_REF_ERROR] = "#REF!",     [FORMULA_NUM_ERROR] = "#NUM!",
};

const char *
formula_error_name(enum formula_error error)
{
    return error_names[error];
}

/* --- making -------------------------------------------------------------- */

void
fvalue_missing(struct fvalue *out)
{
    *out = (struct fvalue){.kind = F_MISSING};
}

void
fvalue_boolean(struct fvalue *out, bool b)
{
    *out = (struct fvalue){.kind = F_BOOLEAN, .boolean = b};
}

void
fvalue_number(struct fvalue *out, const struct decimal *d)
{
    out->kind = F_NUMBER;
    out->number = *d;
}

void
fvalue_int(struct fvalue *out, int64_t n)
{
    out->kind = F_NUMBER;
    out->number = decimal_int(n);
}

void
fvalue_text(struct fvalue *out, const char *s, size_t n)
{
    out->kind = F_TEXT;
    out->text = s;
    out->length = (uint32_t)n;
}

static void
read_string(struct formula_arena *a, struct fvalue *out, struct node_ref ref)
{
    const struct tape_node *node = &ref.tape->nodes[ref.index];
    if (!(node->flags & TAPE_ESCAPED)) {
        fvalue_text(out, ref.tape->text + node->start, node->length);
        return;
    }
    size_t n;
    tape_string(ref.tape, ref.index, formula_scratch(a));
    const char *text = formula_scratch_copy(a, &n);
    fvalue_text(out, text, n);
}

void
fvalue_node(struct formula_arena *a, struct fvalue *out, struct node_ref ref)
{
    if (!ref.tape) {
        fvalue_missing(out);
        return;
    }
    const struct tape_node *node = &ref.tape->nodes[ref.index];
    switch (node->type) {
    case VALUE_NULL:
        *out = (struct fvalue){.kind = F_NULL};
        return;
    case VALUE_FALSE:
    case VALUE_TRUE:
        fvalue_boolean(out, node->type == VALUE_TRUE);
        return;
    case VALUE_NUMBER:
        fvalue_text(out, ref.tape->text + node->start, node->length);
        out->kind = F_DIGITS;
        return;
    case VALUE_STRING:
        read_string(a, out, ref);
        return;
    default:
        out->kind = F_NODE;
        out->tape = ref.tape;
        out->length = ref.index;
    }
}

struct fvalue *
fvalue_list(struct formula_arena *a, struct fvalue *out, size_t n)
{
    formula_step(a, n);
    out->kind = F_LIST;
    out->length = (uint32_t)n;
    out->items = formula_alloc(a, n * sizeof *out->items);
    for (size_t i = 0; i < n; i++)
        fvalue_missing(&out->items[i]);
    return out->items;
}

void
fvalue_error(struct formula_arena *a, struct fvalue *out,
             enum formula_error error, const char *format, ...)
{
    char reason[256];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(reason, sizeof reason, format, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len >= sizeof reason)
        len = utf8_valid_prefix(reason, sizeof reason - 1);
    char *text = formula_alloc(a, len + 1);
    memcpy(text, reason, len);
    text[len] = '\0';
    out->kind = F_ERROR;
    out->error = (uint8_t)error;
    out->text = text;
    out->length = (uint32_t)len;
}

/* --- turning into -------------------------------------------------------- */

bool
fvalue_is_list(const struct fvalue *v)
{
    return v->kind == F_LIST ||
           (v->kind == F_NODE && v->tape->nodes[v->length].type == VALUE_ARRAY);
}

static bool
no_container(struct formula_arena *a, const struct fvalue *v, const char *what,
             struct fvalue *error)
{
    if (fvalue_is_list(v))
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "a list is not a %s: take one element with INDEX", what);
    else
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "an object is not a %s: name one of its fields", what);
    return false;
}

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

/* At most 40 bytes of a text for a message, cut between characters. */
static int
shown(const char *s, size_t n)
{
    return (int)utf8_valid_prefix(s, n > 40 ? 40 : n);
}

bool
fvalue_to_number(struct formula_arena *a, const struct fvalue *v,
                 struct decimal *out, struct fvalue *error)
{
    enum decimal_parsed parsed;
    switch (v->kind) {
    case F_NUMBER:
        *out = v->number;
        return true;
    case F_MISSING:
    case F_NULL:
        *out = decimal_int(0);
        return true;
    case F_BOOLEAN:
        *out = decimal_int(v->boolean);
        return true;
    case F_ERROR:
        *error = *v;
        return false;
    case F_DIGITS:
    case F_TEXT:
        parsed = v->kind == F_DIGITS
                     ? decimal_parse(out, v->text, v->length)
                     : ftext_number((struct ftext){v->text, v->length}, out);
        if (parsed == DECIMAL_OK)
            return true;
        if (parsed == DECIMAL_TOO_LONG)
            fvalue_error(a, error, FORMULA_NUM_ERROR,
                         "%.*s has more than 34 digits: it can be copied, not "
                         "calculated with",
                         shown(v->text, v->length), v->text);
        else
            fvalue_error(a, error, FORMULA_VALUE_ERROR,
                         "\"%.*s\" is not a number",
                         shown(v->text, v->length), v->text);
        return false;
    default:
        return no_container(a, v, "number", error);
    }
}

bool
fvalue_as_number(const struct fvalue *v, struct decimal *out)
{
    if (v->kind == F_NUMBER) {
        *out = v->number;
        return true;
    }
    return (v->kind == F_DIGITS || v->kind == F_TEXT) &&
           ftext_number((struct ftext){v->text, v->length}, out) == DECIMAL_OK;
}

bool
fvalue_to_text(struct formula_arena *a, const struct fvalue *v,
               struct ftext *out, struct fvalue *error)
{
    char *digits;
    switch (v->kind) {
    case F_TEXT:
    case F_DIGITS:
        *out = (struct ftext){v->text, v->length};
        return true;
    case F_MISSING:
    case F_NULL:
        *out = (struct ftext){"", 0};
        return true;
    case F_BOOLEAN:
        *out =
            v->boolean ? (struct ftext){"TRUE", 4} : (struct ftext){"FALSE", 5};
        return true;
    case F_NUMBER:
        digits = formula_alloc(a, DECIMAL_SIZE);
        *out = (struct ftext){digits, decimal_format(&v->number, digits)};
        return true;
    case F_ERROR:
        *error = *v;
        return false;
    default:
        return no_container(a, v, "text", error);
    }
}

static bool
text_to_boolean(struct ftext t, bool *out)
{
    *out = t.n == 4 && strncasecmp(t.s, "true", 4) == 0;
    return *out || (t.n == 5 && strncasecmp(t.s, "false", 5) == 0);
}

bool
fvalue_to_boolean(struct formula_arena *a, const struct fvalue *v, bool *out,
                  struct fvalue *error)
{
    struct decimal d;
    switch (v->kind) {
    case F_BOOLEAN:
        *out = v->boolean;
        return true;
    case F_MISSING:
    case F_NULL:
        *out = false;
        return true;
    case F_NUMBER:
    case F_DIGITS:
        if (!fvalue_to_number(a, v, &d, error))
            return false;
        *out = !decimal_is_zero(&d);
        return true;
    case F_ERROR:
        *error = *v;
        return false;
    case F_TEXT:
        if (text_to_boolean((struct ftext){v->text, v->length}, out))
            return true;
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "\"%.*s\" is neither TRUE nor FALSE",
                     shown(v->text, v->length), v->text);
        return false;
    default:
        return no_container(a, v, "condition", error);
    }
}

void
fvalue_to_list(struct formula_arena *a, const struct fvalue *v,
               struct fvalue *out)
{
    if (v->kind == F_LIST) {
        *out = *v;
        return;
    }
    if (!fvalue_is_list(v)) {
        struct fvalue one = *v;
        size_t n = one.kind != F_MISSING;
        struct fvalue *items = fvalue_list(a, out, n);
        if (n)
            items[0] = one;
        return;
    }
    const struct tape *tape = v->tape;
    uint32_t at = v->length + 1, n = tape->nodes[v->length].length;
    struct fvalue *items = fvalue_list(a, out, n);
    for (uint32_t i = 0; i < n; i++, at = tape->nodes[at].next)
        fvalue_node(a, &items[i], (struct node_ref){tape, at});
}

/* --- comparing ----------------------------------------------------------- */

int
ftext_compare(struct ftext a, struct ftext b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.s, b.s, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

int
ftext_compare_folded(struct formula_arena *arena, struct ftext a,
                     struct ftext b)
{
    size_t i = 0, j = 0;
    while (i < a.n && j < b.n) {
        uint32_t x, y;
        i += utf8_decode(a.s + i, a.n - i, &x);
        j += utf8_decode(b.s + j, b.n - j, &y);
        if (x == y)
            continue;
        x = formula_lower(arena, x);
        y = formula_lower(arena, y);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (i < a.n) - (j < b.n);
}

enum { RANK_NUMBER, RANK_TEXT, RANK_BOOLEAN, RANK_BLANK };

static int
rank_of(const struct fvalue *v)
{
    switch (v->kind) {
    case F_NUMBER:
    case F_DIGITS:
        return RANK_NUMBER;
    case F_TEXT:
        return RANK_TEXT;
    case F_BOOLEAN:
        return RANK_BOOLEAN;
    default:
        return RANK_BLANK;
    }
}

static bool
compare_alike(struct formula_arena *a, const struct fvalue *x,
              const struct fvalue *y, int rank, int *order,
              struct fvalue *error)
{
    struct decimal p, q;
    struct ftext s, t;
    bool b, c;
    switch (rank) {
    case RANK_NUMBER:
        *order = 0;
        if (x->kind == F_DIGITS && y->kind == F_DIGITS &&
            x->length == y->length && memcmp(x->text, y->text, x->length) == 0)
            return true;
        if (!fvalue_to_number(a, x, &p, error) ||
            !fvalue_to_number(a, y, &q, error))
            return false;
        *order = decimal_compare(&p, &q);
        return true;
    case RANK_TEXT:
        if (!fvalue_to_text(a, x, &s, error) ||
            !fvalue_to_text(a, y, &t, error))
            return false;
        formula_step(a, (s.n < t.n ? s.n : t.n) / 16);
        *order = ftext_compare_folded(a, s, t);
        return true;
    case RANK_BOOLEAN:
        if (!fvalue_to_boolean(a, x, &b, error) ||
            !fvalue_to_boolean(a, y, &c, error))
            return false;
        *order = b - c;
        return true;
    default:
        *order = 0;
        return true;
    }
}

bool
fvalue_instant(const struct fvalue *v, struct moment *m)
{
    return v->kind == F_TEXT && v->length > 16 && v->text[4] == '-' &&
           moment_parse(m, v->text, v->length) && m->has_date && m->has_time &&
           m->zone != MOMENT_LOCAL;
}

static int
instant_order(const struct moment *m, const struct moment *n)
{
    int64_t x = moment_wall(m) - m->offset, y = moment_wall(n) - n->offset;
    return x != y ? (x > y) - (x < y)
                  : (m->nanos > n->nanos) - (m->nanos < n->nanos);
}

/* Compares what is a number on the one side and a text that is one on the
 * other as numbers, and two times that say their zones as times. False where
 * X and Y are neither. */
static bool
compare_by_meaning(struct formula_arena *a, const struct fvalue *x,
                   const struct fvalue *y, int p, int q, int *order)
{
    struct decimal d, e;
    struct moment m, n;
    if (p == RANK_TEXT && q == RANK_TEXT) {
        if (!formula_has(a, CHANGE_INSTANTS) || !fvalue_instant(x, &m) ||
            !fvalue_instant(y, &n))
            return false;
        *order = instant_order(&m, &n);
        return true;
    }
    if (p + q != RANK_NUMBER + RANK_TEXT || p == q ||
        !formula_has(a, CHANGE_NUMERIC_TEXT) || !fvalue_as_number(x, &d) ||
        !fvalue_as_number(y, &e))
        return false;
    *order = decimal_compare(&d, &e);
    return true;
}

bool
fvalue_compare(struct formula_arena *a, const struct fvalue *x,
               const struct fvalue *y, int *order, struct fvalue *error)
{
    const struct fvalue *both[] = {x, y};
    for (int i = 0; i < 2; i++) {
        if (both[i]->kind == F_ERROR) {
            *error = *both[i];
            return false;
        }
        if (both[i]->kind == F_LIST || both[i]->kind == F_NODE)
            return no_container(a, both[i], "value to compare", error);
    }
    int p = rank_of(x), q = rank_of(y);
    if (compare_by_meaning(a, x, y, p, q, order))
        return true;
    if (p == RANK_BLANK)
        p = q;
    if (q == RANK_BLANK)
        q = p;
    if (p == q)
        return compare_alike(a, x, y, p, order, error);
    *order = p < q ? -1 : 1;
    return true;
}

/* --- writing ------------------------------------------------------------- */

static bool
write_list(struct formula_arena *a, const struct fvalue *v, struct buf *out,
           const struct fvalue **error)
{
    buf_addc(out, '[');
    for (uint32_t i = 0; i < v->length; i++) {
        if (i)
            buf_addc(out, ',');
        if (!fvalue_write(a, &v->items[i], out, error))
            return false;
    }
    buf_addc(out, ']');
    return true;
}

bool
fvalue_write(struct formula_arena *a, const struct fvalue *v, struct buf *out,
             const struct fvalue **error)
{
    char digits[DECIMAL_SIZE];
    switch (v->kind) {
    case F_ERROR:
        *error = v;
        return false;
    case F_BOOLEAN:
        buf_adds(out, v->boolean ? "true" : "false");
        return true;
    case F_NUMBER:
        buf_add(out, digits, decimal_format(&v->number, digits));
        return true;
    case F_DIGITS:
        buf_add(out, v->text, v->length);
        return true;
    case F_TEXT:
        json_escape(out, v->text, v->length);
        return true;
    case F_LIST:
        return write_list(a, v, out, error);
    case F_NODE:
        tape_write(v->tape, v->length, out);
        return true;
    default:
        buf_adds(out, "null");
        return true;
    }
}
