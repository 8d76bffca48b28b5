/*
 * Fuzzes formulas: whatever compiles is evaluated within its budget and gives
 * JSON, nothing or an error with a name; renaming a block there and back
 * changes nothing. An input is a formula, a newline and a JSON text (the
 * sample order where it is none).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mapping/formula/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    STEPS = 1000000,
    INPUT_STEPS = 16,
    BYTES = 1024 * 1024,
    INPUT_BYTES = 48
};

static void
must(bool condition)
{
    if (!condition)
        abort();
}

/* Every block gives the source itself. */
static struct node_ref
output_of(void *context, const char *name, size_t n)
{
    (void)name;
    const struct scope *s = context;
    return n % 2 ? s->root : (struct node_ref){NULL, 0};
}

static bool
lookup_in(void *context, const char *table, size_t table_len, const char *key,
          size_t key_len, struct node_ref *value, bool *has_table)
{
    const struct scope *s = context;
    (void)table;
    *has_table = table_len > 0;
    uint32_t at = s->root.tape->nodes[0].type == VALUE_OBJECT
                      ? tape_member(s->root.tape, 0, key, key_len)
                      : 0;
    *value = (struct node_ref){s->root.tape, at};
    return at > 0;
}

static void
check_json(const struct buf *out)
{
    static const struct value_limits any = {1u << 28, 1000, 1u << 26};
    struct tape t;
    tape_init(&t);
    must(tape_read(&t, buf_str(out), out->len, &any, "result", NULL) == ERR_OK);
    tape_clear(&t);
}

static void
check_eval(const struct formula *f, struct scope *scope)
{
    struct formula_arena *arena = formula_arena_new();
    struct buf out, again;
    struct error e;
    buf_init(&out, 1u << 28);
    buf_init(&again, 1u << 28);
    error_clear(&e);
    enum formula_outcome outcome = formula_eval_with(arena, f, scope, &out, &e);
    must(formula_arena_most(arena) <=
         BYTES + INPUT_BYTES * scope->root.tape->text_len);
    must(formula_arena_steps(arena) <=
         STEPS + INPUT_STEPS * scope->root.tape->text_len);
    if (outcome == FORMULA_VALUE)
        check_json(&out);
    else
        must(out.len == 0 && (outcome == FORMULA_MISSING || e.text[0] == '#'));
    must(formula_eval_with(arena, f, scope, &again, &e) == outcome);
    must(strcmp(buf_str(&out), buf_str(&again)) == 0);
    buf_clear(&out);
    buf_clear(&again);
    formula_arena_free(arena);
}

static void
check_rename(const char *text)
{
    struct formula_problem p[FORMULA_PROBLEMS];
    must(formula_check(text, strlen(text), FORMULA_LANGUAGE, p,
                       FORMULA_PROBLEMS) == 0);
    char *there = formula_rename_block(text, "Tax", "A b'c\"");
    must(there);
    char *back = formula_rename_block(there, "A b'c\"", "Tax");
    must(back || strlen(there) > FORMULA_TEXT_MAX);
    char *same = formula_rename_block(text, "none of this name", "x");
    must(same && strcmp(same, text) == 0);
    free(there);
    free(back);
    free(same);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = memchr(text, '\n', size);
    size_t n = end ? (size_t)(end - text) : size;
    struct formula *f;
    struct error e;
    if (formula_compile(&f, text, n, FORMULA_LANGUAGE, &e) != ERR_OK) {
        struct formula_problem p;
        must(formula_check(text, n, FORMULA_LANGUAGE, &p, 1) == 1 &&
             p.column > 0);
        return 0;
    }
    struct tape tape;
    tape_init(&tape);
    if (!end || tape_read(&tape, end + 1, size - n - 1, &value_limits_event,
                          "fuzz", NULL) != ERR_OK)
        must(tape_read(&tape, formula_sample(), strlen(formula_sample()),
                       &value_limits_event, "sample", NULL) == ERR_OK);
    struct scope scope = {.root = {&tape, 0},
                          .current = {&tape, tape.count > 1 ? 1 : 0},
                          .position = size % 3,
                          .now_ms = 1791813909000,
                          .output = output_of,
                          .lookup = lookup_in};
    scope.context = &scope;
    check_eval(f, &scope);
    char *copy = strndup(text, n);
    if (strlen(copy) == n)
        check_rename(copy);
    free(copy);
    formula_free(f);
    tape_clear(&tape);
    return 0;
}
