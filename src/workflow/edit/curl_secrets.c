/* Secrets of calls. */
#include "workflow/edit/curl_secrets.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

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

/* True where a word of TEXT that names a secret has a value: "token: x". */
static bool
has_named_value(const char *text)
{
    char word[64];
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        n = 0;
        while (isalnum((unsigned char)text[n]) || text[n] == '_' ||
               text[n] == '-')
            n++;
        size_t most = n < sizeof word ? n : sizeof word - 1;
        memcpy(word, text, most);
        word[most] = '\0';
        const char *after = text + n + strspn(text + n, " \"'\t]");
        if (most > 0 && *after && strchr(":=", *after) &&
            (secret_is_named(word) || strcasestr(word, "pass")))
            return true;
    }
    return false;
}

/* True where TEXT has "name:x" behind an option -u or --user, or in a URL. */
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
    for (const char *at = text; (at = strstr(at, "//")) != NULL;) {
        at += 2;
        if (at[strcspn(at, "/@?# \t\r\n")] == '@')
            return true;
    }
    return false;
}

bool
secret_may_be_in(const char *text)
{
    static const char *const words[] = {"authorization", "bearer ", "basic ",
                                        "cookie:"};
    return has_word(text, words, COUNT(words), false, false) ||
           secret_looks_like(text) || has_named_value(text) || has_user(text);
}
