/* Warnings of texts: keys that only look equal, and texts decoded twice. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "mapping/sheet/encoding.h"
#include "workflow/warn/warn_private.h"

#define SHOWN 60 /* bytes of an example */

/* True where NAME ends with WORD, as a word of its own: "orderId", "order_id",
 * "orderID", "id", not "paid". */
static bool
ends_with_word(const char *name, size_t n, const char *word)
{
    size_t w = strlen(word);
    if (n < w)
        return false;
    const char *end = name + n - w;
    for (size_t i = 0; i < w; i++)
        if (tolower((unsigned char)end[i]) != word[i])
            return false;
    return n == w || end[-1] == '_' || end[-1] == '-' ||
           (isupper((unsigned char)*end) && !isupper((unsigned char)end[-1]));
}

bool
warn_is_key_name(const char *name, size_t n)
{
    static const char *const words[] = {"id",  "key", "code", "sku",   "number",
                                        "ean", "upc", "gtin", "email", "no"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ends_with_word(name, n, words[i]))
            return true;
    return false;
}

/* Spaces of all widths, and what is not seen at all between letters. */
static bool
is_space(uint32_t cp)
{
    return (cp >= 0x09 && cp <= 0x0d) || cp == 0x20 || cp == 0xa0 ||
           cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200b) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x2060 ||
           cp == 0x3000 || cp == 0xfeff;
}

bool
warn_odd_spaces(const char *s, size_t n)
{
    uint32_t cp = 0;
    bool odd = n > 0 && (*s == ' ' || s[n - 1] == ' ');
    for (size_t i = 0, step; i < n && !odd; i += step) {
        step = utf8_decode(s + i, n - i, &cp);
        if (step == 0)
            return false;
        odd = is_space(cp) && cp != ' ';
    }
    return odd;
}

/* --- decoded twice ------------------------------------------------------- */

/* The bytes of Windows-1252 that the characters at S begin with, in OUT, at
 * most four; their number. *STEPS are the bytes of S for each. */
static size_t
windows_bytes(const char *s, size_t n, char out[4], size_t steps[4])
{
    size_t count = 0;
    for (size_t i = 0; i < n && count < 4; i += steps[count - 1]) {
        uint32_t cp = 0;
        size_t step = utf8_decode(s + i, n - i, &cp);
        unsigned char byte = step > 1 ? sheet_windows_byte(cp) : 0;
        if (byte == 0)
            break;
        out[count] = (char)byte;
        steps[count++] = step;
    }
    return count;
}

/* True where the second of two bytes may as well be a closing quote or a space
 * behind a capital letter: "AMANHÃ»". */
static bool
is_doubtful(const char *bytes, size_t n)
{
    static const char closing[] = "\x85\x91\x92\x93\x94\x9b\xab\xbb";
    bool common = (unsigned char)bytes[0] <= 0xc3;
    return n == 2 && (!common || strchr(closing, bytes[1]));
}

bool
warn_decoded_twice(const char *s, size_t n)
{
    size_t doubtful = 0;
    for (size_t i = 0; i < n; i++) {
        char bytes[4];
        size_t steps[4];
        uint32_t cp;
        if ((unsigned char)s[i] < 0xc2)
            continue;
        size_t count = windows_bytes(s + i, n - i, bytes, steps);
        size_t made = count > 1 ? utf8_decode(bytes, count, &cp) : 0;
        if (made < 2)
            continue;
        if (!is_doubtful(bytes, made) || ++doubtful > 1)
            return true;
        i += steps[0] + steps[1] - 1;
    }
    return false;
}

void
warn_show(struct buf *out, const char *s, size_t n)
{
    size_t shown = n > SHOWN ? utf8_valid_prefix(s, SHOWN) : n;
    buf_addc(out, '"');
    for (size_t i = 0; i < shown;) {
        uint32_t cp = 0;
        size_t step = utf8_decode(s + i, shown - i, &cp);
        if (step == 0)
            break;
        if ((is_space(cp) && cp != ' ') || (cp >= 0x300 && cp < 0x370))
            buf_addf(out, "<U+%04X>", (unsigned)cp);
        else
            text_visible(out, s + i, step);
        i += step;
    }
    buf_adds(out, shown < n ? "...\"" : "\"");
}
