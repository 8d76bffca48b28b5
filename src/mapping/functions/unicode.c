/* Unicode: the one spelling of a text, and its letters in ASCII. */
#include <string.h>

#include <utf8proc.h>

#include "base/text.h"
#include "mapping/functions/fn.h"

/* What letters and signs are in ASCII that do not decompose into it. */
static const struct {
    uint32_t character;
    const char *ascii;
} spellings[] = {
#define ASCII(character, ascii) {character, ascii},
#include "mapping/functions/ascii.def"
#undef ASCII
};

const char *
fn_spelling(size_t i, uint32_t *character)
{
    if (i >= sizeof spellings / sizeof *spellings)
        return NULL;
    *character = spellings[i].character;
    return spellings[i].ascii;
}

static bool
is_ascii(struct ftext t)
{
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.s[i] >= 0x80)
            return false;
    return true;
}

/* Charges for putting runs of marks in order, which takes the square of their
 * length. */
static void
charge_marks(struct evaluator *ev, struct ftext t)
{
    uint64_t run = 0;
    for (size_t i = 0; i < t.n;) {
        uint32_t c;
        i += utf8_decode(t.s + i, t.n - i, &c);
        bool mark = c >= 0x300 &&
                    utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
        run = mark ? run + 1 : 0;
        formula_step(ev->arena, run / 4);
    }
}

/* The characters of T, taken apart as OPTIONS say, in *N; room for one more. */
static utf8proc_int32_t *
take_apart(struct evaluator *ev, struct ftext t, utf8proc_option_t options,
           utf8proc_ssize_t *n)
{
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)t.s;
    utf8proc_ssize_t length = (utf8proc_ssize_t)t.n;
    formula_step(ev->arena, t.n / 2);
    charge_marks(ev, t);
    *n = utf8proc_decompose(s, length, NULL, 0, options);
    if (*n < 0)
        *n = 0;
    utf8proc_int32_t *characters =
        formula_alloc(ev->arena, ((size_t)*n + 1) * sizeof *characters);
    *n = utf8proc_decompose(s, length, characters, *n, options);
    if (*n < 0)
        *n = 0;
    return characters;
}

void
fn_nfc(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t n;
    *out = args[0];
    formula_step(ev->arena, t.n / 16);
    if (is_ascii(t))
        return;
    utf8proc_int32_t *characters = take_apart(ev, t, options, &n);
    n = utf8proc_reencode(characters, n, options);
    if (n >= 0)
        fvalue_text(out, (const char *)characters, (size_t)n);
}

/* What C is in ASCII, or NULL. */
static const char *
spelling_of(uint32_t c)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].character == c)
            return spellings[i].ascii;
    return NULL;
}

/* A text that is put together, counted first and then copied. */
struct grown {
    char *text; /* NULL while only counting */
    size_t n;
};

static void
grow(struct grown *g, const char *s, size_t n)
{
    if (g->text && n)
        memcpy(g->text + g->n, s, n);
    g->n += n;
}

/* Adds the N characters in ASCII, OTHER for one that has none; the first such
 * one where OTHER.s is NULL, else 0. */
static uint32_t
spell(struct evaluator *ev, const utf8proc_int32_t *characters,
      utf8proc_ssize_t n, struct ftext other, struct grown *g)
{
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        uint32_t c = (uint32_t)characters[i];
        char plain = (char)c;
        if (c < 0x80) {
            grow(g, &plain, 1);
            continue;
        }
        if (utf8proc_category(characters[i]) == UTF8PROC_CATEGORY_MN)
            continue;
        formula_step(ev->arena, 4);
        const char *spelling = spelling_of(c);
        if (!spelling && !other.s)
            return c;
        grow(g, spelling ? spelling : other.s,
             spelling ? strlen(spelling) : other.n);
    }
    return 0;
}

void
fn_ascii(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct ftext t = fn_text(&args[0]), other = {NULL, 0};
    struct grown g = {0};
    utf8proc_ssize_t n;
    *out = args[0];
    formula_step(ev->arena, t.n / 16);
    if (is_ascii(t))
        return;
    if (fn_given(args, count, 1))
        other = fn_text(&args[1]);
    utf8proc_int32_t *characters = take_apart(
        ev, t, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &n);
    uint32_t odd = spell(ev, characters, n, other, &g);
    if (odd) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "ASCII: U+%04X has no spelling in ASCII: say what stands for it, "
             "as in ASCII(text, \"?\")",
             (unsigned)odd);
        return;
    }
    g = (struct grown){.text = formula_alloc(ev->arena, g.n)};
    spell(ev, characters, n, other, &g);
    fvalue_text(out, g.text, g.n);
}
