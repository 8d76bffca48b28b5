/* JSON numbers compared as what they are, digit by digit. */
#ifndef TAILOR_MAPPING_NUMBER_NUMBER_H
#define TAILOR_MAPPING_NUMBER_NUMBER_H

#include <stddef.h>

/* Compares two JSON numbers by value, exactly in decimal, whatever their
 * length or exponent: less than, equal to or greater than 0. */
int number_compare(const char *a, size_t an, const char *b, size_t bn);

#endif
