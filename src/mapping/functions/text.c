/* Texts: joining, cutting, replacing, letters. */
#include <string.h>
#include <wctype.h>

#include "base/text.h"
#include "mapping/functions/fn.h"

/* --- joining ------------------------------------------------------------- */

/* What is joined: texts that are collected before their bytes are copied. */
struct joined {
    struct evaluator *ev;
    struct ftext delimiter;
    bool skip_empty;
    bool any;
    size_t n;
    char *out; /* NULL while only counting */
};

static void
join_one(struct joined *j, struct ftext t)
{
    if (j->skip_empty && t.n == 0)
        return;
    struct ftext parts[] = {j->delimiter, t};
    for (int i = j->any ? 0 : 1; i < 2; i++) {
        if (j->out && parts[i].n)
            memcpy(j->out + j->n, parts[i].s, parts[i].n);
        j->n += parts[i].n;
    }
    j->any = true;
}

/* Joins V and, of a list, its elements; false: *ERROR holds an error. */
static bool
join_value(struct joined *j, const struct fvalue *v, struct fvalue *error)
{
    struct fvalue list = *v;
    if (fvalue_is_list(v))
        fvalue_to_list(j->ev->arena, v, &list);
    uint32_t n = list.kind == F_LIST ? list.length : 1;
    for (uint32_t i = 0; i < n; i++) {
        struct ftext t;
        const struct fvalue *one = list.kind == F_LIST ? &list.items[i] : v;
        formula_step(j->ev->arena, 1);
        if (!fvalue_to_text(j->ev->arena, one, &t, error))
            return false;
        join_one(j, t);
    }
    return true;
}

static void
join_all(struct joined j, const struct fvalue *args, unsigned from,
         unsigned count, struct fvalue *out)
{
    struct joined counted = j;
    for (unsigned i = from; i < count; i++)
        if (!join_value(&counted, &args[i], out))
            return;
    formula_step(j.ev->arena, counted.n / 16);
    j.out = formula_alloc(j.ev->arena, counted.n);
    for (unsigned i = from; i < count; i++)
        if (!join_value(&j, &args[i], out))
            return;
    fvalue_text(out, j.out, j.n);
}

void
fn_concat(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    join_all((struct joined){.ev = ev}, args, 0, count, out);
}

void
fn_textjoin(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    struct joined j = {.ev = ev,
                       .delimiter = fn_text(&args[0]),
                       .skip_empty = fn_flag(args, count, 1, true)};
    join_all(j, args, 2, count, out);
}

/* --- cutting ------------------------------------------------------------- */

static bool
negative(struct evaluator *ev, const char *name, int64_t n, struct fvalue *out)
{
    if (n < 0)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: a count or position of characters below its least", name);
    return n < 0;
}

void
fn_left(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    int64_t n = fn_int(args, count, 1, 1);
    if (negative(ev, "LEFT", n, out))
        return;
    struct ftext t = fn_text(&args[0]);
    fvalue_text(out, t.s, ftext_offset(t, n));
}

void
fn_right(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    int64_t n = fn_int(args, count, 1, 1);
    if (negative(ev, "RIGHT", n, out))
        return;
    struct ftext t = fn_text(&args[0]);
    int64_t length = (int64_t)utf8_length(t.s, t.n);
    size_t from = n >= length ? 0 : ftext_offset(t, length - n);
    fvalue_text(out, t.s + from, t.n - from);
}

void
fn_mid(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    int64_t start = fn_int(args, count, 1, 1), n = fn_int(args, count, 2, 0);
    if (negative(ev, "MID", start - 1, out) || negative(ev, "MID", n, out))
        return;
    struct ftext t = fn_text(&args[0]);
    size_t from = ftext_offset(t, start - 1);
    struct ftext rest = {t.s + from, t.n - from};
    fvalue_text(out, rest.s, ftext_offset(rest, n));
}

void
fn_len(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_int(out, (int64_t)utf8_length(args[0].text, args[0].length));
}

void
fn_trim(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 16);
    char *text = formula_alloc(ev->arena, t.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++)
        if (t.s[i] != ' ' || (n > 0 && text[n - 1] != ' '))
            text[n++] = t.s[i];
    fvalue_text(out, text, n > 0 && text[n - 1] == ' ' ? n - 1 : n);
}

/* The delimiter of SPLIT at AT: its length, or 0. */
static size_t
delimiter_at(struct ftext t, size_t at, struct ftext d, bool each)
{
    if (!each)
        return d.n <= t.n - at && memcmp(t.s + at, d.s, d.n) == 0 ? d.n : 0;
    size_t n = ftext_offset((struct ftext){t.s + at, t.n - at}, 1);
    for (size_t i = 0; i < d.n;) {
        size_t m = ftext_offset((struct ftext){d.s + i, d.n - i}, 1);
        if (m == n && memcmp(t.s + at, d.s + i, n) == 0)
            return n;
        i += m;
    }
    return 0;
}

struct splitting {
    struct ftext text, delimiter;
    bool each, drop_empty;
};

/* Puts the parts into ITEMS where it is not NULL; returns how many. */
static size_t
split(const struct splitting *s, struct fvalue *items)
{
    size_t count = 0, from = 0;
    for (size_t at = 0; at <= s->text.n;) {
        size_t d = at < s->text.n
                       ? delimiter_at(s->text, at, s->delimiter, s->each)
                       : 0;
        if (d == 0 && at < s->text.n) {
            at++;
            continue;
        }
        if (at > from || !s->drop_empty) {
            if (items)
                fvalue_text(&items[count], s->text.s + from, at - from);
            count++;
        }
        if (at >= s->text.n)
            break;
        at += d;
        from = at;
    }
    return count;
}

void
fn_split(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct splitting s = {.text = fn_text(&args[0]),
                          .delimiter = fn_text(&args[1]),
                          .each = fn_flag(args, count, 2, true),
                          .drop_empty = fn_flag(args, count, 3, true)};
    if (s.delimiter.n == 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR, "SPLIT: the delimiter is empty");
        return;
    }
    formula_step(ev->arena, s.text.n / 8 * (1 + s.delimiter.n / 8));
    struct fvalue list;
    split(&s, fvalue_list(ev->arena, &list, split(&s, NULL)));
    *out = list;
}

/* --- replacing ----------------------------------------------------------- */

void
fn_replace(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    int64_t start = fn_int(args, count, 1, 1), n = fn_int(args, count, 2, 0);
    if (negative(ev, "REPLACE", start - 1, out) ||
        negative(ev, "REPLACE", n, out))
        return;
    struct ftext t = fn_text(&args[0]), with = fn_text(&args[3]);
    size_t from = ftext_offset(t, start - 1);
    size_t to = from + ftext_offset((struct ftext){t.s + from, t.n - from}, n);
    size_t length = from + with.n + t.n - to;
    formula_step(ev->arena, length / 16);
    char *text = formula_alloc(ev->arena, length);
    memcpy(text, t.s, from);
    memcpy(text + from, with.s, with.n);
    memcpy(text + from + with.n, t.s + to, t.n - to);
    fvalue_text(out, text, length);
}

/* Copies T to OUT (NULL: only counts) with occurrence WHICH of OLD, or all
 * where it is 0, as WITH. */
static size_t
substitute(struct formula_arena *a, struct ftext t, struct ftext old,
           struct ftext with, int64_t which, char *out)
{
    size_t from = 0, n = 0;
    for (int64_t seen = 1;; seen++) {
        size_t at = ftext_find(a, t, old, from, false);
        bool found = at <= t.n;
        struct ftext kept = {t.s + from, (found ? at : t.n) - from};
        if (out && kept.n)
            memcpy(out + n, kept.s, kept.n);
        n += kept.n;
        if (!found)
            return n;
        struct ftext put = which == 0 || which == seen ? with : old;
        formula_step(a, 1);
        if (out && put.n)
            memcpy(out + n, put.s, put.n);
        n += put.n;
        from = at + old.n;
    }
}

void
fn_substitute(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    struct ftext t = fn_text(&args[0]), old = fn_text(&args[1]);
    struct ftext with = fn_text(&args[2]);
    int64_t which = fn_int(args, count, 3, 0);
    if (fn_given(args, count, 3) && which < 1) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "SUBSTITUTE: occurrences count from 1");
        return;
    }
    if (old.n == 0) {
        *out = args[0];
        return;
    }
    size_t n = substitute(ev->arena, t, old, with, which, NULL);
    char *text = formula_alloc(ev->arena, n);
    substitute(ev->arena, t, old, with, which, text);
    fvalue_text(out, text, n);
}

/* --- letters ------------------------------------------------------------- */

enum letters { TO_UPPER, TO_LOWER, TO_PROPER };

static uint32_t
change_letter(struct formula_arena *a, uint32_t c, bool upper)
{
    if (!upper)
        return formula_lower(a, c);
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? c - 32 : c;
    return (uint32_t)towupper_l((wint_t)c, formula_letters(a));
}

static bool
is_letter(struct formula_arena *a, uint32_t c)
{
    if (c < 0x80)
        return (c | 32) >= 'a' && (c | 32) <= 'z';
    return iswalpha_l((wint_t)c, formula_letters(a)) != 0;
}

/* True for an accent that stands behind its letter. */
static bool
is_mark(uint32_t c)
{
    return c >= 0x300 && c <= 0x36f;
}

static void
change_letters(struct evaluator *ev, const struct fvalue *v, enum letters how,
               struct fvalue *out)
{
    struct ftext t = fn_text(v);
    formula_step(ev->arena, t.n / 8);
    size_t room = t.n * 2 + 4; /* no letter grows to more than 4 from 2 */
    char *text = formula_alloc(ev->arena, room);
    size_t n = 0;
    bool inside = false;
    bool marks = formula_has(ev->arena, CHANGE_MARKED_LETTERS);
    for (size_t i = 0; i < t.n;) {
        uint32_t c;
        i += utf8_decode(t.s + i, t.n - i, &c);
        bool upper = how == TO_UPPER || (how == TO_PROPER && !inside);
        inside = how == TO_PROPER &&
                 (is_letter(ev->arena, c) || (inside && marks && is_mark(c)));
        n += utf8_encode(text + n, change_letter(ev->arena, c, upper));
    }
    formula_shrink(ev->arena, text, room, n);
    fvalue_text(out, text, n);
}

void
fn_upper(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    change_letters(ev, &args[0], TO_UPPER, out);
}

void
fn_lower(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    change_letters(ev, &args[0], TO_LOWER, out);
}

void
fn_proper(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    (void)count;
    change_letters(ev, &args[0], TO_PROPER, out);
}
