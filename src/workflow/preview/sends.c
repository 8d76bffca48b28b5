/* What one version sends that another does not. */
#include "workflow/preview/sends.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "value/value.h"
#include "workflow/preview/agreed.h"

#define SHOWN 60 /* bytes of a value in a line */

/* --- what a version sends on one sample ----------------------------------- */
/* The calls of one block in their order; NULL where it is met and does not
 * send. */
struct calls {
    char **made;
    size_t count;
    size_t capacity;
};

struct walked {
    const struct document *document;
    struct calls *blocks; /* one for each of the document */
    struct preview preview;
    bool failed, unknown;
};

static void
listen(void *context, const struct block *b, enum preview_state state,
       const char *made, const char *reason)
{
    struct walked *w = context;
    struct calls *c = &w->blocks[b - w->document->blocks];
    (void)reason;
    w->failed = w->failed || state == PREVIEW_FAILED;
    if (!kind_sends(b->kind))
        return;
    w->unknown = w->unknown || state == PREVIEW_UNKNOWN;
    if (c->count == c->capacity) {
        c->capacity = c->capacity ? c->capacity * 2 : 4;
        c->made = mem_resize(c->made, c->capacity, sizeof *c->made);
    }
    c->made[c->count++] =
        state == PREVIEW_SENT ? mem_strdup(made ? made : "null") : NULL;
}

static enum err
walk(struct walked *w, struct previewer *p, const struct value *sample,
     int64_t now_ms, struct error *e)
{
    const struct document *d = previewer_document(p);
    *w = (struct walked){.document = d,
                         .blocks = mem_array(d->count + 1, sizeof *w->blocks)};
    previewer_listen(p, listen, w);
    enum err err = preview_run(&w->preview, p, sample, now_ms, e);
    previewer_listen(p, NULL, NULL);
    return err;
}

static void
walked_clear(struct walked *w)
{
    for (size_t i = 0; w->document && i < w->document->count; i++) {
        for (size_t k = 0; k < w->blocks[i].count; k++)
            free(w->blocks[i].made[k]);
        free(w->blocks[i].made);
    }
    free(w->blocks);
    preview_clear(&w->preview);
}

/* --- cells ---------------------------------------------------------------- */
/* PATH with every [3] as [*], a new string; the "$" before a list is left. */
static char *
path_of_all(const char *path)
{
    struct buf out;
    buf_init(&out, 8192);
    while (*path) {
        size_t digits = *path == '[' ? strspn(path + 1, "0123456789") : 0;
        if (digits > 0 && path[1 + digits] == ']') {
            buf_adds(&out, "[*]");
            path += digits + 2;
        } else {
            buf_addc(&out, *path++);
        }
    }
    return buf_take(&out);
}

static struct sends_cell *
find_cell(struct sends *s, const struct block *b, enum sends_how how,
          const char *path)
{
    for (size_t i = 0; i < s->count; i++) {
        struct sends_cell *c = &s->cells[i];
        if (c->block == b && c->how == how && strcmp(c->path, path) == 0)
            return c;
    }
    return NULL;
}

/* Counts a cell of the sample LABEL, once a sample; AFTER and BEFORE may be
 * NULL, all are copied. */
static void
add_cell(struct sends *s, const struct block *b, enum sends_how how,
         const char *at, const char *before, const char *after,
         const char *label)
{
    char *path = path_of_all(at);
    struct sends_cell *c = find_cell(s, b, how, path);
    if (!c && s->count < SENDS_CELLS) {
        c = &s->cells[s->count++];
        *c = (struct sends_cell){.block = b,
                                 .how = how,
                                 .path = mem_strdup(path),
                                 .label = mem_strdup(label),
                                 .before = mem_strdup(before),
                                 .after = mem_strdup(after)};
    }
    if (c && c->last != s->samples) {
        c->samples++;
        c->last = s->samples;
    }
    s->more += c == NULL;
    free(path);
}

static struct value *
read_made(const char *text)
{
    struct value *v = NULL;
    (void)value_read(&v, text, strlen(text), &value_limits_event, "output",
                     NULL);
    return v;
}

/* Two calls that are not the same text. */
static void
compare_call(struct sends *s, const struct block *b, const char *before,
             const char *after, const char *label)
{
    struct agreed_cells cells = {0};
    struct value *was = read_made(before), *is = read_made(after);
    agreed_cells_compare(&cells, b->name, "", was, is);
    for (size_t i = 0; i < cells.count; i++) {
        const struct agreed_cell *c = &cells.items[i];
        add_cell(s, b,
                 !c->expected ? SENDS_MORE
                 : !c->given  ? SENDS_LESS
                              : SENDS_OTHER,
                 c->path, c->expected, c->given, label);
    }
    s->more += cells.total - cells.count;
    agreed_cells_clear(&cells);
    value_free(was);
    value_free(is);
}

/* --- blocks --------------------------------------------------------------- */
/* The calls of B and those of the same block of the other version, which may
 * be NULL on either side. True where they differ. */
static bool
compare_calls(struct sends *s, const struct block *b, const struct calls *was,
              const struct calls *is, const char *label)
{
    static const struct calls none = {0};
    bool differ = false;
    was = was ? was : &none;
    is = is ? is : &none;
    for (size_t i = 0; i < was->count || i < is->count; i++) {
        const char *before = i < was->count ? was->made[i] : NULL;
        const char *after = i < is->count ? is->made[i] : NULL;
        if (text_equal(before, after))
            continue;
        differ = true;
        if (before && after)
            compare_call(s, b, before, after, label);
        else
            add_cell(s, b, before ? SENDS_LESS : SENDS_MORE, "", before, after,
                     label);
    }
    return differ;
}

/* The index of the sender in D that has the id of B; D->count: none. */
static size_t
same_sender(const struct document *d, const struct block *b)
{
    const struct block *same = document_block(d, b->id);
    return same && kind_sends(same->kind) ? (size_t)(same - d->blocks)
                                          : d->count;
}

/* True where block I of NOW is sent to another place than AT of WAS. */
static bool
compare_where(struct sends *s, const struct walked *was, size_t at,
              const struct walked *now, size_t i, const char *label)
{
    const char *before = was->preview.blocks[at].where;
    const char *after = now->preview.blocks[i].where;
    if (!before || !after || strcmp(before, after) == 0)
        return false;
    add_cell(s, &now->document->blocks[i], SENDS_ELSEWHERE, "", before, after,
             label);
    return true;
}

static bool
compare(struct sends *s, const struct walked *was, const struct walked *now,
        const char *label)
{
    const struct document *d = now->document, *other = was->document;
    bool differ = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        if (!kind_sends(b->kind))
            continue;
        size_t at = same_sender(other, b);
        bool known = at < other->count;
        differ |= known && compare_where(s, was, at, now, i, label);
        differ |= compare_calls(s, b, known ? &was->blocks[at] : NULL,
                                &now->blocks[i], label);
    }
    for (size_t i = 0; i < other->count; i++) {
        const struct block *b = &other->blocks[i];
        if (kind_sends(b->kind) && same_sender(d, b) == d->count)
            differ |= compare_calls(s, b, &was->blocks[i], NULL, label);
    }
    return differ;
}

/* --- samples -------------------------------------------------------------- */
void
sends_init(struct sends *s, struct previewer *version, struct previewer *other)
{
    *s = (struct sends){.version = version,
                        .other = other,
                        .cells = mem_array(SENDS_CELLS, sizeof *s->cells)};
}

void
sends_clear(struct sends *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->cells[i].path);
        free(s->cells[i].label);
        free(s->cells[i].before);
        free(s->cells[i].after);
    }
    free(s->cells);
    *s = (struct sends){0};
}

enum err
sends_add(struct sends *s, const struct preview_sample *sample, int64_t now_ms,
          struct error *e)
{
    struct walked now, was = {0};
    enum err err = walk(&now, s->version, sample->value, now_ms, e);
    if (err == ERR_OK && s->other)
        err = walk(&was, s->other, sample->value, now_ms, e);
    if (err == ERR_OK) {
        s->samples++;
        s->failed += now.failed;
        s->unknown += now.unknown;
        s->differ += s->other && compare(s, &was, &now, sample->label);
    }
    walked_clear(&now);
    walked_clear(&was);
    return err;
}

/* --- words ---------------------------------------------------------------- */
static void
say_value(const char *text, struct buf *out)
{
    size_t n = strlen(text);
    size_t shown = n > SHOWN ? utf8_valid_prefix(text, SHOWN) : n;
    buf_addf(out, "%.*s%s", (int)shown, text, shown < n ? "..." : "");
}

void
sends_say_cell(const struct sends *s, size_t i, struct buf *out)
{
    static const char signs[] = {
        [SENDS_MORE] = '+', [SENDS_LESS] = '-', [SENDS_OTHER] = '~',
        [SENDS_ELSEWHERE] = '~'};
    const struct sends_cell *c = &s->cells[i];
    buf_addf(out, "%s: %c %s%s", c->block->name, signs[c->how],
             c->how == SENDS_ELSEWHERE ? "where to"
             : *c->path                ? c->path
                                       : "a call",
             c->how == SENDS_LESS ? ", was " : ", ");
    if (c->before)
        say_value(c->before, out);
    if (c->before && c->after)
        buf_adds(out, " -> ");
    if (c->after)
        say_value(c->after, out);
    buf_addf(out, " on %s (%zu of %zu samples)", c->label, c->samples,
             s->samples);
}

void
sends_say_sum(const struct sends *s, struct buf *out)
{
    buf_addf(out, "%zu sample%s: ", s->samples, s->samples == 1 ? "" : "s");
    if (s->other && s->differ == 0)
        buf_adds(out, "nothing that is sent differs");
    else if (s->other)
        buf_addf(out, "%zu send%s something else", s->differ,
                 s->differ == 1 ? "s" : "");
    else
        buf_adds(out, "nothing is live to compare with");
    buf_addf(out, ", %zu fail%s", s->failed, s->failed == 1 ? "s" : "");
    if (s->unknown)
        buf_addf(out, ", %zu send%s what is known only after a run", s->unknown,
                 s->unknown == 1 ? "s" : "");
    if (s->more)
        buf_addf(out, "; only the first %d differences are named", SENDS_CELLS);
}
