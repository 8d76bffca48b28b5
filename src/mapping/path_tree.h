/*
 * The inside of a compiled path, for the units that read it: the parser, the
 * evaluator, and mapping plans, which walk segments themselves. Everything
 * in a tree lives as long as its struct path.
 */
#ifndef TAILOR_MAPPING_PATH_TREE_H
#define TAILOR_MAPPING_PATH_TREE_H

#include "mapping/path.h"

struct regex;

enum selector_kind {
    SELECT_NAME,
    SELECT_WILDCARD,
    SELECT_INDEX,
    SELECT_SLICE,
    SELECT_FILTER
};

enum { SLICE_START = 1, SLICE_END = 2 }; /* which bounds were given */

struct selector {
    enum selector_kind kind;
    char *name; /* unescaped */
    size_t name_len;
    int64_t index; /* or the slice's start */
    int64_t end, step;
    unsigned bounds;
    struct expression *filter;
};

struct segment {
    bool descendant;
    struct selector *selectors;
    size_t count;
    size_t start, end; /* its bytes in the path's text */
};

struct query {
    bool relative; /* begins with @ */
    bool singular;
    struct segment *segments;
    size_t count;
};

enum expression_kind {
    EXPR_OR,
    EXPR_AND,
    EXPR_NOT,
    EXPR_COMPARE,
    EXPR_QUERY,    /* a test of existence, or an argument */
    EXPR_FUNCTION, /* a test, a comparable, or an argument */
    EXPR_LITERAL
};

enum compare_op {
    COMPARE_EQ,
    COMPARE_NE,
    COMPARE_LE,
    COMPARE_LT,
    COMPARE_GE,
    COMPARE_GT
};

enum path_type { TYPE_VALUE, TYPE_LOGICAL, TYPE_NODES };

struct path_function {
    const char *name;
    enum path_type result;
    size_t arity;
    enum path_type arguments[2];
};

struct expression {
    enum expression_kind kind;
    enum compare_op op;
    struct expression *left, *right; /* operands, or arguments */
    struct query query;
    const struct path_function *function;
    struct regex *regex;  /* match, search: of a literal pattern */
    enum value_type type; /* of a literal */
    char *text;           /* a literal's digits or unescaped bytes */
    size_t text_len;
};

struct path {
    char *text;
    size_t text_len;
    struct query query;
};

/* The functions of RFC 9535 section 2.4, by number. */
enum {
    FUNCTION_LENGTH,
    FUNCTION_COUNT,
    FUNCTION_MATCH,
    FUNCTION_SEARCH,
    FUNCTION_VALUE,
    FUNCTION_NUMBER
};
extern const struct path_function path_functions[FUNCTION_NUMBER];

/* True where S can give at most one node: one name or one index. */
bool segment_is_singular(const struct segment *s);

/* True where the segment A of the path P selects what B of Q selects: equal
 * names and indexes, or the same text. */
bool segment_equal(const struct path *p, const struct segment *a,
                   const struct path *q, const struct segment *b);

/* Appends SEGMENT of P as text: ".name", "['odd name']", "[3]", or as the
 * engineer wrote it. */
void segment_write(const struct path *p, const struct segment *s,
                   struct buf *out);

/* As path_query, of the segments from FIRST on, beginning at NODE. */
enum err path_query_from(const struct path *p, size_t first,
                         struct node_ref node, const struct scope *scope,
                         struct node_list *out, struct error *e);

/* The node that the singular segments FIRST to END - 1 of P give, beginning
 * at NODE; a node with a tape of NULL where there is none. */
struct node_ref path_walk(const struct path *p, size_t first, size_t end,
                          struct node_ref node);

#endif
