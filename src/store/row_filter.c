/* Filters of installations, row by row. */
#include "store/row_filter.h"

#include <stdlib.h>

#include "base/fold.h"
#include "base/mem.h"

bool
row_set_has(const struct row_set *set, int64_t n)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->numbers[i] == n)
            return true;
    return false;
}

void
row_set_add(struct row_set *set, int64_t n)
{
    set->numbers =
        mem_resize(set->numbers, set->count + 1, sizeof *set->numbers);
    set->numbers[set->count++] = n;
}

bool
row_filter_is_empty(const struct row_filter *f)
{
    return f->word_count == 0 && f->conditions == 0 && !f->by_integration &&
           !f->skip;
}

bool
row_word_fits(const struct row_word *word, const char *search, size_t n)
{
    return word->begins ? fold_begins(search, n, word->text, word->length)
                        : fold_has(search, n, word->text, word->length);
}

bool
row_filter_fits(const struct row_filter *f, const char *search, size_t n,
                int64_t integration, int condition)
{
    if (f->conditions && !(f->conditions & (1u << condition)))
        return false;
    if (f->by_integration && !row_set_has(&f->integrations, integration))
        return false;
    if (f->skip && row_set_has(f->skip, integration))
        return false;
    for (size_t i = 0; i < f->word_count; i++) {
        const struct row_word *word = &f->words[i];
        bool found = row_set_has(&word->integrations, integration) ||
                     row_word_fits(word, search, n);
        if (found == word->inverse)
            return false;
    }
    return true;
}

void
row_filter_clear(struct row_filter *f)
{
    for (size_t i = 0; i < f->word_count; i++) {
        free(f->words[i].text);
        free(f->words[i].integrations.numbers);
    }
    free(f->words);
    free(f->integrations.numbers);
    *f = (struct row_filter){.word_count = 0};
}
