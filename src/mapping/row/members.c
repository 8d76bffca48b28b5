/* The members of a mapping row beside target, source, default, required and
 * note. */
#include "mapping/row/members.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const struct row_member_help members[ROW_MEMBERS] = {
#define MEMBER(id_, key_, option_, without_, form_, help_)                     \
    {.key = key_,                                                              \
     .option = option_,                                                        \
     .without = without_,                                                      \
     .form = form_,                                                            \
     .help = help_},
#include "mapping/row/members.def"
#undef MEMBER
};

const struct row_member_help *
row_member(enum row_member m)
{
    return &members[m];
}

static bool
is_filler(char c)
{
    return c == ' ' || c == '\t' || c == '-' || c == '_';
}

/* Whether TEXT is the N bytes at WORD for people: case, blanks and hyphens
 * do not count. */
static bool
reads_as(const char *text, const char *word, size_t n)
{
    size_t i = 0;
    for (; *text; text++) {
        if (is_filler(*text))
            continue;
        if (i == n || tolower((unsigned char)*text) !=
                          tolower((unsigned char)word[i]))
            return false;
        i++;
    }
    return i == n;
}

/* The word of FORM ("a|b") that TEXT reads as, in *OUT. */
static enum err
read_word(const char *form, const char *text, char **out, struct error *e)
{
    for (const char *word = form; *word;) {
        size_t n = strcspn(word, "|");
        if (reads_as(text, word, n)) {
            *out = mem_strndup(word, n);
            return ERR_OK;
        }
        word += n + (word[n] == '|');
    }
    return error_set(e, ERR_INVALID, "\"%.60s\" is not one of %s", text, form);
}

enum err
row_member_read(enum row_member m, const char *text, char **out,
                struct error *e)
{
    const struct row_member_help *h = &members[m];
    size_t skip = strspn(text, " \t\r\n"), n = strlen(text);
    enum err err = ERR_OK;
    while (n > skip && strchr(" \t\r\n", text[n - 1]))
        n--;
    *out = NULL;
    if (n == skip)
        return ERR_OK;
    char *bare = mem_strndup(text + skip, n - skip);
    if (strchr(h->form, '|')) {
        err = read_word(h->form, bare, out, e);
        free(bare);
    } else {
        *out = bare;
    }
    if (err != ERR_OK)
        return error_prefix(e, "%s", h->key);
    if (text_equal(*out, h->without)) {
        free(*out);
        *out = NULL;
    }
    return ERR_OK;
}
