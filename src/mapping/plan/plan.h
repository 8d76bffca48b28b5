/*
 * Mapping plans: rows compiled into one plan that walks a record once and
 * writes the mapped JSON as it goes. A plan does not change once compiled
 * and may be run by several threads.
 */
#ifndef TAILOR_MAPPING_PLAN_PLAN_H
#define TAILOR_MAPPING_PLAN_PLAN_H

#include "mapping/form/form.h"
#include "mapping/language.h"
#include "mapping/row/rows.h"
#include "mapping/scope.h"

struct plan;

/* A mistake in a row: ROW counts from 0. */
struct plan_problem {
    size_t row;
    size_t reason;      /* where "why" begins in TEXT */
    char *text;         /* "row 3, lineItems[*].sku: why (what to do)" */
    const char *member; /* of the row, where one is to blame: "target",
                           "write"; static, or NULL */
};

struct plan_problems {
    struct plan_problem *items;
    size_t count;
    size_t capacity;
};

void plan_problems_init(struct plan_problems *p);
void plan_problems_clear(struct plan_problems *p);

enum plan_flags {
    PLAN_FAST = 0,
    PLAN_GENERAL = 1 /* look every path up for itself: for the test that
                        both ways give the same bytes */
};

/* Compiles ROWS (borrowed for the call), written in the format LANGUAGE of
 * the formula language, into *OUT, which the caller owns. Errors: INVALID with
 * the first problem in E and all of them appended to PROBLEMS (may be NULL);
 * *OUT is then NULL. */
enum err plan_compile(struct plan **out, const struct mapping_rows *rows,
                      unsigned language, unsigned flags,
                      struct plan_problems *problems, struct error *e);
void plan_free(struct plan *p);

/* The memory that P takes, with that of a runner that is kept for it; 0 for
 * NULL. */
size_t plan_bytes(const struct plan *p);

/* Tells P, before its first run, what the schema says of the target of ROW: a
 * text with two readings is then an error, unless the row says how it is read
 * or sent. */
void plan_expect(struct plan *p, size_t row, enum form_expected expected);

/* What became of a row in one evaluation. */
enum plan_state {
    PLAN_FILLED,
    PLAN_MISSING,   /* no value, no key */
    PLAN_DEFAULTED, /* no value, the default was sent */
    PLAN_FAILED,
    PLAN_CLEARED, /* no value, what clears the field was sent */
    PLAN_KEPT,    /* no key by the row's write policy: the other side keeps
                     what it has */
    PLAN_UNKNOWN, /* what it looks up is known only after a run: no key */
    PLAN_STATES
};

/* What became of one row: how often each state was met (a row under "[*]"
 * is evaluated once per element), its first value as JSON and its first
 * error; NULL where there was none. */
struct plan_row_report {
    uint64_t counts[PLAN_STATES];
    char *value;
    char *error;
};

struct plan_report {
    struct plan_row_report *rows;
    size_t count;
};

/* An empty report for the rows of P. */
void plan_report_init(struct plan_report *r, const struct plan *p);
void plan_report_clear(struct plan_report *r);

/* Maps one record: appends its JSON output to OUT. Where REPORT is given it
 * adds up what became of every row, going on after a failed one. Errors:
 * INVALID with row, target, path and reason, TOO_BIG past the maximum of
 * OUT; OUT is then as before. */
enum err plan_run(const struct plan *p, const struct scope *scope,
                  struct buf *out, struct plan_report *report, struct error *e);

/* What runs of one thread share: memory that is kept from one record to the
 * next. P must outlive it. */
struct plan_runner;
struct plan_runner *plan_runner_new(const struct plan *p);
void plan_runner_free(struct plan_runner *r);

/* Gives back what the last record made R grow by, before it is kept: it then
 * has FORMULA_KEEP bytes or fewer in its arena. */
void plan_runner_rest(struct plan_runner *r);

/* As plan_run, which makes a runner for one record, with R. */
enum err plan_run_with(struct plan_runner *r, const struct scope *scope,
                       struct buf *out, struct plan_report *report,
                       struct error *e);

/* The number of rows that P was compiled from. */
size_t plan_rows(const struct plan *p);

/* The member of the output with the list that takes the place of the one at the
 * other side, as ROW says; NULL: it says nothing of it. */
const char *plan_replaced(const struct plan *p, size_t row);

/* Appends the path, from $ or a block, of the list whose elements the row
 * ROW is evaluated for ("lines[*]"); false where it is under no "[*]". */
bool plan_row_list(const struct plan *p, size_t row, struct buf *out);

#endif
