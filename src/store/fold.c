/* Folding names for filters. */
#include "store/fold.h"

#include <string.h>

#include "base/text.h"

/* Ranges of capitals: FIRST to LAST, every STEP-th, become + ADD. */
static const struct {
    uint32_t first;
    uint32_t last;
    uint32_t step;
    uint32_t add;
} capitals[] = {
    {'A', 'Z', 1, 32},      {0xC0, 0xD6, 1, 32},   {0xD8, 0xDE, 1, 32},
    {0x100, 0x136, 2, 1},   {0x139, 0x147, 2, 1},  {0x14A, 0x176, 2, 1},
    {0x179, 0x17D, 2, 1},   {0x391, 0x3A1, 1, 32}, {0x3A3, 0x3AB, 1, 32},
    {0x400, 0x40F, 1, 80},  {0x410, 0x42F, 1, 32}, {0x460, 0x480, 2, 1},
    {0x48A, 0x4BE, 2, 1},   {0x4D0, 0x52E, 2, 1},  {0x1E00, 0x1E94, 2, 1},
    {0x1EA0, 0x1EFE, 2, 1},
};

uint32_t
fold_letter(uint32_t cp)
{
    for (size_t i = 0; i < sizeof capitals / sizeof capitals[0]; i++) {
        if (cp < capitals[i].first)
            return cp;
        if (cp <= capitals[i].last)
            return (cp - capitals[i].first) % capitals[i].step == 0
                       ? cp + capitals[i].add
                       : cp;
    }
    return cp;
}

bool
fold_is_word(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
           (cp >= 'a' && cp <= 'z') || cp >= 0xC0;
}

/* Decodes one character; a bad byte stands for itself. */
static size_t
next(const char *s, size_t n, uint32_t *cp)
{
    if ((unsigned char)*s < 0x80) {
        *cp = (unsigned char)*s;
        return 1;
    }
    size_t size = utf8_decode(s, n, cp);
    if (size == 0)
        *cp = 0xFFFD;
    return size ? size : 1;
}

void
fold_text(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        char utf8[4];
        uint32_t cp;
        i += next(s + i, n - i, &cp);
        buf_add(out, utf8, utf8_encode(utf8, fold_letter(cp)));
    }
}

/* True where the text at S, folded, starts with FOLDED. */
static bool
matches_at(const char *s, size_t n, const char *folded, size_t m)
{
    size_t i = 0;
    size_t j = 0;
    while (j < m) {
        uint32_t a;
        uint32_t b;
        if (i >= n)
            return false;
        i += next(s + i, n - i, &a);
        j += next(folded + j, m - j, &b);
        if (fold_letter(a) != b)
            return false;
    }
    return true;
}

bool
fold_has(const char *name, size_t n, const char *folded, size_t m)
{
    for (size_t i = 0; i <= n; i++)
        if (matches_at(name + i, n - i, folded, m))
            return true;
    return false;
}

bool
fold_begins(const char *name, size_t n, const char *folded, size_t m)
{
    bool in_word = false;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t size = next(name + i, n - i, &cp);
        bool word = fold_is_word(cp);
        if (word && !in_word && matches_at(name + i, n - i, folded, m))
            return true;
        in_word = word;
        i += size;
    }
    return false;
}
