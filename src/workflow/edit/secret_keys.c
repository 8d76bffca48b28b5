/* Keys in texts, by how they look. */
#include "workflow/edit/secret_words.h"

#include <ctype.h>
#include <string.h>

enum {
    KEY_LEAST = 16,    /* letters and digits of a key in one piece */
    JOINED_LEAST = 20, /* ... of one in several: "aB3dE-fG7hI-jK9lM" */
    ODD_LEAST = 5,     /* ... of a piece of such a key */
    HASH_BEFORE = 4    /* words between "hash" and what it is */
};

/* Counts of the letters and digits in a text. A run is what looks like one
 * word: small letters, with a capital before them, or capitals, or digits. */
struct looks {
    size_t letters, digits, runs;
    bool lower, upper;
};

enum kind { NO_KIND, DIGIT, UPPER, LOWER };

static enum kind
kind_of(unsigned char c)
{
    return isdigit(c) ? DIGIT : isupper(c) ? UPPER : LOWER;
}

/* The looks of the letters and digits among N characters. */
static struct looks
look_at(const char *s, size_t n)
{
    struct looks l = {0};
    size_t same = 0; /* of the kind before, in a row */
    enum kind before = NO_KIND;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (!isalnum(c))
            continue;
        enum kind kind = kind_of(c);
        bool named = before == UPPER && kind == LOWER && same == 1;
        l.runs += kind != before && !named;
        l.letters += 1;
        l.digits += kind == DIGIT;
        l.upper |= kind == UPPER;
        l.lower |= kind == LOWER;
        same = kind == before ? same + 1 : 1;
        before = kind;
    }
    return l;
}

/* True for one piece of letters and digits that nobody would write: its runs
 * are short. Names in camel case, order numbers and IBANs have longer ones. */
static bool
is_key(const char *s, size_t n)
{
    struct looks l = look_at(s, n);
    bool mixed = l.digits > 0 && l.digits < n;
    return (n >= KEY_LEAST && mixed && 2 * n < 7 * l.runs) ||
           (n >= JOINED_LEAST && l.lower && l.upper && 3 * l.runs > n);
}

/* True for a short piece of that kind. */
static bool
is_odd(const char *s, size_t n)
{
    struct looks l = look_at(s, n);
    return n >= ODD_LEAST && l.runs >= 3 && 10 * n < 32 * l.runs;
}

static size_t
piece_length(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && isalnum((unsigned char)s[i]))
        i++;
    return i;
}

/* True where a piece of the word is a key, or half of its characters are in
 * odd pieces that signs of base64 join. */
static bool
looks_like_key(const char *s, size_t n)
{
    struct looks l = look_at(s, n);
    size_t odd = 0;
    bool joined = true;
    for (size_t i = 0, length; i < n; i += length + 1) {
        length = piece_length(s + i, n - i);
        if (is_key(s + i, length))
            return true;
        odd += is_odd(s + i, length) ? length : 0;
        joined = joined && (i + length == n || strchr("+/_-=", s[i + length]));
    }
    return joined && l.letters >= JOINED_LEAST && l.upper && l.lower &&
           l.digits > 0 && 2 * odd >= l.letters;
}

static bool
begins_with(const char *s, size_t n, const char *beginning)
{
    size_t length = strlen(beginning);
    return n >= length && strncmp(s, beginning, length) == 0;
}

/* True where the word begins as a key of a known service. */
static bool
is_known_key(const char *s, size_t n)
{
    static const struct {
        const char *beginning;
        size_t least;
    } keys[] = {
#define K(beginning, least, with, without) {beginning, least},
#define I(beginning, id)
#include "workflow/edit/secret_keys.def"
#undef K
#undef I
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        size_t length = strlen(keys[i].beginning), rest = length;
        if (!begins_with(s, n, keys[i].beginning))
            continue;
        while (rest < n &&
               (isalnum((unsigned char)s[rest]) || strchr("_-.", s[rest])))
            rest++;
        if (rest - length >= keys[i].least)
            return true;
    }
    return false;
}

/* True for an id of a thing of a known service. */
static bool
is_id(const char *s, size_t n)
{
    static const char *const ids[] = {
#define K(beginning, least, with, without)
#define I(beginning, id) beginning,
#include "workflow/edit/secret_keys.def"
#undef K
#undef I
    };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        size_t length = strlen(ids[i]);
        if (begins_with(s, n, ids[i]))
            return piece_length(s + length, n - length) == n - length;
    }
    return false;
}

/* True for hexadecimal digits behind one of the words before, or the name of
 * the hash in the same word: "sha256:…". SINCE: the last name of a hash. */
static bool
is_hash(const char *s, size_t n, int since)
{
    size_t hex = 0;
    while (hex < n && isxdigit((unsigned char)s[n - 1 - hex]))
        hex++;
    size_t name = n - hex;
    bool named = name > 1 && strchr(":=", s[name - 1]) &&
                 word_is(WORD_HASH, s, name - 1);
    return hex >= KEY_LEAST && (named || (name == 0 && since <= HASH_BEFORE));
}

/* The characters of the word at S that belong to a key: a key stands in quotes,
 * behind "=" or a comma as well. */
static size_t
part_length(const char *s)
{
    return strcspn(s, " \r\n\"'`,;()<>[]{}|&?");
}

/* True where the part of N characters is a key, or its end behind "=" or ":" */
static bool
is_key_part(const char *s, size_t n)
{
    size_t name = 0;
    while (name < n && !strchr("=:", s[name]))
        name++;
    bool value = name + 1 < n && is_known_key(s + name + 1, n - name - 1);
    return is_known_key(s, n) || value ||
           (!is_id(s, n) && looks_like_key(s, n));
}

bool
secret_has_key(const char *text)
{
    int since = HASH_BEFORE + 1;
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        n = part_length(text);
        size_t word = n > 0 && text[n - 1] == ':' ? n - 1 : n;
        if (n > 0 && !is_hash(text, n, since) && is_key_part(text, n))
            return true;
        since =
            word_is(WORD_HASH, text, word) ? 0 : since + (since < 99 && n > 0);
    }
    return false;
}
