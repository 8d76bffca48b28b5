/* Widths by table, graphemes by one rule: a character and its marks. */
#include "ui/term/width.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct width_range {
    uint32_t first, last;
    int8_t columns;
} width_ranges[] = {
#define W(first, last, columns) {first, last, columns},
#include "ui/term/width.def"
#undef W
};

int
width_of(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7f)
        return 1;
    if (text_is_hidden(cp))
        return -1;
    size_t low = 0, high = sizeof width_ranges / sizeof width_ranges[0];
    while (low < high) {
        size_t mid = (low + high) / 2;
        const struct width_range *r = &width_ranges[mid];
        if (cp < r->first)
            high = mid;
        else if (cp > r->last)
            low = mid + 1;
        else
            return r->columns;
    }
    return -1;
}

static void
escape_character(struct grapheme *g, uint32_t cp, size_t used)
{
    g->width =
        (uint8_t)snprintf(g->text, sizeof g->text, "U+%04X", (unsigned)cp);
    g->escaped = true;
    g->used = used;
}

static void
escape_byte(struct grapheme *g, unsigned char byte)
{
    g->width = (uint8_t)snprintf(g->text, sizeof g->text, "\\x%02X", byte);
    g->escaped = true;
    g->used = 1;
}

void
grapheme_next(const char *s, size_t n, bool ascii, struct grapheme *g)
{
    uint32_t cp;
    size_t len = utf8_decode(s, n, &cp);
    if (len == 0) {
        escape_byte(g, (unsigned char)*s);
        return;
    }
    int width = width_of(cp);
    if (width < 1 || (ascii && cp > 0x7e)) {
        escape_character(g, cp, len);
        return;
    }
    g->width = (uint8_t)width;
    g->escaped = false;
    size_t at = len;
    for (int marks = 0; marks < GRAPHEME_MARKS && at < n && !ascii; marks++) {
        len = utf8_decode(s + at, n - at, &cp);
        if (len == 0 || cp < 0x80 || width_of(cp) != 0)
            break;
        at += len;
    }
    memcpy(g->text, s, at);
    g->text[at] = '\0';
    g->used = at;
}

int
width_text(const char *s, size_t n, bool ascii)
{
    int columns = 0;
    for (size_t at = 0; at < n;) {
        struct grapheme g;
        grapheme_next(s + at, n - at, ascii, &g);
        columns += g.width;
        at += g.used;
    }
    return columns;
}

size_t
width_wrap(const char *s, size_t n, int columns, bool ascii)
{
    size_t fits = 0, words = 0;
    int used = 0;
    while (fits < n) {
        struct grapheme g;
        grapheme_next(s + fits, n - fits, ascii, &g);
        if (used + g.width > columns && fits > 0)
            break;
        if (s[fits] == ' ')
            words = fits;
        used += g.width;
        fits += g.used;
    }
    return fits == n || s[fits] == ' ' || words == 0 ? fits : words;
}

size_t
grapheme_before(const char *s, size_t at, bool ascii)
{
    size_t before = 0;
    for (size_t i = 0; i < at;) {
        struct grapheme g;
        grapheme_next(s + i, at - i, ascii, &g);
        before = i;
        i += g.used;
    }
    return before;
}
