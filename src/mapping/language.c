/* The formats of the formula language and what each of them changes. */
#include "mapping/language.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const struct language_change_help changes[LANGUAGE_CHANGES] = {
#define CHANGE(id_, since_, title_, before_, after_)                           \
    {.since = since_,                                                          \
     .id = #id_,                                                               \
     .title = title_,                                                          \
     .before = before_,                                                        \
     .after = after_},
#include "mapping/language.def"
#undef CHANGE
};

const struct language_change_help *
language_change(enum language_change c)
{
    return &changes[c];
}

bool
language_has(unsigned language, enum language_change c)
{
    return language >= changes[c].since;
}

/* --- words of other languages -------------------------------------------- */

static const struct {
    const char *local, *word;
} local_booleans[] = {
    {"WAHR", "TRUE"},    {"FALSCH", "FALSE"},    {"VRAI", "TRUE"},
    {"FAUX", "FALSE"},   {"VERDADERO", "TRUE"},  {"FALSO", "FALSE"},
    {"VERO", "TRUE"},    {"VERDADEIRO", "TRUE"}, {"WAAR", "TRUE"},
    {"ONWAAR", "FALSE"}, {"PRAWDA", "TRUE"},     {"FAŁSZ", "FALSE"},
};

const char *
language_local_boolean(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof local_booleans / sizeof *local_booleans; i++)
        if (strlen(local_booleans[i].local) == n &&
            memcmp(local_booleans[i].local, s, n) == 0)
            return local_booleans[i].word;
    return NULL;
}

/* --- characters that nobody means ---------------------------------------- */

static const struct {
    uint32_t first, last;
    const char *why;
} odd_characters[] = {
    {0x00a0, 0x00a0, "a no-break space (U+00A0): write a plain space"},
    {0x00ad, 0x00ad, "an invisible soft hyphen (U+00AD): delete it"},
    {0x1680, 0x1680, "a space of another kind: write a plain space"},
    {0x2000, 0x200a, "a space of another kind: write a plain space"},
    {0x200b, 0x200f, "an invisible character: delete it"},
    {0x2010, 0x2015, "a long dash: write - (minus)"},
    {0x2018, 0x201f, "a curly quote: texts stand in straight quotes (\")"},
    {0x2028, 0x202e, "an invisible character: delete it"},
    {0x202f, 0x202f, "a narrow space (U+202F): write a plain space"},
    {0x205f, 0x2064, "an invisible character: delete it"},
    {0x2066, 0x206f, "an invisible character: delete it"},
    {0x2212, 0x2212, "a minus sign (U+2212): write - (minus)"},
    {0x3000, 0x3000, "a wide space (U+3000): write a plain space"},
    {0xfeff, 0xfeff, "an invisible byte order mark (U+FEFF): delete it"},
};

static const char *
odd_character(uint32_t c)
{
    if (c < 0xa0)
        return NULL;
    for (size_t i = 0; i < sizeof odd_characters / sizeof *odd_characters; i++)
        if (c >= odd_characters[i].first && c <= odd_characters[i].last)
            return odd_characters[i].why;
    return NULL;
}

bool
language_odd_character(const char *s, size_t n, size_t *found, const char **why)
{
    size_t depth = 0;
    char quote = 0;
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t at = i;
        size_t step = utf8_decode(s + i, n - i, &c);
        if (step == 0) { /* no character: its byte is refused elsewhere */
            step = 1;
            c = 0;
        }
        i += step;
        if (quote && depth > 0 && c == '\\')
            i += i < n;
        else if (quote)
            quote = c == (unsigned char)quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = (char)c;
        else if (c == '[')
            depth++;
        else if (c == ']')
            depth -= depth > 0;
        else if (depth == 0 && (*why = odd_character(c)) != NULL) {
            *found = at;
            return true;
        }
    }
    return false;
}
