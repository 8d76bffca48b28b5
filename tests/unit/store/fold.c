/* Names as filters compare them. */
#include "store/fold.h"

#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static bool
has(const char *name, const char *folded)
{
    return fold_has(name, strlen(name), folded, strlen(folded));
}

static bool
begins(const char *name, const char *folded)
{
    return fold_begins(name, strlen(name), folded, strlen(folded));
}

static void
case_is_folded(void)
{
    struct buf out;
    buf_init(&out, 100);
    static const char text[] = "Ärger ÉCOLE Жук ΩMEGA 3x";
    fold_text(&out, text, strlen(text));
    CHECK_STR(buf_str(&out), "ärger école жук ωmega 3x");
    buf_clear(&out);
}

static void
substrings_are_found(void)
{
    CHECK(has("EnterpriseCo", "prise"));
    CHECK(has("EnterpriseCo", "enterpriseco"));
    CHECK(has("MÜLLER GmbH", "müller"));
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
    CHECK(begins("éa", "é"));
}

void
test_store_fold(void)
{
    static const struct test tests[] = {
        {"case is folded", case_is_folded},
        {"substrings are found", substrings_are_found},
        {"words begin", words_begin},
        {NULL, NULL}};
    test_run("fold", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
