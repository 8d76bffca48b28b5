/* What of a call may be stored. */
#include "workflow/edit/curl_plain.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "workflow/edit/curl_secrets.h"
#include "workflow/edit/curl_words.h"

enum {
    LETTERS_MOST = 2, /* of what need not be a known word */
    NUMBER_MOST = 4,
    DIGITS_MOST = 8, /* of all numbers of a header */
    NAME_MOST = 40,
    RUN_MOST = 19 /* characters of a header's value without a blank */
};

/* True where the N characters at S are all of SET. */
static bool
all_of(const char *s, size_t n, const char *set)
{
    for (size_t i = 0; i < n; i++) {
        if (!s[i] || !strchr(set, s[i]))
            return false;
    }
    return true;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* True for a short number, or a version: "v2", "v59.0". */
static bool
is_plain_number(const char *s, size_t n)
{
    size_t v = n > 1 && *s == 'v';
    size_t whole = strspn(s + v, DIGITS);
    if (whole > n - v)
        whole = n - v;
    if (whole == 0 || whole + v > NUMBER_MOST)
        return false;
    s += v + whole;
    n -= v + whole;
    return n == 0 ||
           (v && n <= 3 && n > 1 && *s == '.' && all_of(s + 1, n - 1, DIGITS));
}

bool
plain_name(const char *name)
{
    char letters[NAME_MOST + 1];
    size_t n = strlen(name), count = 0;
    if (n == 0 || n > NAME_MOST)
        return false;
    /* A key that separators cut into pieces is one as well. */
    for (size_t i = 0; i < n; i++) {
        if (isalnum((unsigned char)name[i]))
            letters[count++] = name[i];
        else if (!strchr("_.-$[]", name[i]))
            return false;
    }
    letters[count] = '\0';
    return count > 0 && !secret_looks_like(letters);
}

/* True where NAME is that of a number of records or pages. */
static bool
is_count(const char *name)
{
    static const char *const names[] = {
        "limit", "offset", "page", "per_page", "perpage",    "pagesize",
        "size",  "count",  "top",  "skip",     "page_size",  "maxresults",
        "start", "first",  "max",  "depth",    "max_results"};
    name += *name == '$';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

bool
plain_value(const char *name, const char *value)
{
    size_t n = strlen(value);
    return strcmp(value, "true") == 0 || strcmp(value, "false") == 0 ||
           (n > 0 && n <= NUMBER_MOST && all_of(value, n, DIGITS) &&
            is_count(name));
}

bool
plain_empty_name(const char *name)
{
    name += *name == '$';
    return word_is_made_of_known(name, strlen(name)) || is_count(name);
}

/* --- headers -------------------------------------------------------------- */

/* True for a language: "en", and its region "US". */
static bool
is_language(const char *s, size_t n)
{
    return n == 2 && isalpha((unsigned char)s[0]) &&
           isalpha((unsigned char)s[1]);
}

/* True where VALUE is made of known words, languages and short numbers. */
static bool
is_of_words(const char *value)
{
    size_t digits = 0;
    for (size_t n; *value; value += n) {
        n = 0;
        while (isalnum((unsigned char)value[n]))
            n++;
        if (n == 0 && !ispunct((unsigned char)*value) && *value != ' ')
            return false;
        if (n > 0 && !is_plain_number(value, n) && !is_language(value, n) &&
            !(n == 1 && *value == 'q') && !word_is_known(WORD_HEADER, value, n))
            return false;
        digits += n > 0 && isdigit((unsigned char)value[n - 1]) ? n : 0;
        n += n == 0;
    }
    return digits <= DIGITS_MOST;
}

static bool
has_long_run(const char *value)
{
    for (size_t n; *value; value += n + (value[n] == ' ')) {
        n = strcspn(value, " ");
        if (n > RUN_MOST)
            return true;
    }
    return false;
}

/* True for "json", "vnd.api+json", "vnd.github.v3+json". */
static bool
is_media_subtype(const char *s, size_t n)
{
    while (n > 0) {
        size_t word = strspn(s, LETTERS DIGITS);
        if (word > n)
            word = n;
        if (word > 0 && !word_is_known(WORD_MEDIA, s, word) &&
            !(*s == 'v' && is_plain_number(s, word)))
            return false;
        s += word + (word < n);
        n -= word + (word < n);
    }
    return true;
}

/* True where AT begins with a media type; *END receives where it ends. */
static bool
begins_with_type(const char *at, const char **end)
{
    static const char *const types[] = {
        "*",       "application", "audio",     "font", "image",
        "message", "model",       "multipart", "text", "video"};
    size_t n = strcspn(at, "/");
    bool known = false;
    for (size_t i = 0; at[n] && i < sizeof types / sizeof types[0]; i++)
        known =
            known || (strlen(types[i]) == n && strncmp(at, types[i], n) == 0);
    if (!known)
        return false;
    at += n + 1;
    n = *at == '*' ? 1 : strspn(at, LETTERS DIGITS ".+-");
    *end = at + n;
    return n > 0 && (*at == '*' || is_media_subtype(at, n));
}

/* A list of media types, each with at most a quality: "text/csv;q=0.9". */
static bool
is_media_list(const char *value)
{
    for (const char *at = value; begins_with_type(at, &at);) {
        at += strspn(at, " ");
        if (*at == ';') {
            at += 1 + strspn(at + 1, " ");
            if (strncmp(at, "q=", 2) != 0)
                return false;
            at += 2 + strspn(at + 2, DIGITS ".");
            at += strspn(at, " ");
        }
        if (!*at)
            return true;
        if (*at != ',')
            return false;
        at += 1 + strspn(at + 1, " ");
    }
    return false;
}

bool
plain_header(const char *name, const char *value)
{
    static const char *const names[] = {
        "accept-language",  "cache-control",         "content-language",
        "if-match",         "if-none-match",         "prefer",
        "x-requested-with", "x-http-method-override"};
    bool known = strcasestr(name, "version") != NULL;
    if (strcasecmp(name, "accept") == 0)
        return is_media_list(value);
    if (!is_of_words(value))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        known = known || strcasecmp(name, names[i]) == 0;
    return known && plain_name(name) && !has_long_run(value) &&
           !strcasestr(value, "bearer ") && !strcasestr(value, "basic ");
}

/* --- paths ---------------------------------------------------------------- */

static bool
is_plain_word(const char *s, size_t n)
{
    return (n <= LETTERS_MOST && all_of(s, n, LETTERS)) ||
           word_is_made_of_known(s, n);
}

/* A step such as "orders", "15", "v2", "2024-07", "orders.json". */
static bool
is_plain_step(const char *s, size_t n)
{
    static const char *const ends[] = {".json", ".xml", ".csv"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t end = strlen(ends[i]);
        if (n > end && strncmp(s + n - end, ends[i], end) == 0)
            return is_plain_word(s, n - end);
    }
    return n == 0 || is_plain_word(s, n) || is_plain_number(s, n) ||
           (n == 7 && s[4] == '-' && all_of(s, 4, DIGITS) &&
            all_of(s + 5, 2, DIGITS));
}

void
plain_path(const char *path, size_t n, struct buf *out, struct buf *kept,
           size_t *blanks, size_t *cut)
{
    *blanks = *cut = 0;
    for (size_t at = 0; at <= n; at++) {
        const char *step = path + at;
        size_t length = 0, word = 0;
        while (at + length < n && step[length] != '/')
            length++;
        while (word < length && step[word] != ';')
            word++;
        bool plain = is_plain_step(step, word);
        if (plain && word > 0)
            buf_addf(kept, "%s%.*s", kept->len ? ", " : "", (int)word, step);
        if (plain)
            buf_add(out, step, word);
        else
            buf_adds(out, "{step}");
        *blanks += !plain;
        *cut += word < length;
        at += length;
        if (at < n)
            buf_addc(out, '/');
    }
}
