/* Dates and times as arguments and results of functions (date.c). */
#ifndef TAILOR_MAPPING_FUNCTIONS_MOMENTS_H
#define TAILOR_MAPPING_FUNCTIONS_MOMENTS_H

#include "mapping/functions/fn.h"

/* Reads V, an argument of the function NAME, as a moment; WANT_DATE,
 * WANT_TIME: it must have that part. False: *OUT is an error. */
bool fn_read_moment(struct evaluator *ev, const char *name,
                    const struct fvalue *v, bool want_date, bool want_time,
                    struct moment *m, struct fvalue *out);

/* M as ISO 8601, or an error where its year has not four digits. */
void fn_write_moment(struct evaluator *ev, const struct moment *m,
                     struct fvalue *out);

/* Makes *OUT the error of the function NAME that T is not a date, for WHY. One
 * that is two dates where no format is GIVEN names both. */
void fn_no_date(struct evaluator *ev, const char *name, struct ftext t,
                bool given, const char *why, struct fvalue *out);

#endif
