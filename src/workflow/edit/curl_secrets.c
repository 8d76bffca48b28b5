/* Secrets of calls. */
#include "workflow/edit/curl_secrets.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { KEY_LEAST = 16, LETTERS_LEAST = 20 };

bool
secret_is_header_name(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)name[i]) &&
            !strchr("!#$%&'*+-.^_`|~", name[i]))
            return false;
    }
    return n > 0 && n <= 100;
}

/* True where NAME has a word of the N at WORDS in it, or (END) ends with it, or
 * (both) is it. */
static bool
has_word(const char *name, const char *const *words, size_t n, bool begin,
         bool end)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < n; i++) {
        const char *at = strcasestr(name, words[i]);
        size_t word = strlen(words[i]);
        if (end)
            at = length >= word &&
                         strcasecmp(name + length - word, words[i]) == 0
                     ? name + length - word
                     : NULL;
        if (at && (!begin || at == name))
            return true;
    }
    return false;
}

#define COUNT(words) (sizeof(words) / sizeof *(words))

bool
secret_is_named(const char *name)
{
    static const char *const inside[] = {
        "auth",    "token",     "secret", "passw",  "cookie", "session",
        "credent", "signature", "bearer", "apikey", "csrf",   "xsrf"};
    static const char *const last[] = {"key", "pwd", "jwt", "hmac"};
    static const char *const whole[] = {"sig", "sid", "pin", "otp", "code"};
    return has_word(name, inside, COUNT(inside), false, false) ||
           has_word(name, last, COUNT(last), false, true) ||
           has_word(name, whole, COUNT(whole), true, true);
}

/* True for N letters and digits at S that no person would write as a word. */
static bool
is_mixed(const char *s, size_t n)
{
    size_t digits = 0;
    bool lower = false, upper = false;
    for (size_t i = 0; i < n; i++) {
        lower |= islower((unsigned char)s[i]) != 0;
        upper |= isupper((unsigned char)s[i]) != 0;
        digits += isdigit((unsigned char)s[i]) != 0;
    }
    return (n >= KEY_LEAST && digits > 0 && digits < n) ||
           (n >= LETTERS_LEAST && lower && upper);
}

bool
secret_looks_like(const char *value)
{
    for (size_t n; *value; value += n) {
        n = 0;
        while (isalnum((unsigned char)value[n]))
            n++;
        if (is_mixed(value, n))
            return true;
        n += value[n] != '\0';
    }
    return false;
}

/* --- texts ---------------------------------------------------------------- */

static size_t
blank_at(const char *text)
{
    return text_blank_length(text, strnlen(text, 4));
}

/* The text behind the blanks that TEXT begins with. */
static const char *
after_blanks(const char *text)
{
    for (size_t n; (n = blank_at(text)) > 0;)
        text += n;
    return text;
}

/* True where a word of TEXT that names a secret has a value: "token: x",
 * "--password x". */
static bool
has_named_value(const char *text)
{
    char word[64];
    const char *begin = text;
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        n = 0;
        while (isalnum((unsigned char)text[n]) || text[n] == '_' ||
               text[n] == '-')
            n++;
        size_t most = n < sizeof word ? n : sizeof word - 1;
        memcpy(word, text, most);
        word[most] = '\0';
        const char *after = text + n + strspn(text + n, " \"'\t]");
        bool option = *word == '-' && (text == begin || blank_at(text - 1)) &&
                      *after_blanks(text + n);
        if (most > 0 && *after && (option || strchr(":=", *after)) &&
            (secret_is_named(word) || strcasestr(word, "pass")))
            return true;
    }
    return false;
}

/* True where the authority AT a URL has a user, or what may be one: an "@" in
 * the URL that follows a password with "/", "?" or "#" in it, or what is no
 * port. */
static bool
is_login(const char *at)
{
    size_t n = strcspn(at, " \t\r\n\"'<>\\"), end = strcspn(at, "/?#"), port;
    const char *colon = memchr(at, ':', end < n ? end : n);
    if (memchr(at, '@', n))
        return true;
    if (!colon || *at == '[')
        return false;
    port = strspn(colon + 1, "0123456789");
    return port == 0 || colon + 1 + port != at + (end < n ? end : n);
}

bool
secret_has_login(const char *text)
{
    for (const char *at = text; (at = strstr(at, "//")) != NULL;) {
        at += 2;
        if (is_login(at))
            return true;
    }
    return false;
}

/* True where TEXT has "name:x" behind an option -u or --user. */
static bool
has_user(const char *text)
{
    for (const char *at = text; (at = strstr(at, "-u")) != NULL; at += 2) {
        const char *rest = at + 2;
        if (at != text && !strchr(" \t\r\n-'\"", at[-1]))
            continue;
        rest += strncmp(rest, "ser", 3) == 0 ? 3 : 0;
        rest += strspn(rest, " =\t\"'");
        if (rest[strcspn(rest, ": \t\r\n")] == ':')
            return true;
    }
    return false;
}

/* --- sentences ------------------------------------------------------------ */

enum { WORDS_AFTER = 4 }; /* behind the name of a secret, in its sentence */

/* True where the N characters at S are one of the words from WORDS to END. */
static bool
is_among(const char *s, size_t n, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == n && strncasecmp(s, words[i], n) == 0)
            return true;
    }
    return false;
}

/* True for a word that joins a name and what it is, so that the next word may
 * be the secret, whatever it looks like. */
static bool
joins(const char *s, size_t n)
{
    static const char *const words[] = {
        "is", "was", "are", "ist", "lautet", "es", "est", "=", ":", "/", "->"};
    return is_among(s, n, words, COUNT(words));
}

/* True for a word that says how a secret is, and is none. */
static bool
is_state(const char *s, size_t n)
{
    static const char *const words[] = {
        "a",       "an",       "changed", "empty", "expired", "in",   "invalid",
        "missing", "needed",   "new",     "no",    "not",     "now",  "old",
        "renewed", "required", "set",     "still", "the",     "used", "valid",
        "wrong"};
    return is_among(s, n, words, COUNT(words));
}

/* True for a word with a digit or a sign in it, or a capital behind a small
 * letter: people choose such passwords, and write no such words. */
static bool
is_chosen(const char *s, size_t n)
{
    size_t digits = 0, signs = 0, capitals = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        digits += isdigit(c) != 0;
        signs += i + 1 < n && ispunct(c) && !strchr("-'/.,:;()\"", c);
        capitals += i > 0 && isupper(c) && islower((unsigned char)s[i - 1]);
    }
    return n > 3 && digits + signs + capitals > 0;
}

/* True where the N characters at S name what people log in with. */
static bool
names_secret(const char *s, size_t n)
{
    char word[40];
    if (n == 0 || n >= sizeof word)
        return false;
    memcpy(word, s, n);
    word[n] = '\0';
    return secret_is_named(word) || strcasestr(word, "pass") ||
           strcasestr(word, "kennwort") || strcasestr(word, "login") ||
           strcasestr(word, "zugangs");
}

static size_t
word_length(const char *s)
{
    size_t n = 0;
    while (s[n] && blank_at(s + n) == 0 && !strchr("\r\n", s[n]))
        n++;
    return n;
}

/* True where one of the words at TEXT, behind the name of a secret, may be it.
 */
static bool
follows_secret(const char *text)
{
    bool joined = false;
    for (int i = 0; i < WORDS_AFTER; i++) {
        text = after_blanks(text);
        size_t n = word_length(text);
        bool ends = n > 1 && strchr(".!?;", text[n - 1]);
        size_t word = ends ? n - 1 : n;
        if (is_chosen(text, word) ||
            (joined && word > 0 && !is_state(text, word)))
            return true;
        if (ends || n == 0)
            return false;
        joined = joins(text, n);
        text += n;
    }
    return false;
}

/* True for the name of a secret and its value in one word: "pin:x". */
static bool
has_value(const char *word, size_t name, size_t n)
{
    size_t value = name + 1;
    return value < n && word[name] == ':' && word[value] != '/' &&
           !is_state(word + value, n - value);
}

/* True where a sentence says what a secret is: "the password is x", "token
 * x1", "login admin / x". */
static bool
is_said(const char *text)
{
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        size_t name = 0;
        n = word_length(text);
        while (name < n && (isalpha((unsigned char)text[name]) ||
                            strchr("_-", text[name])))
            name++;
        bool whole = name == n || text[name] == ':';
        if (whole && names_secret(text, name) &&
            (has_value(text, name, n) || follows_secret(text + name)))
            return true;
    }
    return false;
}

/* --- calls ---------------------------------------------------------------- */

/* True where TEXT begins with the name WORD of a program, as a word. */
static bool
is_program(const char *text, const char *word)
{
    size_t n = strlen(word);
    if (strncasecmp(text, word, n) != 0)
        return false;
    n += strncasecmp(text + n, ".exe", 4) == 0 ? 4 : 0;
    n += text[n] && strchr("\"'", text[n]);
    return blank_at(text + n) > 0 || (text[n] && strchr("\\^`", text[n]));
}

/* True where the word at TEXT, with what is before it from BEGIN on, is the
 * name of a program that calls. Some are words of sentences: these only where
 * the text begins with them. */
static bool
is_caller(const char *text, const char *begin)
{
    static const char *const anywhere[] = {
        "curl", "wget", "httpie", "invoke-restmethod", "invoke-webrequest",
        "irm",  "iwr",  "grpcurl"};
    static const char *const first[] = {"http", "https", "xh", "xhs"};
    bool is_first = text == begin;
    bool word = is_first || !isalnum((unsigned char)text[-1]);
    for (size_t i = 0; word && i < COUNT(anywhere); i++) {
        if (is_program(text, anywhere[i]))
            return true;
    }
    for (size_t i = 0; is_first && i < COUNT(first); i++) {
        if (is_program(text, first[i]))
            return true;
    }
    return false;
}

bool
secret_is_in_call(const char *text)
{
    bool option = false, program = false, quoted = false;
    bool url = strstr(text, "://") != NULL;
    const char *begin = after_blanks(text);
    begin += strspn(begin, "$#>");
    begin = after_blanks(begin);
    if (*begin && strchr("={[", *begin))
        return false; /* a formula, JSON */
    for (const char *at = begin; *at; at++) {
        size_t blank = blank_at(at);
        const char *next = at + blank;
        bool word = at == begin || blank > 0;
        program = program || is_caller(at, begin);
        option = option || (word && *next == '-' &&
                            isalpha((unsigned char)next[1 + (next[1] == '-')]));
        quoted = quoted ||
                 (strchr("\"'`(<", *at) && strncasecmp(at + 1, "http", 4) == 0);
    }
    if (is_caller(begin, begin) || strstr(text, " HTTP/"))
        return true;
    if (program && option)
        return true;
    return url && (program || option || quoted);
}

bool
secret_may_be_in(const char *text)
{
    static const char *const words[] = {"authorization", "bearer ", "basic ",
                                        "cookie:"};
    return has_word(text, words, COUNT(words), false, false) ||
           secret_looks_like(text) || has_named_value(text) || has_user(text) ||
           secret_has_login(text) || is_said(text) || secret_is_in_call(text);
}
