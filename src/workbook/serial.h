/* Dates as spreadsheets keep them: days since an epoch, shown by a format. */
#ifndef TAILOR_WORKBOOK_SERIAL_H
#define TAILOR_WORKBOOK_SERIAL_H

#include <stdbool.h>

#include "base/buf.h"

enum serial_kind { SERIAL_NONE, SERIAL_DATE, SERIAL_DURATION };

/* What the built-in number format ID shows. */
enum serial_kind serial_of_id(long id);

/* What the number format CODE ("dd.mm.yyyy", "[h]:mm") shows. */
enum serial_kind serial_of_code(const char *code);

/* Appends the number at TEXT as ISO 8601: a date, a date and time, a time
 * below one day, or hours, minutes and seconds of a duration. False where the
 * number is none or no day of the calendar. */
bool serial_write(struct buf *out, const char *text, enum serial_kind kind,
                  bool from_1904);

#endif
