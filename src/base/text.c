/* UTF-8 and visible text. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool
is_continuation(const char *s)
{
    return ((unsigned char)*s & 0xc0) == 0x80;
}

size_t
utf8_decode(const char *s, size_t n, uint32_t *cp)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c = (unsigned char)*s;
    if (c < 0x80) {
        *cp = c;
        return 1;
    }
    size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || len > n)
        return 0;
    uint32_t v = c & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(s + i))
            return 0;
        v = v << 6 | ((unsigned char)s[i] & 0x3f);
    }
    if (v < smallest[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return 0;
    *cp = v;
    return len;
}

size_t
utf8_encode(char out[4], uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    out[0] = (char)((0xf00u >> len) | cp);
    return len;
}

size_t
utf8_valid_prefix(const char *s, size_t n)
{
    size_t at = 0;
    while (at < n) {
        uint32_t cp;
        size_t len = utf8_decode(s + at, n - at, &cp);
        if (len == 0)
            break;
        at += len;
    }
    return at;
}

size_t
utf8_length(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += !is_continuation(s + i);
    return count;
}

/* Ranges from Unicode 15 DerivedCoreProperties (Default_Ignorable), Bidi
 * controls, Cc, Zl, Zp, Co and noncharacters. */
static const struct {
    uint32_t first, last;
} hidden_ranges[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},
    {0x034f, 0x034f},   {0x061c, 0x061c},   {0x115f, 0x1160},
    {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},
    {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffc},
    {0xfffe, 0xffff},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff}, {0xe0000, 0x10ffff},
};

bool
text_is_hidden(uint32_t cp)
{
    size_t count = sizeof hidden_ranges / sizeof hidden_ranges[0];
    for (size_t i = 0; i < count && hidden_ranges[i].first <= cp; i++) {
        if (cp <= hidden_ranges[i].last)
            return true;
    }
    return false;
}

/* White_Space of Unicode 15 that is not hidden, and the Braille blank. */
static bool
is_white(uint32_t cp)
{
    return cp == ' ' || cp == 0xa0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x205f ||
           cp == 0x2800 || cp == 0x3000;
}

size_t
text_blank_length(const char *s, size_t n)
{
    uint32_t cp;
    if (n == 0 || !*s)
        return 0;
    if (strchr("\t\r\n", *s))
        return 1;
    size_t len = utf8_decode(s, n, &cp);
    return len > 0 && is_white(cp) ? len : 0;
}

bool
text_is_blank(const char *s)
{
    size_t n = strlen(s);
    for (size_t at = 0; at < n;) {
        uint32_t cp;
        size_t len = utf8_decode(s + at, n - at, &cp);
        if (len == 0 || !(text_is_hidden(cp) || is_white(cp)))
            return false;
        at += len;
    }
    return true;
}

bool
text_is_plain(const char *s)
{
    bool blank = true; /* the one before */
    for (; *s; s++) {
        if (*s < ' ' || *s > '~' || (*s == ' ' && blank))
            return false;
        blank = *s == ' ';
    }
    return !blank;
}

void
text_visible(struct buf *out, const char *s, size_t n)
{
    size_t at = 0;
    while (at < n) {
        uint32_t cp = 0;
        size_t len = utf8_decode(s + at, n - at, &cp);
        if (len == 0)
            buf_addf(out, "\\x%02X", (unsigned char)s[at]);
        else if (text_is_hidden(cp))
            buf_addf(out, "U+%04X", (unsigned)cp);
        else
            buf_add(out, s + at, len);
        at += len ? len : 1;
    }
}

char *
text_visible_dup(const char *s)
{
    struct buf b;
    size_t n = strlen(s);
    buf_init_any(&b);
    text_visible(&b, s, n);
    return buf_take(&b);
}

uint32_t
text_first_hidden(const char *s)
{
    size_t n = strlen(s);
    for (size_t at = 0; at < n;) {
        uint32_t cp = 0;
        size_t len = utf8_decode(s + at, n - at, &cp);
        if (len != 0 && text_is_hidden(cp))
            return cp;
        at += len ? len : 1;
    }
    return 0;
}

/* The character CP of a name, of LEN bytes (0: not UTF-8), is not seen as it
 * is; ALONE: it follows a blank or begins the name, or ends it. */
static bool
is_unseen(uint32_t cp, size_t len, bool alone)
{
    bool joins = cp >= 0x300 && cp <= 0x36f; /* as a letter of its own may */
    return len == 0 || text_is_hidden(cp) || joins ||
           (is_white(cp) && (cp != ' ' || alone));
}

/* Appends NAME as it stands in quotes; whether it needs them. */
static bool
add_quoted(struct buf *out, const char *name)
{
    size_t n = strlen(name);
    bool needs = *name == '"', blank = true;
    for (size_t at = 0; at < n;) {
        uint32_t cp = 0;
        size_t len = utf8_decode(name + at, n - at, &cp);
        bool unseen = is_unseen(cp, len, blank || at + 1 == n);
        if (unseen)
            buf_addf(out, len ? "\\u{%04X}" : "\\x{%02X}",
                     len ? (unsigned)cp : (unsigned char)name[at]);
        else if (cp == '"' || cp == '\\')
            buf_addf(out, "\\%c", (char)cp);
        else
            buf_add(out, name + at, len);
        needs = needs || unseen;
        blank = cp == ' ';
        at += len ? len : 1;
    }
    return needs;
}

char *
text_name_dup(const char *name)
{
    struct buf b;
    buf_init_any(&b);
    buf_addc(&b, '"');
    bool needs = add_quoted(&b, name);
    buf_addc(&b, '"');
    if (!needs) {
        buf_reset(&b);
        buf_adds(&b, name);
    }
    return buf_take(&b);
}

void
text_lines_free(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
}

int
text_compare(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

bool
text_equal(const char *a, const char *b)
{
    return text_compare(a, b) == 0;
}

bool
text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

size_t
text_without_end(const char *s, const char *word)
{
    size_t n = strlen(s), w = strlen(word);
    return n >= w && strcmp(s + n - w, word) == 0 ? n - w : n;
}
