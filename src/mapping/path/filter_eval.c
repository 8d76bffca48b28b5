/* The evaluator of filters: comparisons, tests and functions. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/number/number.h"
#include "mapping/path/regex.h"
#include "mapping/path/tree.h"

/* Steps for compiling a pattern: a short one can become 64 kB of code. */
#define COMPILE_PRICE 5000

/* A value in a comparison: a node, something written out, or nothing. */
struct operand {
    bool present;
    struct node_ref node; /* tape NULL: TYPE and TEXT say it */
    enum value_type type;
    const char *text; /* of numbers and of strings, unescaped */
    size_t len;
    char digits[24]; /* of length() and count() */
    char *owned;     /* the text of a string that had escapes */
};

static void
operand_clear(struct operand *o)
{
    free(o->owned);
}

static void
operand_set_node(struct path_run *run, struct operand *o, struct node_ref node)
{
    if (!node.tape)
        return;
    const struct tape_node *n = &node.tape->nodes[node.index];
    o->present = true;
    o->node = node;
    o->type = n->type;
    o->text = node.tape->text + n->start;
    o->len = n->length;
    if (n->type == VALUE_STRING && (n->flags & TAPE_ESCAPED)) {
        struct buf text;
        buf_init_any(&text);
        tape_string(node.tape, node.index, &text);
        o->len = text.len;
        o->text = o->owned = buf_take(&text);
        path_spend(run, o->len);
    }
}

static void
operand_set_count(struct operand *o, size_t n)
{
    o->present = true;
    o->type = VALUE_NUMBER;
    o->len = (size_t)snprintf(o->digits, sizeof o->digits, "%zu", n);
    o->text = o->digits;
}

static struct node_ref
query_start(const struct path_run *run, const struct query *q,
            struct node_ref current)
{
    return q->relative ? current : run->scope->root;
}

/* The node that the singular query Q gives from START. */
static struct node_ref
find_one(struct path_run *run, const struct query *q, struct node_ref start)
{
    size_t steps = q->count + 1;
    struct node_ref node = query_walk(q, 0, q->count, start, &steps);
    path_spend(run, steps);
    return node;
}

static void evaluate(struct path_run *run, const struct expression *x,
                     struct node_ref current, struct operand *o);

static void
call_length(struct path_run *run, const struct expression *x,
            struct node_ref current, struct operand *o)
{
    struct operand a = {0};
    evaluate(run, x->left, current, &a);
    if (a.present && a.type == VALUE_STRING && path_spend(run, a.len / 16))
        operand_set_count(o, utf8_length(a.text, a.len));
    else if (a.present && a.type >= VALUE_ARRAY)
        operand_set_count(o, a.len);
    operand_clear(&a);
}

static void
call_on_nodes(struct path_run *run, const struct expression *x,
              struct node_ref current, struct operand *o)
{
    const struct query *q = &x->left->query;
    struct node_ref start = query_start(run, q, current);
    struct node_list nodes;
    node_list_init(&nodes);
    if (start.tape)
        query_run(run, q, 0, q->count, start, &nodes);
    if (x->function == &path_functions[FUNCTION_COUNT])
        operand_set_count(o, nodes.count);
    else if (nodes.count == 1)
        operand_set_node(run, o, nodes.nodes[0]);
    path_list_clear(run, &nodes);
}

/* Sets O, which is empty, to the value of X; leaves it absent where there is
 * none. */
static void
evaluate(struct path_run *run, const struct expression *x,
         struct node_ref current, struct operand *o)
{
    if (x->kind == EXPR_LITERAL) {
        o->present = true;
        o->type = x->type;
        o->text = x->text;
        o->len = x->text_len;
    } else if (x->kind == EXPR_QUERY) {
        const struct query *q = &x->query;
        operand_set_node(run, o,
                         find_one(run, q, query_start(run, q, current)));
    } else if (x->function == &path_functions[FUNCTION_LENGTH]) {
        call_length(run, x, current, o);
    } else {
        call_on_nodes(run, x, current, o);
    }
}

/* --- comparing ----------------------------------------------------------- */

static bool equal(struct path_run *run, const struct operand *a,
                  const struct operand *b);

static bool
equal_nodes(struct path_run *run, struct node_ref a, struct node_ref b)
{
    struct operand x = {0}, y = {0};
    operand_set_node(run, &x, a);
    operand_set_node(run, &y, b);
    bool same = path_spend(run, 1) && equal(run, &x, &y);
    operand_clear(&x);
    operand_clear(&y);
    return same;
}

static bool
equal_arrays(struct path_run *run, struct node_ref a, struct node_ref b)
{
    uint32_t i = a.index + 1, k = b.index + 1;
    uint32_t end = a.tape->nodes[a.index].next;
    for (; i < end; i = a.tape->nodes[i].next, k = b.tape->nodes[k].next)
        if (!equal_nodes(run, (struct node_ref){a.tape, i},
                         (struct node_ref){b.tape, k}))
            return false;
    return true;
}

static bool
equal_objects(struct path_run *run, struct node_ref a, struct node_ref b)
{
    uint32_t end = a.tape->nodes[a.index].next;
    for (uint32_t i = a.index + 1; i < end; i = a.tape->nodes[i + 1].next) {
        struct operand key = {0};
        operand_set_node(run, &key, (struct node_ref){a.tape, i});
        /* Finding a member looks at every key of the other object. */
        uint32_t found = 0;
        if (path_spend(run, b.tape->nodes[b.index].length))
            found = tape_member(b.tape, b.index, key.text, key.len);
        operand_clear(&key);
        if (!found || !equal_nodes(run, (struct node_ref){a.tape, i + 1},
                                   (struct node_ref){b.tape, found}))
            return false;
    }
    return true;
}

static bool
equal(struct path_run *run, const struct operand *a, const struct operand *b)
{
    if (!a->present || !b->present)
        return a->present == b->present;
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case VALUE_NUMBER:
        return number_compare(a->text, a->len, b->text, b->len) == 0;
    case VALUE_STRING:
        return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
    case VALUE_ARRAY:
        return a->len == b->len && equal_arrays(run, a->node, b->node);
    case VALUE_OBJECT:
        return a->len == b->len && equal_objects(run, a->node, b->node);
    default:
        return true;
    }
}

/* UTF-8 sorts by bytes as it does by characters. */
static bool
less(const struct operand *a, const struct operand *b)
{
    if (!a->present || !b->present || a->type != b->type)
        return false;
    if (a->type == VALUE_NUMBER)
        return number_compare(a->text, a->len, b->text, b->len) < 0;
    if (a->type != VALUE_STRING)
        return false;
    int c = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
    return c < 0 || (c == 0 && a->len < b->len);
}

/* True where T begins as a JSON number does and has nothing but its signs. */
static bool
reads_as_number(const struct operand *t)
{
    size_t sign = t->len > 0 && t->text[0] == '-';
    if (t->len <= sign || !isdigit((unsigned char)t->text[sign]))
        return false;
    for (size_t i = sign; i < t->len; i++)
        if (!memchr("0123456789.,eE+-", t->text[i], 16))
            return false;
    return true;
}

static void
tell_mixed(const struct scope *scope, const struct operand *number,
           const struct operand *text)
{
    if (number->present && text->present && number->type == VALUE_NUMBER &&
        text->type == VALUE_STRING && reads_as_number(text))
        scope->mixed(scope->observer, text->text, text->len);
}

static bool
compare(struct path_run *run, const struct expression *x,
        struct node_ref current)
{
    struct operand a = {0}, b = {0};
    bool result = false;
    evaluate(run, x->left, current, &a);
    evaluate(run, x->right, current, &b);
    if (run->scope->mixed) {
        tell_mixed(run->scope, &a, &b);
        tell_mixed(run->scope, &b, &a);
    }
    switch (x->op) {
    case COMPARE_EQ:
        result = equal(run, &a, &b);
        break;
    case COMPARE_NE:
        result = !equal(run, &a, &b);
        break;
    case COMPARE_LT:
        result = less(&a, &b);
        break;
    case COMPARE_GT:
        result = less(&b, &a);
        break;
    case COMPARE_LE:
        result = less(&a, &b) || equal(run, &a, &b);
        break;
    case COMPARE_GE:
        result = less(&b, &a) || equal(run, &a, &b);
        break;
    }
    operand_clear(&a);
    operand_clear(&b);
    return result;
}

/* --- tests --------------------------------------------------------------- */

static bool
run_regex(struct path_run *run, const struct regex *r, const struct operand *o)
{
    enum regex_result result = regex_run(r, o->text, o->len, &run->steps);
    if (result == REGEX_LIMIT && run->failed == ERR_OK)
        run->failed = error_set(run->e, ERR_TOO_BIG,
                                "a regular expression takes too many steps on "
                                "this record (make it simpler)");
    return result == REGEX_YES;
}

/* The pattern P, which comes from the record, compiled; NULL where it is no
 * I-Regexp. Mostly it is the one of the element before. */
static const struct regex *
pattern_regex(struct path_run *run, const struct operand *p, bool whole)
{
    if (run->pattern && run->pattern_whole == whole &&
        run->pattern_len == p->len &&
        memcmp(run->pattern, p->text, p->len) == 0)
        return run->regex;
    if (!path_spend(run, COMPILE_PRICE + p->len))
        return NULL;
    free(run->pattern);
    regex_free(run->regex);
    run->pattern = mem_strndup(p->text, p->len);
    run->pattern_len = p->len;
    run->pattern_whole = whole;
    run->regex = regex_compile(p->text, p->len, whole);
    return run->regex;
}

static bool
test_regex(struct path_run *run, const struct expression *x,
           struct node_ref current)
{
    struct operand text = {0}, pattern = {0};
    bool result = false;
    bool whole = x->function == &path_functions[FUNCTION_MATCH];
    evaluate(run, x->left, current, &text);
    evaluate(run, x->right, current, &pattern);
    if (text.present && text.type == VALUE_STRING && pattern.present &&
        pattern.type == VALUE_STRING) {
        const struct regex *r = x->right->kind == EXPR_LITERAL
                                    ? x->regex
                                    : pattern_regex(run, &pattern, whole);
        result = r && run_regex(run, r, &text);
    }
    operand_clear(&text);
    operand_clear(&pattern);
    return result;
}

static bool
test_exists(struct path_run *run, const struct query *q,
            struct node_ref current)
{
    struct node_ref start = query_start(run, q, current);
    if (!start.tape)
        return false;
    if (q->singular)
        return find_one(run, q, start).tape != NULL;
    if (!path_spend(run, 1))
        return false;
    struct node_list nodes;
    node_list_init(&nodes);
    query_run(run, q, 0, q->count, start, &nodes);
    bool found = nodes.count > 0;
    path_list_clear(run, &nodes);
    return found;
}

/* Parsing bounds the nesting, so the recursion here is bounded too. */
bool
expression_holds(struct path_run *run, const struct expression *x,
                 struct node_ref current)
{
    const struct expression *part = x->left;
    if (!path_spend(run, 1))
        return false;
    switch (x->kind) {
    case EXPR_OR:
        while (part && !expression_holds(run, part, current))
            part = part->next;
        return part != NULL;
    case EXPR_AND:
        while (part && expression_holds(run, part, current))
            part = part->next;
        return part == NULL;
    case EXPR_NOT:
        return !expression_holds(run, part, current);
    case EXPR_COMPARE:
        return compare(run, x, current);
    case EXPR_QUERY:
        return test_exists(run, &x->query, current);
    case EXPR_FUNCTION:
        return test_regex(run, x, current);
    case EXPR_LITERAL:
        break;
    }
    return false;
}
