/* Names as filters compare them. */
#include "base/fold.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static char folded[200];

static const char *
fold(const char *text)
{
    struct buf out;
    buf_init(&out, sizeof folded - 1);
    fold_text(&out, text, strlen(text));
    snprintf(folded, sizeof folded, "%s", buf_str(&out));
    buf_clear(&out);
    return folded;
}

static bool
has(const char *name, const char *word)
{
    fold(name);
    return fold_has(folded, strlen(folded), word, strlen(word));
}

static bool
begins(const char *name, const char *word)
{
    fold(name);
    return fold_begins(folded, strlen(folded), word, strlen(word));
}

/* Sabotage: fold_letter() without find_letter() leaves "É"; the table without
 * a row leaves that letter. */
static void
case_and_marks_are_folded(void)
{
    CHECK_STR(fold("Ärger ÉCOLE Жук ΩMEGA 3x"), "arger ecole жук ωmega 3x");
    CHECK_STR(fold("Straße ŁÓDŹ Ærø ΣΊΣΥΦΟΣ"), "strasse lodz aero σισυφοσ");
    CHECK_STR(fold("Ἀθῆναι Việt"), "αθηναι viet");
}

/* Sabotage: without is_mark() or add_hangul() the two spellings differ. */
static void
spellings_are_the_same(void)
{
    static const char *const pairs[][2] = {{"Zo\u00eb", "Zoe\u0308"},
                                           {"\u1ec7", "e\u0323\u0302"},
                                           {"\u30ac", "\u30ab\u3099"},
                                           {"한", "\u1112\u1161\u11ab"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char composed[200];
        snprintf(composed, sizeof composed, "%s", fold(pairs[i][0]));
        CHECK_STR(fold(pairs[i][1]), composed);
    }
}

static void
substrings_are_found(void)
{
    CHECK(has("EnterpriseCo", "prise"));
    CHECK(has("EnterpriseCo", "enterpriseco"));
    CHECK(has("MÜLLER GmbH", "muller"));
    CHECK(!has("EnterpriseCo", "pricec"));
    CHECK(!has("", "a"));
    CHECK(has("bad \xff byte", "byte"));
}

static void
words_begin(void)
{
    CHECK(begins("Acme Ltd", "l"));
    CHECK(begins("Acme (Ltd)", "lt"));
    CHECK(!begins("Acme Ltd", "t"));
    CHECK(!begins("Acme Ltd", "c"));
    CHECK(begins("éa", "e"));
    CHECK(begins("aab ab", "ab"));
}

void
test_base_fold(void)
{
    static const struct test tests[] = {
        {"case and marks are folded", case_and_marks_are_folded},
        {"two spellings of a letter are one", spellings_are_the_same},
        {"substrings are found", substrings_are_found},
        {"words begin", words_begin},
        {NULL, NULL}};
    test_run("fold", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
