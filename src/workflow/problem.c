/* The list of problems. */
#include "workflow/problem.h"

#include <stdlib.h>

#include "base/mem.h"

void
problem_list_init(struct problem_list *l)
{
    *l = (struct problem_list){0};
}

void
problem_list_clear(struct problem_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct problem *p = &l->items[i];
        free(p->block_id);
        free(p->block);
        free(p->field);
        free(p->text);
    }
    free(l->items);
    *l = (struct problem_list){0};
}

void
problem_add(struct problem_list *l, enum severity severity,
            const char *block_id, const char *block, const char *field,
            const char *format, ...)
{
    struct buf text;
    va_list ap;
    buf_init(&text, 4096);
    va_start(ap, format);
    if (!buf_vaddf(&text, format, ap))
        buf_adds(&text, "a problem too long to tell");
    va_end(ap);
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 8;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    l->items[l->count++] = (struct problem){
        .severity = severity,
        .block_id = mem_strdup(block_id),
        .block = mem_strdup(block),
        .field = mem_strdup(field),
        .text = buf_take(&text),
    };
    l->errors += severity == PROBLEM_ERROR;
}

char *
problem_sentence(const struct problem *p)
{
    const char *block = p->block ? p->block : p->block_id;
    return mem_printf("%s%s%s%s%s", block ? block : "",
                      block && p->field ? " > " : "", p->field ? p->field : "",
                      block || p->field ? ": " : "", p->text);
}

struct value *
problem_list_value(const struct problem_list *l)
{
    struct value *list = value_array();
    for (size_t i = 0; i < l->count; i++) {
        const struct problem *p = &l->items[i];
        struct value *v = value_object();
        value_set_text(v, "severity",
                       p->severity == PROBLEM_ERROR ? "error" : "warning");
        value_set_text(v, "blockId", p->block_id);
        value_set_text(v, "block", p->block);
        value_set_text(v, "field", p->field);
        value_set_text(v, "message", p->text);
        if (p->code)
            value_set_text(v, "code", p->code);
        value_append(list, v);
    }
    return list;
}
