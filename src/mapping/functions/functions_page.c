/* The page of the docs about formulas, made of the table of functions. */
#include <stdio.h>
#include <string.h>

#include "mapping/formula/formula.h"
#include "mapping/functions/functions_page_private.h"

/* What holds for all functions; the table below says the rest. */
static const char *const rules =
    "# Formulas\n"
    "\n"
    "This page is made from the table of functions by `gen-functions`; a test\n"
    "compares the two and runs every example on the sample order at the end.\n"
    "\n"
    "A formula is a spreadsheet formula: `=ROUND(@.quantity * @.rate, 2)`.\n"
    "Functions may be written in any case. One sign, `,` or `;`, stands\n"
    "between all arguments of a call; decimals have a point.\n"
    "\n"
    "## What a formula is made of\n"
    "\n"
    "| written | means |\n"
    "|---|---|\n"
    "| `total`, `customer.fullName`, `$.a[0]` | a path in the source "
    "(JSONPath, `$.` may be left out) |\n"
    "| `lines[*].rate` | a list; an element without a rate keeps its place as "
    "a blank |\n"
    "| `@.quantity`, `#` | the current element under a target with `[*]`, its "
    "position from 1 |\n"
    "| `@@.rate` | under lists in lists: the element of the list around it, "
    "or the record; `@@@` is one further out |\n"
    "| `Tax!result`, `'Create cash sale'!id` | the output of another block |\n"
    "| `19.90`, `5%`, `\"text\"`, `\"say \"\"hi\"\"\"` | numbers, texts |\n"
    "| `TRUE`, `FALSE`, `NULL`, `{1, 2, 3}`, `#N/A` | constants |\n"
    "| `-` `%` `^` `*` `/` `+` `-` `&` `=` `<>` `<` `<=` `>` `>=` | operators; "
    "the sign binds closest, then `%`, `^`, `*` `/`, `+` `-`, `&`, comparing. "
    "`-2^2` is 4 and `2^3^2` is 64, as in Excel |\n"
    "\n"
    "## Numbers\n"
    "\n"
    "Numbers are exact decimals of 34 digits (IEEE 754 decimal128): "
    "`=0.1+0.2` is `0.3`.\n"
    "A number that is only copied keeps its digits, also inside IF, INDEX or\n"
    "`&`: `19.90` stays `19.90`. A result of arithmetic is written as short "
    "as\n"
    "it is exact: `19.9`; with an exponent only beyond 34 digits before the "
    "point\nor 40 characters of a fraction. A number of the source that has "
    "more than 34\ndigits can be copied; arithmetic and order give #NUM!, "
    "because rounding it\nsilently would change it.\n"
    "\n"
    "## Blanks\n"
    "\n"
    "A source that is missing and `null` are blank. As in a spreadsheet a "
    "blank\n"
    "equals `\"\"`, 0 and FALSE, is an empty text for `&` and counts nothing "
    "in\n"
    "SUM. Unlike there, arithmetic and functions of one value give **no "
    "value**\n"
    "where their value is blank, instead of 0 or an empty text: a price that "
    "is\n"
    "not there must not become 0. The row's default or *required* then "
    "applies;\n"
    "`COALESCE(x, 0)` says that 0 is meant. Functions below that do so are "
    "marked °:\n"
    "their first argument and their numbers count, the first also where "
    "another one\nis an error. A text further behind is empty where it is "
    "blank, as the new text of\nSUBSTITUTE.\n"
    "\n"
    "## Lists\n"
    "\n"
    "Operators and functions of single values take lists element by element:\n"
    "`lines[*].quantity * lines[*].rate` is a list. Lists have one dimension.\n"
    "A list of one element stands for all places; where lists have different\n"
    "lengths otherwise, the places beyond the shorter one are #N/A. IF, IFS, "
    "SWITCH,\nIFERROR, IFNA and IFEMPTY take lists in the same way.\n"
    "\n"
    "## Comparing\n"
    "\n"
    "As in spreadsheets: without regard to case, numbers before texts before\n"
    "booleans. Texts are in the order of their characters' numbers in "
    "Unicode,\n"
    "not of a dictionary: `\"é\" < \"z\"` is FALSE.\n"
    "\n"
    "One rule is ours, since APIs send numbers as texts. It holds for "
    "operators,\n"
    "sums and means, MIN and MAX, criteria (COUNTIF and its kin), SWITCH, "
    "MATCH,\n"
    "the lookups and SORT:\n"
    "\n"
    "* **A text that is a number stands as that number**, wherever a number "
    "can\n"
    "  stand: `5`, `-1.50`, `5%` and what VALUE reads, as `1,000.00`, `$5`, "
    "`(5)`,\n"
    "  `5 %`. So `\"5\" + 1` is 6, `1 = \"1\"` is TRUE and `\"9\" < \"10\"` is "
    "TRUE.\n"
    "* **Two texts are equal only as texts**, so that no code is lost: "
    "`\"007\"` is\n"
    "  not `\"7\"`. UNIQUE minds even the case.\n"
    "* **A text that begins like a number and is not one** (`1.234,56`, "
    "`5 pcs`, "
    "a\n"
    "  date) is #VALUE! where numbers are added up, or put in order with it. "
    "`=`,\n"
    "  SWITCH and lookups take it as unequal to a number, unless it has "
    "nothing but\n"
    "  what numbers are written with. One comma alone (`1,500`), which may "
    "part\n"
    "  thousands or decimals, is such a text: VALUE or NUMBERVALUE says "
    "which.\n"
    "* **Two times that say their zone** are compared as points in time; "
    "other\n"
    "  dates as the texts they are, which is their order. MIN and MAX take "
    "dates.\n"
    "\n"
    "Other texts come after all numbers in an order and count nothing in "
    "sums.\n"
    "Filters in paths follow RFC 9535: there a number never equals a text.\n"
    "\n"
    "## Dates\n"
    "\n"
    "Dates are ISO 8601 texts (`2026-10-12`, `2026-10-12T14:05:09Z`), not day\n"
    "numbers. `date + 30` and `end - start` count days; a part of a day\n"
    "makes a date and time of a date. A fraction of a second keeps the digits "
    "it has. Zones are names like\n"
    "`Europe/Berlin`, offsets like `+02:00`, or `Z`.\n"
    "\n"
    "## Errors and limits\n"
    "\n"
    "`#VALUE!` (a wrong kind of value), `#N/A` (not there), `#DIV/0!`, "
    "`#REF!`\n"
    "(no such block, table or element), `#NUM!` (no such number) are values "
    "that\n"
    "IFERROR and IFNA catch; `#NAME?` (no such function) is found before a\n"
    "formula runs. A formula has a million steps and 1 MB, and 32 steps and "
    "48\n"
    "bytes more for each byte of its input (up to 32 MB); one that needs more "
    "ends\nwith #NUM!, which cannot be caught. A regular expression takes a "
    "step for\neach item of it that is tried at each place of the text, and "
    "for "
    "the text that\nthe items pass. COUNTIF, SUMIF, AVERAGEIF, MATCH and "
    "XLOOKUP with a list\nof keys put the list that they search in order "
    "once, so that 30,000 keys in\n30,000 elements pass; only a key with "
    "`*` or `?`, and `<>`, is compared with\nevery element.\n";

static void
add_function(struct buf *out, const struct formula_function_help *h)
{
    buf_addf(out, "\n### %s\n\n`%s(%s)`%s\n\n%s\n\n", h->name, h->name,
             h->arguments, h->blank ? " °" : "", h->help);
    buf_addf(out, "`%s` → `%s`\n", h->example, h->result);
    if (h->note)
        buf_addf(out, "\n*%s*\n", h->note);
}

static void
add_formats(struct buf *out)
{
    buf_addf(out,
             "\n## Formats of the language\n\nA workflow document names the "
             "format that its formulas and rows are written\nfor "
             "(`formulas`); new ones have format %d. What a released version "
             "means never\nchanges, so a correction of a meaning comes with a "
             "new format, and a draft is\nraised to it by hand: `tailor draft "
             "raise-format D` shows first which samples\nchange.\n\n"
             "| in format | what | before | from it on |\n|---|---|---|---|\n",
             FORMULA_LANGUAGE);
    for (unsigned i = 0; i < LANGUAGE_CHANGES; i++) {
        const struct language_change_help *h = language_change(i);
        buf_addf(out, "| %u | %s | %s | %s |\n", h->since, h->title, h->before,
                 h->after);
    }
}

void
formula_write_page(struct buf *out)
{
    struct formula_function_help h;
    char category[32] = "";
    buf_adds(out, rules);
    for (size_t i = 0; formula_function_at(i, &h); i++) {
        if (strcmp(category, h.category) != 0) {
            buf_addf(out, "\n## Functions: %s\n", h.category);
            snprintf(category, sizeof category, "%s", h.category);
        }
        add_function(out, &h);
    }
    functions_add_details(out);
    add_formats(out);
    buf_addf(out,
             "\n## The sample order\n\n```json\n%s\n```\n\nNOW() is "
             "2026-10-12T14:05:09Z, and the value table \"Shipping codes\" has "
             "ground → UPS-G.\n",
             formula_sample());
}
