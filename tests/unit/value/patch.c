/* JSON Patch: our own cases (tests/data/json-patch), limits, and diffs that
 * are as small as they should be. */
#include "value/patch.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/value/patch_case.h"
#include "tests/unit/value/value.h"

static void
cases_of_the_table_hold(void)
{
    const char *top = getenv("TOP_SRCDIR");
    char *path =
        mem_printf("%s/tests/data/json-patch/cases.json", top ? top : "..");
    struct buf text;
    struct error e = {.text = ""};
    buf_init(&text, 1u << 20);
    CHECK_INT(file_read(path, &text, &e), ERR_OK);
    struct value *cases = read_n(buf_str(&text), text.len, &e);
    CHECK_STR(e.text, "");
    CHECK(value_size(cases) >= 60);
    for (size_t i = 0; i < value_size(cases); i++) {
        const struct value *c = value_at(cases, i);
        char *wrong = patch_case_run(c);
        if (wrong)
            test_fail(path, (int)i, value_get_text(c, "comment"), wrong, "");
        free(wrong);
    }
    value_free(cases);
    buf_clear(&text);
    free(path);
}

static void
copies_cannot_double_for_ever(void)
{
    struct value *v = must_read("{\"a\":[1,2,3,4,5,6,7,8]}");
    struct value *op =
        must_read("{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}");
    struct value *patch = value_array();
    for (int i = 0; i < 64; i++)
        value_append(patch, value_copy(op));
    struct error e;
    CHECK_INT(patch_apply(&v, patch, NULL, &e), ERR_TOO_BIG);
    CHECK_HAS(e.text, "of the patch: the copies of this patch are too big");
    CHECK_INT(value_size(value_get(v, "a")), 8);
    value_free(patch);
    value_free(op);
    value_free(v);
}

static void
documents_cannot_grow_too_deep(void)
{
    struct value *v = value_array();
    struct value *patch =
        must_read("[{\"op\":\"add\",\"path\":\"\",\"value\":[]},"
                  "{\"op\":\"copy\",\"from\":\"\",\"path\":\"/-\"}]");
    struct value *wrap = must_read("[{\"op\":\"copy\",\"from\":\"/0\","
                                   "\"path\":\"/0/-\"}]");
    enum err err = patch_apply(&v, patch, NULL, NULL);
    for (int i = 0; err == ERR_OK && i < 2000; i++) {
        /* Each round makes the document one deeper: [x] becomes [[x]]. */
        struct value *deeper = value_array();
        value_append(deeper, v);
        v = deeper;
        struct value *test = value_array();
        err = patch_apply(&v, test, NULL, NULL);
        value_free(test);
        if (i == VALUE_DEPTH_MAX - 3)
            err = patch_apply(&v, wrap, NULL, NULL);
    }
    CHECK_INT(err, ERR_TOO_BIG);
    value_free(v);
    value_free(patch);
    value_free(wrap);
}

static void
check_diff(const char *from, const char *to, const char *wanted)
{
    struct value *a = must_read(from), *b = must_read(to);
    struct value *patch = patch_diff(a, b);
    char *got = value_to_text(patch);
    CHECK_STR(got, wanted);
    free(got);
    value_free(patch);
    value_free(a);
    value_free(b);
}

static void
diffs_are_small(void)
{
    check_diff("{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", "[]");
    check_diff("{\"a\":5}", "{\"a\":5.0}",
               "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":5.0}]");
    check_diff("{\"a\":1,\"b\":2}", "{\"b\":2,\"c/d\":3}",
               "[{\"op\":\"remove\",\"path\":\"/a\"},"
               "{\"op\":\"add\",\"path\":\"/c~1d\",\"value\":3}]");
    check_diff("[1,2,3,4]", "[1,3,4]", "[{\"op\":\"remove\",\"path\":\"/1\"}]");
    check_diff("[1,4]", "[1,2,3,4]",
               "[{\"op\":\"add\",\"path\":\"/1\",\"value\":2},"
               "{\"op\":\"add\",\"path\":\"/2\",\"value\":3}]");
    check_diff("[]", "{}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{}}]");
}

static void
elements_are_matched_by_id(void)
{
    static const char abc[] = "[{\"id\":\"a\",\"x\":1},{\"id\":\"b\"},"
                              "{\"id\":\"c\"}]";
    check_diff(abc, "[{\"id\":\"b\"},{\"id\":\"a\",\"x\":2},{\"id\":\"c\"}]",
               "[{\"op\":\"move\",\"path\":\"/1\",\"from\":\"/0\"},"
               "{\"op\":\"replace\",\"path\":\"/1/x\",\"value\":2}]");
    check_diff(abc, "[{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"a\",\"x\":1}]",
               "[{\"op\":\"move\",\"path\":\"/2\",\"from\":\"/0\"}]");
    check_diff(abc, "[{\"id\":\"c\"},{\"id\":\"a\",\"x\":1},{\"id\":\"b\"}]",
               "[{\"op\":\"move\",\"path\":\"/0\",\"from\":\"/2\"}]");
    check_diff(abc, "[{\"id\":\"n\"},{\"id\":\"a\",\"x\":1},{\"id\":\"c\"}]",
               "[{\"op\":\"remove\",\"path\":\"/1\"},"
               "{\"op\":\"add\",\"path\":\"/0\",\"value\":{\"id\":\"n\"}}]");
}

void
test_value_patch(void)
{
    static const struct test tests[] = {
        {"cases of the table hold", cases_of_the_table_hold},
        {"copies cannot double for ever", copies_cannot_double_for_ever},
        {"documents cannot grow too deep", documents_cannot_grow_too_deep},
        {"diffs are small", diffs_are_small},
        {"elements are matched by id", elements_are_matched_by_id},
        {NULL, NULL}};
    test_run("patch", tests);
    failed_tests += test_failures;
}
