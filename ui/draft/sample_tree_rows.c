/* The lines of a sample tree that are shown, and what they look like. */
#include <stdlib.h>
#include <string.h>

#include "base/filter_term.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/sample_tree_private.h"

enum { CELL_MOST = 400, WORDS_MOST = 32, WORD_MOST = 4096 };

/* --- which lines ---------------------------------------------------------- */

static void
refresh(struct sample_tree *t)
{
    if (!t->stale)
        return;
    t->shown = mem_resize(t->shown, t->count + 1, sizeof *t->shown);
    t->shown_count = 0;
    for (uint32_t i = 0; i < t->count;) {
        const struct tree_line *line = &t->lines[i];
        bool in = t->filtered ? line->hit : true;
        bool inner = t->filtered ? line->hit : !line->folded;
        if (in)
            t->shown[t->shown_count++] = i;
        i = inner ? i + 1 : line->end;
    }
    t->stale = false;
}

size_t
sample_tree_shown(struct sample_tree *t)
{
    refresh(t);
    return t->shown_count;
}

/* --- the filter ----------------------------------------------------------- */

/* The words of a filter, folded, and the text of the line they are sought in:
 * its path, as far as the walk has come, and its value. */
struct search {
    struct buf words[WORDS_MOST];
    bool inverse[WORDS_MOST];
    size_t count;
    struct buf text;
};

static bool
fits(const struct search *s)
{
    for (size_t i = 0; i < s->count; i++) {
        bool has = fold_has(buf_str(&s->text), s->text.len,
                            buf_str(&s->words[i]), s->words[i].len);
        if (s->words[i].len > 0 && has == s->inverse[i])
            return false;
    }
    return true;
}

/* Marks what fits of LINE and what is in it; true where anything does. */
static bool
mark_hits(struct sample_tree *t, uint32_t line, struct search *s)
{
    const struct tape_node *n = tree_node(t, line);
    const struct tape *tape = &t->roots[t->lines[line].root]->tape;
    size_t before = s->text.len;
    struct buf name;
    buf_init_any(&name);
    tree_add_name(t, line, &name);
    buf_addc(&s->text, '.');
    fold_text(&s->text, buf_str(&name), name.len);
    buf_clear(&name);
    size_t path = s->text.len;
    if (n->type < VALUE_ARRAY) {
        buf_addc(&s->text, ' ');
        fold_text(&s->text, tape->text + n->start, n->length);
    }
    bool hit = fits(s);
    buf_truncate(&s->text, path);
    if (hit && t->found == SAMPLE_TREE_NONE)
        t->found = line;
    for (uint32_t at = line + 1; at < t->lines[line].end; at = t->lines[at].end)
        hit = mark_hits(t, at, s) || hit;
    t->lines[line].hit = hit;
    buf_truncate(&s->text, before);
    return hit;
}

static enum err
read_words(struct search *s, const char *text, struct error *e)
{
    struct filter_term term;
    enum err err = ERR_OK;
    s->count = 0;
    while (err == ERR_OK && s->count < WORDS_MOST &&
           filter_term_next(&text, &term)) {
        struct buf *word = &s->words[s->count];
        err = filter_term_check(&term, e);
        buf_init(word, WORD_MOST * 4);
        fold_text(word, buf_str(&term.text), term.text.len);
        s->inverse[s->count++] = term.inverse;
        filter_term_clear(&term);
    }
    return err;
}

enum err
sample_tree_filter(struct sample_tree *t, const char *text, struct error *e)
{
    struct search s;
    enum err err = read_words(&s, text, e);
    buf_init_any(&s.text);
    t->found = SAMPLE_TREE_NONE;
    t->filtered = err == ERR_OK && s.count > 0;
    for (uint32_t i = 0; t->filtered && i < t->count; i = t->lines[i].end)
        mark_hits(t, i, &s);
    for (size_t i = 0; i < s.count; i++)
        buf_clear(&s.words[i]);
    buf_clear(&s.text);
    t->stale = true;
    return err;
}

uint32_t
sample_tree_found(const struct sample_tree *t)
{
    return t->found;
}

/* --- the source of a table ------------------------------------------------ */

/* The place of LINE among those shown, or of the first one behind it. */
static size_t
place_of(const struct sample_tree *t, uint32_t line)
{
    size_t low = 0, high = t->shown_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->shown[mid] < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static size_t
fill(struct sample_tree *t, size_t from, size_t n, struct row *rows)
{
    size_t count = 0;
    for (; count < n && from + count < t->shown_count; count++) {
        uint32_t line = t->shown[from + count];
        rows[count] = (struct row){mem_printf("%u", line), &t->lines[line]};
    }
    return count;
}

static size_t
fetch(void *ctx, enum seek seek, const char *key, long long index, size_t n,
      struct row *rows)
{
    struct sample_tree *t = ctx;
    refresh(t);
    uint32_t line = key ? (uint32_t)strtoul(key, NULL, 10) : 0;
    size_t at = place_of(t, line), all = t->shown_count;
    bool there = at < all && t->shown[at] == line;
    switch (seek) {
    case SEEK_FIRST:
        return fill(t, 0, n, rows);
    case SEEK_LAST:
        return fill(t, all > n ? all - n : 0, n, rows);
    case SEEK_AT:
        return there ? fill(t, at, n, rows) : 0;
    case SEEK_AFTER:
        return fill(t, at + there, n, rows);
    case SEEK_BEFORE:
        return fill(t, at > n ? at - n : 0, at > n ? n : at, rows);
    case SEEK_INDEX:
        break;
    }
    return index >= 0 ? fill(t, (size_t)index, n, rows) : 0;
}

static long long
count_shown(void *ctx)
{
    return (long long)sample_tree_shown(ctx);
}

static long long
count_all(void *ctx)
{
    return (long long)((struct sample_tree *)ctx)->count;
}

static long long
rank(void *ctx, const char *key)
{
    struct sample_tree *t = ctx;
    uint32_t line = (uint32_t)strtoul(key, NULL, 10);
    refresh(t);
    size_t at = place_of(t, line);
    return at < t->shown_count && t->shown[at] == line ? (long long)at : -1;
}

static enum err
filter(void *ctx, const char *text, struct error *e)
{
    return sample_tree_filter(ctx, text, e);
}

struct row_source
sample_tree_source(struct sample_tree *t)
{
    return (struct row_source){.ctx = t,
                               .fetch = fetch,
                               .count = count_shown,
                               .total = count_all,
                               .rank = rank,
                               .filter = filter};
}

uint32_t
sample_tree_line(const struct row *row)
{
    return row ? (uint32_t)strtoul(row->key, NULL, 10) : SAMPLE_TREE_NONE;
}

/* --- cells ---------------------------------------------------------------- */

void
sample_tree_indent(struct sample_tree *t, int columns, int most)
{
    t->indent = columns;
    t->indent_most = most;
}

enum style
sample_tree_name_cell(void *ctx, const void *row, struct buf *out)
{
    const struct sample_tree *t = ctx;
    const struct tree_line *l = row;
    uint32_t line = (uint32_t)(l - t->lines);
    int deep = l->depth * t->indent;
    bool holds = sample_tree_holds(t, line);
    bool folded = l->folded && !t->filtered;
    buf_addf(out, "%*s%c ", deep < t->indent_most ? deep : t->indent_most, "",
             !holds   ? ' '
             : folded ? '+'
                      : '-');
    tree_add_name(t, line, out);
    return holds ? STYLE_NORMAL : STYLE_KEY;
}

static void
add_count(struct buf *out, uint32_t n, const char *one)
{
    buf_addf(out, "%u %s%s", n, one, n == 1 ? "" : "s");
}

enum style
sample_tree_value_cell(void *ctx, const void *row, struct buf *out)
{
    const struct sample_tree *t = ctx;
    const struct tree_line *l = row;
    const struct tape *tape = &t->roots[l->root]->tape;
    const struct tape_node *n = &tape->nodes[l->value];
    if (n->type == VALUE_OBJECT)
        add_count(out, n->length, "field");
    else if (n->type == VALUE_ARRAY)
        add_count(out, n->length, "element");
    if (n->type >= VALUE_ARRAY)
        return STYLE_FAINT;
    tree_add_scalar(t, (uint32_t)(l - t->lines), CELL_MOST, out);
    return STYLE_NORMAL;
}
