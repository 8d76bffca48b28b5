/* Formulas: compiling, checking, references, and the table's public face. */
#include "mapping/formula/formula.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/formula/ast.h"

/* --- compiling ----------------------------------------------------------- */

static struct formula *
new_formula(const char *text, size_t n, unsigned language)
{
    struct formula *f = mem_alloc(sizeof *f);
    f->text = mem_strndup(text, n);
    f->length = n;
    f->language = language;
    return f;
}

void
formula_free(struct formula *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->constant_count; i++) {
        pattern_free(f->constants[i].pattern);
        free(f->constants[i].text);
    }
    for (size_t i = 0; i < f->reference_count; i++) {
        struct formula_reference *r = &f->references[i];
        free(r->block);
        free(r->text);
        path_free(r->path);
        path_free(r->rest);
    }
    free(f->constants);
    free(f->references);
    free(f->nodes);
    free(f->kids);
    free(f->text);
    free(f);
}

size_t
formula_bytes(const struct formula *f)
{
    if (!f)
        return 0;
    size_t n = mem_bytes(f) + mem_bytes(f->text) + mem_bytes(f->nodes) +
               mem_bytes(f->kids) + mem_bytes(f->constants) +
               mem_bytes(f->references);
    for (size_t i = 0; i < f->constant_count; i++)
        n += mem_bytes(f->constants[i].text) +
             pattern_bytes(f->constants[i].pattern);
    for (size_t i = 0; i < f->reference_count; i++) {
        const struct formula_reference *r = &f->references[i];
        n += mem_bytes(r->block) + mem_bytes(r->text) + path_bytes(r->path) +
             path_bytes(r->rest);
    }
    return n;
}

#define FIT(array, count, capacity)                                            \
    ((array) = (count) ? mem_resize((array), (count), sizeof *(array))         \
                       : (array),                                              \
     (capacity) = (count) ? (count) : (capacity))

/* Gives back the room that the parser made ahead. */
static void
shrink(struct formula *f)
{
    FIT(f->nodes, f->node_count, f->node_capacity);
    FIT(f->kids, f->kid_count, f->kid_capacity);
    FIT(f->constants, f->constant_count, f->constant_capacity);
    FIT(f->references, f->reference_count, f->reference_capacity);
}

enum err
formula_compile(struct formula **out, const char *text, size_t n,
                unsigned language, struct error *e)
{
    struct formula_problem problem;
    struct formula *f = new_formula(text, n, language);
    *out = NULL;
    if (formula_parse(f, &problem, 1) == 0) {
        shrink(f);
        *out = f;
        return ERR_OK;
    }
    formula_free(f);
    return error_set(e, ERR_INVALID, "formula, column %zu: %s", problem.column,
                     problem.text);
}

static int
by_column(const void *a, const void *b)
{
    const struct formula_problem *p = a, *q = b;
    return (p->column > q->column) - (p->column < q->column);
}

size_t
formula_check(const char *text, size_t n, unsigned language,
              struct formula_problem *out, size_t max)
{
    struct formula *f = new_formula(text, n, language);
    size_t count = formula_parse(f, out, max);
    formula_free(f);
    qsort(out, count, sizeof *out, by_column);
    return count;
}

/* --- references ---------------------------------------------------------- */

void
formula_references(const struct formula *f,
                   void (*visit)(void *context, const char *block,
                                 const char *path),
                   void *context)
{
    for (size_t i = 0; i < f->reference_count; i++)
        if (!f->references[i].local)
            visit(context, f->references[i].block, f->references[i].text);
}

/* Where the "%" behind the number that ends at END ends, or END: "5%" is not
 * the number 5. */
static size_t
percent_end(const struct formula *f, size_t end)
{
    size_t at = end;
    while (at < f->length && strchr(" \t\r\n)", f->text[at]))
        at++;
    return at < f->length && f->text[at] == '%' ? at + 1 : end;
}

void
formula_numbers(const struct formula *f,
                void (*visit)(void *context, const char *text, size_t n),
                void *context)
{
    for (size_t i = 0; i < f->node_count; i++) {
        size_t at = f->nodes[i].at;
        size_t end = f->nodes[i].kind == NODE_CONSTANT
                         ? formula_scan_number(f->text, f->length, at)
                         : at;
        if (end > at)
            visit(context, f->text + at, percent_end(f, end) - at);
    }
}

void
formula_tables(const struct formula *f,
               void (*visit)(void *context, const char *table), void *context)
{
    int lookup = function_find("LOOKUP", strlen("LOOKUP"));
    for (size_t i = 0; i < f->node_count; i++) {
        const struct formula_node *n = &f->nodes[i];
        if (n->kind != NODE_CALL || (int)n->data != lookup || n->count < 2)
            continue;
        const struct formula_node *table = &f->nodes[f->kids[n->first + 1]];
        if (table->kind == NODE_CONSTANT && f->constants[table->data].text)
            visit(context, f->constants[table->data].text);
    }
}

/* Appends NAME as it stands before "!": in quotes unless it is a word. */
static void
add_block_name(struct buf *out, const char *name)
{
    size_t n = strlen(name), odd;
    const char *why;
    if (n > 0 && formula_scan_name(name, n, 0) == n &&
        !language_odd_character(name, n, &odd, &why)) {
        buf_adds(out, name);
        return;
    }
    buf_addc(out, '\'');
    for (size_t i = 0; i < n; i++) {
        buf_addc(out, name[i]);
        if (name[i] == '\'')
            buf_addc(out, '\'');
    }
    buf_addc(out, '\'');
}

char *
formula_rename_block(const char *text, const char *old_name,
                     const char *new_name)
{
    struct formula_problem problem;
    struct formula *f = new_formula(text, strlen(text), FORMULA_OLDEST);
    char *renamed = NULL;
    if (formula_parse(f, &problem, 1) == 0) {
        struct buf b;
        size_t from = 0;
        buf_init_any(&b);
        for (size_t i = 0; i < f->reference_count; i++) {
            const struct formula_reference *r = &f->references[i];
            if (!r->block || strcmp(r->block, old_name) != 0)
                continue;
            buf_add(&b, text + from, r->at - from);
            add_block_name(&b, new_name);
            from = r->block_end;
        }
        buf_adds(&b, text + from);
        renamed = buf_take(&b);
    }
    formula_free(f);
    return renamed;
}

/* --- the table ----------------------------------------------------------- */

size_t
formula_function_count(void)
{
    return formula_functions_count;
}

bool
formula_function_at(size_t i, struct formula_function_help *out)
{
    if (i >= formula_functions_count)
        return false;
    const struct formula_function *fn = &formula_functions[i];
    *out = (struct formula_function_help){.name = fn->name,
                                          .category = fn->category,
                                          .arguments = fn->arguments,
                                          .help = fn->help,
                                          .example = fn->example,
                                          .result = fn->result,
                                          .note = fn->note,
                                          .min = fn->min,
                                          .max = fn->max,
                                          .blank = fn->flags & FN_BLANK};
    return true;
}

const char *
formula_sample(void)
{
    return "{\"number\":\"SO-10023\",\"date\":\"2026-10-12T14:05:09Z\","
           "\"customer\":{\"fullName\":\"Ana María López\","
           "\"email\":\"ana@example.com\",\"country\":\"DE\"},"
           "\"status\":\"pendingFulfillment\",\"currency\":\"EUR\","
           "\"shipping\":\"ground\",\"total\":142.80,\"memo\":null,"
           "\"lines\":["
           "{\"sku\":\"A-1\",\"quantity\":2,\"rate\":19.90,\"amount\":39.80,"
           "\"tags\":[\"new\",\"eu\"]},"
           "{\"sku\":\"B-7\",\"quantity\":0,\"rate\":5,\"amount\":1.00,"
           "\"tags\":[]},"
           "{\"sku\":\"A-1\",\"quantity\":3,\"rate\":34.00,\"amount\":102.00,"
           "\"tags\":[\"eu\"]}]}";
}
