/* Texts: single characters, repeating, padding, comparing exactly. */
#include <string.h>

#include "base/text.h"
#include "mapping/functions/fn.h"

/* --- characters by their numbers ----------------------------------------- */

static void
character(struct evaluator *ev, uint32_t c, struct fvalue *out)
{
    char *text = formula_alloc(ev->arena, 4);
    fvalue_text(out, text, utf8_encode(text, c));
}

/* What Windows-1252 has at 128 to 159; 0: nothing. */
static const uint16_t windows[] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

void
fn_char(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    int64_t n = fn_int(args, count, 0, 0);
    uint32_t c = n < 1 || n > 255      ? 0
                 : n >= 128 && n < 160 ? windows[n - 128]
                                       : (uint32_t)n;
    if (c)
        character(ev, c, out);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "CHAR: no character has the number %lld: UNICHAR has all of "
             "Unicode",
             (long long)n);
}

void
fn_unichar(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    int64_t n = fn_int(args, count, 0, 0);
    if (n >= 0xd800 && n <= 0xdfff)
        FAIL(ev, out, FORMULA_NA_ERROR,
             "UNICHAR: %lld is half a character of UTF-16", (long long)n);
    else if (n < 1 || n > 0x10ffff)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "UNICHAR: characters have numbers from 1 to 1114111");
    else
        character(ev, (uint32_t)n, out);
}

void
fn_unicode(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    uint32_t c;
    if (args[0].length == 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR, "UNICODE: the text is empty");
        return;
    }
    utf8_decode(args[0].text, args[0].length, &c);
    fvalue_int(out, c);
}

void
fn_clean(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 16);
    char *text = formula_alloc(ev->arena, t.n);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.s[i] >= 0x20)
            text[n++] = t.s[i];
    fvalue_text(out, text, n);
}

void
fn_exact(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    formula_step(ev->arena, args[0].length / 16);
    fvalue_boolean(out,
                   ftext_compare(fn_text(&args[0]), fn_text(&args[1])) == 0);
}

/* --- repeating and padding ----------------------------------------------- */

/* True where N times SIZE bytes fit into the budget; false: *OUT. */
static bool
fits(struct evaluator *ev, const char *name, int64_t n, size_t size,
     struct fvalue *out)
{
    if (n < 0)
        FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: the count is below 0", name);
    else if (size > 0 && (uint64_t)n > ev->arena->byte_limit / size)
        FAIL(ev, out, FORMULA_NUM_ERROR, "%s: the text would be too long",
             name);
    else
        return true;
    return false;
}

void
fn_rept(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    struct ftext t = fn_text(&args[0]);
    int64_t n = fn_int(args, count, 1, 0);
    if (!fits(ev, "REPT", n, t.n, out))
        return;
    size_t total = t.n ? t.n * (size_t)n : 0;
    formula_step(ev->arena, total / 16);
    char *text = formula_alloc(ev->arena, total);
    for (size_t at = 0; at < total; at += t.n)
        memcpy(text + at, t.s, t.n);
    fvalue_text(out, text, total);
}

/* N characters of PAD, again and again, to TEXT; returns the bytes. */
static size_t
fill(char *text, struct ftext pad, int64_t n)
{
    size_t bytes = 0;
    for (size_t from = 0; n > 0; n--) {
        struct ftext rest = {pad.s + from, pad.n - from};
        size_t one = ftext_offset(rest, 1);
        memcpy(text + bytes, rest.s, one);
        bytes += one;
        from = from + one < pad.n ? from + one : 0;
    }
    return bytes;
}

static void
padded(struct evaluator *ev, const char *name, struct fvalue *args,
       unsigned count, bool left, struct fvalue *out)
{
    struct ftext t = fn_text(&args[0]), pad = {" ", 1};
    int64_t length = fn_int(args, count, 1, 0);
    int64_t missing = length - (int64_t)utf8_length(t.s, t.n);
    if (fn_given(args, count, 2))
        pad = fn_text(&args[2]);
    if (!fits(ev, name, length, 4, out))
        return;
    if (missing <= 0) {
        *out = args[0];
        return;
    }
    if (pad.n == 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: it pads with an empty text",
             name);
        return;
    }
    formula_step(ev->arena, (uint64_t)missing / 4 + t.n / 16);
    char *text = formula_alloc(ev->arena, 4 * (size_t)missing + t.n);
    size_t n = 0;
    if (!left)
        memcpy(text, t.s, n = t.n);
    n += fill(text + n, pad, missing);
    if (left)
        memcpy(text + n, t.s, t.n);
    fvalue_text(out, text, left ? n + t.n : n);
}

void
fn_padleft(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    padded(ev, "PADLEFT", args, count, true, out);
}

void
fn_padright(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    padded(ev, "PADRIGHT", args, count, false, out);
}
