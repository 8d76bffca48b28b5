/*
 * A compiled formula: nodes in one array, children before parents, the last
 * one the root. Constants, references and names are in arrays beside it, so
 * that evaluation only reads and several threads may share it.
 */
#ifndef TAILOR_MAPPING_FORMULA_AST_H
#define TAILOR_MAPPING_FORMULA_AST_H

#include "mapping/formula/formula.h"
#include "mapping/formula/pattern.h"
#include "mapping/formula/value.h"
#include "mapping/functions/functions.h"
#include "mapping/path/path.h"

enum formula_node_kind {
    NODE_CONSTANT,  /* data: index of a constant */
    NODE_REFERENCE, /* data: index of a reference */
    NODE_LOCAL,     /* data: slot of a name that LET made */
    NODE_POSITION,  /* # */
    NODE_NEGATE,
    NODE_PLUS, /* unary */
    NODE_PERCENT,
    NODE_BINARY, /* op */
    NODE_CONCAT, /* kids joined by & */
    NODE_LIST,   /* { kids } */
    NODE_CALL,   /* data: index of a function */
    NODE_LAMBDA, /* kids: NODE_LOCALs, the expression */
    NODE_LET     /* kids: pairs of a NODE_LOCAL and its value, the expression */
};

enum formula_operator {
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_CONCAT,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_POWER,
    OP_NONE
};

enum {
    FORMULA_DEPTH = 64,   /* brackets inside brackets */
    FORMULA_HEIGHT = 400, /* nodes above each other */
    FORMULA_ARGUMENTS = 254,
    FORMULA_LOCALS = 64
};

struct formula_node {
    uint8_t kind;
    uint8_t op;
    uint16_t count;  /* kids */
    uint16_t height; /* of the subtree */
    bool fixed;      /* one value for all elements of a record: it reads
                        neither @ nor # nor a name of LET */
    uint32_t first;  /* of kids */
    uint32_t data;
    uint32_t at; /* byte of the text where it begins */
};

struct formula_constant {
    struct fvalue value;
    char *text;              /* that VALUE borrows, or NULL */
    struct pattern *pattern; /* of a constant pattern, else NULL */
};

struct formula_reference {
    size_t at, block_end, end; /* bytes of the text; block_end == at: none */
    char *block;               /* its name without quotes, or NULL */
    char *text;                /* of the path, as written */
    struct path *path;         /* up to its last "many" segment */
    struct path *rest; /* singular rest of a path of many, from @; or NULL */
    bool singular;
    bool local;     /* begins at the name of slot SLOT */
    unsigned level; /* of a path from @: how many lists further out */
    bool bound;     /* to the element of a list that it goes through, */
    bool through;   /* or to what that came from, at STEP */
    size_t step;
    uint32_t slot;
};

struct formula {
    char *text;
    size_t length;
    unsigned language; /* the format that it is written in */
    struct formula_node *nodes;
    size_t node_count, node_capacity;
    uint32_t *kids;
    size_t kid_count, kid_capacity;
    struct formula_constant *constants;
    size_t constant_count, constant_capacity;
    struct formula_reference *references;
    size_t reference_count, reference_capacity;
    uint32_t root;
    uint32_t locals; /* slots that an evaluation needs */
};

/* Parses F->text into F; problems go to OUT. Returns how many there are. */
size_t formula_parse(struct formula *f, struct formula_problem *out,
                     size_t max);

/* --- the extents of tokens (scan.c) ------------------------------ */
#define REFERENCE_SEGMENTS 64

/* Where the segments of a path begin, and its end. */
struct formula_extent {
    size_t start, end;
    size_t segments[REFERENCE_SEGMENTS];
    size_t count;
};

/* The end of the identifier at AT, AT if none exists. */
size_t formula_scan_name(const char *s, size_t n, size_t at);
/* The end of the number at AT, AT if none exists. */
size_t formula_scan_number(const char *s, size_t n, size_t at);
/* The end of the text in quotes S[AT], doubled inside; 0 where it is open. */
size_t formula_scan_quoted(const char *s, size_t n, size_t at);
/* The path that begins at AT; false where it has no end or too many
 * segments. An empty one has end == start. */
bool formula_scan_path(const char *s, size_t n, size_t at,
                       struct formula_extent *out);
/* A quoted text without its quotes; the caller frees it. */
char *formula_unquote(const char *s, size_t from, size_t to, size_t *n);

#endif
