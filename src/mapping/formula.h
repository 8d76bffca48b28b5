/*
 * Formulas: a total spreadsheet language. A formula is parsed and checked
 * once and evaluated many times; evaluation cannot loop, has no side effects
 * and keeps a budget of steps and bytes. Errors are values (#N/A …).
 */
#ifndef TAILOR_MAPPING_FORMULA_H
#define TAILOR_MAPPING_FORMULA_H

#include "base/error.h"
#include "mapping/scope.h"

struct formula;

/* Number of the formula language that this program speaks; documents name
 * the one they were written for. */
#define FORMULA_LANGUAGE 1

/* Parses and checks TEXT, with or without the leading "=", into *OUT, which
 * the caller owns. Errors: INVALID with the column and a remedy. */
enum err formula_compile(struct formula **out, const char *text, size_t n,
                         struct error *e);
void formula_free(struct formula *f);

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

/* Calls VISIT for every reference in F, in order: BLOCK ("Tax", NULL for
 * $ and @) and the path's text; for validation, renaming and completion. */
void formula_references(const struct formula *f,
                        void (*visit)(void *context, const char *block,
                                      const char *path),
                        void *context);

/* TEXT with every reference to block OLD renamed to NEW (quoted where
 * needed), as a new string that the caller frees; NULL where TEXT does not
 * parse. Nothing else of TEXT changes. */
char *formula_rename_block(const char *text, const char *old_name,
                           const char *new_name);

#endif
