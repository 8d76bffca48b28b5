/* Folding names for filters. */
#include "base/fold.h"

#include <string.h>

#include "base/text.h"

static const struct {
    uint32_t from;
    char to[4];
} letters[] = {
#define F(from, to) {from, to},
#include "base/fold.def"
#undef F
};

/* Marks that stand behind the letter that they belong to. */
static const struct {
    uint32_t first, last;
} marks[] = {{0x300, 0x36F},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
             {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE20, 0xFE2F}};

static bool
is_mark(uint32_t cp)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (cp >= marks[i].first && cp <= marks[i].last)
            return true;
    return false;
}

/* What CP becomes by the table, or NULL. */
static const char *
find_letter(uint32_t cp)
{
    size_t low = 0;
    size_t high = sizeof letters / sizeof letters[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (letters[middle].from == cp)
            return letters[middle].to;
        if (letters[middle].from < cp)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void
add_letter(struct buf *out, uint32_t cp)
{
    char utf8[4];
    buf_add(out, utf8, utf8_encode(utf8, cp));
}

/* A syllable of Hangul as its two or three letters, the way that decomposed
 * text spells it. */
static void
add_hangul(struct buf *out, uint32_t cp)
{
    uint32_t syllable = cp - 0xAC00;
    uint32_t last = syllable % 28;
    add_letter(out, 0x1100 + syllable / (21 * 28));
    add_letter(out, 0x1161 + syllable / 28 % 21);
    if (last > 0)
        add_letter(out, 0x11A7 + last);
}

static void
fold_letter(struct buf *out, uint32_t cp)
{
    const char *to = find_letter(cp);
    if (to)
        buf_adds(out, to);
    else if (cp >= 0xAC00 && cp <= 0xD7A3)
        add_hangul(out, cp);
    else if (!is_mark(cp))
        add_letter(out, cp);
}

void
fold_text(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)s[i];
        if (c < 0x80) {
            buf_addc(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
            i++;
            continue;
        }
        uint32_t cp = 0xFFFD; /* a bad byte stands for itself */
        size_t size = utf8_decode(s + i, n - i, &cp);
        fold_letter(out, size ? cp : 0xFFFD);
        i += size ? size : 1;
    }
}

bool
fold_is_word(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || cp >= 0xC0;
}

bool
fold_has(const char *text, size_t n, const char *word, size_t m)
{
    return memmem(text, n, word, m) != NULL;
}

/* True where the byte of folded text before P is none of a word. */
static bool
is_beginning(const char *text, const char *p)
{
    unsigned char before = p > text ? (unsigned char)p[-1] : ' ';
    return before < 0x80 && !fold_is_word(before);
}

bool
fold_begins(const char *text, size_t n, const char *word, size_t m)
{
    const char *end = text + n;
    for (const char *p = text; m > 0 && p < end; p++) {
        p = memmem(p, (size_t)(end - p), word, m);
        if (!p)
            return false;
        if (is_beginning(text, p))
            return true;
    }
    return false;
}
