/* What a cell lost on its way through a spreadsheet. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mapping/sheet/columns_private.h"

enum { DIGITS_KEPT = 15 };

/* True for a number as spreadsheets shorten long ones: 1.23E+19. */
static bool
is_shortened(const char *cell)
{
    const char *s = cell + (*cell == '-');
    size_t whole = strspn(s, "0123456789");
    s += whole;
    if (*s == '.' || *s == ',')
        s += 1 + strspn(s + 1, "0123456789");
    return whole == 1 && (s[0] == 'E' || s[0] == 'e') && s[1] == '+' &&
           strspn(s + 2, "0123456789") == strlen(s + 2) && s[2];
}

/* True for a whole number with more digits than a spreadsheet keeps, ended by
 * the zeros that it puts for the others. */
static bool
is_rounded(const char *cell)
{
    size_t n = strspn(cell, "0123456789");
    if (cell[n] || n <= DIGITS_KEPT || cell[0] == '0')
        return false;
    return strspn(cell + DIGITS_KEPT, "0") == n - DIGITS_KEPT;
}

/* True where BEFORE, with quotes around it or none, is CELL with zeros in
 * front. */
static bool
lost_zeros(const char *cell, const char *before)
{
    size_t n = strlen(cell);
    before += strspn(before, "=\"'");
    size_t zeros = strspn(before, "0"), left = strcspn(before, "\"");
    return zeros > 0 && n > 0 && strspn(cell, "0123456789.") == n &&
           left == zeros + n && strncmp(before + zeros, cell, n) == 0;
}

const char *
sheet_loss(const char *cell, const char *before)
{
    if (strcmp(cell, "TRUE") == 0 || strcmp(cell, "FALSE") == 0)
        return "a boolean of the spreadsheet, read as true or false";
    if (is_shortened(cell))
        return "a long number that the spreadsheet has shortened: its digits "
               "are lost (show the column as text there)";
    if (is_rounded(cell))
        return "a number of more digits than a spreadsheet keeps: the last "
               "ones may be lost";
    if (before && lost_zeros(cell, before))
        return "without the leading zeros that the row has now";
    return NULL;
}
