/* JSON Pointer: RFC 6901, section 5, and what it refuses. */
#include "value/pointer.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/value/value.h"

static void
places_are_found(void)
{
    static const struct {
        const char *pointer, *wanted;
    } cases[] = {
        {"/foo", "[\"bar\",\"baz\"]"},
        {"/foo/0", "\"bar\""},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/m~0n", "3"},
        {"/~01", "4"},
        {"//x/", "5"},
    };
    struct value *v = must_read(
        "{\"foo\":[\"bar\",\"baz\"],\"a/b\":1,\"c%d\":2,\"m~n\":3,\"~1\":4}");
    value_set_int(v, "", 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].pointer, "//x/") == 0)
            value_set(v, "", must_read("{\"x\":{\"\":5}}"));
        char *got = value_to_text(pointer_get(v, cases[i].pointer, NULL));
        CHECK_STR(got, cases[i].wanted);
        free(got);
    }
    CHECK(pointer_get(v, "", NULL) == v);
    value_free(v);
}

static void
what_is_not_there_is_said(void)
{
    static const struct {
        const char *pointer;
        enum err code;
        const char *message;
    } cases[] = {
        {"/x", ERR_NOT_FOUND, "\"/x\": there is nothing"},
        {"/a/0/b/c", ERR_NOT_FOUND, "\"/a/0/b/c\": there is nothing"},
        {"/a/1", ERR_NOT_FOUND, "\"/a/1\": there is nothing"},
        {"/a/2", ERR_NOT_FOUND, "\"/a/2\""},
        {"/a/-", ERR_NOT_FOUND, "\"/a/-\""},
        {"/a/00", ERR_NOT_FOUND, "\"/a/00\""},
        {"/a/-1", ERR_NOT_FOUND, "\"/a/-1\""},
        {"/a/1e0", ERR_NOT_FOUND, "\"/a/1e0\""},
        {"/a/99999999999999999999", ERR_NOT_FOUND, "there is nothing"},
        {"/a/", ERR_NOT_FOUND, "\"/a/\""},
        {"/s/x", ERR_NOT_FOUND, "\"/s/x\""},
        {"a", ERR_INVALID, "starts with \"/\""},
        {"#/a", ERR_INVALID, "starts with \"/\""},
        {"/~2", ERR_INVALID, "\"~\" must be followed by 0 or 1"},
        {"/~", ERR_INVALID, "\"~\" must be followed by 0 or 1"},
        {"/\x1b[2J", ERR_NOT_FOUND, "\"/U+001B[2J\""},
    };
    struct value *v = must_read("{\"a\":[{\"b\":[]}],\"s\":\"text\"}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error e = {.text = ""};
        CHECK(!pointer_get(v, cases[i].pointer, &e));
        CHECK_INT(e.code, cases[i].code);
        CHECK_HAS(e.text, cases[i].message);
    }
    value_free(v);
}

static void
keys_are_escaped(void)
{
    struct buf b;
    buf_init(&b, 100);
    pointer_add_key(&b, "a/b~c", 5);
    pointer_add_index(&b, 12);
    pointer_add_key(&b, "", 0);
    CHECK_STR(buf_str(&b), "/a~1b~0c/12/");
    buf_clear(&b);
}

void
test_value_pointer(void)
{
    static const struct test tests[] = {
        {"places are found", places_are_found},
        {"what is not there is said", what_is_not_there_is_said},
        {"keys are escaped", keys_are_escaped},
        {NULL, NULL}};
    test_run("pointer", tests);
    failed_tests += test_failures;
}
