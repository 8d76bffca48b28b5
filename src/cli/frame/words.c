/* The classes of the words in usage texts. */
#include "cli/frame/words.h"

#include <stddef.h>
#include <string.h>

enum class { KEPT, COUNTED };

static const struct {
    const char *word;
    enum class class;
} words[] = {
#define W(word, class) {word, class},
#include "cli/frame/words.def"
#undef W
};

bool
words_kept(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].class == KEPT;
    return false;
}
