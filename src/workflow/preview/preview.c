/* Previews: compiling a document's texts once for many samples. */
#include "workflow/preview/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/document/expected.h"
#include "workflow/document/texts.h"
#include "workflow/preview/preview_private.h"

const char *
preview_state_word(enum preview_state state)
{
    static const char *const words[] = {"made", "sends", "unknown", "failed",
                                        "skipped"};
    return words[state];
}

size_t
preview_index(const struct previewer *p, const struct block *b)
{
    return (size_t)(b - p->document->blocks);
}

static void
compile_text(struct preview_text *t, const struct document *d,
             const struct block *b, const char *field)
{
    struct error e;
    if (!kind_field(b->kind, field))
        return;
    if (block_field_asked(b, field)) {
        t->there = t->asked = true;
        t->problem = mem_printf("%s is asked from the user", field);
        return;
    }
    const char *text = block_text(b, field);
    if (*text == '\0')
        return;
    t->there = true;
    if (source_compile(&t->source, text, strlen(text), document_language(d),
                       &e) != ERR_OK)
        t->problem = mem_printf("%s: %s", field, e.text);
}

/* A cell is a formula where it begins with "=", else literal text. */
static void
compile_cell(struct preview_text *t, const struct document *d,
             const struct block *b, const char *field)
{
    if (kind_field(b->kind, field) && *block_text(b, field) == '=')
        compile_text(t, d, b, field);
    else if (block_field_asked(b, field))
        compile_text(t, d, b, field);
}

static void
compile_rows(struct preview_step *s, const struct document *d,
             const struct block *b)
{
    struct error e;
    rows_init(&s->rows);
    s->has_rows = kind_field(b->kind, "mapping") != NULL;
    if (!s->has_rows)
        return;
    enum err err = rows_read(&s->rows, block_field(b, "mapping"), &e);
    if (err == ERR_OK)
        err = plan_compile(&s->plan, &s->rows, document_language(d), PLAN_FAST,
                           NULL, &e);
    if (err == ERR_OK)
        s->runner = plan_runner_new(s->plan);
    else
        s->plan_problem = mem_strdup(e.text);
}

/* The reading text that references are being collected of. */
struct collecting {
    struct previewer *p;
    const struct text_place *place;
};

static void
add_use(void *context, const char *block, const char *path)
{
    struct collecting *c = context;
    struct previewer *p = c->p;
    const struct block *read =
        block ? document_block_named(p->document, block, strlen(block)) : NULL;
    (void)path;
    if (!read)
        return;
    if (p->use_count == p->use_capacity) {
        p->use_capacity = p->use_capacity ? p->use_capacity * 2 : 16;
        p->uses = mem_resize(p->uses, p->use_capacity, sizeof *p->uses);
    }
    p->uses[p->use_count++] = (struct preview_use){
        .reader = c->place->block, .read = read, .row = c->place->row};
}

static void
collect_uses(void *context, const struct text_place *place)
{
    struct collecting c = {context, place};
    if (place->kind != TEXT_CELL || *place->text == '=')
        source_references(place->text, add_use, &c);
}

static void
read_tables(struct previewer *p)
{
    const struct value *tables = value_get(p->document->root, "tables");
    buf_init(&p->tables_text, DOCUMENT_MAX_BYTES);
    tape_init(&p->tables);
    if (!tables)
        return;
    value_write(&p->tables_text, tables);
    if (tape_read(&p->tables, buf_str(&p->tables_text), p->tables_text.len,
                  &value_limits_document, "tables", NULL) != ERR_OK)
        p->tables.count = 0;
}

struct previewer *
previewer_new(const struct document *d)
{
    struct previewer *p = mem_alloc(sizeof *p);
    p->document = d;
    p->steps = mem_array(d->count, sizeof *p->steps);
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        struct preview_step *s = &p->steps[i];
        compile_text(&s->from, d, b, "list");
        compile_text(&s->from, d, b, "source");
        compile_text(&s->formula, d, b, "formula");
        compile_text(&s->formula, d, b, "condition");
        compile_cell(&s->zone, d, b, "zone");
        compile_cell(&s->url, d, b, "url");
        compile_rows(s, d, b);
    }
    texts_of_document(d, collect_uses, p);
    read_tables(p);
    return p;
}

void
previewer_visit(struct previewer *p,
                void (*visit)(void *context, const struct block *b,
                              const struct scope *scope),
                void *context)
{
    p->visit = visit;
    p->visit_context = context;
}

void
previewer_meet(struct previewer *p,
               void (*meet)(void *context, const struct block *b,
                            const struct scope *scope),
               void *context)
{
    p->meet = meet;
    p->meet_context = context;
}

void
previewer_listen(struct previewer *p,
                 void (*listen)(void *context, const struct block *b,
                                enum preview_state state, const char *made,
                                const char *reason),
                 void *context)
{
    p->listen = listen;
    p->listen_context = context;
}

const struct document *
previewer_document(const struct previewer *p)
{
    return p->document;
}

static void
text_clear(struct preview_text *t)
{
    if (t->there && !t->problem)
        source_clear(&t->source);
    free(t->problem);
}

void
previewer_free(struct previewer *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->document->count; i++) {
        struct preview_step *s = &p->steps[i];
        text_clear(&s->from);
        text_clear(&s->formula);
        text_clear(&s->url);
        text_clear(&s->zone);
        plan_runner_free(s->runner);
        plan_free(s->plan);
        rows_clear(&s->rows);
        free(s->plan_problem);
    }
    tape_clear(&p->tables);
    buf_clear(&p->tables_text);
    free(p->steps);
    free(p->uses);
    free(p);
}

void
previewer_connectors(struct previewer *p, const struct connector_set *set)
{
    p->connectors = set;
    for (size_t i = 0; i < p->document->count; i++)
        if (p->steps[i].plan)
            preview_expect(p, &p->document->blocks[i], p->steps[i].plan,
                           &p->steps[i].rows);
}

void
preview_expect(const struct previewer *p, const struct block *b,
               struct plan *plan, const struct mapping_rows *rows)
{
    if (p->connectors)
        document_expect(plan, rows, p->document, p->connectors, b);
}

enum preview_row
preview_row(const struct preview_block *b, size_t i)
{
    if (i >= b->report.count)
        return PREVIEW_ROW_SKIPPED;
    const uint64_t *counts = b->report.rows[i].counts;
    if (b->row_unknown[i] || counts[PLAN_FILLED] > 0 ||
        counts[PLAN_DEFAULTED] > 0 || counts[PLAN_FAILED] > 0 ||
        counts[PLAN_CLEARED] > 0)
        return PREVIEW_ROW_GIVEN;
    bool blank = counts[PLAN_MISSING] > 0 || counts[PLAN_KEPT] > 0 || b->made;
    return blank ? PREVIEW_ROW_BLANK : PREVIEW_ROW_SKIPPED;
}

void
preview_clear(struct preview *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct preview_block *b = &p->blocks[i];
        free(b->made);
        free(b->where);
        free(b->reason);
        free(b->row_unknown);
        plan_report_clear(&b->report);
    }
    free(p->blocks);
    questions_clear(&p->asked);
    questions_clear(&p->open);
    *p = (struct preview){0};
}

struct value *
preview_own_sample(const struct document *d)
{
    const struct value *body =
        d->trigger && kind_field(d->trigger->kind, "sample")
            ? block_field(d->trigger, "sample")
            : NULL;
    if (!body)
        return NULL;
    struct value *sample = value_object();
    value_set(sample, "input", value_copy(body));
    return sample;
}
