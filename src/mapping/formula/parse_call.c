/* The parser: calls of functions, LET, lists in braces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/parser_private.h"

/* --- calls --------------------------------------------------------------- */

static uint32_t
parse_argument(struct parser *p)
{
    parser_skip_space(p);
    if (parser_next_is(p, ',') || parser_next_is(p, ';') ||
        parser_next_is(p, ')'))
        return parser_constant(p, p->at, (struct fvalue){.kind = F_MISSING});
    return parse_expression(p, 0);
}

/* Arguments up to CLOSE into KIDS; returns how many. */
static size_t
parse_arguments(struct parser *p, char close, uint32_t *kids)
{
    size_t count = 0;
    if (parser_take(p, close))
        return 0;
    do {
        if (count == FORMULA_ARGUMENTS) {
            parser_stop(p, p->at, "more than 254 arguments");
            return 0;
        }
        kids[count++] = parse_argument(p);
    } while (!p->stopped && parser_take_separator(p));
    if (!p->stopped && !parser_take(p, close)) {
        char c[16];
        parser_stop(p, p->at, "expected \",\" or \"%c\" but found %s", close,
                    parser_found(p, c));
    }
    return count;
}

/* LET(name, value, …, expression); what follows "(" */
static uint32_t
parse_let(struct parser *p, size_t at)
{
    uint32_t kids[2 * FORMULA_LOCALS + 1];
    size_t count = 0, outer = p->local_count;
    for (;;) {
        parser_skip_space(p);
        size_t name = p->at, end = formula_scan_name(p->s, p->n, name);
        p->at = end;
        bool named = end > name && parser_take_separator(p);
        if (!named || p->local_count == FORMULA_LOCALS) {
            p->at = name;
            break;
        }
        uint32_t slot = p->f->locals++;
        kids[count++] = parser_node(p, NODE_LOCAL, name, slot);
        kids[count++] = parse_expression(p, 0);
        if (p->stopped)
            return 0;
        p->locals[p->local_count++] =
            (struct local_name){name, end - name, slot};
        if (!parser_take_separator(p))
            return parser_stop(p, p->at,
                               "LET ends with the expression that uses its "
                               "names: LET(name, value, expression)");
    }
    if (count == 0)
        return parser_stop(p, p->at,
                           "LET begins with a name and its value: "
                           "LET(name, value, expression)");
    kids[count++] = parse_expression(p, 0);
    p->local_count = outer;
    if (!p->stopped && !parser_take(p, ')'))
        return parser_stop(p, p->at,
                           "LET takes pairs of a name and a value, then "
                           "one expression, then \")\"");
    return parser_parent(p, NODE_LET, at, kids, count);
}

/* The names of LAMBDA(name, …, expression) into KIDS; returns how many. */
static size_t
parse_names(struct parser *p, uint32_t *kids)
{
    size_t count = 0;
    while (p->local_count < FORMULA_LOCALS) {
        parser_skip_space(p);
        size_t name = p->at, end = formula_scan_name(p->s, p->n, name);
        p->at = end;
        if (end == name || !parser_take_separator(p)) {
            p->at = name;
            break;
        }
        uint32_t slot = p->f->locals++;
        kids[count++] = parser_node(p, NODE_LOCAL, name, slot);
        p->locals[p->local_count++] =
            (struct local_name){name, end - name, slot};
    }
    return count;
}

/* LAMBDA(name, …, expression); what follows "(" */
static uint32_t
parse_lambda(struct parser *p, size_t at)
{
    uint32_t kids[FORMULA_LOCALS + 1];
    size_t outer = p->local_count, count = parse_names(p, kids);
    if (count == 0)
        return parser_stop(p, at,
                           "LAMBDA begins with the name of the element: "
                           "LAMBDA(line, line.amount * 2)");
    kids[count++] = parse_expression(p, 0);
    p->local_count = outer;
    if (!p->stopped && !parser_take(p, ')'))
        return parser_stop(p, p->at,
                           "LAMBDA takes names, then one expression, then "
                           "\")\"");
    return parser_parent(p, NODE_LAMBDA, at, kids, count);
}

/* Whether LAMBDA( is next; p->at is behind it then. */
static bool
take_lambda(struct parser *p)
{
    static const char word[] = "LAMBDA";
    parser_skip_space(p);
    size_t before = p->at, end = formula_scan_name(p->s, p->n, before);
    if (end - before != sizeof word - 1 ||
        strncasecmp(p->s + before, word, sizeof word - 1) != 0)
        return false;
    p->at = end;
    if (parser_take(p, '('))
        return true;
    p->at = before;
    return false;
}

/* The arguments of MAP and REDUCE: lists, and LAMBDA with a name for each
 * element (of REDUCE: for what it gave so far, and for the element). */
static size_t
parse_each(struct parser *p, const struct formula_function *fn, uint32_t *kids)
{
    size_t count = 0, begin = p->at;
    bool found = false;
    while (!p->stopped && !(found = take_lambda(p))) {
        if (count > FORMULA_LOCALS || parser_next_is(p, ')'))
            break;
        kids[count++] = parse_argument(p);
        if (!parser_take_separator(p))
            break;
        parser_skip_space(p);
        begin = p->at;
    }
    if (!found) {
        parser_stop(p, p->at, "%s ends with LAMBDA: %s(%s)", fn->name, fn->name,
                    fn->arguments);
        return 0;
    }
    struct separators outer = p->separators;
    p->separators = (struct separators){0};
    uint32_t lambda = parse_lambda(p, begin);
    p->separators = outer;
    size_t names = p->stopped ? 0 : p->f->nodes[lambda].count - 1u;
    bool reduces = fn->max == 3;
    if (!p->stopped && names != (reduces ? 2 : count))
        parser_problem(p, begin,
                       "LAMBDA has %zu names, and %s gives it %zu values: "
                       "%s(%s)",
                       names, fn->name, reduces ? (size_t)2 : count, fn->name,
                       fn->arguments);
    kids[count++] = lambda;
    if (!p->stopped && !parser_take(p, ')'))
        parser_stop(p, p->at, "LAMBDA is the last argument of %s", fn->name);
    return count;
}

static void
check_count(struct parser *p, const struct formula_function *fn, size_t at,
            size_t count)
{
    if (count < fn->min)
        parser_problem(
            p, at, "%s needs at least %u argument%s, not %zu: %s(%s)", fn->name,
            fn->min, fn->min == 1 ? "" : "s", count, fn->name, fn->arguments);
    else if (count > fn->max && fn->max != FUNCTION_ANY)
        parser_problem(p, at, "%s takes at most %u argument%s, not %zu: %s(%s)",
                       fn->name, fn->max, fn->max == 1 ? "" : "s", count,
                       fn->name, fn->arguments);
}

/* Compiles constant patterns once; a bad one is a problem here. */
static void
check_pattern(struct parser *p, const struct formula_function *fn,
              const uint32_t *kids, size_t count)
{
    if (strncmp(fn->name, "REGEX", 5) != 0 || count < 2)
        return;
    const struct formula_node *node = &p->f->nodes[kids[1]];
    if (node->kind != NODE_CONSTANT)
        return;
    struct formula_constant *c = &p->f->constants[node->data];
    struct error e;
    error_clear(&e);
    if (c->value.kind == F_TEXT &&
        pattern_compile(&c->pattern, c->value.text, c->value.length, NULL,
                        &e) != ERR_OK)
        parser_problem(p, node->at, "%s", e.text);
}

static uint32_t
unknown_function(struct parser *p, size_t at, size_t end)
{
    const char *near = function_nearest(p->s + at, end - at);
    int n = (int)(end - at > 40 ? 40 : end - at);
    if (near)
        parser_problem(p, at, "#NAME?: unknown function %.*s: did you mean %s?",
                       n, p->s + at, near);
    else
        parser_problem(
            p, at, "#NAME?: unknown function %.*s: see the list of functions",
            n, p->s + at);
    return 0;
}

/* A call of FN, or of what is no function (NULL): what follows "(". */
static uint32_t
parse_arguments_of(struct parser *p, const struct formula_function *fn,
                   size_t at)
{
    uint32_t kids[FORMULA_ARGUMENTS];
    if (fn && fn->flags & FN_LET)
        return parse_let(p, at);
    if (fn && fn->flags & FN_NAMES)
        return parser_stop(p, at,
                           "LAMBDA is the last argument of MAP or REDUCE: "
                           "MAP(list, LAMBDA(name, expression))");
    size_t count = fn && fn->flags & FN_EACH ? parse_each(p, fn, kids)
                                             : parse_arguments(p, ')', kids);
    if (!p->stopped && fn) {
        check_count(p, fn, at, count);
        check_pattern(p, fn, kids, count);
    }
    uint32_t node = parser_parent(p, NODE_CALL, at, kids, count);
    if (!p->stopped)
        p->f->nodes[node].data = fn ? (uint32_t)(fn - formula_functions) : 0;
    return node;
}

/* NAME( … ): p->at is behind the bracket. */
uint32_t
parse_call(struct parser *p, size_t at, size_t name_end)
{
    int index = function_find(p->s + at, name_end - at);
    struct separators outer = p->separators;
    if (!parser_enter(p))
        return 0;
    p->separators = (struct separators){0};
    if (index < 0)
        unknown_function(p, at, name_end);
    uint32_t node =
        parse_arguments_of(p, index < 0 ? NULL : &formula_functions[index], at);
    p->separators = outer;
    p->depth--;
    return node;
}

uint32_t
parse_list(struct parser *p)
{
    uint32_t kids[FORMULA_ARGUMENTS];
    size_t at = p->at++;
    struct separators outer = p->separators;
    if (!parser_enter(p))
        return 0;
    p->separators = (struct separators){0};
    size_t count = parse_arguments(p, '}', kids);
    p->separators = outer;
    p->depth--;
    for (size_t i = 0; i < count && !p->stopped; i++)
        if (p->f->nodes[kids[i]].kind == NODE_LIST &&
            language_has(p->f->language, CHANGE_LISTS_FLAT))
            parser_problem(p, p->f->nodes[kids[i]].at,
                           "a list in a list: write {1, 2, 3}, and a field "
                           "without braces");
    return parser_parent(p, NODE_LIST, at, kids, count);
}
