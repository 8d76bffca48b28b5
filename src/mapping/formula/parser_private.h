/* The parser's own state and tools, which its files share. */
#ifndef TAILOR_MAPPING_FORMULA_PARSER_PRIVATE_H
#define TAILOR_MAPPING_FORMULA_PARSER_PRIVATE_H

#include "mapping/formula/ast.h"

/* A name of LET: bytes of the text, and its slot. */
struct local_name {
    size_t at, n;
    uint32_t slot;
};

/* What has separated the arguments of the call that is being read: places of
 * the first of each, and of a comma between two digits; 0 is none. */
struct separators {
    size_t comma, semicolon, decimal;
    bool told; /* that there are both */
};

struct parser {
    struct formula *f;
    const char *s;
    size_t n, at;
    unsigned depth;
    bool stopped; /* a syntax problem: nothing after it can be trusted */
    struct local_name locals[FORMULA_LOCALS];
    size_t local_count;
    struct separators separators;
    struct formula_problem *problems;
    size_t problem_count, problem_max;
};

/* Notes a problem at byte AT and goes on. */
void parser_problem(struct parser *p, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Notes a problem at byte AT that ends the parsing; returns 0, for a node. */
uint32_t parser_stop(struct parser *p, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What stands at p->at, for messages. */
const char *parser_found(const struct parser *p, char out[16]);

uint32_t parser_node(struct parser *p, enum formula_node_kind kind, size_t at,
                     uint32_t data);
uint32_t parser_parent(struct parser *p, enum formula_node_kind kind, size_t at,
                       const uint32_t *kids, size_t count);
uint32_t parser_constant(struct parser *p, size_t at, struct fvalue v);

void parser_skip_space(struct parser *p);
bool parser_next_is(const struct parser *p, char c);
/* Skips white space and takes C, where it is next. */
bool parser_take(struct parser *p, char c);
/* "," or ";"; a problem where the call has both. */
bool parser_take_separator(struct parser *p);
/* One bracket deeper; false where that is too deep. The caller decreases
 * p->depth afterwards. */
bool parser_enter(struct parser *p);

/* An expression of operators that bind at least as LEAST. */
uint32_t parse_expression(struct parser *p, int least);
/* A constant, a reference, a call, something in brackets. */
uint32_t parse_operand(struct parser *p);
/* A path at p->at, of the block that R may name already. */
uint32_t parse_path(struct parser *p, struct formula_reference *r);
/* Notes in the nodes of F which of them are one value for a whole record. */
void parser_note_fixed(struct formula *f);
/* Block!path; the block's name ends at END. */
uint32_t parse_block(struct parser *p, size_t end);
uint32_t parse_quoted_block(struct parser *p);
struct formula_reference *parser_reference(struct parser *p, size_t at);
const struct local_name *parser_local(const struct parser *p, size_t at,
                                      size_t n);
/* A call of the function whose name is [AT, NAME_END); p->at is behind "(". */
uint32_t parse_call(struct parser *p, size_t at, size_t name_end);
uint32_t parse_list(struct parser *p);

/* Room for one more element of a growing array. */
#define PARSER_GROW(array, count, capacity)                                    \
    do {                                                                       \
        if ((count) == (capacity)) {                                           \
            (capacity) = (capacity) ? (capacity)*2 : 8;                        \
            (array) = mem_resize((array), (capacity), sizeof *(array));        \
        }                                                                      \
    } while (0)

#endif
