/* What the tests of formulas share. */
#ifndef TAILOR_TEST_FORMULA_H
#define TAILOR_TEST_FORMULA_H

#include "mapping/formula/formula.h"

/* A scope with the outputs "Tax" and "Create cash sale" and the value table
 * "Shipping codes", on an input text. */
struct fixture {
    struct tape input, tax, sale, codes;
    struct scope scope;
    unsigned language; /* the format; 0: the newest */
};

/* Reads INPUT ("." is formula_sample()). An object with "$" gives $, @, #
 * and the zone apart. False where it is no JSON. */
bool fixture_init(struct fixture *f, const char *input);
void fixture_clear(struct fixture *f);

/* Evaluates TEXT on F: JSON, "missing", "#N/A: …" or "!COLUMN …" for what
 * does not compile. The caller frees it. */
char *fixture_eval(struct fixture *f, const char *text);

/* The same on a fresh fixture of INPUT. */
char *eval_on(const char *input, const char *text);

int test_formula_cases(void);
void test_formula_table(void);
void test_formula_decimal(void);
void test_formula_budget(void);
void test_formula_patterns(void);
void test_formula_names(void);
void test_formula_compare(void);
void test_formula_searches(void);

#endif
