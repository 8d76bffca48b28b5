/* Words and options in texts that may hold a secret. */
#include "workflow/edit/secret_words.h"

#include <string.h>
#include <strings.h>

enum place { GLUED, APART, AFTER };

bool
word_is(enum word_use use, const char *s, size_t n)
{
    static const struct {
        enum word_use use;
        const char *word;
    } words[] = {
#define W(use, word) {WORD_##use, word},
#include "workflow/edit/secret_words.def"
#undef W
    };
    bool inside = use == WORD_NAME_IN || use == WORD_HARMLESS_IN;
    bool end = use == WORD_NAME_END || use == WORD_HARMLESS_END;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *word = words[i].word;
        size_t length = strlen(word);
        if (words[i].use != use || length > n ||
            (!inside && !end && length != n))
            continue;
        for (size_t at = inside ? 0 : n - length; at + length <= n; at++) {
            if (strncasecmp(s + at, word, length) == 0)
                return true;
        }
    }
    return false;
}

size_t
word_length(const char *s)
{
    return strcspn(s, " \r\n");
}

const char *
word_next(const char *s)
{
    return s + strspn(s, " \r\n");
}

/* The text behind PROGRAM, one or two words, where a word of TEXT is it, also
 * with the folder that it is in; else NULL. */
static const char *
behind_program(const char *text, const char *program)
{
    size_t n = strlen(program);
    for (const char *at = text; (at = strstr(at, program)) != NULL; at++) {
        bool begins = at == text || strchr(" /\\\r\n", at[-1]);
        if (begins && strchr(" \r\n", at[n]) && at[n])
            return at + n;
    }
    return NULL;
}

/* True where the option at WORD has a secret at PLACE. */
static bool
option_has_secret(const char *word, const char *option, enum place place)
{
    size_t n = word_length(word), length = strlen(option);
    const char *next = word_next(word + n);
    if (strncmp(word, option, length) != 0)
        return false;
    if (place == GLUED)
        return n > length;
    return (place == AFTER || n == length) && *next && *next != '-';
}

bool
secret_has_option(const char *text)
{
    static const struct {
        const char *program, *option;
        enum place place;
    } options[] = {
#define O(program, option, place, with, without) {program, option, place},
#include "workflow/edit/secret_options.def"
#undef O
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        const char *at = behind_program(text, options[i].program);
        for (at = at ? word_next(at) : ""; *at;
             at = word_next(at + word_length(at))) {
            if (option_has_secret(at, options[i].option, options[i].place))
                return true;
        }
    }
    return false;
}
