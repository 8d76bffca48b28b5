/*
 * What the terms of a filter mean for installations: words, "state:a,b",
 * "integration:a,b".
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/filter_term.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/installation/query_private.h"
#include "store/console.h"

/* An integration: what words are looked for in, and what names it. */
struct candidate {
    int64_t n;
    char *key, *name;
    char *search; /* keys and names of it and its workflows, folded */
};

struct reading {
    struct query *x;
    struct candidate *candidates;
    size_t candidate_count;
    bool strict;
    struct error *e;
};

/* --- integrations --------------------------------------------------------- */

static enum err
read_candidates(struct reading *g)
{
    struct db_stmt *q = db_use(manager_db(g->x->m), CS_FILTER_INTEGRATIONS);
    struct cs_filter_integration i;
    while (cs_filter_integration_next(q, &i)) {
        struct buf search;
        buf_init_any(&search);
        const char *const texts[] = {i.key, i.name, i.workflows};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            fold_text(&search, texts[k], strlen(texts[k]));
            buf_addc(&search, '\n');
        }
        g->candidates = mem_resize(g->candidates, g->candidate_count + 1,
                                   sizeof *g->candidates);
        g->candidates[g->candidate_count++] =
            (struct candidate){.n = i.n,
                               .key = mem_strdup(i.key),
                               .name = mem_strdup(i.name),
                               .search = buf_take(&search)};
    }
    return db_end(q, g->e);
}

static void
drop_candidates(struct reading *g)
{
    for (size_t i = 0; i < g->candidate_count; i++) {
        free(g->candidates[i].key);
        free(g->candidates[i].name);
        free(g->candidates[i].search);
    }
    free(g->candidates);
}

static enum err
no_integration(struct reading *g, const char *name)
{
    struct buf all;
    buf_init(&all, 300);
    for (size_t i = 0; i < g->candidate_count; i++)
        buf_addf(&all, "%s%s", i ? ", " : "", g->candidates[i].key);
    const char *known = all.len ? buf_str(&all) : "no name is known";
    enum err err =
        *name
            ? error_set(g->e, ERR_NOT_FOUND,
                        "No integration is called \"%.60s\" (%s)", name, known)
            : error_set(g->e, ERR_USAGE,
                        "integration: names no integration (%s)", known);
    buf_clear(&all);
    return err;
}

/* Adds to OUT the integration NAME, or else those whose key or name begins so;
 * case does not matter. */
static enum err
find_integrations(struct reading *g, const char *name, struct row_set *out)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < g->candidate_count; i++) {
        const struct candidate *c = &g->candidates[i];
        if (strcasecmp(c->key, name) == 0 || strcasecmp(c->name, name) == 0) {
            row_set_add(out, c->n);
            return ERR_OK;
        }
    }
    size_t before = out->count;
    for (size_t i = 0; n > 0 && i < g->candidate_count; i++) {
        const struct candidate *c = &g->candidates[i];
        if (strncasecmp(c->key, name, n) == 0 ||
            strncasecmp(c->name, name, n) == 0)
            row_set_add(out, c->n);
    }
    return out->count > before ? ERR_OK : no_integration(g, name);
}

/* Narrows the filter to NAMED, or with INVERSE to all others. */
static void
narrow_integrations(struct reading *g, const struct row_set *named,
                    bool inverse)
{
    struct row_filter *f = &g->x->filter;
    struct row_set both = {0};
    for (size_t i = 0; i < g->candidate_count; i++) {
        int64_t n = g->candidates[i].n;
        if (row_set_has(named, n) != inverse &&
            (!f->by_integration || row_set_has(&f->integrations, n)))
            row_set_add(&both, n);
    }
    free(f->integrations.numbers);
    f->integrations = both;
    f->by_integration = true;
}

/* --- states --------------------------------------------------------------- */

void
installation_state_term(int condition, struct buf *out)
{
    for (const char *s = installation_condition_word(condition); *s; s++)
        buf_addc(out, *s == ' ' ? '-' : *s);
}

static enum err
no_state(const char *word, struct error *e)
{
    struct buf all;
    buf_init(&all, 300);
    for (int i = 0; i < CONDITION_PAUSED_WITH; i++) {
        buf_adds(&all, i ? ", " : "");
        installation_state_term(i, &all);
    }
    if (*word)
        error_set(e, ERR_USAGE, "No state is called \"%.60s\" (%s)", word,
                  buf_str(&all));
    else
        error_set(e, ERR_USAGE, "state: names no state (%s)", buf_str(&all));
    buf_clear(&all);
    return ERR_USAGE;
}

/* A state by its word, without regard to case, blanks and dashes: "todo",
 * "to-do" and "To do" are one. */
static int
find_state(const char *word)
{
    for (int i = 0; i < CONDITION_PAUSED_WITH; i++) {
        const char *a = installation_condition_word(i);
        const char *b = word;
        for (;;) {
            a += strspn(a, " ");
            b += strspn(b, " -");
            if (!*a || !*b || (*a | 32) != (*b | 32))
                break;
            a++;
            b++;
        }
        if (!*a && !*b && *word)
            return i;
    }
    return -1;
}

/* Narrows the filter to the states SET, a bit each. */
static void
narrow_states(struct row_filter *f, unsigned set)
{
    unsigned all = (1u << CONDITION_COUNT) - 1;
    f->conditions = (f->conditions ? f->conditions : all) & set;
    if (f->conditions == 0) /* no row has this bit: none fits */
        f->conditions = 1u << CONDITION_COUNT;
}

/* --- terms ---------------------------------------------------------------- */

/* The value of a list, up to its comma; *S moves behind it. */
static char *
next_value(const char **s)
{
    size_t n = strcspn(*s, ",");
    char *value = mem_strndup(*s, n);
    *s += n + ((*s)[n] == ',');
    return value;
}

static enum err
take_states(struct reading *g, const char *list, bool inverse)
{
    unsigned set = 0;
    enum err err = ERR_OK;
    do {
        char *word = next_value(&list);
        int state = find_state(word);
        if (state < 0)
            err = no_state(word, g->e);
        else
            set |= installation_conditions_found(state);
        free(word);
    } while (err == ERR_OK && *list);
    if (err == ERR_OK)
        narrow_states(&g->x->filter, inverse ? ~set : set);
    return err;
}

static enum err
take_integrations(struct reading *g, const char *list, bool inverse)
{
    struct row_set set = {0};
    enum err err = ERR_OK;
    do {
        char *name = next_value(&list);
        err = find_integrations(g, name, &set);
        free(name);
    } while (err == ERR_OK && *list);
    if (err == ERR_OK)
        narrow_integrations(g, &set, inverse);
    free(set.numbers);
    return err;
}

/* One or two letters begin a word: by them rows would be nearly all. */
static bool
is_beginning(const char *text, size_t n)
{
    size_t letters = 0;
    for (size_t i = 0; i < n; letters++) {
        uint32_t cp = 0;
        size_t size = utf8_decode(text + i, n - i, &cp);
        if (!fold_is_word(cp))
            return false;
        i += size ? size : 1;
    }
    return letters < 3;
}

static bool
has_letter(const char *text, size_t n)
{
    bool found = false;
    for (size_t i = 0; i < n && !found;) {
        uint32_t cp = 0;
        size_t size = utf8_decode(text + i, n - i, &cp);
        found = size && fold_is_word(cp);
        i += size ? size : 1;
    }
    return found;
}

static enum err
nothing_said(const char *text, struct error *e)
{
    return error_set(e, ERR_USAGE, "\"%.60s\" has nothing to search for", text);
}

static enum err
take_word(struct reading *g, const char *text, bool inverse)
{
    struct row_filter *f = &g->x->filter;
    struct buf folded;
    buf_init(&folded, 400);
    fold_text(&folded, text, strlen(text));
    bool empty = folded.len == 0 ||
                 (g->strict && !has_letter(buf_str(&folded), folded.len));
    if (empty || buf_failed(&folded)) {
        buf_clear(&folded);
        return empty ? nothing_said(text, g->e)
                     : error_set(g->e, ERR_USAGE,
                                 "A word of the filter is longer than 400 "
                                 "bytes (shorten it)");
    }
    struct row_word word = {.begins =
                                is_beginning(buf_str(&folded), folded.len),
                            .inverse = inverse,
                            .length = folded.len};
    word.text = buf_take(&folded);
    for (size_t i = 0; i < g->candidate_count; i++) {
        const struct candidate *c = &g->candidates[i];
        if (row_word_fits(&word, c->search, strlen(c->search)))
            row_set_add(&word.integrations, c->n);
    }
    f->words = mem_resize(f->words, f->word_count + 1, sizeof *f->words);
    f->words[f->word_count++] = word;
    return ERR_OK;
}

static bool
is_letters(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((s[i] | 32) < 'a' || (s[i] | 32) > 'z')
            return false;
    return n > 0;
}

static enum err
take_term(struct reading *g, const struct filter_term *t)
{
    const char *text = buf_str(&t->text);
    const char *value = text + t->key_end + 1;
    if (t->text.len == 0)
        return g->strict ? nothing_said(text, g->e) : ERR_OK;
    if (t->quoted || t->key_end == 0)
        return take_word(g, text, t->inverse);
    if (filter_term_has_key(t, "state"))
        return take_states(g, value, t->inverse);
    if (filter_term_has_key(t, "integration"))
        return take_integrations(g, value, t->inverse);
    if (!is_letters(text, t->key_end))
        return take_word(g, text, t->inverse);
    return error_set(g->e, ERR_USAGE,
                     "No filter is called \"%.*s:\" (state: and integration: "
                     "are; quote text that has a colon)",
                     (int)(t->key_end < 60 ? t->key_end : 60), text);
}

/* Empty quotes are no term: what has nothing else narrows nothing. */
static enum err
take_terms(struct reading *g, const char *text)
{
    enum err err = ERR_OK;
    struct filter_term t;
    const char *rest = text;
    bool narrows = false;
    while (err == ERR_OK && filter_term_next(&rest, &t)) {
        narrows = true;
        err = filter_term_check(&t, g->e);
        if (err == ERR_OK)
            err = take_term(g, &t);
        filter_term_clear(&t);
    }
    if (err == ERR_OK && g->strict && !narrows)
        err = nothing_said(text, g->e);
    return err;
}

enum err
installation_filter_read(struct query *x, const struct installation_filter *f,
                         struct error *e)
{
    struct reading g = {.x = x, .strict = f->strict, .e = e};
    enum err err = ERR_OK;
    x->behind = f->behind;
    if (f->text || f->integration)
        err = read_candidates(&g);
    if (err == ERR_OK && f->integration)
        err = take_integrations(&g, f->integration, false);
    if (err == ERR_OK && f->states)
        err = take_states(&g, f->states, false);
    if (err == ERR_OK && f->text)
        err = take_terms(&g, f->text);
    drop_candidates(&g);
    return err;
}
