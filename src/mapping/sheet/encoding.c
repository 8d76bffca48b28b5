/* UTF-16 and Windows-1252 as UTF-8. */
#include "mapping/sheet/encoding.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

/* What Windows-1252 has at 0x80 to 0x9f; 0: nothing. */
static const uint16_t windows[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

unsigned char
sheet_windows_byte(uint32_t cp)
{
    for (unsigned i = 0; i < 32; i++)
        if (windows[i] == cp && cp != 0)
            return (unsigned char)(0x80 + i);
    /* What it has nothing for comes through as a control character. */
    return cp >= 0x80 && cp <= 0xff ? (unsigned char)cp : 0;
}

static void
add(struct buf *out, uint32_t cp)
{
    char bytes[4];
    buf_add(out, bytes, utf8_encode(bytes, cp));
}

static enum err
decode_windows(struct buf *out, const unsigned char *s, size_t n,
               struct error *e)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t cp =
            s[i] >= 0x80 && s[i] <= 0x9f ? windows[s[i] - 0x80] : s[i];
        if (cp == 0)
            return error_set(e, ERR_INVALID,
                             "byte %zu: windows-1252 does not have 0x%02X",
                             i + 1, s[i]);
        add(out, cp);
    }
    return ERR_OK;
}

static uint32_t
unit(const unsigned char *s, bool big)
{
    return big ? (uint32_t)s[0] << 8 | s[1] : (uint32_t)s[1] << 8 | s[0];
}

/* N bytes behind a byte order mark. */
static enum err
decode_utf16(struct buf *out, const unsigned char *s, size_t n, bool big,
             struct error *e)
{
    for (size_t i = 0; i < n; i += 2) {
        uint32_t cp = i + 1 < n ? unit(s + i, big) : 0xdfff;
        uint32_t low = i + 3 < n ? unit(s + i + 2, big) : 0;
        bool pair =
            cp >= 0xd800 && cp <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
        if (!pair && cp >= 0xd800 && cp <= 0xdfff)
            return error_set(e, ERR_INVALID,
                             "byte %zu: half a character of UTF-16", i + 3);
        if (pair) {
            cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
            i += 2;
        }
        add(out, cp);
    }
    return ERR_OK;
}

enum err
sheet_decode(struct buf *out, const char *text, size_t n, const char *encoding,
             struct error *e)
{
    const unsigned char *s = (const unsigned char *)text;
    bool little = n >= 2 && memcmp(text, "\xff\xfe", 2) == 0;
    bool big = n >= 2 && memcmp(text, "\xfe\xff", 2) == 0;
    if (encoding && strcasecmp(encoding, "windows-1252") == 0)
        return decode_windows(out, s, n, e);
    if (encoding && strcasecmp(encoding, "utf-8") != 0)
        return error_set(e, ERR_USAGE,
                         "%s: no encoding of a sheet (utf-8 or windows-1252; "
                         "UTF-16 is seen by itself)",
                         encoding);
    if (!encoding && (little || big))
        return decode_utf16(out, s + 2, n - 2, big, e);
    buf_add(out, text, n);
    return ERR_OK;
}
