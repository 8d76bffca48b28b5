/* HTML in texts: entities and tags. */
#include <string.h>
#include <strings.h>

#include "base/percent.h"
#include "base/text.h"
#include "mapping/functions/fn.h"

/* The named entities of HTML 4. */
static const struct {
    const char *name;
    uint32_t character;
} entities[] = {
#define ENTITY(name, character) {name, character},
#include "mapping/functions/entities.def"
#undef ENTITY
};

/* --- writing ------------------------------------------------------------- */

void
fn_encodehtml(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    static const struct {
        char sign;
        const char *entity;
    } signs[] = {{'&', "&amp;"},
                 {'<', "&lt;"},
                 {'>', "&gt;"},
                 {'"', "&quot;"},
                 {'\'', "&#39;"}};
    enum { LONGEST = 6 };
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 8);
    char *text = formula_alloc(ev->arena, LONGEST * t.n);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        const char *entity = NULL;
        for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
            if (t.s[i] == signs[k].sign)
                entity = signs[k].entity;
        size_t length = entity ? strlen(entity) : 1;
        memcpy(text + n, entity ? entity : t.s + i, length);
        n += length;
    }
    formula_shrink(ev->arena, text, LONGEST * t.n, n);
    fvalue_text(out, text, n);
}

/* --- reading ------------------------------------------------------------- */

/* The character of the digits at S, N bytes, or 0. */
static uint32_t
numbered(const char *s, size_t n)
{
    bool hex = n > 0 && (*s == 'x' || *s == 'X');
    uint32_t c = 0;
    for (size_t i = hex; i < n; i++) {
        int digit = hex_digit(s[i]);
        if (digit < 0 || (!hex && digit > 9) || c > 0x10ffff)
            return 0;
        c = c * (hex ? 16 : 10) + (uint32_t)digit;
    }
    return c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : c;
}

/* The character of the entity whose name is the N bytes at S, or 0. */
static uint32_t
entity_character(const char *s, size_t n)
{
    if (n > 1 && *s == '#')
        return numbered(s + 1, n - 1);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strncmp(entities[i].name, s, n) == 0 && !entities[i].name[n])
            return entities[i].character;
    return 0;
}

/* Reads the entity at the beginning of T into *C; its length, or 0. */
static size_t
read_entity(struct ftext t, uint32_t *c)
{
    enum { NAME_MOST = 10 };
    size_t n = 1;
    while (n < t.n && n <= NAME_MOST && t.s[n] != ';' && t.s[n] != '&')
        n++;
    if (n >= t.n || n < 2 || t.s[n] != ';')
        return 0;
    *c = entity_character(t.s + 1, n - 1);
    return *c ? n + 1 : 0;
}

void
fn_decodehtml(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    char *text = formula_alloc(ev->arena, t.n);
    size_t n = 0;
    formula_step(ev->arena, t.n / 8);
    for (size_t i = 0; i < t.n;) {
        uint32_t c;
        size_t taken = 0;
        if (t.s[i] == '&') {
            formula_step(ev->arena, 8);
            taken = read_entity((struct ftext){t.s + i, t.n - i}, &c);
        }
        if (taken > 0)
            n += utf8_encode(text + n, c);
        else
            text[n++] = t.s[i];
        i += taken > 0 ? taken : 1;
    }
    fvalue_text(out, text, n);
}

/* --- tags ---------------------------------------------------------------- */

static bool
begins(struct ftext t, const char *word)
{
    size_t n = strlen(word);
    return t.n >= n && strncasecmp(t.s, word, n) == 0;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The bytes up to and with the > that ends the tag at the beginning of T, or 0
 * where it has no end. What stands in quotes ends no tag. */
static size_t
tag_length(struct ftext t)
{
    char quote = 0;
    for (size_t i = 1; i < t.n; i++) {
        char c = t.s[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && t.s[i - 1] == '=')
            quote = c;
        else if (c == '>')
            return i + 1;
    }
    return 0;
}

/* The bytes of T up to and with WORD, or 0 where it is not there. */
static size_t
through(struct ftext t, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= t.n; i++)
        if (t.s[i] == word[0] && strncasecmp(t.s + i, word, n) == 0)
            return i + n;
    return 0;
}

/* True where the tag at the beginning of T is one of NAMES. */
static bool
tag_is(struct ftext t, const char *const *names)
{
    for (; *names; names++) {
        size_t n = strlen(*names);
        if (begins(t, *names) && t.n > n && !is_letter(t.s[n]) &&
            !(t.s[n] >= '0' && t.s[n] <= '9'))
            return true;
    }
    return false;
}

enum markup { COMMENT, SCRIPT, STYLE, TAG, PLAIN };

/* What begins with the < at the beginning of T. */
static enum markup
markup_at(struct ftext t)
{
    static const char *const scripts[] = {"<script", NULL};
    static const char *const styles[] = {"<style", NULL};
    char c = t.n > 1 ? t.s[1] : ' ';
    if (begins(t, "<!--"))
        return COMMENT;
    if (tag_is(t, scripts))
        return SCRIPT;
    if (tag_is(t, styles))
        return STYLE;
    return is_letter(c) || c == '/' || c == '!' || c == '?' ? TAG : PLAIN;
}

static size_t
markup_length(struct ftext t, enum markup kind)
{
    static const char *const ends[] = {
        [COMMENT] = "-->", [SCRIPT] = "</script>", [STYLE] = "</style>"};
    return kind == TAG ? tag_length(t) : through(t, ends[kind]);
}

/* Writes T without its tags to TEXT; returns the bytes. A kind of markup that
 * has no end once has none behind that either, so no text is searched twice. */
static size_t
strip(struct ftext t, char *text)
{
    static const char *const breaks[] = {"<br",  "</p",  "</div", "</li",
                                         "</tr", "</h1", "</h2",  "</h3",
                                         "</h4", "</h5", "</h6",  NULL};
    bool endless[PLAIN + 1] = {[PLAIN] = true};
    size_t n = 0;
    for (size_t i = 0; i < t.n;) {
        struct ftext rest = {t.s + i, t.n - i};
        enum markup kind = t.s[i] == '<' ? markup_at(rest) : PLAIN;
        size_t length = endless[kind] ? 0 : markup_length(rest, kind);
        endless[kind] |= length == 0;
        if (length == 0)
            text[n++] = t.s[i++];
        else if (tag_is(rest, breaks))
            text[n++] = '\n';
        i += length;
    }
    return n;
}

void
fn_striphtml(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 8);
    char *text = formula_alloc(ev->arena, t.n);
    fvalue_text(out, text, strip(t, text));
}
