/* Currencies of ISO 4217. */
#ifndef TAILOR_MAPPING_FUNCTIONS_CURRENCY_H
#define TAILOR_MAPPING_FUNCTIONS_CURRENCY_H

#include <stdbool.h>
#include <stddef.h>

/* True where the N bytes at CODE are a currency, in any case; *PLACES are those
 * of its minor unit, -1: ISO 4217 gives it none. */
bool currency_places(const char *code, size_t n, int *places);

#endif
