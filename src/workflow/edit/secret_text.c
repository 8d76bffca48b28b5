/* Secrets in texts that nobody has read as a call: sentences, settings,
 * commands. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "workflow/edit/curl_secrets.h"
#include "workflow/edit/secret_text_private.h"
#include "workflow/edit/secret_words.h"

enum {
    WORDS_AFTER = 8,  /* that may stand between a name and its secret */
    CHOSEN_AFTER = 4, /* the same where only its looks tell */
    CHOSEN_LEAST = 4, /* characters of a secret that its looks tell */
    WORDS_BEFORE = 4, /* between a change or a user and a name */
    PIN_LEAST = 3,
    PIN_MOST = 8,
    DIGITS_LEAST = 6 /* of a password of digits alone */
};

/* --- signs and blanks ----------------------------------------------------- */

/* The sign of ASCII that people write or see for CP, 0 for another. */
static char
plain_sign(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
        char sign;
    } signs[] = {
        {0x00AB, 0x00AB, '"'},  {0x00BB, 0x00BB, '"'}, {0x2010, 0x2015, '-'},
        {0x2018, 0x201B, '\''}, {0x201C, 0x201F, '"'}, {0x2039, 0x203A, '\''},
        {0x2192, 0x2192, ':'},  {0x21D2, 0x21D2, ':'}, {0x3001, 0x3001, ','},
        {0x3002, 0x3002, '.'},  {0x300C, 0x300F, '"'}, {0xFE55, 0xFE55, ':'}};
    if (cp >= 0xFF01 && cp <= 0xFF5E)
        return (char)(cp - 0xFF01 + '!');
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (cp >= signs[i].first && cp <= signs[i].last)
            return signs[i].sign;
    }
    return '\0';
}

/* Appends the text S with the blanks and signs of ASCII, and without what is
 * hidden. */
static void
add_plain(struct buf *out, const char *s)
{
    for (size_t left = strlen(s), n; left > 0; s += n, left -= n) {
        uint32_t cp = 0;
        size_t blank = text_blank_length(s, left);
        n = blank > 0 ? blank : utf8_decode(s, left, &cp);
        char sign = n > 1 ? plain_sign(cp) : '\0';
        n += n == 0;
        if (blank > 0)
            buf_addc(out, strchr("\r\n", *s) ? '\n' : ' ');
        else if (sign)
            buf_addc(out, sign);
        else if (n == 1 || !text_is_hidden(cp))
            buf_add(out, s, n);
    }
}

/* --- words ---------------------------------------------------------------- */

/* A name in a text, and the words around it. */
struct name {
    const char *text, *s; /* the whole text, the name in it */
    size_t n;
    const char *last;   /* the word before, "" where there is none */
    size_t last_length; /* of it */
    bool user, change;  /* a word shortly before is of a user, of a change */
};

static bool
is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static size_t
name_length(const char *s)
{
    size_t n = 0;
    while (s[n] && (is_letter(s[n]) || strchr("_-", s[n])))
        n++;
    return n;
}

/* The word without the signs around it. */
const char *
secret_bare_word(const char *s, size_t *n)
{
    while (*n > 0 && strchr("\"'`([,", *s)) {
        s++;
        --*n;
    }
    while (*n > 0 && strchr("\"'`)],.;:!?", s[*n - 1]))
        --*n;
    return s;
}

/* True where the word stands for a value, as "<password>", "${X}", "****". */
static bool
is_placeholder(const char *s, size_t n)
{
    bool same = n >= 2, capitals = n >= 2;
    for (size_t i = 1; i < n; i++) {
        same = same && s[i] == s[0] &&
               (s[0] == 'x' || ispunct((unsigned char)s[0]));
        capitals = capitals && (isupper((unsigned char)s[i]) || s[i] == '_');
    }
    return same || (*s == '<' && n > 1 && (s[n - 1] == '>' || s[1] == '/')) ||
           (n > 1 && *s == '$' && (strchr("{(", s[1]) || capitals)) ||
           (n > 1 && *s == '{' && s[1] == '{');
}

/* True where the word may be a secret behind its name and a sign. */
bool
secret_is_value(const char *s, size_t n)
{
    s = secret_bare_word(s, &n);
    return n > 0 && !is_placeholder(s, n) && !word_is(WORD_STATE, s, n) &&
           !word_is(WORD_OF, s, n);
}

/* True for a date, a time, an amount, a version, or an order number: digits and
 * signs, with letters before them, all small or all capital. */
static bool
is_number(const char *s, size_t n)
{
    size_t i = 0, lower = 0;
    while (i < n && isalpha((unsigned char)s[i]))
        lower += islower((unsigned char)s[i++]) != 0;
    if (lower > 1 || (lower == 1 && i > 1))
        return false;
    while (i < n && (isdigit((unsigned char)s[i]) || strchr(".,:/%+-#", s[i])))
        i++;
    return i == n;
}

/* True for a word with a digit or a sign in it: people choose such passwords,
 * and write no such words. */
bool
secret_is_chosen(const char *s, size_t n)
{
    size_t digits = 0, signs = 0;
    s = secret_bare_word(s, &n);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        digits += isdigit(c) != 0;
        signs += c < 0x80 && ispunct(c) && !strchr("-_'/.,:;()\"&@", c);
    }
    return n >= CHOSEN_LEAST && digits + signs > 0 && !is_number(s, n) &&
           secret_is_value(s, n);
}

/* The same where nothing but the looks tells: with small letters as well as
 * capitals and digits. */
static bool
is_strongly_chosen(const char *s, size_t n)
{
    bool lower = false, upper = false;
    for (size_t i = 0; i < n; i++) {
        lower |= islower((unsigned char)s[i]) != 0;
        upper |= i > 0 && isupper((unsigned char)s[i - 1]) &&
                 isalnum((unsigned char)s[i]);
        upper |= i > 0 && isupper((unsigned char)s[i]);
    }
    return lower && upper && secret_is_chosen(s, n);
}

/* True where a sentence ends with the word. */
bool
secret_ends_sentence(const char *s, size_t n)
{
    const char *rest = s + n;
    return (n > 1 && strchr(".!?;", s[n - 1])) || *rest == '\n' ||
           !*word_next(rest);
}

/* --- names ---------------------------------------------------------------- */

/* True for "key" or "code" behind a word that makes it a secret, in one name or
 * in two words. */
static bool
is_qualified(const struct name *name)
{
    size_t n = name->n, word = 0;
    const char *s = name->s, *before = name->last;
    while (word < n && isalpha((unsigned char)s[n - 1 - word]))
        word++;
    size_t length = name->last_length;
    if (word < n) {
        before = s;
        length = n - word - 1;
    }
    if (!word_is(WORD_NAME_QUALIFIED, s + n - word, word))
        return false;
    for (size_t i = 0; i < length; i++) {
        bool begins = i == 0 || !isalnum((unsigned char)before[i - 1]);
        if (begins && word_is(WORD_QUALIFIER, before + i, length - i))
            return true;
    }
    return name->s > name->text && strchr("?&", name->s[-1]) &&
           strncasecmp(s, "code", n) == 0;
}

/* True where the name is one of a secret, whatever its value looks like. */
static bool
is_secret_name(const struct name *name)
{
    const char *s = name->s;
    size_t n = name->n;
    bool passe = n == 5 && strncasecmp(s, "passe", n) == 0;
    if (word_is(WORD_HARMLESS_IN, s, n) || word_is(WORD_HARMLESS_END, s, n))
        return false;
    return word_is(WORD_NAME, s, n) || word_is(WORD_NAME_IN, s, n) ||
           word_is(WORD_NAME_END, s, n) || word_is(WORD_NAME_DIGITS, s, n) ||
           is_qualified(name) ||
           (passe && word_is(WORD_OF, name->last, name->last_length));
}

/* --- settings ------------------------------------------------------------- */

/* The value behind a sign at S, which follows a name; else "". */
static const char *
behind_sign(const char *s)
{
    static const char *const signs[] = {":=", "=>", "->", "=", ":", ">"};
    const char *at = s + strspn(s, " \"'])");
    bool listed = at > s && strchr("\"'", at[-1]) && *at == ',';
    if (strncmp(at, "value", 5) == 0)
        at = word_next(at + 5);
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t n = strlen(signs[i]);
        if (strncmp(at, signs[i], n) == 0)
            return at + n + strspn(at + n, " \"'=");
    }
    return listed ? at + 1 + strspn(at + 1, " \"'") : "";
}

/* The characters of a value of a setting at S. */
static size_t
value_length(const char *s)
{
    return strcspn(s, " \r\n\"',;&}<");
}

static bool
is_option(const struct name *name)
{
    return *name->s == '-' &&
           (name->s == name->text || strchr(" \n", name->s[-1])) &&
           secret_is_value(word_next(name->s + name->n),
                           word_length(word_next(name->s + name->n)));
}

/* True where a name has a value behind a sign, in quotes, or as an option. */
static bool
is_set(const struct name *name)
{
    const char *after = name->s + name->n, *value = behind_sign(after);
    const char *quoted = word_next(after);
    size_t n = value_length(value);
    bool wide = n == 0 && *value == '<'; /* "<x" */
    if (*value && strncmp(value, "//", 2) != 0 &&
        secret_is_value(value, wide ? word_length(value) : n))
        return true;
    if (quoted > after && strchr("\"'", *quoted) && *quoted &&
        secret_is_value(quoted + 1, value_length(quoted + 1)))
        return true;
    return is_option(name);
}

/* --- sentences ------------------------------------------------------------ */

/* True where the words at S, behind a word such as "is", are the secret. */
static bool
is_said_at(const char *s)
{
    bool article = false;
    for (size_t n = word_length(s); n > 0; n = word_length(s)) {
        bool fill = word_is(WORD_FILL, s, n);
        if (!fill && !word_is(WORD_ARTICLE, s, n))
            break;
        article = article || !fill;
        if (!*word_next(s + n))
            break;
        s = word_next(s + n);
        s += *s == ':';
        s = word_next(s);
    }
    size_t n = word_length(s);
    return secret_is_value(s, n) &&
           (!article || secret_ends_sentence(s, n) || secret_is_chosen(s, n));
}

/* True where the word joins a name and its secret: a word or sign of its own;
 * or, of a name that FOR says more of, a colon behind a word. */
static bool
joins(const char *s, size_t n, bool with_for)
{
    return word_is(WORD_JOIN, s, n) ||
           word_is(WORD_JOIN, s, n - (s[n - 1] == ':')) ||
           (with_for && (strchr(":=", s[n - 1]) || (n == 1 && *s == '-')));
}

/* True where the word at S joins a change and the new secret: one that looks
 * like it, or, where a word of the CHANGE was seen, the last word. */
static bool
is_changed_to(const char *s, size_t n, bool change)
{
    const char *next = word_next(s + n);
    size_t length = word_length(next);
    return word_is(WORD_JOIN_TO, s, n) && secret_is_value(next, length) &&
           ((change && secret_ends_sentence(next, length)) ||
            secret_is_chosen(next, length));
}

/* True where a word directly behind the name may be the secret. */
static bool
is_direct(const struct name *name, const char *s, size_t n)
{
    size_t digits = strspn(s, "0123456789");
    size_t word = n;
    secret_bare_word(s, &word);
    bool pin = word_is(WORD_NAME_DIGITS, name->s, name->n) ||
               word_is(WORD_NAME_QUALIFIED, name->s, name->n);
    if (digits == word && digits > 0)
        return digits >= DIGITS_LEAST ||
               (pin && digits >= PIN_LEAST && digits <= PIN_MOST);
    bool begins = name->s == name->text || name->s[-1] == '\n';
    bool alone = begins && word_is(WORD_NAME_ALONE, name->s, name->n);
    return (name->user || alone) && secret_is_value(s, n) &&
           secret_ends_sentence(s, n);
}

/* True where the word at S, behind a name, says of what it is. */
static bool
says_more(const char *s, size_t n)
{
    size_t word = n - (n > 0 && s[n - 1] == ':');
    return *s == '(' || word_is(WORD_OF, s, n) || word_is(WORD_FILL, s, word);
}

/* True where one of the words behind the name of a secret may be it. */
static bool
follows(const struct name *name)
{
    const char *s = word_next(name->s + name->n);
    bool with_for = says_more(s, word_length(s));
    bool change = name->change, of = false;
    for (int i = 0; i < WORDS_AFTER; i++) {
        size_t n = word_length(s);
        if (n == 0 || (i == 0 && is_direct(name, s, n)))
            return n > 0;
        change = change || word_is(WORD_CHANGE, s, n);
        if ((joins(s, n, with_for) && is_said_at(word_next(s + n))) ||
            is_changed_to(s, n, change) ||
            (i < CHOSEN_AFTER && !of && secret_is_chosen(s, n)))
            return true;
        if (secret_ends_sentence(s, n))
            return false;
        of = word_is(WORD_OF, s, n);
        s = word_next(s + n);
    }
    return false;
}

static bool
is_use(const char *s, size_t n)
{
    return n == 3 && strncasecmp(s, "use", n) == 0;
}

/* The words behind the name of a login and what joins both: "login for prod: ".
 */
static const char *
pair_of(const struct name *name)
{
    const char *s = name->s + name->n;
    s = word_next(s + (*s == ':'));
    size_t n = word_length(s);
    bool more = says_more(s, n);
    for (const char *at = s; more && n > 0; at = word_next(at + n)) {
        n = word_length(at);
        if (joins(at, n, true))
            return word_next(at + n);
        if (secret_ends_sentence(at, n))
            break;
    }
    for (n = word_length(s); n > 0 && (joins(s, n, false) || is_use(s, n));
         n = word_length(s))
        s = word_next(s + n);
    return s;
}

/* True where "bob / x" follows the name of a login, or "bob, x" at its end. */
static bool
has_pair(const struct name *name)
{
    const char *s = pair_of(name);
    size_t n = word_length(s), user = strcspn(s, "/, \r\n");
    const char *rest = s + user;
    if (!secret_is_value(s, user) || !*rest)
        return false;
    bool slash = *word_next(rest) == '/', comma = *rest == ',';
    const char *word = word_next(word_next(rest) + (slash || comma));
    n = word_length(word);
    return secret_is_value(word, n) &&
           (slash || (comma && secret_ends_sentence(word, n)) ||
            secret_is_chosen(word, n));
}

/* True where the name of any key is said to be what looks like one. */
static bool
is_weakly_said(const struct name *name)
{
    const char *s = word_next(name->s + name->n);
    for (int i = 0; i < WORDS_AFTER && *s; i++) {
        size_t n = word_length(s);
        const char *next = word_next(s + n);
        if (joins(s, n, false) && is_strongly_chosen(next, word_length(next)))
            return true;
        if (secret_ends_sentence(s, n))
            return false;
        s = next;
    }
    return false;
}

static bool
has_secret(const struct name *name)
{
    if (word_is(WORD_NAME_PAIR, name->s, name->n) && has_pair(name))
        return true;
    if (is_secret_name(name))
        return is_set(name) || follows(name) ||
               secret_is_before(name->text, name->s, name->n);
    return word_is(WORD_NAME_QUALIFIED, name->s, name->n) &&
           is_weakly_said(name);
}

/* True where a name in TEXT has its secret. */
static bool
has_named(const char *text)
{
    struct name name = {.text = text, .last = ""};
    int user = WORDS_BEFORE + 1, change = WORDS_BEFORE + 1;
    for (const char *s = text; *s; s += name.n + (s[name.n] != '\0')) {
        name.s = s;
        name.n = name_length(s);
        if (name.n == 0)
            continue;
        name.user = user <= WORDS_BEFORE;
        name.change = change <= WORDS_BEFORE;
        if (has_secret(&name))
            return true;
        user = word_is(WORD_USER, s, name.n) ? 0 : user + (user < 99);
        change = word_is(WORD_CHANGE, s, name.n) ? 0 : change + (change < 99);
        name.last = s;
        name.last_length = name.n;
    }
    return false;
}

/* --- headers and options of calls ----------------------------------------- */

/* True where TEXT has "Bearer x" or "Basic x" as a header has it: at its begin,
 * behind a sign, or with a word that looks like a key. */
static bool
has_scheme(const char *text)
{
    static const char *const schemes[] = {"bearer ", "basic "};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const char *at = text;
        for (; (at = strcasestr(at, schemes[i])) != NULL; at++) {
            const char *value = word_next(at + strlen(schemes[i]));
            size_t n = word_length(value);
            const char *before = at;
            while (before > text && before[-1] == ' ')
                before--;
            bool sign = before == text || strchr(":=\"'\n", before[-1]);
            if (secret_is_value(value, n) &&
                ((sign && secret_ends_sentence(value, n)) ||
                 secret_is_chosen(value, n) || (before > text && sign)))
                return true;
        }
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

bool
secret_may_be_in(const char *text)
{
    struct buf plain;
    buf_init_any(&plain);
    add_plain(&plain, text);
    const char *s = buf_str(&plain);
    bool found = buf_failed(&plain) || has_scheme(s) || has_named(s) ||
                 has_user(s) || secret_has_key(s) || secret_has_option(s) ||
                 secret_has_login(s) || secret_is_in_call(text) ||
                 secret_is_paired(s);
    buf_clear(&plain);
    return found;
}
