/* Secrets that stand before what names them: "x is the password". */
#include <ctype.h>
#include <string.h>

#include "workflow/edit/secret_text_private.h"
#include "workflow/edit/secret_words.h"

enum {
    BETWEEN_MOST = 5, /* words between the secret and its name */
    LETTERS_LEAST = 4 /* of a word with digits behind them */
};

/* A word of a text. */
struct word {
    const char *s;
    size_t n;
};

/* The word before AT in the same line of TEXT; of length 0 where none is. */
static struct word
word_before(const char *text, const char *at)
{
    while (at > text && at[-1] == ' ')
        at--;
    const char *end = at;
    while (at > text && !strchr(" \r\n", at[-1]))
        at--;
    return (struct word){at, (size_t)(end - at)};
}

static bool
is_in(enum word_use use, struct word w)
{
    w.s = secret_bare_word(w.s, &w.n);
    return word_is(use, w.s, w.n);
}

/* True where nothing of the same sentence stands before W. */
static bool
begins_sentence(const char *text, struct word w)
{
    struct word before = word_before(text, w.s);
    return before.n == 0 || strchr(".:;!?,-", before.s[before.n - 1]) != NULL;
}

/* True where the name of N characters at S is the last of its thought, so that
 * it is no part of another name: "the password field". */
static bool
ends_name(const char *s, size_t n)
{
    const char *rest = s + n;
    rest += strspn(rest, "\"')");
    if (!*rest || strchr(".,;:!?\r\n", *rest) || !*word_next(rest))
        return true;
    rest = word_next(rest);
    size_t length = word_length(rest);
    struct word next = {rest, length};
    return *rest == '(' || is_in(WORD_OF, next) || is_in(WORD_FILL, next) ||
           is_in(WORD_AND, next);
}

static bool
is_quoted(struct word w)
{
    w.n -= w.n > 2 && strchr(".,:;", w.s[w.n - 1]);
    return w.n > 2 && strchr("\"'`", *w.s) && w.s[w.n - 1] == *w.s;
}

/* True where W, which a word such as "is" or "as" joins to a name, is a secret:
 * by its looks, behind a word such as "use", or as the first of a sentence. */
static bool
is_said(const char *text, struct word w)
{
    struct word bare = w;
    bare.s = secret_bare_word(w.s, &bare.n);
    if (!secret_is_value(bare.s, bare.n) ||
        word_is(WORD_ARTICLE, bare.s, bare.n) ||
        word_is(WORD_POINTER, bare.s, bare.n))
        return false;
    return is_quoted(w) || secret_is_chosen(bare.s, bare.n) ||
           is_in(WORD_USE, word_before(text, w.s)) || begins_sentence(text, w);
}

/* True where W ends with a sign, or is one, behind which a name may say what
 * stood before: "x: password", "x (the password)". */
static bool
ends_with_sign(struct word w)
{
    return w.n > 0 && strchr(":=,-/", w.s[w.n - 1]);
}

/* The words from the name at *AT back to what joins it to its secret; true
 * where all of them are of the name: "the new prod password". One that is not
 * known stands behind an article only. */
static bool
skip_to_join(const char *text, const char **at)
{
    bool other = false;
    for (int i = 0; i < BETWEEN_MOST; i++) {
        struct word w = word_before(text, *at);
        bool joins = word_is(WORD_JOIN, w.s, w.n) || word_is(WORD_AS, w.s, w.n);
        if (w.n == 0 || joins || ends_with_sign(w))
            return w.n > 0 && !other;
        bool article = is_in(WORD_ARTICLE, w) || is_in(WORD_OWN, w);
        if (!article && !is_in(WORD_FILL, w) && !is_in(WORD_OF, w))
            other = true;
        else if (article)
            other = false;
        *at = w.s;
    }
    return false;
}

bool
secret_is_before(const char *text, const char *name, size_t n)
{
    const char *at = name;
    if (!ends_name(name, n))
        return false;
    while (at > text && strchr("\"'(", at[-1]))
        at--;
    struct word w = word_before(text, at);
    if (at < name && w.n > 0 && *at == '(')
        return secret_is_chosen(w.s, w.n);
    if (!skip_to_join(text, &at))
        return false;
    w = word_before(text, at);
    bool word = word_is(WORD_JOIN, w.s, w.n) || word_is(WORD_AS, w.s, w.n);
    bool sign = ends_with_sign(w);
    if (w.n == 1 || word)
        w = word_before(text, w.s);
    if (w.n == 0)
        return false;
    return sign ? secret_is_chosen(w.s, w.n) || is_quoted(w) : is_said(text, w);
}

/* True for letters, most of them small, with digits behind: "hunter2". */
static bool
is_word_with_digits(const char *s, size_t n)
{
    size_t letters = 0, digits = 0, lower = 0;
    while (letters < n && isalpha((unsigned char)s[letters]))
        lower += islower((unsigned char)s[letters++]) != 0;
    while (letters + digits < n && isdigit((unsigned char)s[letters + digits]))
        digits++;
    return letters >= LETTERS_LEAST && lower + 1 >= letters && digits > 0 &&
           letters + digits == n;
}

bool
secret_is_paired(const char *text)
{
    for (const char *s = text; *s; s += strcspn(s, "\n")) {
        s = word_next(s);
        size_t n = strcspn(s, ": \n");
        const char *colon = s + n + strspn(s + n, " ");
        const char *second = colon + 1;
        if (*colon != ':' || !is_word_with_digits(s, n))
            continue;
        second += strspn(second, " ");
        size_t length = word_length(second);
        const char *end = second + length + strspn(second + length, " ");
        if (secret_is_value(second, length) && (!*end || *end == '\n'))
            return true;
    }
    return false;
}
