/* The parser: operators, and the tools of all its files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/parser_private.h"

/* --- problems ------------------------------------------------------------ */

__attribute__((format(printf, 3, 0))) static void
note(struct parser *p, size_t at, const char *format, va_list ap)
{
    if (p->stopped || p->problem_count >= p->problem_max)
        return;
    struct formula_problem *out = &p->problems[p->problem_count++];
    out->column = utf8_length(p->s, at) + 1;
    vsnprintf(out->text, sizeof out->text, format, ap);
    out->text[utf8_valid_prefix(out->text, strlen(out->text))] = '\0';
}

void
parser_problem(struct parser *p, size_t at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    note(p, at, format, ap);
    va_end(ap);
}

uint32_t
parser_stop(struct parser *p, size_t at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    note(p, at, format, ap);
    va_end(ap);
    p->stopped = true;
    return 0;
}

/* What stands at AT, for messages: one character. */
const char *
parser_found(const struct parser *p, char out[16])
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

/* --- growing ------------------------------------------------------------- */

uint32_t
parser_node(struct parser *p, enum formula_node_kind kind, size_t at,
            uint32_t data)
{
    struct formula *f = p->f;
    PARSER_GROW(f->nodes, f->node_count, f->node_capacity);
    f->nodes[f->node_count] = (struct formula_node){
        .kind = (uint8_t)kind, .at = (uint32_t)at, .data = data, .height = 1};
    return (uint32_t)f->node_count++;
}

uint32_t
parser_parent(struct parser *p, enum formula_node_kind kind, size_t at,
              const uint32_t *kids, size_t count)
{
    if (p->stopped)
        return 0;
    struct formula *f = p->f;
    unsigned height = 0;
    uint32_t first = (uint32_t)f->kid_count;
    for (size_t i = 0; i < count; i++) {
        PARSER_GROW(f->kids, f->kid_count, f->kid_capacity);
        f->kids[f->kid_count++] = kids[i];
        if (f->nodes[kids[i]].height > height)
            height = f->nodes[kids[i]].height;
    }
    if (height >= FORMULA_HEIGHT)
        return parser_stop(p, at,
                           "the formula is nested too deeply: use LET to "
                           "name its parts");
    uint32_t node = parser_node(p, kind, at, 0);
    f->nodes[node].first = first;
    f->nodes[node].count = (uint16_t)count;
    f->nodes[node].height = (uint16_t)(height + 1);
    return node;
}

uint32_t
parser_constant(struct parser *p, size_t at, struct fvalue v)
{
    struct formula *f = p->f;
    PARSER_GROW(f->constants, f->constant_count, f->constant_capacity);
    f->constants[f->constant_count] = (struct formula_constant){.value = v};
    return parser_node(p, NODE_CONSTANT, at, (uint32_t)f->constant_count++);
}

/* --- characters ---------------------------------------------------------- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void
parser_skip_space(struct parser *p)
{
    while (p->at < p->n && strchr(" \t\r\n", p->s[p->at]) && p->s[p->at])
        p->at++;
}

bool
parser_next_is(const struct parser *p, char c)
{
    return p->at < p->n && p->s[p->at] == c;
}

bool
parser_take(struct parser *p, char c)
{
    parser_skip_space(p);
    if (!parser_next_is(p, c))
        return false;
    p->at++;
    return true;
}

static void
note_separator(struct parser *p, size_t at)
{
    struct separators *s = &p->separators;
    size_t *first = p->s[at] == ',' ? &s->comma : &s->semicolon;
    if (*first == 0)
        *first = at;
    if (s->decimal == 0 && p->s[at] == ',' && at + 1 < p->n &&
        is_digit(p->s[at - 1]) && is_digit(p->s[at + 1]))
        s->decimal = at;
    if (s->comma == 0 || s->semicolon == 0 || s->told ||
        !language_has(p->f->language, CHANGE_MIXED_SEPARATORS))
        return;
    s->told = true;
    if (s->decimal > 0)
        parser_problem(
            p, s->decimal,
            "a decimal comma, or \",\" together with \";\": numbers have a "
            "point (1.5), and one sign stands between all arguments");
    else
        parser_problem(p, at,
                       "\",\" together with \";\": write one of them between "
                       "all arguments");
}

/* "," and ";" both stand between arguments, as in the sheets of different
 * countries, but not in one call: there a comma may be that of a decimal. */
bool
parser_take_separator(struct parser *p)
{
    if (!parser_take(p, ',') && !parser_take(p, ';'))
        return false;
    note_separator(p, p->at - 1);
    return true;
}

bool
parser_enter(struct parser *p)
{
    if (++p->depth <= FORMULA_DEPTH)
        return !p->stopped;
    parser_stop(
        p, p->at,
        "more than 64 brackets inside each other: use LET to name parts");
    return false;
}

/* --- signs --- */

static uint32_t
parse_postfix(struct parser *p)
{
    size_t at = p->at;
    uint32_t node = parse_operand(p);
    while (!p->stopped && parser_take(p, '%'))
        node = parser_parent(p, NODE_PERCENT, at, &node, 1);
    return node;
}

static uint32_t
parse_unary(struct parser *p)
{
    parser_skip_space(p);
    if (p->stopped || !(parser_next_is(p, '-') || parser_next_is(p, '+')))
        return parse_postfix(p);
    size_t at = p->at++;
    if (!parser_enter(p))
        return 0;
    uint32_t node = parse_unary(p);
    p->depth--;
    return parser_parent(p, p->s[at] == '-' ? NODE_NEGATE : NODE_PLUS, at,
                         &node, 1);
}

/* --- operators ----------------------------------------------------------- */

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

/* What other languages write between two values, and how it is written
 * here. */
static const struct {
    const char *sign, *remedy;
} foreign_signs[] = {
    {"!=", "\"!=\" is written \"<>\" in formulas"},
    {"&&", "\"&&\" is written AND(a, b)"},
    {"||", "\"||\" is written OR(a, b)"},
    {"??", "\"??\" is written COALESCE(a, b)"},
    {"?", "\"? :\" is written IF(condition, then, else)"},
    {":", "a range such as A1:A5 is a list here: name it by its path, as in "
          "lines[*].amount"},
    {"AND", "\"and\" is written AND(a, b)"},
    {"OR", "\"or\" is written OR(a, b)"},
    {"IS", "\"is\" is written \"=\" or ISBLANK(a)"},
};

/* Stops at a sign of another language. */
static bool
stop_at_foreign(struct parser *p)
{
    for (size_t i = 0; i < sizeof foreign_signs / sizeof *foreign_signs; i++) {
        const char *sign = foreign_signs[i].sign;
        size_t n = strlen(sign);
        bool word = sign[0] >= 'A' && sign[0] <= 'Z';
        if (p->n - p->at < n || strncasecmp(p->s + p->at, sign, n) != 0 ||
            (word && formula_scan_name(p->s, p->n, p->at) != p->at + n))
            continue;
        parser_stop(p, p->at, "%s", foreign_signs[i].remedy);
        return true;
    }
    return false;
}

static const struct operator_sign *
peek_operator(struct parser *p)
{
    parser_skip_space(p);
    if (p->at < p->n && stop_at_foreign(p))
        return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t n = strlen(operators[i].sign);
        if (p->n - p->at >= n &&
            memcmp(p->s + p->at, operators[i].sign, n) == 0)
            return &operators[i];
    }
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
    return parser_parent(p, NODE_CONCAT, at, kids, count);
}

uint32_t
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
        left = parser_parent(p, NODE_BINARY, at, kids, 2);
        if (!p->stopped)
            p->f->nodes[left].op = o->op;
    }
    return left;
}

static bool
is_fixed(const struct formula *f, const struct formula_node *node)
{
    if (node->kind == NODE_LOCAL || node->kind == NODE_POSITION ||
        node->kind == NODE_LET || node->kind == NODE_LAMBDA)
        return false;
    if (node->kind == NODE_REFERENCE) {
        const struct formula_reference *r = &f->references[node->data];
        return !r->local && !r->bound && (r->block || r->text[0] != '@');
    }
    for (unsigned i = 0; i < node->count; i++)
        if (!f->nodes[f->kids[node->first + i]].fixed)
            return false;
    return true;
}

void
parser_note_fixed(struct formula *f)
{
    for (size_t i = 0; i < f->node_count; i++)
        f->nodes[i].fixed = is_fixed(f, &f->nodes[i]);
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
    size_t odd;
    const char *why;
    char c[16];
    if (p->n > FORMULA_TEXT_MAX)
        parser_stop(p, 0, "the formula is longer than %d bytes",
                    FORMULA_TEXT_MAX);
    else if (valid < p->n)
        parser_stop(p, valid, "the text is not valid UTF-8");
    else if (language_has(f->language, CHANGE_PLAIN_NAMES) &&
             language_odd_character(p->s, p->n, &odd, &why))
        parser_stop(p, odd, "%s", why);
    parser_take(p, '=');
    f->root = parse_expression(p, 0);
    parser_skip_space(p);
    if (p->at < p->n && p->at > 1 && p->s[p->at] == ',' &&
        is_digit(p->s[p->at - 1]))
        parser_stop(p, p->at, "a decimal comma: numbers have a point (1.5)");
    else if (p->at < p->n)
        parser_stop(p, p->at, "expected an operator or the end but found %s",
                    parser_found(p, c));
    size_t count = p->problem_count;
    free(p);
    if (count == 0)
        parser_note_fixed(f);
    return count;
}
