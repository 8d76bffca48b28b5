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
 * the text begins with them, in small letters. */
static bool
is_caller(const char *text, const char *begin)
{
    static const char *const anywhere[] = {
        "curl", "wget", "httpie", "invoke-restmethod", "invoke-webrequest",
        "irm",  "iwr",  "grpcurl"};
    static const char *const first[] = {"http", "https", "xh", "xhs"};
    bool is_first = text == begin && islower((unsigned char)*text);
    bool word = text == begin || !isalnum((unsigned char)text[-1]);
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
