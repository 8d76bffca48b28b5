/*
 * Formulas: a total spreadsheet language. A formula is parsed and checked
 * once and evaluated many times; evaluation cannot loop, has no side effects
 * and keeps a budget of steps and bytes. Errors are values (#N/A …).
 */
#ifndef TAILOR_MAPPING_FORMULA_FORMULA_H
#define TAILOR_MAPPING_FORMULA_FORMULA_H

#include "base/error.h"
#include "mapping/language.h"
#include "mapping/scope.h"

struct formula;

/* Parses and checks TEXT, with or without the leading "=", by the format
 * LANGUAGE (language.h) into *OUT, which the caller owns. Errors: INVALID with
 * the column and a remedy. */
enum err formula_compile(struct formula **out, const char *text, size_t n,
                         unsigned language, struct error *e);
void formula_free(struct formula *f); /* NULL is OK */
size_t formula_bytes(const struct formula *f); /* of memory; 0 for NULL */

/* What a formula gave. */
enum formula_outcome {
    FORMULA_VALUE,   /* JSON was appended */
    FORMULA_MISSING, /* it refers to a source that is not there: no value */
    FORMULA_ERROR    /* #N/A and the like, not caught by IFERROR */
};

/* Evaluates F and appends the value as JSON text to OUT. For FORMULA_ERROR,
 * E holds the error's name and its reason ("#N/A: …"). */
enum formula_outcome formula_eval(const struct formula *f,
                                  const struct scope *scope, struct buf *out,
                                  struct error *e);

/* What evaluations of one thread share: memory that is kept from one to the
 * next, so that most allocate nothing. A compiled formula may be evaluated by
 * many threads at once, each with an arena of its own. */
struct formula_arena;
struct formula_arena *formula_arena_new(void);
void formula_arena_free(struct formula_arena *a);

/* Gives back what the last evaluations made A grow by, FORMULA_KEEP bytes or
 * fewer excepted: for an arena that is kept for later. What was kept for a
 * record is forgotten. */
void formula_arena_rest(struct formula_arena *a);
enum { FORMULA_KEEP = 64 * 1024 };

/* Begins a record: the evaluations with A up to the next call read the same
 * record. What is the same for all its elements, as SUM(items[*].amount), is
 * calculated once. */
void formula_arena_record(struct formula_arena *a);

/* Forgets what was calculated once: a formula of the record is freed. */
void formula_arena_forget(struct formula_arena *a);

/* As formula_eval, which makes an arena for one evaluation, with ARENA. */
enum formula_outcome formula_eval_with(struct formula_arena *arena,
                                       const struct formula *f,
                                       const struct scope *scope,
                                       struct buf *out, struct error *e);

/* The most bytes that an evaluation held in A so far, and the steps that the
 * last one took; for tests of the budget. */
size_t formula_arena_most(const struct formula_arena *a);
uint64_t formula_arena_steps(const struct formula_arena *a);

/* --- checking ------------------------------------------------------------ */
#define FORMULA_TEXT_MAX 8192 /* bytes of a formula */
#define FORMULA_PROBLEMS 16   /* that formula_check gives at most */

struct formula_problem {
    size_t column;  /* of TEXT, in characters from 1 */
    char text[240]; /* "what: why (what to do)" */
};

/* Puts what is wrong with TEXT without evaluating it into OUT, at most MAX
 * problems in order of column, and returns how many: 0 means it compiles. */
size_t formula_check(const char *text, size_t n, unsigned language,
                     struct formula_problem *out, size_t max);

/* --- the table of functions ---------------------------------------------- */
/* What the help, the docs and completion say about a function; static. */
struct formula_function_help {
    const char *name;      /* "ROUND" */
    const char *category;  /* "numbers" */
    const char *arguments; /* "number, [places]" */
    const char *help;      /* one sentence */
    const char *example;   /* "=ROUND(2.675, 2)", on formula_sample() */
    const char *result;    /* its result as JSON, or "#N/A" and the like */
    const char *note;      /* where spreadsheets differ, or NULL */
    unsigned min, max;     /* arguments; max 255: any number */
    bool blank;            /* no value where its value is blank */
};

size_t formula_function_count(void);
/* Function I in the order of the docs; false past the end. */
bool formula_function_at(size_t i, struct formula_function_help *out);

/* The JSON text that the examples of the table are evaluated on; static. */
const char *formula_sample(void);

/* Appends the page doc/functions.md, made of the table. */
void formula_write_page(struct buf *out);

/* Calls VISIT for every reference in F, in order: BLOCK ("Tax", NULL for
 * $ and @) and the path's text; for validation, renaming and completion. */
void formula_references(const struct formula *f,
                        void (*visit)(void *context, const char *block,
                                      const char *path),
                        void *context);

/* Calls VISIT for every number that F has, as it is written, in order: the N
 * bytes at TEXT, with the "%" behind it. */
void formula_numbers(const struct formula *f,
                     void (*visit)(void *context, const char *text, size_t n),
                     void *context);

/* How F fixes the decimals of amounts, unless it minds the currency by MINOR
 * or MAJOR: bits of these. */
enum {
    FORMULA_SCALES = 1, /* it multiplies or divides by 100 */
    FORMULA_ROUNDS = 2  /* it rounds to two places */
};
unsigned formula_decimals(const struct formula *f);

/* A list of $ or a block that a formula takes element by element. */
struct formula_list {
    size_t reference; /* its number in the formula */
    const char *block;
    const struct path *path; /* up to the elements */
    const char *text;        /* of the whole path */
    bool named;              /* it is reached by a name of LET */
};

/* Calls VISIT for every list that F takes element by element, so that its
 * value is a list too. */
void formula_spread(const struct formula *f,
                    void (*visit)(void *context, const struct formula_list *l),
                    void *context);

/* What a list is bound to: the element that is current LEVEL lists further out,
 * or, THROUGH, what that came from at STEP. Its first SEGMENTS lead there. */
struct formula_binding {
    unsigned level;
    bool through;
    size_t step, segments;
};

/* Makes the reference read on from there instead of from its list. */
void formula_bind(struct formula *f, size_t reference,
                  const struct formula_binding *b);

/* Calls VISIT with the name of every value table that a LOOKUP of F names by
 * a constant, in order; for validation. */
void formula_tables(const struct formula *f,
                    void (*visit)(void *context, const char *table),
                    void *context);

/* TEXT with every reference to block OLD renamed to NEW (quoted where
 * needed), as a new string that the caller frees; NULL where TEXT does not
 * parse. Nothing else of TEXT changes. */
char *formula_rename_block(const char *text, const char *old_name,
                           const char *new_name);

#endif
