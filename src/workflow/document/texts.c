/* The walk over the evaluated texts of a document. */
#include "workflow/document/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "value/pointer.h"
#include "workflow/document/conflicts.h"

struct walk {
    const struct block *block;
    struct buf pointer;
    void (*visit)(void *context, const struct text_place *place);
    void *context;
};

static void
visit_text(struct walk *w, const char *field, enum text_kind kind, long row,
           const struct value *v)
{
    const char *text = value_text(v, NULL);
    if (!value_is(v, VALUE_STRING) || !*text ||
        (kind == TEXT_CELL && *text != '='))
        return;
    struct text_place place = {.block = w->block,
                               .field = field,
                               .pointer = buf_str(&w->pointer),
                               .kind = kind,
                               .row = row,
                               .text = text};
    w->visit(w->context, &place);
}

static void
walk_rows(struct walk *w, const char *field, const struct value *rows)
{
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        size_t mark = w->pointer.len;
        const char *target = value_get_text(row, "target");
        char *name = target ? mem_printf("%s[%s]", field, target)
                            : mem_printf("%s row %zu", field, i + 1);
        pointer_add_index(&w->pointer, i);
        pointer_add_key(&w->pointer, "source", 6);
        visit_text(w, name, TEXT_SOURCE, (long)i, value_get(row, "source"));
        buf_truncate(&w->pointer, mark);
        free(name);
    }
}

static void
walk_named(struct walk *w, const char *field, enum text_kind kind,
           const struct value *object)
{
    for (size_t i = 0; i < value_size(object); i++) {
        size_t n, mark = w->pointer.len;
        const char *key = value_key(object, i, &n);
        char *name = mem_printf("%s[%s]", field, key);
        pointer_add_key(&w->pointer, key, n);
        visit_text(w, name, kind, -1, value_at(object, i));
        buf_truncate(&w->pointer, mark);
        free(name);
    }
}

static void
walk_cases(struct walk *w, const struct value *cases)
{
    for (size_t i = 0; i < value_size(cases); i++) {
        size_t mark = w->pointer.len;
        char *name = mem_printf("cases[%zu] condition", i + 1);
        pointer_add_index(&w->pointer, i);
        pointer_add_key(&w->pointer, "condition", 9);
        visit_text(w, name, TEXT_FORMULA, -1,
                   value_get(value_at(cases, i), "condition"));
        buf_truncate(&w->pointer, mark);
        free(name);
    }
}

static void
walk_field(struct walk *w, const struct kind_field *f, const struct value *v)
{
    switch (f->type) {
    case FIELD_CELL:
        visit_text(w, f->name, TEXT_CELL, -1, v);
        break;
    case FIELD_SOURCE:
        visit_text(w, f->name, TEXT_SOURCE, -1, v);
        break;
    case FIELD_FORMULA:
        visit_text(w, f->name, TEXT_FORMULA, -1, v);
        break;
    case FIELD_MAPPING:
        walk_rows(w, f->name, v);
        break;
    case FIELD_CELLS:
        walk_named(w, f->name, TEXT_CELL, v);
        break;
    case FIELD_SOURCES:
        walk_named(w, f->name, TEXT_SOURCE, v);
        break;
    case FIELD_CASES:
        walk_cases(w, v);
        break;
    default:
        break;
    }
}

void
texts_of_block(const struct block *b,
               void (*visit)(void *context, const struct text_place *place),
               void *context)
{
    struct walk w = {.block = b, .visit = visit, .context = context};
    buf_init(&w.pointer, 65536);
    block_pointer(b, &w.pointer);
    for (const struct kind_field *f = b->kind->fields; f->name; f++) {
        size_t mark = w.pointer.len;
        pointer_add_key(&w.pointer, f->name, strlen(f->name));
        walk_field(&w, f, block_field(b, f->name));
        buf_truncate(&w.pointer, mark);
    }
    buf_clear(&w.pointer);
}

void
texts_of_document(const struct document *d,
                  void (*visit)(void *context, const struct text_place *place),
                  void *context)
{
    for (size_t i = 0; i < d->count; i++)
        texts_of_block(&d->blocks[i], visit, context);
}

/* --- conflicts ------------------------------------------------------------ */

/* The texts of V, which is of what C is about. */
static void
walk_conflict_value(struct walk *w, const struct conflict *c,
                    const struct value *v)
{
    const struct kind *kind = kind_find(c->kind);
    const struct kind_field *f = kind ? kind->fields : NULL;
    size_t mark = w->pointer.len;
    if (c->subject == CONFLICT_ROW) {
        pointer_add_key(&w->pointer, "source", 6);
        visit_text(w, "mapping", TEXT_SOURCE, -1, value_get(v, "source"));
        buf_truncate(&w->pointer, mark);
    }
    for (; f && f->name; f++) {
        bool whole =
            c->subject == CONFLICT_BLOCK || c->subject == CONFLICT_TRIGGER;
        if (c->subject == CONFLICT_FIELD && c->field &&
            strcmp(c->field, f->name) == 0)
            walk_field(w, f, v);
        if (!whole)
            continue;
        pointer_add_key(&w->pointer, f->name, strlen(f->name));
        walk_field(w, f, value_get(v, f->name));
        buf_truncate(&w->pointer, mark);
    }
}

void
texts_of_conflicts(const struct document *d,
                   void (*visit)(void *context, const struct text_place *place),
                   void *context)
{
    static const char *const sides[] = {"base", "ours", "theirs"};
    struct walk w = {.visit = visit, .context = context};
    buf_init(&w.pointer, 65536);
    for (size_t i = 0; i < document_conflicts(d); i++) {
        struct conflict c;
        document_conflict(d, i, &c);
        const struct value *values[] = {c.base, c.ours, c.theirs};
        w.block = c.block ? document_block(d, c.block) : NULL;
        for (size_t k = 0; k < 3; k++) {
            buf_reset(&w.pointer);
            buf_addf(&w.pointer, "/conflicts/%zu/%s", i, sides[k]);
            walk_conflict_value(&w, &c, values[k]);
        }
    }
    buf_clear(&w.pointer);
}
