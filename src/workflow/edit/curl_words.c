/* Known words, looked up one after the other: a line is read once. */
#include "workflow/edit/curl_words.h"

#include <string.h>
#include <strings.h>

enum { MADE_MOST = 60 };

static const struct known {
    enum word_use use;
    const char *word;
} words[] = {
#define W(use, word) {WORD_##use, word},
#include "workflow/edit/curl_words.def"
#undef W
};
enum { WORDS = sizeof words / sizeof words[0] };

bool
word_is_known(enum word_use use, const char *s, size_t n)
{
    for (size_t i = 0; i < WORDS; i++) {
        if (words[i].use == use && strlen(words[i].word) == n &&
            strncasecmp(words[i].word, s, n) == 0)
            return true;
    }
    return false;
}

/* Marks in ENDS where a word of a path ends that begins at AT of the N bytes
 * S; the plural of one as well. */
static void
mark_ends(const char *s, size_t n, size_t at, bool *ends)
{
    for (size_t i = 0; i < WORDS; i++) {
        size_t length = strlen(words[i].word), end = at + length;
        if (words[i].use != WORD_PATH || end > n ||
            strncasecmp(words[i].word, s + at, length) != 0)
            continue;
        ends[end] = true;
        if (end < n && s[end] == 's')
            ends[end + 1] = true;
        if (end + 1 < n && s[end] == 'e' && s[end + 1] == 's')
            ends[end + 2] = true;
    }
}

bool
word_is_made_of_known(const char *s, size_t n)
{
    bool ends[MADE_MOST + 1] = {true};
    if (n == 0 || n > MADE_MOST)
        return false;
    for (size_t at = 0; at < n; at++) {
        if (!ends[at])
            continue;
        mark_ends(s, n, at, ends);
        if (at > 0 && at + 1 < n && strchr("-_.", s[at]))
            mark_ends(s, n, at + 1, ends);
    }
    return ends[n];
}
