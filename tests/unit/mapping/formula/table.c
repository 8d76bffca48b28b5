/* Every example of the table gives what the table says. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

/* The file NAME of the tree as text, owned by the caller. */
static char *
read_top(const char *name)
{
    const char *top = getenv("TOP_SRCDIR");
    char *path = mem_printf("%s/%s", top ? top : "..", name);
    struct buf file;
    struct error e = {0};
    buf_init(&file, 1 << 20);
    CHECK_INT(file_read(path, &file, &e), ERR_OK);
    free(path);
    return buf_take(&file);
}

static void
test_examples(void)
{
    struct formula_function_help h;
    for (size_t i = 0; formula_function_at(i, &h); i++) {
        char *got = eval_on(".", h.example);
        CHECK_STR(got, h.result);
        CHECK_HAS(h.example, h.name);
        free(got);
    }
}

/* The names that doc and issue promise. */
static void
test_all_there(void)
{
    static const char names[] =
        "IF IFS SWITCH AND OR NOT IFERROR IFNA LET COALESCE ISBLANK "
        "ISNUMBER ISTEXT CONCAT TEXTJOIN SPLIT LEFT RIGHT MID LEN FIND "
        "SEARCH SUBSTITUTE REPLACE TEXTBEFORE TEXTAFTER TRIM UPPER LOWER "
        "PROPER TEXT VALUE REGEXMATCH REGEXEXTRACT REGEXREPLACE ROUND "
        "ROUNDUP ROUNDDOWN INT MOD ABS MIN MAX SUM AVERAGE COUNT COUNTA "
        "SUMPRODUCT SUMIF COUNTIF DATE DATEVALUE TIMEVALUE YEAR MONTH DAY "
        "HOUR MINUTE SECOND EDATE EOMONTH DAYS WEEKDAY NOW TODAY INDEX "
        "MATCH XLOOKUP FILTER SORT UNIQUE LOOKUP JSON ENCODEURL BASE64 "
        "SHA256 UUID5 CHOOSE XOR IFEMPTY OMIT ISERROR ISNA ISLOGICAL TYPE "
        "N T EXACT CHAR UNICHAR UNICODE CLEAN REPT PADLEFT PADRIGHT "
        "NUMBERVALUE TRUNC CEILING FLOOR MROUND QUOTIENT SIGN SQRT POWER "
        "LOG PI MEDIAN LARGE SMALL SUMIFS COUNTIFS AVERAGEIF AVERAGEIFS "
        "MINIFS MAXIFS VSTACK TAKE DROP SLICE FIRST LAST REVERSE ROWS "
        "VLOOKUP HLOOKUP REGEXALL ENCODEHTML DECODEHTML STRIPHTML TIME "
        "DATETIME FROMEPOCH TOEPOCH FROMEXCEL TOEXCEL DATEDIF WORKDAY "
        "NETWORKDAYS WEEKNUM ISOWEEKNUM DECODEURL BASE64DECODE SHA1 MD5 "
        "HMAC NFC ASCII MINOR MAJOR SPLITAMOUNT MAP REDUCE LAMBDA OBJECT "
        "KEYS ENTRIES PARSEJSON CONVERT ";
    size_t named = 0;
    for (const char *s = names; *s; s += strcspn(s, " ") + 1, named++) {
        struct formula_function_help h;
        bool found = false;
        for (size_t i = 0; formula_function_at(i, &h); i++)
            found |= strlen(h.name) == strcspn(s, " ") &&
                     strncmp(h.name, s, strlen(h.name)) == 0;
        if (!found)
            test_fail(__FILE__, __LINE__, "a function is missing", s, NULL);
    }
    CHECK_INT(formula_function_count(), named);
}

/* The fuzzer knows every function: "NAME(" is a line of its words, and no other
 * line looks so. */
static void
test_words_of_the_fuzzer(void)
{
    char *words = read_top("tests/fuzz/formula.dict");
    size_t calls = 0;
    struct formula_function_help h;
    for (size_t i = 0; formula_function_at(i, &h); i++) {
        char *word = mem_printf("\n\"%s(\"\n", h.name);
        if (!strstr(words, word))
            test_fail(__FILE__, __LINE__,
                      "tests/fuzz/formula.dict lacks a function", h.name, NULL);
        free(word);
    }
    for (const char *s = words; (s = strstr(s, "(\"\n")) != NULL; s++)
        calls += s[-1] != '"';
    CHECK_INT(calls, formula_function_count());
    free(words);
}

static void
test_rows(void)
{
    struct formula_function_help h;
    for (size_t i = 0; formula_function_at(i, &h); i++) {
        CHECK(h.min <= h.max);
        CHECK(h.help[strlen(h.help) - 1] == '.');
        CHECK(isupper((unsigned char)h.help[0]));
        CHECK(h.max == 0 ? h.arguments[0] == '\0'
                         : (h.min > 0) == (h.arguments[0] != '['));
    }
    CHECK(!formula_function_at(formula_function_count(), &h));
}

/* doc/functions.md is what gen-functions prints. */
static void
test_page(void)
{
    char *file = read_top("doc/functions.md");
    struct buf page;
    buf_init(&page, 1 << 20);
    formula_write_page(&page);
    if (strcmp(buf_str(&page), file) != 0)
        test_fail(__FILE__, __LINE__,
                  "doc/functions.md differs from the table: in the build "
                  "folder run ./gen-functions > ../doc/functions.md",
                  NULL, NULL);
    buf_clear(&page);
    free(file);
}

static const struct test tests[] = {
    {"every example gives its result", test_examples},
    {"every promised function is there", test_all_there},
    {"the fuzzer has every function as a word", test_words_of_the_fuzzer},
    {"rows are complete", test_rows},
    {"the page of the docs is made of the table", test_page},
    {0}};

void
test_formula_table(void)
{
    test_run("formula table", tests);
}
