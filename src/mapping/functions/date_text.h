/* Dates as people write them, read by a format or by what is unambiguous;
 * and written by a format. */
#ifndef TAILOR_MAPPING_FUNCTIONS_DATE_TEXT_H
#define TAILOR_MAPPING_FUNCTIONS_DATE_TEXT_H

#include "base/buf.h"
#include "mapping/formula/value.h"
#include "base/moment.h"

/* Reads T by FORMAT ("dd/mm/yyyy", "d mmm yyyy hh:mm"), or where FORMAT.s is
 * NULL as ISO 8601, yyyy/mm/dd, yyyymmdd or with the month as a word. NULL,
 * or why not ("is …: …"), static. LONG_YEARS: "yy" also reads a year of four
 * digits that stands alone. */
const char *date_text_read(struct ftext t, struct ftext format, bool long_years,
                           struct moment *out);

/* Reads "14:05", "14:05:09", "2:05 pm" or a date and time. */
bool time_text_read(struct ftext t, struct moment *out);

/* True where FORMAT has a letter of dates outside quotes. */
bool date_text_is_format(struct ftext format);

/* Appends M in FORMAT to OUT of SIZE bytes; returns the length, or SIZE where
 * it does not fit. SMALL: "a/p" gives small letters. */
size_t date_text_write(const struct moment *m, struct ftext format, bool small,
                       char *out, size_t size);

#endif
