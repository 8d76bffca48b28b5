/*
 * Coverage: what a mapping does with samples. Which source fields feed
 * nothing, which targets are blank or always the default, and for each row
 * how many samples were all right, blank or wrong.
 */
#ifndef TAILOR_MAPPING_COVERAGE_COVERAGE_H
#define TAILOR_MAPPING_COVERAGE_COVERAGE_H

#include "mapping/coverage/fields.h"
#include "mapping/plan/plan.h"

/* Of one row, counted in samples: a sample counts as an error where any
 * evaluation failed, else as filled, defaulted or blank by what was best. */
struct coverage_row {
    size_t filled;
    size_t defaulted;
    size_t blank;
    size_t errors;
    char *first_error; /* NULL: none */
};

struct coverage {
    struct coverage_row *rows;
    size_t row_count;
    size_t samples;       /* samples measured */
    size_t failed;        /* of them, those whose mapping failed */
    struct fields fields; /* every field; used == 0: it feeds nothing */
};

/* Runs ROWS, of the format LANGUAGE, over the COUNT scopes at SAMPLES into
 * *OUT, to be emptied by coverage_clear. Errors: INVALID where the rows do not
 * compile. */
enum err coverage_measure(struct coverage *out, const struct mapping_rows *rows,
                          unsigned language, const struct scope *samples,
                          size_t count, struct error *e);
void coverage_clear(struct coverage *c);

/* The same a sample at a time: begin, add for each, end. ROWS and OUT must
 * outlive RUN; the sample need not outlive its coverage_add. */
struct coverage_run;
enum err coverage_begin(struct coverage_run **run, struct coverage *out,
                        const struct mapping_rows *rows, unsigned language,
                        struct error *e);
void coverage_add(struct coverage_run *run, const struct scope *sample);
void coverage_end(struct coverage_run *run); /* NULL is OK */

/* True where the row is blank in every sample, or sends only its default. */
bool coverage_row_is_idle(const struct coverage *c, size_t row);

#endif
