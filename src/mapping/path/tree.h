/*
 * The inside of a compiled path, for the units that read it: the parser, the
 * evaluator, and mapping plans, which walk segments themselves. Everything
 * in a tree lives as long as its struct path.
 */
#ifndef TAILOR_MAPPING_PATH_TREE_H
#define TAILOR_MAPPING_PATH_TREE_H

#include "mapping/path/path.h"

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
    unsigned bounds; /* of a slice */
    union {
        struct {
            char *name; /* unescaped */
            size_t name_len;
        };
        struct {
            int64_t index; /* or the slice's start */
            int64_t end, step;
        };
        struct expression *filter;
    };
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
    struct expression *left;  /* first operand or argument */
    struct expression *right; /* second operand or argument */
    struct expression *next;  /* the next operand of the same AND or OR */
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

/* Parses a filter's expression at the parser's place (filter_parse.c). */
struct path_parser {
    const char *text;
    size_t n;
    size_t at;
    unsigned depth; /* of filters, parentheses and arguments */
    struct error *e;
    enum err failed; /* ERR_OK until the first error */
};

struct expression *path_parse_filter(struct path_parser *p);
void expression_free(struct expression *x);

/* What the parts of the parser share (parse.c). */
bool path_fail(struct path_parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void path_skip_space(struct path_parser *p);
bool path_next_is(const struct path_parser *p, const char *s);
bool path_parse_segments(struct path_parser *p, struct query *q);
char *path_parse_string(struct path_parser *p, size_t *n);
void query_clear(struct query *q);
size_t query_bytes(const struct query *q); /* of memory, as the next */
size_t expression_bytes(const struct expression *x);

/* One evaluation: what is left of its budget, and its first error. */
struct path_run {
    const struct scope *scope;
    size_t steps;
    size_t nodes; /* that its lists may still have room for */
    struct error *e;
    enum err failed;
    /* The last pattern that was not written out, and what it compiled to. */
    char *pattern;
    size_t pattern_len;
    bool pattern_whole;
    struct regex *regex; /* NULL: no I-Regexp */
};

/* Appends what the segments FIRST to END - 1 of Q select, beginning at FROM. */
bool query_run(struct path_run *run, const struct query *q, size_t first,
               size_t end, struct node_ref from, struct node_list *out);
/* The node of a singular query; a tape of NULL if none exists. Adds what it
 * takes to STEPS. */
struct node_ref query_walk(const struct query *q, size_t first, size_t end,
                           struct node_ref from, size_t *steps);
/* Whether the filter X holds for CURRENT. */
bool expression_holds(struct path_run *run, const struct expression *x,
                      struct node_ref current);
/* Frees L, of which the budget gets its room back. */
void path_list_clear(struct path_run *run, struct node_list *l);
/* Takes N steps off the budget; false and TOO_BIG if none exists. */
bool path_spend(struct path_run *run, size_t n);

/* True where S can give at most one node: one name or one index. */
bool segment_is_singular(const struct segment *s);

/* True where the segment A of the path P selects what B of Q selects: equal
 * names and indexes, or the same text. */
bool segment_equal(const struct path *p, const struct segment *a,
                   const struct path *q, const struct segment *b);

/* Appends the segment S of P as text: ".name", "['odd name']", "[3]", or as the
 * engineer wrote it. */
void segment_write(const struct path *p, const struct segment *s,
                   struct buf *out);

/* Appends the step to the member NAME: ".name", "name" where it is the FIRST
 * of a bare path, or "['odd name']". */
void path_write_name(const char *name, size_t n, bool first, struct buf *out);

/* Appends "['NAME']", escaped as normalized paths are. */
void path_write_quoted(const char *name, size_t n, struct buf *out);

/* As path_query, of the segments FIRST to END - 1, beginning at NODE. */
enum err path_query_span(const struct path *p, size_t first, size_t end,
                         struct node_ref node, const struct scope *scope,
                         struct node_list *out, struct error *e);

/* The node that the singular segments FIRST to END - 1 of P give, beginning
 * at NODE; a node with a tape of NULL if none exists. Takes its steps off
 * BUDGET, which may be NULL. */
struct node_ref path_walk(const struct path *p, size_t first, size_t end,
                          struct node_ref node, struct budget *budget);

#endif
