/* The parser: text to nodes, and every problem that can be seen in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula_ast.h"

struct local_name {
    size_t at, n;
    uint32_t slot;
};

struct parser {
    struct formula *f;
    const char *s;
    size_t n, at;
    unsigned depth;
    bool stopped; /* a syntax problem: nothing after it can be trusted */
    struct local_name locals[FORMULA_LOCALS];
    size_t local_count;
    struct formula_problem *problems;
    size_t problem_count, problem_max;
};

static uint32_t parse_expression(struct parser *p, int least);

/* --- problems --------------------------------------------------------------
 */

__attribute__((format(printf, 3, 4))) static void
problem(struct parser *p, size_t at, const char *format, ...)
{
    if (p->stopped || p->problem_count >= p->problem_max)
        return;
    struct formula_problem *out = &p->problems[p->problem_count++];
    out->column = utf8_length(p->s, at) + 1;
    va_list ap;
    va_start(ap, format);
    vsnprintf(out->text, sizeof out->text, format, ap);
    va_end(ap);
    out->text[utf8_valid_prefix(out->text, strlen(out->text))] = '\0';
}

#define STOP(p, ...) (problem(p, __VA_ARGS__), (p)->stopped = true, 0u)

/* What stands at AT, for messages: one character. */
static const char *
found(const struct parser *p, char out[16])
{
    if (p->at >= p->n)
        return "the end";
    uint32_t c;
    size_t n = utf8_decode(p->s + p->at, p->n - p->at, &c);
    if (text_is_hidden(c))
        snprintf(out, 16, "U+%04X", (unsigned)c);
    else
        snprintf(out, 16, "\"%.*s\"", (int)n, p->s + p->at);
    return out;
}

/* --- growing ---------------------------------------------------------------
 */

#define GROW(array, count, capacity)                                           \
    do {                                                                       \
        if ((count) == (capacity)) {                                           \
            (capacity) = (capacity) ? (capacity)*2 : 8;                        \
            (array) = mem_resize((array), (capacity), sizeof *(array));        \
        }                                                                      \
    } while (0)

static uint32_t
add_node(struct parser *p, enum formula_node_kind kind, size_t at,
         uint32_t data)
{
    struct formula *f = p->f;
    GROW(f->nodes, f->node_count, f->node_capacity);
    f->nodes[f->node_count] = (struct formula_node){
        .kind = (uint8_t)kind, .at = (uint32_t)at, .data = data, .height = 1};
    return (uint32_t)f->node_count++;
}

static uint32_t
add_parent(struct parser *p, enum formula_node_kind kind, size_t at,
           const uint32_t *kids, size_t count)
{
    if (p->stopped)
        return 0;
    struct formula *f = p->f;
    unsigned height = 0;
    uint32_t first = (uint32_t)f->kid_count;
    for (size_t i = 0; i < count; i++) {
        GROW(f->kids, f->kid_count, f->kid_capacity);
        f->kids[f->kid_count++] = kids[i];
        if (f->nodes[kids[i]].height > height)
            height = f->nodes[kids[i]].height;
    }
    if (height >= FORMULA_HEIGHT)
        return STOP(p, at, "the formula is nested too deeply: use LET to "
                           "name its parts");
    uint32_t node = add_node(p, kind, at, 0);
    f->nodes[node].first = first;
    f->nodes[node].count = (uint16_t)count;
    f->nodes[node].height = (uint16_t)(height + 1);
    return node;
}

static uint32_t
add_constant(struct parser *p, size_t at, struct fvalue v)
{
    struct formula *f = p->f;
    GROW(f->constants, f->constant_count, f->constant_capacity);
    f->constants[f->constant_count] = (struct formula_constant){.value = v};
    return add_node(p, NODE_CONSTANT, at, (uint32_t)f->constant_count++);
}

/* --- characters ------------------------------------------------------------
 */

static void
skip_space(struct parser *p)
{
    while (p->at < p->n && strchr(" \t\r\n", p->s[p->at]) && p->s[p->at])
        p->at++;
}

static bool
next_is(const struct parser *p, char c)
{
    return p->at < p->n && p->s[p->at] == c;
}

static bool
take(struct parser *p, char c)
{
    skip_space(p);
    if (!next_is(p, c))
        return false;
    p->at++;
    return true;
}

/* "," and ";" both stand between arguments, as in the sheets of different
 * countries. */
static bool
take_separator(struct parser *p)
{
    return take(p, ',') || take(p, ';');
}

static bool
enter(struct parser *p)
{
    if (++p->depth <= FORMULA_DEPTH)
        return !p->stopped;
    STOP(p, p->at,
         "more than 64 brackets inside each other: use LET to name parts");
    return false;
}

/* --- constants -------------------------------------------------------------
 */

static uint32_t
parse_number(struct parser *p)
{
    size_t at = p->at;
    size_t end = formula_scan_number(p->s, p->n, at);
    if (end == at)
        return STOP(p, at, "\".\" begins no number: a path begins with a name");
    struct fvalue v = {.kind = F_NUMBER};
    if (decimal_parse(&v.number, p->s + at, end - at) != DECIMAL_OK)
        return STOP(p, at, "%.*s is out of range: numbers have at most 34 "
                           "digits; put it in quotes to copy it",
                    (int)(end - at > 40 ? 40 : end - at), p->s + at);
    p->at = end;
    return add_constant(p, at, v);
}

static uint32_t
parse_text(struct parser *p)
{
    size_t at = p->at, n;
    size_t end = formula_scan_quoted(p->s, p->n, at);
    if (end == 0)
        return STOP(p, at, "the text has no end: close it with \" (a quote "
                           "inside is doubled)");
    char *text = formula_unquote(p->s, at, end, &n);
    struct fvalue v;
    fvalue_text(&v, text, n);
    p->at = end;
    uint32_t node = add_constant(p, at, v);
    p->f->constants[p->f->nodes[node].data].text = text;
    return node;
}

/* #N/A and the like, or # for the position. */
static uint32_t
parse_hash(struct parser *p)
{
    size_t at = p->at;
    for (int e = 0; e < FORMULA_ERRORS; e++) {
        const char *name = formula_error_name((enum formula_error)e);
        size_t n = strlen(name);
        if (p->n - at >= n && memcmp(p->s + at, name, n) == 0) {
            p->at += n;
            struct fvalue v = {.kind = F_ERROR, .error = (uint8_t)e};
            v.text = "written in the formula";
            v.length = (uint32_t)strlen(v.text);
            return add_constant(p, at, v);
        }
    }
    p->at++;
    return add_node(p, NODE_POSITION, at, 0);
}

static bool
name_is(const char *s, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (word[i] == '\0' || ((s[i] & ~0x20) != word[i]))
            return false;
    return word[n] == '\0';
}

/* TRUE, FALSE and NULL; false where the name is none of them. */
static bool
parse_word(struct parser *p, size_t end, uint32_t *node)
{
    struct fvalue v = {.kind = F_BOOLEAN};
    if (name_is(p->s + p->at, end - p->at, "TRUE"))
        v.boolean = true;
    else if (name_is(p->s + p->at, end - p->at, "NULL"))
        v.kind = F_NULL;
    else if (!name_is(p->s + p->at, end - p->at, "FALSE"))
        return false;
    size_t at = p->at;
    p->at = end;
    if (take(p, '(') && !take(p, ')')) {
        *node = STOP(p, p->at, "%.*s takes no arguments: write it without "
                               "brackets",
                     (int)(end - at), p->s + at);
        return true;
    }
    *node = add_constant(p, at, v);
    return true;
}

/* --- references ------------------------------------------------------------
 */

/* Splits a path of many nodes into a list part and the longest singular rest,
 * so that an element without the rest keeps its place in the list. */
static bool
compile_many(struct parser *p, struct formula_reference *r,
             const struct formula_extent *x)
{
    for (size_t i = 0; i < x->count; i++) {
        char *rest = mem_printf("@%.*s", (int)(x->end - x->segments[i]),
                                p->s + x->segments[i]);
        struct path *compiled = NULL;
        enum err code =
            path_compile(&compiled, rest, strlen(rest), PATH_BARE, NULL);
        free(rest);
        if (code == ERR_OK && path_is_singular(compiled)) {
            r->rest = compiled;
            path_free(r->path);
            r->path = NULL;
            return path_compile(&r->path, p->s + x->start,
                                x->segments[i] - x->start, PATH_BARE,
                                NULL) == ERR_OK;
        }
        path_free(compiled);
    }
    return true;
}

static bool
compile_path(struct parser *p, struct formula_reference *r,
             const struct formula_extent *x)
{
    struct error e;
    error_clear(&e);
    const char *text = r->text;
    if (path_compile(&r->path, text, strlen(text), PATH_BARE, &e) != ERR_OK) {
        STOP(p, x->start, "the path %s: %s", text, e.text);
        return false;
    }
    r->singular = path_is_singular(r->path);
    if (!r->singular && !r->local && x->count > 0 && !compile_many(p, r, x)) {
        STOP(p, x->start, "the path %s does not compile", text);
        return false;
    }
    return true;
}

static const struct local_name *
find_local(const struct parser *p, size_t at, size_t n)
{
    for (size_t i = p->local_count; i-- > 0;) {
        const struct local_name *l = &p->locals[i];
        if (l->n == n && strncasecmp(p->s + l->at, p->s + at, n) == 0)
            return l;
    }
    return NULL;
}

static struct formula_reference *
add_reference(struct parser *p, size_t at)
{
    struct formula *f = p->f;
    GROW(f->references, f->reference_count, f->reference_capacity);
    struct formula_reference *r = &f->references[f->reference_count++];
    *r = (struct formula_reference){.at = at, .block_end = at};
    return r;
}

/* A path at p->at, of the block that R may name already. */
static uint32_t
parse_path(struct parser *p, struct formula_reference *r)
{
    struct formula_extent x;
    if (!formula_scan_path(p->s, p->n, p->at, &x))
        return STOP(p, p->at, "the path has no end: a bracket or quote is "
                              "open, or it has too many parts");
    r->end = x.end;
    size_t name = formula_scan_name(p->s, p->n, x.start) - x.start;
    const struct local_name *l =
        r->block || name == 0 ? NULL : find_local(p, x.start, name);
    if (l) {
        r->local = true;
        r->slot = l->slot;
        r->text = mem_printf("@%.*s", (int)(x.end - x.start - name),
                             p->s + x.start + name);
    } else if (x.end == x.start) {
        r->text = mem_strdup("$");
    } else {
        r->text = mem_strndup(p->s + x.start, x.end - x.start);
    }
    p->at = x.end;
    if (!compile_path(p, r, &x))
        return 0;
    uint32_t index = (uint32_t)(r - p->f->references);
    return add_node(p, NODE_REFERENCE, r->at, index);
}

/* Tax!result: the block's name ends at END. */
static uint32_t
parse_block(struct parser *p, size_t end)
{
    struct formula_reference *r = add_reference(p, p->at);
    size_t n;
    r->block = p->s[p->at] == '\'' ? formula_unquote(p->s, p->at, end, &n)
                                   : mem_strndup(p->s + p->at, end - p->at);
    r->block_end = end;
    p->at = end + 1;
    return parse_path(p, r);
}

static uint32_t
parse_quoted_block(struct parser *p)
{
    size_t end = formula_scan_quoted(p->s, p->n, p->at);
    if (end == 0 || end >= p->n || p->s[end] != '!')
        return STOP(p, p->at, "' begins the name of a block: write "
                              "'Block name'!path, and texts in \"quotes\"");
    return parse_block(p, end);
}

/* --- calls -----------------------------------------------------------------
 */

static uint32_t
parse_argument(struct parser *p)
{
    skip_space(p);
    if (next_is(p, ',') || next_is(p, ';') || next_is(p, ')'))
        return add_constant(p, p->at, (struct fvalue){.kind = F_MISSING});
    return parse_expression(p, 0);
}

/* Arguments up to CLOSE into KIDS; returns how many. */
static size_t
parse_arguments(struct parser *p, char close, uint32_t *kids)
{
    size_t count = 0;
    if (take(p, close))
        return 0;
    do {
        if (count == FORMULA_ARGUMENTS) {
            STOP(p, p->at, "more than 254 arguments");
            return 0;
        }
        kids[count++] = parse_argument(p);
    } while (!p->stopped && take_separator(p));
    if (!p->stopped && !take(p, close)) {
        char c[16];
        STOP(p, p->at, "expected \",\" or \"%c\" but found %s", close,
             found(p, c));
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
        skip_space(p);
        size_t name = p->at, end = formula_scan_name(p->s, p->n, name);
        p->at = end;
        bool named = end > name && take_separator(p);
        if (!named || p->local_count == FORMULA_LOCALS) {
            p->at = name;
            break;
        }
        uint32_t slot = p->f->locals++;
        kids[count++] = add_node(p, NODE_LOCAL, name, slot);
        kids[count++] = parse_expression(p, 0);
        if (p->stopped)
            return 0;
        p->locals[p->local_count++] =
            (struct local_name){name, end - name, slot};
        if (!take_separator(p))
            return STOP(p, p->at, "LET ends with the expression that uses its "
                                  "names: LET(name, value, expression)");
    }
    if (count == 0)
        return STOP(p, p->at, "LET begins with a name and its value: "
                              "LET(name, value, expression)");
    kids[count++] = parse_expression(p, 0);
    p->local_count = outer;
    if (!p->stopped && !take(p, ')'))
        return STOP(p, p->at, "LET takes pairs of a name and a value, then "
                              "one expression, then \")\"");
    return add_parent(p, NODE_LET, at, kids, count);
}

static void
check_count(struct parser *p, const struct formula_function *fn, size_t at,
            size_t count)
{
    if (count < fn->min)
        problem(p, at, "%s needs at least %u argument%s, not %zu: %s(%s)",
                fn->name, fn->min, fn->min == 1 ? "" : "s", count, fn->name,
                fn->arguments);
    else if (count > fn->max && fn->max != FUNCTION_ANY)
        problem(p, at, "%s takes at most %u argument%s, not %zu: %s(%s)",
                fn->name, fn->max, fn->max == 1 ? "" : "s", count, fn->name,
                fn->arguments);
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
        regex_compile(&c->regex, c->value.text, c->value.length, NULL, &e) !=
            ERR_OK)
        problem(p, node->at, "%s", e.text);
}

static uint32_t
unknown_function(struct parser *p, size_t at, size_t end)
{
    const char *near = function_nearest(p->s + at, end - at);
    int n = (int)(end - at > 40 ? 40 : end - at);
    if (near)
        problem(p, at, "#NAME?: there is no function %.*s: did you mean %s?", n,
                p->s + at, near);
    else
        problem(p, at,
                "#NAME?: there is no function %.*s: see the list of functions",
                n, p->s + at);
    return 0;
}

/* NAME( … ): p->at is behind the bracket. */
static uint32_t
parse_call(struct parser *p, size_t at, size_t name_end)
{
    uint32_t kids[FORMULA_ARGUMENTS];
    int index = function_find(p->s + at, name_end - at);
    if (!enter(p))
        return 0;
    if (index < 0)
        unknown_function(p, at, name_end);
    const struct formula_function *fn =
        index < 0 ? NULL : &formula_functions[index];
    uint32_t node;
    if (fn && fn->flags & FN_LET) {
        node = parse_let(p, at);
    } else {
        size_t count = parse_arguments(p, ')', kids);
        if (!p->stopped && fn) {
            check_count(p, fn, at, count);
            check_pattern(p, fn, kids, count);
        }
        node = add_parent(p, NODE_CALL, at, kids, count);
        if (!p->stopped)
            p->f->nodes[node].data = index < 0 ? 0 : (uint32_t)index;
    }
    p->depth--;
    return node;
}

/* --- operands --------------------------------------------------------------
 */

/* A name: a word, a function, a block, a name of LET or a path. */
static uint32_t
parse_name(struct parser *p)
{
    size_t at = p->at, end = formula_scan_name(p->s, p->n, at);
    uint32_t node;
    bool path = end < p->n && (p->s[end] == '.' || p->s[end] == '[');
    if (end < p->n && p->s[end] == '!' &&
        !(end + 1 < p->n && p->s[end + 1] == '='))
        return parse_block(p, end);
    if (!path && parse_word(p, end, &node))
        return node;
    p->at = end;
    if (take(p, '('))
        return parse_call(p, at, end);
    const struct local_name *l = path ? NULL : find_local(p, at, end - at);
    p->at = l ? end : at;
    if (l)
        return add_node(p, NODE_LOCAL, at, l->slot);
    node = parse_path(p, add_reference(p, at));
    if (!p->stopped && take(p, '('))
        return STOP(p, at, "#NAME?: there is no function with a \".\" in its "
                           "name: see the list of functions");
    return node;
}

static uint32_t
unexpected(struct parser *p)
{
    char c[16];
    static const char *const curly[] = {"\u201c", "\u201d", "\u201e",
                                        "\u2018", "\u2019"};
    for (size_t i = 0; i < sizeof curly / sizeof *curly; i++)
        if (p->n - p->at >= 3 && memcmp(p->s + p->at, curly[i], 3) == 0)
            return STOP(p, p->at, "a curly quote: texts stand in straight "
                                  "quotes (\")");
    return STOP(p, p->at, "expected a value, a path or a function but found %s",
                found(p, c));
}

static bool
is_curly(const struct parser *p)
{
    return p->n - p->at >= 3 && (unsigned char)p->s[p->at] == 0xe2 &&
           (unsigned char)p->s[p->at + 1] == 0x80 &&
           (unsigned char)p->s[p->at + 2] >= 0x98 &&
           (unsigned char)p->s[p->at + 2] <= 0x9f;
}

static uint32_t
parse_bracket(struct parser *p)
{
    p->at++;
    if (!enter(p))
        return 0;
    uint32_t node = parse_expression(p, 0);
    char c[16];
    if (!p->stopped && !take(p, ')'))
        return STOP(p, p->at, "expected an operator or \")\" but found %s",
                    found(p, c));
    p->depth--;
    return node;
}

static uint32_t
parse_list(struct parser *p)
{
    uint32_t kids[FORMULA_ARGUMENTS];
    size_t at = p->at++;
    if (!enter(p))
        return 0;
    size_t count = parse_arguments(p, '}', kids);
    p->depth--;
    return add_parent(p, NODE_LIST, at, kids, count);
}

static uint32_t
parse_operand(struct parser *p)
{
    skip_space(p);
    if (p->stopped || p->at >= p->n || is_curly(p))
        return unexpected(p);
    char c = p->s[p->at];
    switch (c) {
    case '"':
        return parse_text(p);
    case '\'':
        return parse_quoted_block(p);
    case '(':
        return parse_bracket(p);
    case '{':
        return parse_list(p);
    case '#':
        return parse_hash(p);
    case '$':
    case '@':
    case '[':
        return parse_path(p, add_reference(p, p->at));
    default:
        if ((c >= '0' && c <= '9') || c == '.')
            return parse_number(p);
        if (formula_scan_name(p->s, p->n, p->at) > p->at)
            return parse_name(p);
        return unexpected(p);
    }
}

static uint32_t
parse_postfix(struct parser *p)
{
    size_t at = p->at;
    uint32_t node = parse_operand(p);
    while (!p->stopped && take(p, '%'))
        node = add_parent(p, NODE_PERCENT, at, &node, 1);
    return node;
}

static uint32_t
parse_unary(struct parser *p)
{
    skip_space(p);
    if (p->stopped || !(next_is(p, '-') || next_is(p, '+')))
        return parse_postfix(p);
    size_t at = p->at++;
    if (!enter(p))
        return 0;
    uint32_t node = parse_unary(p);
    p->depth--;
    return add_parent(p, p->s[at] == '-' ? NODE_NEGATE : NODE_PLUS, at, &node,
                      1);
}

/* --- operators -------------------------------------------------------------
 */

struct operator_sign {
    const char *sign;
    uint8_t op, level;
};

/* Longer signs first; a higher level binds closer. */
static const struct operator_sign operators[] = {
    {"<=", OP_LESS_EQUAL, 1}, {">=", OP_GREATER_EQUAL, 1},
    {"<>", OP_NOT_EQUAL, 1},  {"=", OP_EQUAL, 1},
    {"<", OP_LESS, 1},        {">", OP_GREATER, 1},
    {"&", OP_CONCAT, 2},      {"+", OP_ADD, 3},
    {"-", OP_SUBTRACT, 3},    {"*", OP_MULTIPLY, 4},
    {"/", OP_DIVIDE, 4},      {"^", OP_POWER, 5},
};

static const struct operator_sign *
peek_operator(struct parser *p)
{
    skip_space(p);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t n = strlen(operators[i].sign);
        if (p->n - p->at >= n &&
            memcmp(p->s + p->at, operators[i].sign, n) == 0)
            return &operators[i];
    }
    if (p->n - p->at >= 2 && memcmp(p->s + p->at, "!=", 2) == 0)
        STOP(p, p->at, "\"!=\" is written \"<>\" in formulas");
    return NULL;
}

/* LEFT & … & …: one node for the whole chain. */
static uint32_t
parse_concat(struct parser *p, uint32_t left)
{
    uint32_t kids[FORMULA_ARGUMENTS];
    size_t count = 0, at = p->at;
    kids[count++] = left;
    const struct operator_sign *o;
    while (count < FORMULA_ARGUMENTS && !p->stopped &&
           (o = peek_operator(p)) != NULL && o->op == OP_CONCAT) {
        p->at++;
        kids[count++] = parse_expression(p, o->level + 1);
    }
    return add_parent(p, NODE_CONCAT, at, kids, count);
}

static uint32_t
parse_expression(struct parser *p, int least)
{
    uint32_t left = parse_unary(p);
    const struct operator_sign *o;
    while (!p->stopped && (o = peek_operator(p)) != NULL && o->level >= least) {
        if (o->op == OP_CONCAT) {
            left = parse_concat(p, left);
            continue;
        }
        size_t at = p->at;
        p->at += strlen(o->sign);
        uint32_t kids[2] = {left, parse_expression(p, o->level + 1)};
        left = add_parent(p, NODE_BINARY, at, kids, 2);
        if (!p->stopped)
            p->f->nodes[left].op = o->op;
    }
    return left;
}

size_t
formula_parse(struct formula *f, struct formula_problem *out, size_t max)
{
    struct parser *p = mem_alloc(sizeof *p);
    p->f = f;
    p->s = f->text;
    p->n = f->length;
    p->problems = out;
    p->problem_max = max;
    size_t valid = utf8_valid_prefix(p->s, p->n);
    char c[16];
    if (p->n > FORMULA_TEXT_MAX)
        STOP(p, 0, "the formula is longer than %d bytes", FORMULA_TEXT_MAX);
    else if (valid < p->n)
        STOP(p, valid, "the text is not valid UTF-8");
    take(p, '=');
    f->root = parse_expression(p, 0);
    skip_space(p);
    if (p->at < p->n && next_is(p, '='))
        STOP(p, p->at, "\"==\" is written \"=\" in formulas");
    if (p->at < p->n)
        STOP(p, p->at, "expected an operator or the end but found %s",
             found(p, c));
    size_t count = p->problem_count;
    free(p);
    return count;
}
