/* The part of the page about formulas for functions whose rule is a table or
 * longer than a note. The tables are those that the functions use. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "mapping/functions/fn.h"
#include "mapping/functions/functions_page_private.h"

static const char *const details =
    "\n## Details\n\n"
    "### Words of PROPER\n\n"
    "A word begins with each letter that no letter stands before, so also "
    "behind a\n"
    "digit, a hyphen or an apostrophe: `3Rd`, `Mc-Donald`, `O'Neil`; other "
    "letters\n"
    "become small, as in Excel\n"
    "(<https://support.microsoft.com/en-us/office/proper-function-"
    "61db8dc3-a6ca-456e-ab1b-e93ad47da569>).\n"
    "An accent that stands apart (U+0300 to U+036F) belongs to the letter "
    "before it.\n"
    "\n### Dates and times that are read\n\n"
    "Without a format DATEVALUE reads ISO 8601, `20261012`, `2026/10/12` and\n"
    "`2026.10.12`, and dates whose month is an English word, whole or its "
    "first three\n"
    "letters in any case: `12 Oct 2026`, `12. Oct 2026`, `12-Oct-2026`, "
    "`12Oct2026`,\n"
    "`Oct 12, 2026`, `Oct 12 2026`. Blanks at both ends do not count.\n\n"
    "TIMEVALUE reads hours and minutes, and seconds if there are any, of one "
    "or two\n"
    "digits each (`14:05`, `2:05:09`); behind them, or behind hours alone, AM "
    "or PM in\n"
    "any case, with one space or none before it (`2:05 PM`, `2pm`), which "
    "changes\n"
    "nothing for an hour beyond 12. It also reads the times of ISO 8601, where "
    "each\n"
    "part has two digits and seconds may have a fraction, alone or behind a "
    "date\n"
    "(`02:05:09.5`, `2026-10-12T14:05:09Z`). Everything else is #VALUE!, also "
    "`24:00`\n"
    "and a time without a date that names a zone.\n"
    "\n"
    "### Formats of dates\n"
    "\n"
    "| part | means |\n"
    "|---|---|\n"
    "| `d` `dd`, `ddd` `dddd` | the day of the month; the day of the week, "
    "whose word is not compared when it is read |\n"
    "| `m` `mm`, `mmm` `mmmm` | the month; its English name |\n"
    "| `yy`, `yyyy` | the year; one of two digits is 2000 to 2029 or 1930 to "
    "1999, as in Excel |\n"
    "| `h` `hh`, `m` `mm` behind it or before `s`, `s` `ss`, `ss.000` | hours, "
    "minutes, seconds, with a fraction |\n"
    "| `AM/PM` | hours of 12 |\n"
    "| `\"text\"`, `\\x`, anything else | itself |\n"
    "\n"
    "Case does not count. A number of one letter is written without a zero in "
    "front. Reading takes one or two\n"
    "digits for either, a year of four where four are said, and months whole "
    "or by three letters. What is not\n"
    "said is 1 January 1970, 00:00. `\"iso\"` is ISO 8601.\n"
    "\n"
    "### Formats of numbers\n"
    "\n"
    "`0` is a digit that is always written, `#` one that is written where "
    "there is one; `,` between them\n"
    "groups thousands, behind them divides by 1,000; `%` multiplies by 100. "
    "Halves are rounded away from zero.\n"
    "`;` parts the formats of positive and negative numbers, of zero and of "
    "texts; a negative number has `-`\n"
    "where no format of its own says otherwise, but not where it is rounded to "
    "zero. `@` is the value itself,\n"
    "and an empty format too. A text that is a number is written as one, "
    "others stay as they are, and so do\n"
    "TRUE and FALSE. A format of dates needs a date or a time of ISO 8601, "
    "else TEXT is #VALUE!.\n"
    "A number with more than 34 digits before its point, also with those of "
    "the format behind it, is #NUM!.\n"
    "\n"
    "### Logarithms and powers\n"
    "\n"
    "POWER with a fraction as exponent, and LOG, are rounded to 30 digits, "
    "halves to the even one. As in Excel\n"
    "LOG of numbers that are not above zero is #NUM! and a base of 1 #DIV/0!; "
    "0 to a power that is not above\n"
    "zero is #NUM!, and so is a negative number to a fraction.\n"
    "\n"
    "### VLOOKUP and HLOOKUP\n"
    "\n"
    "The first elements are searched as by MATCH of type 0 if the last "
    "argument is FALSE, else of type 1. A\n"
    "column below 1 and a row that is not a list are #VALUE!, one beyond the "
    "row #REF!, and so is HLOOKUP\nin an empty list, as in Excel\n"
    "(<https://support.microsoft.com/office/"
    "0bbc8083-26fe-4963-8ab8-93a18ad188a1>).\n"
    "\n### Units of DATEDIF\n\n"
    "A month is whole where the day of the month of the start is reached: from "
    "31\n"
    "January to 28 February none is whole. MD counts the days from the start, "
    "moved by\n"
    "the whole months, YD from the start, moved by the whole years. A day that "
    "the\n"
    "month lacks is counted on into the next, so that 31 February 2026 is 3 "
    "March, and\n"
    "MD from 31 January to 1 March 2026 is -2: Excel warns of it\n"
    "(<https://support.microsoft.com/office/"
    "25dba1a4-2812-480b-84dd-8b32a451b35c>). A start\n"
    "behind the end and another unit are #NUM!. Times of day do not count.\n"
    "\n### Day numbers of Excel\n\n"
    "1 is 1900-01-01. 60 is 29 February 1900, which was no day, and #NUM! like "
    "numbers\n"
    "below 0 or above 2958465, which is 9999-12-31. FROMEXCEL rounds the time "
    "of day\n"
    "to milliseconds, halves up; TOEXCEL does not round, and takes a time "
    "alone as a\n"
    "part of a day "
    "(<https://learn.microsoft.com/office/troubleshoot/excel/"
    "wrongly-assumes-1900-is-leap-year>).\n"
    "\n### Numbers of NUMBERVALUE\n\n"
    "A sign, digits in groups, the decimal character with a fraction, then "
    "percent\n"
    "signs, each of which divides by 100. Either part of the digits may be "
    "missing, not\n"
    "both. The last group has three digits, those between two or three, as in "
    "India,\n"
    "the first one to three. Blanks at both ends and behind the sign do not "
    "count. A\n"
    "separator is one character, and the two differ.\n"
    "\n### Parts of SPLITAMOUNT\n\n"
    "The total is counted in units of the last place; each part gets the whole "
    "units of\n"
    "`total * weight / sum of weights`, and of those that are left one each "
    "goes to the\n"
    "parts that lost most, to the earlier one of equals. The parts of a "
    "negative total\n"
    "are those of the positive one with the other sign. A missing weight is 0. "
    "More\n"
    "places than the total may have and a weight below 0 are #NUM!, all "
    "weights 0 is\n"
    "#DIV/0!, a currency that ISO 4217 lacks #N/A. More than 34 digits in the "
    "total and a\n"
    "weight together are #NUM!.\n"
    "\n### Tags of STRIPHTML\n\n"
    "A tag begins with `<` and a letter, `/`, `!` or `?`, and ends with the "
    "next `>`,\n"
    "but for one in a value in quotes behind `=`. `<br>`, `</p>`, `</div>`, "
    "`</li>`,\n"
    "`</tr>` and `</h1>` to `</h6>` become a line end, others nothing. "
    "`<script` and\n"
    "`<style` go with all up to their end tag, `<!--` up to `-->`. `<` before "
    "anything\n"
    "else stays, and so does what has no end.\n";

/* --- units of CONVERT ---------------------------------------------------- */

static const struct {
    const char *name, *measure, *size, *divisor;
    int prefixes;
} units[] = {
#define UNIT(name, measure, size, divisor, prefixes)                           \
    {name, #measure, size, divisor, prefixes},
#include "mapping/functions/units.def"
#undef UNIT
};

static void
add_units(struct buf *out)
{
    static const char *const prefixes[] = {"none", "once", "twice",
                                           "three times"};
    buf_addf(
        out,
        "\n### Units of CONVERT\n\n"
        "A number is multiplied by the size of its unit and divided by that of "
        "the other.\nSizes are exact by definition (NIST SP 811, "
        "<https://www.nist.gov/pml/special-publication-811>; names as in\n"
        "Excel, "
        "<https://support.microsoft.com/office/"
        "d785bef1-808e-4aac-bdcd-666c810f9af2>). A year has 365.25 days, c is "
        "the\nthermochemical calorie and cal that of the steam tables. Degrees "
        "are first moved\nto their distance from absolute zero: C by 273.15, F "
        "by 459.67. Prefixes stand\ndirectly before a unit that takes them, "
        "and count as often as the table says: T, G,\nM, k, h, da or e (10), "
        "d, c, m, u, n, p, and of bit and byte also ki, Mi, Gi, Ti.\n\n"
        "| unit | measures | size | prefix counts |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char measure[24];
        snprintf(measure, sizeof measure, "%s", units[i].measure);
        for (char *c = measure; *c; c++)
            *c = *c >= 'A' && *c <= 'Z' ? *c + ('a' - 'A') : *c;
        buf_addf(out, "| %s | %s | %s%s%s | %s |\n", units[i].name, measure,
                 units[i].size, strcmp(units[i].divisor, "1") != 0 ? " / " : "",
                 strcmp(units[i].divisor, "1") != 0 ? units[i].divisor : "",
                 prefixes[units[i].prefixes]);
    }
}

/* --- spellings of ASCII -------------------------------------------------- */

static void
add_spellings(struct buf *out)
{
    buf_adds(out,
             "\n### Spellings of ASCII\n\nA text is taken apart as Unicode "
             "says (NFKD), so that é is e and an accent, ﬁ is f and i,\n"
             "and ½ is 1⁄2; accents (category Mn) are left out. What is then "
             "not in ASCII is\nspelt as here, or has no spelling:\n\n"
             "| character | spelling |\n|---|---|\n");
    uint32_t character;
    const char *ascii;
    for (size_t i = 0; (ascii = fn_spelling(i, &character)) != NULL; i++)
        buf_addf(out, "| U+%04X | `%s` |\n", (unsigned)character,
                 *ascii ? ascii : "nothing");
}

void
functions_add_details(struct buf *out)
{
    buf_adds(out, details);
    add_units(out);
    add_spellings(out);
}
