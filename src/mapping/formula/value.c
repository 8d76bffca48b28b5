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

bool
fvalue_no_container(struct formula_arena *a, const struct fvalue *v,
                    const char *what, struct fvalue *error)
{
    if (fvalue_is_list(v))
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "a list is not a %s: take one element with INDEX", what);
    else
        fvalue_error(a, error, FORMULA_VALUE_ERROR,
                     "an object is not a %s: name one of its fields", what);
    return false;
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
                     : ftext_number(a, (struct ftext){v->text, v->length}, out);
        if (parsed == DECIMAL_OK)
            return true;
        if (parsed == DECIMAL_TOO_LONG)
            fvalue_error(a, error, FORMULA_NUM_ERROR,
                         "%.*s has more than 34 digits: it can be copied, not "
                         "calculated with",
                         shown(v->text, v->length), v->text);
        else if (v->kind == F_TEXT &&
                 ftext_unread_number(a, (struct ftext){v->text, v->length},
                                     true))
            ftext_unread_error(a, (struct ftext){v->text, v->length}, error);
        else
            fvalue_error(a, error, FORMULA_VALUE_ERROR,
                         "\"%.*s\" is not a number", shown(v->text, v->length),
                         v->text);
        return false;
    default:
        return fvalue_no_container(a, v, "number", error);
    }
}

bool
fvalue_as_number(const struct formula_arena *a, const struct fvalue *v,
                 struct decimal *out)
{
    if (v->kind == F_NUMBER) {
        *out = v->number;
        return true;
    }
    return (v->kind == F_DIGITS || v->kind == F_TEXT) &&
           ftext_number(a, (struct ftext){v->text, v->length}, out) ==
               DECIMAL_OK;
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
        return fvalue_no_container(a, v, "text", error);
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
        return fvalue_no_container(a, v, "condition", error);
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
