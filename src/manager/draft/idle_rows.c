/* Rows that map to nothing on the samples. */
#include "manager/draft/idle_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/editing.h"
#include "manager/draft/previewing.h"
#include "mapping/coverage/fields.h"
#include "mapping/row/source.h"

#define SOURCE_SHOWN 60 /* bytes */
#define LIKE_ENOUGH 80  /* of 100, for a suggestion */

/* The document with what it comes to on each sample. */
struct trial {
    const struct document *document;
    const struct document *live; /* NULL: there is none */
    struct previewer *previewer;
    struct value *values[PREVIEWING_TRIED];
    struct preview previews[PREVIEWING_TRIED];
    size_t count;
    bool newest; /* more samples are kept */
    bool own;    /* it is the trigger's */
};

/* --- samples -------------------------------------------------------------- */

static void
add_sample(struct trial *t, struct value *v)
{
    if (preview_run(&t->previews[t->count], t->previewer, v, clock_now_ms(),
                    NULL) == ERR_OK) {
        t->values[t->count++] = v;
        return;
    }
    preview_clear(&t->previews[t->count]);
    value_free(v);
}

static void
trial_begin(struct trial *t, const struct sample_list *kept)
{
    struct value *v;
    t->previewer = previewer_new(t->document);
    t->newest = kept->count > PREVIEWING_TRIED;
    for (size_t i = 0; i < kept->count && i < PREVIEWING_TRIED; i++) {
        const char *body = kept->rows[i].body;
        if (body && value_read(&v, body, strlen(body), &value_limits_event,
                               kept->rows[i].label, NULL) == ERR_OK)
            add_sample(t, v);
    }
    v = t->count == 0 ? preview_own_sample(t->document) : NULL;
    t->own = v != NULL;
    if (v)
        add_sample(t, v);
}

static void
trial_end(struct trial *t)
{
    for (size_t i = 0; i < t->count; i++) {
        preview_clear(&t->previews[i]);
        value_free(t->values[i]);
    }
    previewer_free(t->previewer);
}

/* --- rows ----------------------------------------------------------------- */

/* In how many samples row I of the block AT was evaluated, where it gave
 * nothing in each of them; else 0. */
static size_t
times_idle(const struct trial *t, size_t at, size_t i)
{
    size_t n = 0;
    for (size_t k = 0; k < t->count; k++) {
        enum preview_row came = preview_row(&t->previews[k].blocks[at], i);
        if (came == PREVIEW_ROW_GIVEN)
            return 0;
        n += came == PREVIEW_ROW_BLANK;
    }
    return n;
}

/* The rows of the live version's block ID; none where it has no such block. */
static void
live_rows(const struct trial *t, const char *id, struct mapping_rows *rows)
{
    const struct block *b = t->live ? document_block(t->live, id) : NULL;
    rows_init(rows);
    if (b && kind_field(b->kind, "mapping"))
        (void)rows_read(rows, block_field(b, "mapping"), NULL);
}

static bool
is_same(const struct mapping_rows *live, const struct mapping_row *row)
{
    const struct mapping_row *was = rows_find(live, row->target);
    return was && !was->fallback && strcmp(was->source, row->source) == 0 &&
           row_same_more(was, row);
}

/* --- what was meant ------------------------------------------------------- */

struct collecting {
    const struct block *block;
    struct fields fields;
};

static void
collect(void *context, const struct block *b, const struct scope *scope)
{
    struct collecting *c = context;
    if (b == c->block)
        fields_add(&c->fields, scope->root, NULL);
}

/* The path of what B maps that is most like SOURCE, a new string, or NULL. */
static char *
like_path(const struct trial *t, const struct block *b, const char *source)
{
    struct collecting c = {.block = b};
    unsigned best = LIKE_ENOUGH - 1;
    const char *found = NULL;
    fields_init(&c.fields);
    previewer_visit(t->previewer, collect, &c);
    for (size_t i = 0; i < t->count; i++) {
        struct preview again;
        (void)preview_run(&again, t->previewer, t->values[i], clock_now_ms(),
                          NULL);
        preview_clear(&again);
    }
    previewer_visit(t->previewer, NULL, NULL);
    for (size_t i = 0; i < c.fields.count; i++) {
        const char *path = c.fields.items[i].path;
        unsigned like = suggestion_likeness(path, source);
        if (like > best && strcmp(path, source) != 0) {
            best = like;
            found = path;
        }
    }
    char *copy = mem_strdup(found);
    fields_clear(&c.fields);
    return copy;
}

/* "Tax!result" where SOURCE is the name of a block that gives a result, a new
 * string, or NULL. */
static char *
like_block(const struct trial *t, const char *source)
{
    static const char start[] = "{\"result\":";
    const struct block *b =
        document_block_named(t->document, source, strlen(source));
    for (size_t i = 0; b && i < t->count; i++) {
        const char *made = t->previews[i].blocks[b - t->document->blocks].made;
        if (!made || strncmp(made, start, sizeof start - 1) != 0)
            continue;
        struct buf text;
        buf_init(&text, 2000);
        source_write_block(&text, b->name);
        buf_adds(&text, "!result");
        return buf_take(&text);
    }
    return NULL;
}

static char *
meant(const struct trial *t, const struct block *b, const char *source)
{
    size_t n = strlen(source);
    if (source_kind(source, n, document_language(t->document)) != SOURCE_PATH)
        return NULL;
    char *found = like_block(t, source);
    return found ? found : like_path(t, b, source);
}

/* --- lines ---------------------------------------------------------------- */

/* Appends where: "in all 3 samples". */
static void
say_samples(const struct trial *t, size_t idle, struct buf *out)
{
    if (t->own)
        buf_adds(out, "on the trigger's sample");
    else if (idle < t->count)
        buf_addf(out, "in the %zu of %zu %ssamples that come to it", idle,
                 t->count, t->newest ? "newest " : "");
    else if (t->count == 1)
        buf_adds(out, "in the only sample");
    else
        buf_addf(out, "in %s %zu %ssamples", t->newest ? "the" : "all",
                 t->count, t->newest ? "newest " : "");
}

static char *
line_of(const struct trial *t, const struct block *b,
        const struct mapping_row *row, size_t idle)
{
    char *other = meant(t, b, row->source);
    size_t n = strlen(row->source);
    size_t shown = n;
    if (n > SOURCE_SHOWN)
        shown = utf8_valid_prefix(row->source, SOURCE_SHOWN);
    struct buf text;
    buf_init(&text, 8192);
    buf_addf(&text, "%s: %s gives nothing ", b->name, row->target);
    say_samples(t, idle, &text);
    buf_addf(&text, " (%.*s%s", (int)shown, row->source,
             shown < n ? "..." : "");
    if (other)
        buf_addf(&text, "; did you mean %s?", other);
    buf_addc(&text, ')');
    free(other);
    return buf_take(&text);
}

static void
add_rows(struct idle_rows *out, const struct trial *t, size_t at)
{
    const struct block *b = &t->document->blocks[at];
    const struct mapping_rows *rows = t->previews[0].blocks[at].rows;
    struct mapping_rows live;
    live_rows(t, b->id, &live);
    for (size_t i = 0; i < rows->count; i++) {
        const struct mapping_row *row = &rows->rows[i];
        size_t idle = *row->source ? times_idle(t, at, i) : 0;
        if (idle == 0 || is_same(&live, row))
            continue;
        if (out->count < IDLE_ROWS_SHOWN)
            out->lines[out->count] = line_of(t, b, row, idle);
        out->count++;
    }
    rows_clear(&live);
}

static void
find_rows(struct idle_rows *out, const struct document *d,
          const struct document *live, const struct sample_list *kept)
{
    struct trial t = {.document = d, .live = live};
    trial_begin(&t, kept);
    for (size_t i = 0; t.count > 0 && i < d->count; i++)
        add_rows(out, &t, i);
    if (out->count > IDLE_ROWS_SHOWN)
        out->lines[IDLE_ROWS_SHOWN] =
            mem_printf("and %zu more", out->count - IDLE_ROWS_SHOWN);
    trial_end(&t);
}

void
idle_rows_find(struct idle_rows *out, struct manager *m, const char *name,
               const char *live)
{
    struct version_list list;
    struct sample_list kept = {0};
    struct document *d = NULL, *was = NULL;
    *out = (struct idle_rows){.count = 0};
    if (manager_version_show(m, name, NULL, NULL, &list, NULL) == ERR_OK &&
        manager_document(m, name, &d, NULL) == ERR_OK &&
        (!*live || manager_document(m, live, &was, NULL) == ERR_OK) &&
        manager_sample_list(m, list.rows[0].workflow_id,
                            list.rows[0].installation_id, PREVIEWING_TRIED + 1,
                            &kept, NULL) == ERR_OK)
        find_rows(out, d, was, &kept);
    sample_list_clear(&kept);
    document_free(d);
    document_free(was);
    version_list_clear(&list);
}

void
idle_rows_clear(struct idle_rows *rows)
{
    for (size_t i = 0; rows->lines[i]; i++)
        free(rows->lines[i]);
    *rows = (struct idle_rows){.count = 0};
}
