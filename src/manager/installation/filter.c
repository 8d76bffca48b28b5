/* Filters of the list of installations: which index narrows most; counting
 * and finding all that a filter matches. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/installation/query_private.h"
#include "store/console.h"

/* The FTS query of all trigrams of the word: '"ent" AND "nte"'. What it finds
 * is looked at again, for the trigrams may stand apart. */
static void
write_trigrams(struct buf *out, const char *s, size_t n)
{
    size_t starts[3] = {0};
    int have = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t size = utf8_decode(s + i, n - i, &cp);
        size = size ? size : 1;
        starts[have % 3] = i;
        i += size;
        if (++have < 3)
            continue;
        size_t from = starts[have % 3];
        buf_adds(out, out->len ? " AND \"" : "\"");
        for (size_t k = from; k < i; k++) {
            if (s[k] == '"')
                buf_addc(out, '"');
            buf_addc(out, s[k]);
        }
        buf_addc(out, '"');
    }
}

/* The FTS query for a word that begins with one or two letters. Longer words
 * are kept by their first two: two letters must be all, one may be more. */
static void
write_beginning(struct buf *out, const struct row_word *word)
{
    bool one = utf8_length(word->text, word->length) == 1;
    buf_addc(out, '"');
    for (size_t i = 0; i < word->length; i++) {
        if (word->text[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, word->text[i]);
    }
    buf_adds(out, one ? "\" *" : "\"");
}

/* --- ways ----------------------------------------------------------------- */

static struct way_part *
add_part(struct way *w, int hits, int raw)
{
    w->parts = mem_resize(w->parts, w->count + 1, sizeof *w->parts);
    w->parts[w->count] = (struct way_part){.hits = hits, .raw = raw};
    return &w->parts[w->count++];
}

static void
way_clear(struct way *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->parts[i].match);
    free(w->parts);
    *w = (struct way){.count = 0};
}

static void
by_integrations(struct way *w, const struct row_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        add_part(w, CS_HITS_INTEGRATION, CS_RAW_INTEGRATION)->key =
            set->numbers[i];
}

/* Those that are ok have no index, for most rows are: false. */
static bool
by_conditions(struct way *w, unsigned conditions)
{
    if (conditions == 0 || (conditions & (1u << CONDITION_OK)))
        return false;
    for (int i = 0; i < CONDITION_COUNT; i++)
        if (conditions & (1u << i))
            add_part(w, CS_HITS_CONDITION, CS_RAW_CONDITION)->key = i;
    return true;
}

/* True where an index has the word: not where it is one or two signs, such as
 * "%". */
static bool
is_indexed(const struct row_word *word)
{
    return !word->inverse &&
           (word->begins || utf8_length(word->text, word->length) >= 3);
}

/* True where only the text of a row can have it, by trigrams. */
static bool
is_in_text(const struct row_word *word)
{
    return is_indexed(word) && !word->begins && word->integrations.count == 0;
}

/* Rows that have the word, and all rows of the integrations that have it. */
static bool
by_word(struct way *w, const struct row_word *word)
{
    struct buf match;
    if (!is_indexed(word))
        return false;
    buf_init_any(&match);
    struct way_part *part = word->begins
                                ? add_part(w, CS_HITS_WORD, CS_RAW_WORD)
                                : add_part(w, CS_HITS_TEXT, CS_RAW_TEXT);
    if (word->begins)
        write_beginning(&match, word);
    else
        write_trigrams(&match, word->text, word->length);
    part->match = buf_take(&match);
    part->skip = &word->integrations;
    by_integrations(w, &word->integrations);
    return true;
}

/* All words at once that only rows have. */
static bool
by_text(struct way *w, const struct row_filter *f)
{
    struct buf match;
    buf_init(&match, 65536);
    for (size_t i = 0; i < f->word_count; i++) {
        const struct row_word *word = &f->words[i];
        if (is_in_text(word))
            write_trigrams(&match, word->text, word->length);
    }
    bool any = match.len > 0 && !buf_failed(&match);
    if (any)
        add_part(w, CS_HITS_TEXT, CS_RAW_TEXT)->match = buf_take(&match);
    buf_clear(&match);
    return any;
}

/* Binds what the index of PART is asked for. */
static void
bind_key(struct db_stmt *q, const struct way_part *part)
{
    if (part->match)
        db_text(q, part->match);
    else if (!part->whole)
        db_int(q, part->key);
}

/* How many rows the way finds, not looking at the rest of the filter, up to
 * HITS_ROWS + 1. */
static enum err
count_raw(struct query *x, struct way *w, struct error *e)
{
    enum err err = ERR_OK;
    w->raw = 0;
    for (size_t i = 0; err == ERR_OK && i < w->count && w->raw <= HITS_ROWS;
         i++) {
        int64_t n = 0;
        struct db_stmt *q = db_use(manager_db(x->m), w->parts[i].raw);
        bind_key(q, &w->parts[i]);
        db_int(q, HITS_ROWS + 1);
        err = db_run_int(q, &n, NULL, e);
        w->raw += n;
    }
    return err;
}

/* Keeps W where it finds fewer rows than the best so far. */
static enum err
judge(struct query *x, struct way *w, struct error *e)
{
    enum err err = count_raw(x, w, e);
    if (err == ERR_OK && w->raw < x->way.raw) {
        way_clear(&x->way);
        x->way = *w;
        *w = (struct way){.count = 0};
    } else {
        way_clear(w);
    }
    return err;
}

enum err
installation_filter_way(struct query *x, struct error *e)
{
    const struct row_filter *f = &x->filter;
    struct way w = {.count = 0};
    enum err err = ERR_OK;
    x->way.raw = INT64_MAX;
    if (by_text(&w, f))
        err = judge(x, &w, e);
    for (size_t i = 0; err == ERR_OK && i < f->word_count; i++) {
        const struct row_word *word = &f->words[i];
        if (!is_in_text(word) && by_word(&w, word))
            err = judge(x, &w, e);
    }
    if (err == ERR_OK && by_conditions(&w, f->conditions))
        err = judge(x, &w, e);
    if (err == ERR_OK && f->by_integration) {
        by_integrations(&w, &f->integrations);
        err = judge(x, &w, e);
    }
    if (err == ERR_OK && x->behind) {
        add_part(&w, CS_HITS_BEHIND, CS_RAW_BEHIND)->whole = true;
        err = judge(x, &w, e);
    }
    return err;
}

enum err
installation_filter_rest(struct query *x, int64_t n, bool *fits,
                         struct error *e)
{
    int64_t one;
    if (!*fits || !x->behind)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(x->m), CS_INSTALLATION_IS_BEHIND);
    db_int(q, n);
    return db_run_int(q, &one, fits, e);
}

enum err
installation_filter_hits(struct query *x,
                         void (*take)(struct query *x,
                                      const struct cs_hit *hit),
                         struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < x->way.count; i++) {
        const struct way_part *part = &x->way.parts[i];
        struct db_stmt *q = db_use(manager_db(x->m), part->hits);
        x->filter.skip = part->skip && part->skip->count ? part->skip : NULL;
        db_filter(q, &x->filter);
        bind_key(q, part);
        struct cs_hit hit;
        while (err == ERR_OK && cs_hit_next(q, &hit)) {
            bool fits = hit.fits;
            err = installation_filter_rest(x, hit.n, &fits, e);
            if (fits)
                take(x, &hit);
        }
        enum err ended = db_end(q, err == ERR_OK ? e : NULL);
        err = err == ERR_OK ? ended : err;
    }
    x->filter.skip = NULL;
    return err;
}

void
installation_filter_clear(struct query *x)
{
    way_clear(&x->way);
    row_filter_clear(&x->filter);
}

/* --- all that fit --------------------------------------------------------- */

static void
take_number(struct query *x, int64_t n)
{
    struct installation_numbers *all = x->numbers;
    x->counted++;
    if (!all)
        return;
    if (all->count == all->capacity) {
        all->capacity = all->capacity ? 2 * all->capacity : 1024;
        all->numbers =
            mem_resize(all->numbers, all->capacity, sizeof *all->numbers);
    }
    all->numbers[all->count++] = n;
}

static void
take_hit(struct query *x, const struct cs_hit *hit)
{
    take_number(x, hit->n);
}

static enum err
find_slice(struct query *x, int64_t visits, int64_t *position, struct error *e)
{
    int64_t rows = 0;
    struct db_stmt *q = db_use(manager_db(x->m), CS_INSTALLATION_SLICE);
    db_int(q, *position);
    db_filter(q, &x->filter);
    db_int(q, visits);
    struct cs_looked_at row;
    enum err err = ERR_OK;
    while (err == ERR_OK && cs_looked_at_next(q, &row)) {
        bool fits = row.fits;
        rows++;
        *position = row.n;
        err = installation_filter_rest(x, row.n, &fits, e);
        if (fits)
            take_number(x, *position);
    }
    if (rows < visits)
        *position = -1;
    enum err ended = db_end(q, err == ERR_OK ? e : NULL);
    return err == ERR_OK ? ended : err;
}

/* Finds by an index where one narrows enough, else in slices. */
static enum err
find_more(struct query *x, const struct installation_filter *f, int64_t visits,
          int64_t *position, struct error *e)
{
    enum err err = installation_filter_read(x, f, e);
    x->way.raw = INT64_MAX;
    if (err == ERR_OK && *position == 0)
        err = installation_filter_way(x, e);
    if (err != ERR_OK)
        return err;
    if (x->way.raw > HITS_ROWS)
        return find_slice(x, visits, position, e);
    *position = -1;
    return installation_filter_hits(x, take_hit, e);
}

static enum err
find_in_operation(struct query *x, const struct installation_filter *f,
                  int64_t visits, int64_t *position, struct error *e)
{
    enum err err = operation_begin(x->m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK)
        err = find_more(x, f, visits, position, e);
    installation_filter_clear(x);
    return operation_end(x->m, err, e);
}

enum err
manager_installation_count(struct manager *m,
                           const struct installation_filter *filter,
                           int64_t visits, int64_t *position, int64_t *count,
                           struct error *e)
{
    struct query x = {.m = m};
    enum err err = find_in_operation(&x, filter, visits, position, e);
    *count += x.counted;
    return err;
}

enum err
manager_installation_numbers(struct manager *m,
                             const struct installation_filter *filter,
                             int64_t visits, int64_t *position,
                             struct installation_numbers *out, struct error *e)
{
    struct query x = {.m = m, .numbers = out};
    return find_in_operation(&x, filter, visits, position, e);
}

enum err
manager_installation_filter(struct manager *m,
                            const struct installation_filter *filter,
                            struct error *e)
{
    struct query x = {.m = m};
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK)
        err = installation_filter_read(&x, filter, e);
    installation_filter_clear(&x);
    return operation_end(m, err, e);
}
