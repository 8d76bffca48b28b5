/* Words of a shell. */
#include "base/shell_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/percent.h"
#include "base/text.h"

enum { WORDS_MOST = 2000 };

struct lexer {
    const char *at, *end;
    struct shell_words *words;
    struct buf word;
    bool open; /* a word has begun, even an empty one */
    bool expands;
    struct error *e;
};

static enum err
refuse(struct lexer *l, const char *why)
{
    return error_set(l->e, ERR_INVALID, "%s", why);
}

static void
put(struct lexer *l, char c)
{
    l->open = true;
    buf_addc(&l->word, c);
}

static void
finish_word(struct lexer *l)
{
    struct shell_words *w = l->words;
    if (!l->open)
        return;
    w->items[w->count++] = (struct shell_word){
        mem_strndup(buf_str(&l->word), l->word.len), l->expands};
    if (l->word.len > 0)
        explicit_bzero(l->word.data, l->word.len);
    buf_reset(&l->word);
    l->open = l->expands = false;
}

/* "\r\n" or "\n" at S, which a backslash before it takes away: its bytes. */
static size_t
line_end(const char *s, const char *end)
{
    if (s < end && *s == '\n')
        return 1;
    return end - s > 1 && s[0] == '\r' && s[1] == '\n' ? 2 : 0;
}

/* A "$" or "`" that is not quoted by '…' or a backslash. */
static enum err
take_expansion(struct lexer *l)
{
    char next = l->at + 1 < l->end ? l->at[1] : ' ';
    if (*l->at == '`' || next == '(')
        return refuse(l, "The line runs a command inside itself ($(…) or `…`): "
                         "write its result in its place");
    if (isalnum((unsigned char)next) || strchr("_{@*#?$!-", next))
        l->expands = true;
    put(l, *l->at++);
    return ERR_OK;
}

static enum err
single_quoted(struct lexer *l)
{
    l->open = true;
    for (l->at++; l->at < l->end && *l->at != '\''; l->at++)
        put(l, *l->at);
    if (l->at == l->end)
        return refuse(l, "A quote (') is open at the end of the line");
    l->at++;
    return ERR_OK;
}

static enum err
double_quoted(struct lexer *l)
{
    enum err err = ERR_OK;
    l->open = true;
    for (l->at++; !err && l->at < l->end && *l->at != '"';) {
        size_t n = *l->at == '\\' ? line_end(l->at + 1, l->end) : 0;
        if (n > 0)
            l->at += 1 + n;
        else if (*l->at == '\\' && l->at + 1 < l->end &&
                 strchr("$`\"\\", l->at[1])) {
            put(l, l->at[1]);
            l->at += 2;
        } else if (*l->at == '$' || *l->at == '`')
            err = take_expansion(l);
        else
            put(l, *l->at++);
    }
    if (!err && l->at == l->end)
        return refuse(l, "A quote (\") is open at the end of the line");
    l->at++;
    return err;
}

/* The digits of \xHH or \uHHHH, at most MOST, as one character. */
static void
put_code(struct lexer *l, int most, bool byte)
{
    uint32_t code = 0;
    char utf8[4];
    while (most-- > 0 && l->at < l->end && hex_digit(*l->at) >= 0)
        code = code * 16 + (uint32_t)hex_digit(*l->at++);
    if (byte && code)
        put(l, (char)code);
    else if (code)
        for (size_t i = 0, n = utf8_encode(utf8, code); i < n; i++)
            put(l, utf8[i]);
}

/* What follows a backslash in $'…'. */
static void
put_escaped(struct lexer *l)
{
    static const char letters[] = "nrtabfv", codes[] = "\n\r\t\a\b\f\v";
    char c = *l->at++;
    const char *letter = strchr(letters, c);
    if (c == 'x')
        put_code(l, 2, true);
    else if (c == 'u' || c == 'U')
        put_code(l, c == 'u' ? 4 : 8, false);
    else if (letter && c)
        put(l, codes[letter - letters]);
    else if (strchr("\\'\"?", c))
        put(l, c);
    else {
        put(l, '\\');
        put(l, c);
    }
}

static enum err
dollar_quoted(struct lexer *l)
{
    l->open = true;
    for (l->at += 2; l->at < l->end && *l->at != '\'';) {
        if (*l->at == '\\' && l->at + 1 < l->end) {
            l->at++;
            put_escaped(l);
        } else
            put(l, *l->at++);
    }
    if (l->at >= l->end)
        return refuse(l, "A quote (') is open at the end of the line");
    l->at++;
    return ERR_OK;
}

static void
take_backslash(struct lexer *l)
{
    size_t n = line_end(l->at + 1, l->end);
    l->at += 1 + n;
    if (n == 0 && l->at < l->end)
        put(l, *l->at++);
}

static enum err
step(struct lexer *l)
{
    char c = *l->at;
    if (c == ' ' || c == '\t') {
        finish_word(l);
        l->at++;
        return ERR_OK;
    }
    if (c == '\\') {
        take_backslash(l);
        return ERR_OK;
    }
    if (c == '\'')
        return single_quoted(l);
    if (c == '"')
        return double_quoted(l);
    if (c == '$' && l->at + 1 < l->end && l->at[1] == '\'')
        return dollar_quoted(l);
    if (c == '$' || c == '`')
        return take_expansion(l);
    if (c == '#' && !l->open) {
        l->words->comment = true;
        while (l->at < l->end && !strchr("\r\n", *l->at))
            l->at++;
        return ERR_OK;
    }
    if (strchr("|&;<>()\n\r", c))
        return refuse(l, "More than one command is there: keep only the curl "
                         "line, without what follows it");
    put(l, *l->at++);
    return ERR_OK;
}

enum err
shell_words_read(struct shell_words *w, const char *text, size_t n,
                 struct error *e)
{
    struct lexer l = {.words = w, .e = e};
    enum err err = ERR_OK;
    *w = (struct shell_words){.items = NULL};
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) && text[n - 1])
        n--;
    if (memchr(text, '\0', n) || utf8_valid_prefix(text, n) != n)
        return error_set(e, ERR_INVALID,
                         "The line holds bytes that are not text");
    w->items = mem_array(WORDS_MOST, sizeof *w->items);
    buf_init(&l.word, n + 1);
    l.at = text;
    l.end = text + n;
    while (!err && l.at < l.end) {
        err = w->count == WORDS_MOST - 1
                  ? refuse(&l, "The line has too many words")
                  : step(&l);
    }
    finish_word(&l);
    buf_clear(&l.word);
    return err;
}

void
shell_words_clear(struct shell_words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        explicit_bzero(w->items[i].text, strlen(w->items[i].text));
        free(w->items[i].text);
    }
    free(w->items);
    *w = (struct shell_words){.items = NULL};
}
