/* Compiling rows: sources and targets, then the tree, lists and shapes. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/plan/tree.h"

void
plan_problems_init(struct plan_problems *p)
{
    *p = (struct plan_problems){0};
}

void
plan_problems_clear(struct plan_problems *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->items[i].text);
    free(p->items);
    plan_problems_init(p);
}

void
plan_problem_add(struct plan_compiler *c, size_t row, const char *format, ...)
{
    struct plan_problems *l = c->problems;
    struct buf text;
    va_list ap;
    buf_init(&text, 4096);
    buf_addf(&text, "row %zu", row + 1);
    if (c->plan->rows[row].text[0]) {
        buf_adds(&text, ", ");
        text_visible(&text, c->plan->rows[row].text,
                     strnlen(c->plan->rows[row].text, 200));
    }
    buf_adds(&text, ": ");
    size_t reason = text.len;
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 8;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    l->items[l->count++] =
        (struct plan_problem){row, reason, buf_take(&text), c->member};
    c->plan->rows[row].broken = true;
}

static void
compile_row(struct plan_compiler *c, size_t i, const struct mapping_row *from)
{
    struct plan_row *row = &c->plan->rows[i];
    struct error e;
    row->text = mem_strdup(from->target);
    row->required = from->required;
    row->group = PLAN_NONE;
    if (from->fallback) {
        row->fallback = value_to_text(from->fallback);
        row->fallback_len = strlen(row->fallback);
    }
    size_t odd;
    const char *why;
    c->member = "target";
    if (target_parse(&row->target, from->target, &e) != ERR_OK)
        plan_problem_add(c, i, "%s", e.text);
    else if (language_has(c->plan->language, CHANGE_PLAIN_NAMES) &&
             language_odd_character(from->target, strlen(from->target), &odd,
                                    &why))
        plan_problem_add(c, i, "the target, column %zu: %s",
                         utf8_length(from->target, odd) + 1, why);
    c->member = "source";
    if (source_compile(&row->source, from->source, strlen(from->source),
                       c->plan->language, &e) != ERR_OK)
        plan_problem_add(c, i, "%s", e.text);
    plan_members_read(c, i, from);
    c->member = NULL;
    c->plan->formulas |= row->source.kind == SOURCE_FORMULA;
}

enum err
plan_compile(struct plan **out, const struct mapping_rows *rows,
             unsigned language, unsigned flags, struct plan_problems *problems,
             struct error *e)
{
    struct plan_problems own;
    plan_problems_init(&own);
    struct plan *p = mem_alloc(sizeof *p);
    struct plan_compiler c = {p, problems ? problems : &own, NULL};
    size_t before = c.problems->count;
    *out = NULL;
    p->language = language;
    p->row_count = rows->count;
    p->rows = mem_array(rows->count, sizeof *p->rows);
    for (size_t i = 0; i < rows->count; i++)
        compile_row(&c, i, &rows->rows[i]);
    plan_build_tree(&c);
    plan_resolve(&c);
    if (!(flags & PLAN_GENERAL))
        plan_build_shapes(p);
    enum err err = ERR_OK;
    if (c.problems->count > before) {
        err = error_set(e, ERR_INVALID, "%s", c.problems->items[before].text);
        plan_free(p);
    } else {
        *out = p;
    }
    plan_problems_clear(&own);
    return err;
}

void
plan_free(struct plan *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->row_count; i++) {
        free(p->rows[i].text);
        free(p->rows[i].fallback);
        free(p->rows[i].lookup.what);
        target_clear(&p->rows[i].list.key);
        form_free(p->rows[i].read_form);
        form_free(p->rows[i].send_form);
        target_clear(&p->rows[i].target);
        source_clear(&p->rows[i].source);
    }
    for (size_t i = 0; i < p->group_count; i++) {
        free(p->groups[i].origin);
        shape_free(p->groups[i].shape);
    }
    plan_node_free(p->root);
    shape_free(p->shape);
    free(p->groups);
    free(p->rows);
    free(p);
}

const char *
plan_replaced(const struct plan *p, size_t row)
{
    const struct plan_row *r = &p->rows[row];
    return r->list.policy == LIST_AS_IS ? NULL : r->target.steps[0].name;
}

static size_t
row_bytes(const struct plan_row *r)
{
    return mem_bytes(r->text) + mem_bytes(r->fallback) +
           mem_bytes(r->lookup.what) + target_bytes(&r->list.key) +
           form_bytes(r->read_form) + form_bytes(r->send_form) +
           target_bytes(&r->target) + source_bytes(&r->source);
}

size_t
plan_bytes(const struct plan *p)
{
    if (!p)
        return 0;
    size_t n = mem_bytes(p) + mem_bytes(p->rows) + mem_bytes(p->groups) +
               plan_node_bytes(p->root) + shape_bytes(p->shape) +
               p->slot_count * sizeof(uint32_t) +
               (p->formulas ? FORMULA_KEEP : 0);
    for (size_t i = 0; i < p->row_count; i++)
        n += row_bytes(&p->rows[i]);
    for (size_t i = 0; i < p->group_count; i++)
        n += mem_bytes(p->groups[i].origin) + shape_bytes(p->groups[i].shape);
    return n;
}

size_t
plan_rows(const struct plan *p)
{
    return p->row_count;
}

bool
plan_row_list(const struct plan *p, size_t row, struct buf *out)
{
    size_t group = p->rows[row].group;
    if (group == PLAN_NONE || p->groups[group].kind == LIST_UNKNOWN ||
        p->groups[group].kind == LIST_FORMULA)
        return false;
    plan_origin_write(p, &p->groups[group], out);
    return true;
}
