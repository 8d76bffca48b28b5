/* Inputs, outputs of other blocks and a value table for the tests. */
#include "tests/unit/mapping/formula/formula.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct node_ref
output_of(void *context, const char *name, size_t n)
{
    struct fixture *f = context;
    if (n == 3 && memcmp(name, "Tax", 3) == 0)
        return (struct node_ref){&f->tax, 0};
    if (n == 16 && memcmp(name, "Create cash sale", 16) == 0)
        return (struct node_ref){&f->sale, 0};
    return (struct node_ref){NULL, 0};
}

static bool
lookup_in(void *context, const char *table, size_t table_len, const char *key,
          size_t key_len, struct node_ref *value, bool *has_table)
{
    struct fixture *f = context;
    *has_table = table_len == 14 && memcmp(table, "Shipping codes", 14) == 0;
    uint32_t at = *has_table ? tape_member(&f->codes, 0, key, key_len) : 0;
    *value = (struct node_ref){&f->codes, at};
    return at > 0;
}

static bool
read_text(struct tape *t, const char *text)
{
    tape_init(t);
    return tape_read(t, text, strlen(text), &value_limits_event, "test",
                     NULL) == ERR_OK;
}

/* The member NAME of the input, or FALLBACK. */
static uint32_t
member(const struct fixture *f, const char *name, uint32_t fallback)
{
    if (f->input.nodes[0].type != VALUE_OBJECT)
        return fallback;
    uint32_t at = tape_member(&f->input, 0, name, strlen(name));
    return at ? at : fallback;
}

bool
fixture_init(struct fixture *f, const char *input)
{
    memset(f, 0, sizeof *f);
    bool ok = read_text(&f->tax, "{\"result\":7.14,\"lines\":[{\"t\":1},"
                                 "{},{\"t\":3}]}") &&
              read_text(&f->sale, "{\"id\":\"42\"}") &&
              read_text(&f->codes, "{\"ground\":\"UPS-G\",\"air\":7,"
                                   "\"12\":\"twelve\",\"none\":null}");
    ok = read_text(&f->input,
                   strcmp(input, ".") == 0 ? formula_sample() : input) &&
         ok;
    if (!ok)
        return false;
    uint32_t root = member(f, "$", 0);
    uint32_t position = member(f, "#", 0);
    f->scope = (struct scope){.root = {&f->input, root},
                              .current = {&f->input, member(f, "@", root)},
                              .now_ms = 1791813909000, /* as in the sample */
                              .context = f,
                              .output = output_of,
                              .lookup = lookup_in};
    if (position)
        f->scope.position =
            strtoull(f->input.text + f->input.nodes[position].start, NULL, 10);
    if (member(f, "zone", 0))
        f->scope.zone = "Europe/Berlin";
    return true;
}

void
fixture_clear(struct fixture *f)
{
    tape_clear(&f->input);
    tape_clear(&f->tax);
    tape_clear(&f->sale);
    tape_clear(&f->codes);
}

char *
fixture_eval(struct fixture *f, const char *text)
{
    struct formula_problem problem;
    struct formula *formula;
    struct error e;
    unsigned language = f->language ? f->language : FORMULA_LANGUAGE;
    error_clear(&e);
    if (formula_compile(&formula, text, strlen(text), language, &e) != ERR_OK) {
        if (formula_check(text, strlen(text), language, &problem, 1) != 1)
            return mem_strdup("formula_check finds nothing wrong");
        return mem_printf("!%zu %s", problem.column, problem.text);
    }
    struct buf out;
    buf_init(&out, 64 << 20);
    char *result = NULL;
    switch (formula_eval(formula, &f->scope, &out, &e)) {
    case FORMULA_VALUE:
        result = buf_take(&out);
        break;
    case FORMULA_MISSING:
        result = mem_strdup("missing");
        break;
    case FORMULA_ERROR:
        result = mem_strdup(e.text);
        break;
    }
    buf_clear(&out);
    formula_free(formula);
    return result;
}

char *
eval_on(const char *input, const char *text)
{
    struct fixture f;
    if (!fixture_init(&f, input)) {
        fixture_clear(&f);
        return mem_strdup("the input is no JSON");
    }
    char *result = fixture_eval(&f, text);
    fixture_clear(&f);
    return result;
}
