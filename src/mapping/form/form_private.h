/* The inside of forms, for the units of this folder. */
#ifndef TAILOR_MAPPING_FORM_FORM_PRIVATE_H
#define TAILOR_MAPPING_FORM_FORM_PRIVATE_H

#include "base/moment.h"
#include "mapping/form/form.h"
#include "mapping/time/zone.h"

enum form_type {
    FORM_DATE,
    FORM_DATETIME,
    FORM_NUMBER,
    FORM_TEXT,
    FORM_BOOLEAN
};

/* A line of locales.def. */
struct locale {
    const char *name;
    char decimal;
    const char *groups;
};

struct form {
    enum form_type type;
    char *format;                /* of a date; NULL: ISO 8601 */
    struct zone *zone;           /* of a date; NULL: not said */
    const struct locale *locale; /* of a number; NULL: as JSON */
};

/* The locale NAME of N bytes, or NULL. */
const struct locale *locale_find(const char *name, size_t n);

/* Appends the names of all locales. */
void locale_names(struct buf *out);

/* Refuses the text S where it can be read as a date (a number) in two ways.
 * Errors: INVALID with both readings. */
enum err refuse_two_dates(const char *s, struct error *e);
enum err refuse_two_numbers(const char *s, struct error *e);

#endif
