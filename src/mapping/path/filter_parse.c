/* The parser of filters: logical expressions, comparisons and functions,
 * with the type rules of RFC 9535 section 2.4.3. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "mapping/path/regex.h"
#include "mapping/path/tree.h"

#define NESTING_MAX 32

const struct path_function path_functions[FUNCTION_NUMBER] = {
    [FUNCTION_LENGTH] = {"length", TYPE_VALUE, 1, {TYPE_VALUE}},
    [FUNCTION_COUNT] = {"count", TYPE_VALUE, 1, {TYPE_NODES}},
    [FUNCTION_MATCH] = {"match", TYPE_LOGICAL, 2, {TYPE_VALUE, TYPE_VALUE}},
    [FUNCTION_SEARCH] = {"search", TYPE_LOGICAL, 2, {TYPE_VALUE, TYPE_VALUE}},
    [FUNCTION_VALUE] = {"value", TYPE_VALUE, 1, {TYPE_NODES}},
};

static struct expression *parse_or(struct path_parser *p);
static struct expression *parse_primary(struct path_parser *p);

static struct expression *
expression_new(enum expression_kind kind)
{
    struct expression *x = mem_alloc(sizeof *x);
    x->kind = kind;
    return x;
}

/* Parsing bounds the nesting, so the recursion here is bounded too. */
void
expression_free(struct expression *x)
{
    while (x) {
        struct expression *next = x->next;
        expression_free(x->left);
        expression_free(x->right);
        query_clear(&x->query);
        regex_free(x->regex);
        free(x->text);
        free(x);
        x = next;
    }
}

size_t
expression_bytes(const struct expression *x)
{
    size_t n = 0;
    for (; x; x = x->next)
        n += mem_bytes(x) + mem_bytes(x->text) + regex_bytes(x->regex) +
             query_bytes(&x->query) + expression_bytes(x->left) +
             expression_bytes(x->right);
    return n;
}

/* Frees X after an error and says so. */
static struct expression *
give_up(struct expression *x)
{
    expression_free(x);
    return NULL;
}

static bool
go_deeper(struct path_parser *p)
{
    if (++p->depth > NESTING_MAX)
        return path_fail(p, "nested more than %d deep", NESTING_MAX);
    return true;
}

/* --- literals ------------------------------------------------------------ */

static size_t
digits_at(const struct path_parser *p, size_t at)
{
    size_t n = 0;
    while (at + n < p->n && p->text[at + n] >= '0' && p->text[at + n] <= '9')
        n++;
    return n;
}

/* The length of the number at the parser's place, 0 where it is wrong. */
static size_t
number_length(const struct path_parser *p)
{
    size_t at = p->at + (p->text[p->at] == '-');
    size_t digits = digits_at(p, at);
    if (digits == 0 || (digits > 1 && p->text[at] == '0'))
        return 0;
    at += digits;
    if (at < p->n && p->text[at] == '.') {
        if ((digits = digits_at(p, at + 1)) == 0)
            return 0;
        at += 1 + digits;
    }
    if (at < p->n && (p->text[at] == 'e' || p->text[at] == 'E')) {
        at++;
        if (at < p->n && (p->text[at] == '+' || p->text[at] == '-'))
            at++;
        if ((digits = digits_at(p, at)) == 0)
            return 0;
        at += digits;
    }
    return at - p->at;
}

static struct expression *
parse_number(struct path_parser *p)
{
    size_t n = number_length(p);
    if (n == 0) {
        path_fail(p, "this is not a number");
        return NULL;
    }
    struct expression *x = expression_new(EXPR_LITERAL);
    x->type = VALUE_NUMBER;
    x->text = mem_strndup(p->text + p->at, n);
    x->text_len = n;
    p->at += n;
    return x;
}

static struct expression *
parse_text(struct path_parser *p)
{
    size_t n;
    char *text = path_parse_string(p, &n);
    if (!text)
        return NULL;
    struct expression *x = expression_new(EXPR_LITERAL);
    x->type = VALUE_STRING;
    x->text = text;
    x->text_len = n;
    return x;
}

/* --- queries and functions ----------------------------------------------- */

static struct expression *
parse_query(struct path_parser *p)
{
    struct expression *x = expression_new(EXPR_QUERY);
    x->query.relative = p->text[p->at++] == '@';
    if (!path_parse_segments(p, &x->query))
        return give_up(x);
    return x;
}

static bool
check_argument(struct path_parser *p, const struct path_function *f,
               const struct expression *x, enum path_type wanted)
{
    if (wanted == TYPE_NODES)
        return x->kind == EXPR_QUERY ||
               path_fail(p, "%s() takes a path here", f->name);
    if (x->kind == EXPR_LITERAL)
        return true;
    if (x->kind == EXPR_QUERY)
        return x->query.singular ||
               path_fail(p,
                         "%s() takes a path here that gives one value "
                         "(value() makes one)",
                         f->name);
    return x->function->result == TYPE_VALUE ||
           path_fail(p, "%s() takes a value here", f->name);
}

static bool
parse_arguments(struct path_parser *p, struct expression *call)
{
    const struct path_function *f = call->function;
    struct expression **slots[] = {&call->left, &call->right};
    for (size_t i = 0; i < f->arity; i++) {
        path_skip_space(p);
        if (i > 0) {
            if (!path_next_is(p, ","))
                return path_fail(p, "%s() takes %zu arguments", f->name,
                                 f->arity);
            p->at++;
            path_skip_space(p);
        }
        *slots[i] = parse_primary(p);
        if (!*slots[i] || !check_argument(p, f, *slots[i], f->arguments[i]))
            return false;
    }
    path_skip_space(p);
    if (!path_next_is(p, ")"))
        return path_fail(p, "%s() takes %zu argument%s; ) was expected",
                         f->name, f->arity, f->arity == 1 ? "" : "s");
    p->at++;
    return true;
}

/* A pattern that is written out is compiled once. One that is no I-Regexp
 * matches nothing, and has no regex. */
static void
prepare_regex(struct expression *call)
{
    const struct path_function *f = call->function;
    bool whole = f == &path_functions[FUNCTION_MATCH];
    if (!whole && f != &path_functions[FUNCTION_SEARCH])
        return;
    const struct expression *pattern = call->right;
    if (pattern->kind == EXPR_LITERAL && pattern->type == VALUE_STRING)
        call->regex = regex_compile(pattern->text, pattern->text_len, whole);
}

static struct expression *
parse_call(struct path_parser *p, size_t name_len)
{
    const struct path_function *f = NULL;
    for (size_t i = 0; i < FUNCTION_NUMBER; i++)
        if (strlen(path_functions[i].name) == name_len &&
            memcmp(p->text + p->at, path_functions[i].name, name_len) == 0)
            f = &path_functions[i];
    if (!f) {
        path_fail(p, "no such function (length, count, match, search, value)");
        return NULL;
    }
    p->at += name_len + 1;
    struct expression *x = expression_new(EXPR_FUNCTION);
    x->function = f;
    if (!go_deeper(p) || !parse_arguments(p, x))
        return give_up(x);
    p->depth--;
    prepare_regex(x);
    return x;
}

static struct expression *
parse_word(struct path_parser *p)
{
    static const struct {
        const char *word;
        enum value_type type;
    } words[] = {
        {"true", VALUE_TRUE}, {"false", VALUE_FALSE}, {"null", VALUE_NULL}};
    size_t n = 0;
    const char *s = p->text + p->at;
    while (p->at + n < p->n && ((s[n] >= 'a' && s[n] <= 'z') || s[n] == '_' ||
                                (n > 0 && s[n] >= '0' && s[n] <= '9')))
        n++;
    if (n > 0 && p->at + n < p->n && s[n] == '(')
        return parse_call(p, n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == n && memcmp(s, words[i].word, n) == 0) {
            p->at += n;
            struct expression *x = expression_new(EXPR_LITERAL);
            x->type = words[i].type;
            return x;
        }
    }
    path_fail(p, "@, $, a function, a number, a text in quotes, true, false "
                 "or null was expected");
    return NULL;
}

/* What may stand beside a comparison or as an argument. */
static struct expression *
parse_primary(struct path_parser *p)
{
    char c = p->at < p->n ? p->text[p->at] : '\0';
    if (c == '@' || c == '$')
        return parse_query(p);
    if (c == '\'' || c == '"')
        return parse_text(p);
    if (c == '-' || (c >= '0' && c <= '9'))
        return parse_number(p);
    return parse_word(p);
}

/* --- logic --------------------------------------------------------------- */

static bool
parse_operator(struct path_parser *p, enum compare_op *op)
{
    static const struct {
        const char *sign;
        enum compare_op op;
    } signs[] = {{"==", COMPARE_EQ}, {"!=", COMPARE_NE}, {"<=", COMPARE_LE},
                 {">=", COMPARE_GE}, {"<", COMPARE_LT},  {">", COMPARE_GT}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (path_next_is(p, signs[i].sign)) {
            p->at += strlen(signs[i].sign);
            *op = signs[i].op;
            return true;
        }
    }
    return false;
}

static bool
is_comparable(struct path_parser *p, const struct expression *x)
{
    if (x->kind == EXPR_QUERY && !x->query.singular)
        return path_fail(p, "only a path that gives one value can be compared");
    if (x->kind == EXPR_FUNCTION && x->function->result != TYPE_VALUE)
        return path_fail(p, "%s() gives true or false and cannot be compared",
                         x->function->name);
    return true;
}

static bool
is_testable(struct path_parser *p, const struct expression *x)
{
    if (x->kind == EXPR_LITERAL)
        return path_fail(p, "a value alone is not a condition; a comparison "
                            "was expected");
    if (x->kind == EXPR_FUNCTION && x->function->result == TYPE_VALUE)
        return path_fail(p, "%s() gives a value; a comparison was expected",
                         x->function->name);
    return true;
}

/* What people write from habit where a filter has another sign. */
static const struct {
    const char *written, *meant;
} habits[] = {
    {"and", "&&"}, {"or", "||"}, {"not", "!"}, {"<>", "!="},
    {"===", "=="}, {"=", "=="},  {"&", "&&"},  {"|", "||"},
};

/* True, with the path failed, where P stands at such a word or sign. */
static bool
fail_habit(struct path_parser *p)
{
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        size_t n = strlen(habits[i].written);
        const char *s = p->text + p->at;
        if (p->n - p->at < n || strncasecmp(s, habits[i].written, n) != 0)
            continue;
        char next = p->at + n < p->n ? s[n] : '\0';
        bool word = isalpha((unsigned char)*s);
        if (word ? isalnum((unsigned char)next) || next == '_' : next == '=')
            continue;
        path_fail(p, "\"%.*s\" is written %s in a path", (int)n, s,
                  habits[i].meant);
        return true;
    }
    return false;
}

/* A comparison, or a test of existence or of a function. */
static struct expression *
parse_condition(struct path_parser *p, bool negated)
{
    struct expression *x = parse_primary(p);
    if (!x)
        return NULL;
    size_t back = p->at;
    path_skip_space(p);
    enum compare_op op;
    bool foreign = path_next_is(p, "<>") || path_next_is(p, "===");
    if (negated || foreign || !parse_operator(p, &op)) {
        if (!path_next_is(p, "&&") && !path_next_is(p, "||") && fail_habit(p))
            return give_up(x);
        p->at = back;
        return is_testable(p, x) ? x : give_up(x);
    }
    struct expression *compare = expression_new(EXPR_COMPARE);
    compare->op = op;
    compare->left = x;
    if (!is_comparable(p, x))
        return give_up(compare);
    path_skip_space(p);
    compare->right = parse_primary(p);
    if (!compare->right || !is_comparable(p, compare->right))
        return give_up(compare);
    return compare;
}

static struct expression *
parse_basic(struct path_parser *p)
{
    bool negated = path_next_is(p, "!");
    struct expression *x;
    if (negated) {
        p->at++;
        path_skip_space(p);
    }
    if (fail_habit(p))
        return NULL;
    if (path_next_is(p, "(")) {
        p->at++;
        path_skip_space(p);
        x = parse_or(p);
        if (!x)
            return NULL;
        path_skip_space(p);
        if (!path_next_is(p, ")")) {
            if (!fail_habit(p))
                path_fail(p, ") was expected");
            return give_up(x);
        }
        p->at++;
    } else {
        x = parse_condition(p, negated);
    }
    if (!x || !negated)
        return x;
    struct expression *not = expression_new(EXPR_NOT);
    not ->left = x;
    return not ;
}

/* OPERAND (SIGN OPERAND)*, as one node with a list of operands. */
static struct expression *
parse_chain(struct path_parser *p, const char *sign, enum expression_kind kind,
            struct expression *(*operand)(struct path_parser *))
{
    struct expression *first = operand(p), *chain = NULL, **tail;
    if (!first)
        return NULL;
    tail = &first->next;
    for (;;) {
        size_t back = p->at;
        path_skip_space(p);
        if (!path_next_is(p, sign)) {
            bool other = path_next_is(p, "&&") || path_next_is(p, "||");
            if (!other && fail_habit(p))
                return give_up(chain ? chain : first);
            p->at = back;
            return chain ? chain : first;
        }
        p->at += strlen(sign);
        path_skip_space(p);
        if (!chain) {
            chain = expression_new(kind);
            chain->left = first;
        }
        *tail = operand(p);
        if (!*tail)
            return give_up(chain);
        tail = &(*tail)->next;
    }
}

static struct expression *
parse_and(struct path_parser *p)
{
    return parse_chain(p, "&&", EXPR_AND, parse_basic);
}

static struct expression *
parse_or(struct path_parser *p)
{
    if (!go_deeper(p))
        return NULL;
    struct expression *x = parse_chain(p, "||", EXPR_OR, parse_and);
    p->depth--;
    return x;
}

struct expression *
path_parse_filter(struct path_parser *p)
{
    return parse_or(p);
}
