/* What is wrong of a constant that people wrote without quotes. */
#ifndef TAILOR_MAPPING_ROW_CONSTANT_H
#define TAILOR_MAPPING_ROW_CONSTANT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* True where TEXT, of N bytes, begins as a number does. */
bool constant_begins_number(const char *text, size_t n);

/* TEXT begins as a number does and is not one: says what it seems to be, and
 * how that is written. Returns ERR_INVALID. */
enum err constant_refuse_number(const char *text, size_t n, struct error *e);

#endif
