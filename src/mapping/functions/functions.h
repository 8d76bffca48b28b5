/*
 * The table of functions (functions.def): one line carries name, arguments,
 * types, help, example and implementation. The help, the page of the docs,
 * completion, the checker and the evaluator all read it.
 */
#ifndef TAILOR_MAPPING_FUNCTIONS_FUNCTIONS_H
#define TAILOR_MAPPING_FUNCTIONS_FUNCTIONS_H

#include "mapping/formula/value.h"

struct evaluator;
struct formula_node;

enum function_flags {
    FN_PLAIN = 0,
    FN_BLANK = 1,     /* no value where the first argument or one that is a
                         number is blank */
    FN_ERRORS = 2,    /* takes errors as arguments */
    FN_LET = 4,       /* names and values: parsed in its own way */
    FN_SETTINGS = 8,  /* no value where a text, a number or a condition that
                         the formula gives is blank */
    FN_CHOOSES = 16,  /* gives one of its arguments */
    FN_EACH = 32,     /* its last argument is LAMBDA */
    FN_NAMES = 64,    /* LAMBDA: names and an expression */
    FN_SEARCHES = 128 /* searches a list, so that calls with the same arguments
                         are not repeated */
};

/* ARGS are COUNT values, turned into the types that the table says. */
typedef void function_call(struct evaluator *ev, struct fvalue *args,
                           unsigned count, struct fvalue *out);
/* Evaluates what it needs of the kids of NODE itself. */
typedef void function_lazy(struct evaluator *ev,
                           const struct formula_node *node, struct fvalue *out);

struct formula_function {
    const char *name, *category, *arguments, *help, *example, *result, *note;
    /* One letter an argument, the last one for all that follow:
     * t text, n number, b condition, a any single value (a list calls the
     * function for each element); v any value or list, l list. */
    const char *types;
    function_call *call;
    function_lazy *lazy; /* instead of call */
    uint8_t min, max, flags;
};

enum { FUNCTION_ANY = 255 };

extern const struct formula_function formula_functions[];
extern const size_t formula_functions_count;

/* The letter of types of argument I of FN. */
char function_type(const struct formula_function *fn, unsigned i);

/* True where FN takes a single value as argument I: a list calls it for each
 * element. */
bool function_is_single(const struct formula_function *fn, unsigned i);

/* The index of the function NAME in any case, or -1. */
int function_find(const char *name, size_t n);

/* The name most like NAME, or NULL where none is near. */
const char *function_nearest(const char *name, size_t n);

#endif
