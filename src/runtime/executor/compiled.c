/* Workflow documents ready to run. */
#include "runtime/executor/compiled.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/rows.h"
#include "workflow/document/expected.h"

/* --- one value ------------------------------------------------------------ */

static enum err
compile_text(struct compiled_field *f, const char *text, struct error *e)
{
    enum field_type type = f->field->type;
    bool cell = type == FIELD_CELL || type == FIELD_CELLS;
    if (cell && *text && *text != '=') { /* literal */
        struct value *v = value_string(text);
        f->source.kind = SOURCE_CONSTANT;
        f->source.json = value_to_text(v);
        f->source.json_len = strlen(f->source.json);
        value_free(v);
        return ERR_OK;
    }
    return source_compile(&f->source, text, strlen(text), f->language, e);
}

static enum err
compile_mapping(const struct compiled *c, struct compiled_field *f,
                const struct block *b, struct error *e)
{
    const struct value *v = block_field(b, f->name);
    struct mapping_rows rows;
    rows_init(&rows);
    enum err err = rows_read(&rows, v, e);
    if (err == ERR_OK && rows.count > 0)
        err = plan_compile(&f->plan, &rows, f->language, PLAN_FAST, NULL, e);
    if (f->plan) {
        document_expect(f->plan, &rows, c->document, c->connectors, b);
        f->spare = mem_alloc(sizeof *f->spare);
    }
    rows_clear(&rows);
    return err;
}

static enum err
compile_members(struct compiled_field *f, const struct value *v,
                struct error *e)
{
    size_t n = value_size(v);
    enum err err = ERR_OK;
    f->members = mem_array(n, sizeof *f->members);
    f->member_count = n;
    for (size_t i = 0; i < n && err == ERR_OK; i++) {
        f->members[i].name = value_key(v, i, NULL);
        f->members[i].field = f->field;
        f->members[i].language = f->language;
        f->members[i].asked = value_is(value_at(v, i), VALUE_OBJECT);
        if (!f->members[i].asked)
            err = compile_text(&f->members[i],
                               value_text_or(value_at(v, i), ""), e);
    }
    return err;
}

static enum err
compile_value(const struct compiled *c, struct compiled_field *f,
              const struct block *b, struct error *e)
{
    const struct value *v = block_field(b, f->name);
    if (block_field_asked(b, f->name)) {
        f->asked = true;
        return ERR_OK;
    }
    switch (f->field->type) {
    case FIELD_MAPPING:
        return compile_mapping(c, f, b, e);
    case FIELD_CELLS:
    case FIELD_SOURCES:
        return compile_members(f, v, e);
    case FIELD_CELL:
    case FIELD_SOURCE:
    case FIELD_FORMULA:
        return compile_text(f, block_text(b, f->name), e);
    default:
        return ERR_OK;
    }
}

static enum err
compile_block(const struct compiled *c, struct compiled_block *out,
              const struct block *b, struct error *e)
{
    const struct kind_field *fields = b->kind->fields;
    enum err err = ERR_OK;
    size_t n = 0;
    while (fields[n].name)
        n++;
    out->block = b;
    out->count = n;
    out->fields = mem_array(n, sizeof *out->fields);
    for (size_t i = 0; i < n && err == ERR_OK; i++) {
        out->fields[i].name = fields[i].name;
        out->fields[i].field = &fields[i];
        out->fields[i].language = document_language(c->document);
        err = compile_value(c, &out->fields[i], b, e);
        if (err != ERR_OK)
            error_prefix(e, "%s > %s", b->name, fields[i].name);
    }
    return err;
}

static void
clear_field(struct compiled_field *f)
{
    source_clear(&f->source);
    if (f->spare)
        plan_runner_free(f->spare->runner);
    free(f->spare);
    if (f->plan)
        plan_free(f->plan);
    for (size_t i = 0; i < f->member_count; i++)
        source_clear(&f->members[i].source);
    free(f->members);
}

/* --- documents ------------------------------------------------------------ */

static void
destroy(void *compiled)
{
    struct compiled *c = compiled;
    for (size_t i = 0; i < c->document->count; i++) {
        for (size_t k = 0; k < c->blocks[i].count; k++)
            clear_field(&c->blocks[i].fields[k]);
        free(c->blocks[i].fields);
    }
    free(c->blocks);
    free(c);
}

static size_t
field_bytes(const struct compiled_field *f)
{
    size_t n = source_bytes(&f->source) + plan_bytes(f->plan) +
               mem_bytes(f->spare) + mem_bytes(f->members);
    for (size_t i = 0; i < f->member_count; i++)
        n += source_bytes(&f->members[i].source);
    return n;
}

static size_t
bytes_of(const struct compiled *c)
{
    size_t n = mem_bytes(c) + mem_bytes(c->blocks);
    for (size_t i = 0; i < c->document->count; i++) {
        n += mem_bytes(c->blocks[i].fields);
        for (size_t k = 0; k < c->blocks[i].count; k++)
            n += field_bytes(&c->blocks[i].fields[k]);
    }
    return n;
}

enum err
compiled_make(struct parsed *p, struct compiled **out, struct error *e)
{
    struct compiled *c = mem_alloc(sizeof *c);
    enum err err = ERR_OK;
    *c = (struct compiled){
        .parsed = p,
        .document = p->document,
        .connectors = &p->connectors,
        .blocks = mem_array(p->document->count, sizeof *c->blocks)};
    for (size_t i = 0; err == ERR_OK && i < c->document->count; i++)
        err = compile_block(c, &c->blocks[i], &c->document->blocks[i], e);
    if (err == ERR_OK) {
        c->bytes = bytes_of(c);
        *out = c;
    } else {
        destroy(c);
    }
    return err;
}

void
compiled_keep(struct compiled *c)
{
    if (c->parsed->compiled)
        destroy(c); /* it was needed at once meanwhile */
    else
        parsed_compiled(c->parsed, c, destroy, c->bytes);
}

enum err
compiled_get(struct parsed_cache *c, struct db *db, const char *hash,
             struct compiled **out, struct error *e)
{
    struct parsed *p = NULL;
    struct compiled *made = NULL;
    enum err err = parsed_of_version(c, db, hash, &p, e);
    if (err == ERR_OK && !p->compiled)
        err = compiled_make(p, &made, e);
    if (err != ERR_OK)
        return err;
    if (made)
        compiled_keep(made);
    *out = p->compiled;
    compiled_hold(*out);
    (*out)->runs++;
    return ERR_OK;
}

void
compiled_leave(struct compiled *c)
{
    if (c)
        c->runs--;
    compiled_release(c);
}

void
compiled_hold(struct compiled *c)
{
    parsed_hold(c->parsed);
}

void
compiled_release(struct compiled *c)
{
    if (c)
        parsed_release(c->parsed);
}

bool
compiled_is_crowded(const struct compiled *c)
{
    const struct parsed_cache *cache = c->parsed->cache;
    return cache && parsed_cache_is_full(cache);
}

const struct compiled_field *
compiled_field(const struct compiled *c, size_t i, const char *name)
{
    const struct compiled_block *b = &c->blocks[i];
    for (size_t k = 0; k < b->count; k++)
        if (strcmp(b->fields[k].name, name) == 0)
            return &b->fields[k];
    return NULL;
}
